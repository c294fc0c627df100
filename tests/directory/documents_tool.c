// SPDX-License-Identifier: MIT
// documents_tool make KEY VERSION PUBLISHED FOLDER [EARLIER…]
// Reads members from stdin, "NAME POLICY 0|1" a line, and writes the documents of a version to
// FOLDER/VERSION/. EARLIER are versions in FOLDER to which deltas are made.
//
// documents_tool sign KEY FILE    prints the signature of what the file holds
// documents_tool public KEY       prints the public key
//
// KEY is a file, which is made where it is not there.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/text.h"
#include "directory/documents.h"

enum {
    file_max = 1 << 28,
    line_max = 1024,
    most_earlier = 64,
};

static void die(const char *what, const char *detail)
{
    (void)fprintf(stderr, "documents_tool: %s: %s\n", what, detail);
    exit(2);
}

static bool read_file(const char *path, yn_arena *arena, yonder_text *out)
{
    char part[4096];
    size_t len;
    yn_buf text = yn_buf_make(file_max, NULL);
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    while ((len = fread(part, 1, sizeof part, file)) > 0)
        yn_buf_put(&text, (yonder_text){part, len});
    (void)fclose(file);
    *out = yn_arena_text(arena, yn_buf_text(&text));
    yn_buf_free(&text);
    return true;
}

static void write_file(const char *path, yonder_text bytes)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len || fclose(file) != 0)
        die("cannot write", path);
}

static yn_seal_key *open_key(const char *path, yn_arena *arena)
{
    yonder_text pem;
    if (!read_file(path, arena, &pem)) {
        yn_buf text = yn_buf_make(4096, NULL);
        yn_seal_key *made = yn_seal_key_new();
        if (!made || !yn_seal_key_write(made, &text))
            die("no key", path);
        write_file(path, yn_buf_text(&text));
        yn_buf_free(&text);
        return made;
    }
    yn_seal_key *key = yn_seal_key_read(pem);
    if (!key)
        die("not a key", path);
    return key;
}

static yn_preload_items read_members(yn_arena *arena)
{
    static yn_preload_item items[1 << 20];
    char line[line_max], name[line_max], policy[line_max];
    yn_preload_items members = {items, 0};
    int include;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%1023s %1023s %d", name, policy, &include) != 3)
            die("no member", line);
        items[members.count++] =
            (yn_preload_item){yn_arena_text(arena, yonder_text_of(name)),
                              yn_arena_text(arena, yonder_text_of(policy)), include != 0};
    }
    return members;
}

static int make(const yn_seal_key *key, int count, char **arguments, yn_arena *arena)
{
    char path[4096];
    yn_documents_before before[most_earlier];
    yn_documents_input in = {.version = strtoll(arguments[0], NULL, 10),
                             .published = strtoll(arguments[1], NULL, 10),
                             .members = read_members(arena),
                             .before = before,
                             .key = key};
    const char *folder = arguments[2];
    for (int i = 3; i < count && in.before_count < most_earlier; i++) {
        yn_documents_before *b = &before[in.before_count++];
        b->version = strtoll(arguments[i], NULL, 10);
        (void)snprintf(path, sizeof path, "%s/%s/%s", folder, arguments[i], YN_DOCUMENT_LIST);
        if (!read_file(path, arena, &b->list))
            die("cannot read", path);
    }
    (void)snprintf(path, sizeof path, "%s/%" PRId64 "/%s", folder, in.version - 1,
                   YN_DOCUMENT_STATEMENT);
    (void)read_file(path, arena, &in.previous);
    yn_store_document *documents;
    size_t document_count;
    yn_buf message = yn_buf_make(4096, NULL);
    if (yn_documents_make(&in, arena, &documents, &document_count, &message) != YONDER_OK) {
        yn_buf_char(&message, '\0');
        die("refused", message.ptr);
    }
    (void)snprintf(path, sizeof path, "%s/%" PRId64, folder, in.version);
    (void)mkdir(path, 0700);
    for (size_t i = 0; i < document_count; i++) {
        (void)snprintf(path, sizeof path, "%s/%" PRId64 "/%.*s", folder, in.version,
                       YN_PRINT(documents[i].name));
        write_file(path, documents[i].bytes);
    }
    yn_buf_free(&message);
    return 0;
}

static void print(yn_buf *line)
{
    (void)printf("%.*s\n", YN_PRINT(yn_buf_text(line)));
    yn_buf_free(line);
}

int main(int argc, char **argv)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_buf line = yn_buf_make(128, NULL);
    yonder_text text;
    uint8_t signature[YN_SEAL_SIGNATURE], public_key[YN_SEAL_PUBLIC];
    if (argc < 3)
        die("usage", "documents_tool make|sign|public KEY …");
    yn_seal_key *key = open_key(argv[2], &arena);
    if (strcmp(argv[1], "make") == 0 && argc >= 6) {
        make(key, argc - 3, argv + 3, &arena);
    } else if (strcmp(argv[1], "sign") == 0 && argc == 4 && read_file(argv[3], &arena, &text) &&
               yn_seal_sign(key, text, signature)) {
        yn_seal_signature_write(signature, &line);
        print(&line);
    } else if (strcmp(argv[1], "public") == 0) {
        yn_seal_public(key, public_key);
        yn_seal_public_write(public_key, &line);
        print(&line);
    } else {
        die("usage", argv[1]);
    }
    yn_seal_key_free(key);
    yn_arena_free(&arena);
    return 0;
}
