// SPDX-License-Identifier: MIT
// yonder directory import LIST: takes over what another list has, all of it or nothing.
// yonder directory add NAME…: enters names of the operator's own.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/directory_enter.h"
#include "cli/directory_words.h"
#include "cli/file.h"
#include "cli/preload_file.h"
#include "directory/intake.h"
#include "report/style.h"

enum {
    reason_max = 1 << 12,
    name_max = 1 << 12,
    list_max = 1 << 30, // bytes
};

/* ---- names -------------------------------------------------------------------------------------
 */

// Names as people write them, made entries.
typedef struct names {
    yn_arena arena;
    yn_listed *entries;
    size_t count;
    bool include_subdomains;
} names;

// False, with a sentence in `message`, where it is none.
static bool add_name(names *n, yonder_text written, yn_buf *message)
{
    yn_buf name = yn_buf_make(name_max, NULL);
    bool good = yn_intake_domain(written, &name, message);
    yn_listed *e = &n->entries[n->count];
    *e = (yn_listed){.name = yn_arena_text(&n->arena, yn_buf_text(&name)),
                     .policy = YN_TEXT(""),
                     .force_https = true,
                     .include_subdomains = n->include_subdomains};
    if (good && !e->name.ptr) {
        yn_buf_str(message, yonder_strerror(YONDER_NO_MEMORY));
        good = false;
    }
    n->count += good;
    yn_buf_free(&name);
    return good;
}

static int by_name(const void *a, const void *b)
{
    const yn_listed *x = a, *y = b;
    return yn_preload_item_order(x->name, y->name);
}

static void drop_doubles(names *n)
{
    size_t kept = 0;
    qsort(n->entries, n->count, sizeof *n->entries, by_name);
    for (size_t i = 0; i < n->count; i++)
        if (!kept || !yn_equal(n->entries[kept - 1].name, n->entries[i].name))
            n->entries[kept++] = n->entries[i];
    n->count = kept;
}

static void complain(const char *path, size_t line, yonder_text written, const yn_buf *message)
{
    yn_buf shown = yn_buf_make(list_max, NULL);
    yn_put_untrusted(&shown, yn_slice(written, 0, written.len < 80 ? written.len : 80));
    if (line)
        fprintf(stderr, "%s:%zu: '%.*s': %.*s\n", path, line, YN_PRINT(yn_buf_text(&shown)),
                YN_PRINT(yn_buf_text(message)));
    else
        fprintf(stderr, "%s: '%.*s': %.*s\n", path, YN_PRINT(yn_buf_text(&shown)),
                YN_PRINT(yn_buf_text(message)));
    yn_buf_free(&shown);
}

/* ---- a list of names ---------------------------------------------------------------------------
 */

// The next line, less what follows '#' and the blanks around it; false at the end.
static bool next_line(yonder_text *rest, yonder_text *line)
{
    if (!rest->len)
        return false;
    size_t end = yn_find_char(*rest, '\n');
    *line = yn_slice(*rest, 0, end);
    *line = yn_trim(yn_slice(*line, 0, yn_find_char(*line, '#')), " \t\r");
    *rest = yn_skip(*rest, end < rest->len ? end + 1 : end);
    return true;
}

// Browsers' lists and images begin with something that is no name.
static bool is_of_names(yonder_text text)
{
    yonder_text line;
    yn_buf name = yn_buf_make(name_max, NULL), message = yn_buf_make(name_max, NULL);
    bool found = false, valid = false;
    while (!found && next_line(&text, &line)) {
        found = line.len > 0;
        valid = found && yn_intake_domain(line, &name, &message);
    }
    yn_buf_free(&name);
    yn_buf_free(&message);
    return valid;
}

static int read_names(names *n, const char *path, yonder_text text)
{
    yn_buf message = yn_buf_make(name_max, NULL);
    yonder_text line;
    size_t number = 0, most = 1;
    for (size_t i = 0; i < text.len; i++)
        most += text.ptr[i] == '\n';
    n->entries = yn_arena_alloc(&n->arena, (most + 1) * sizeof *n->entries);
    int code = n->entries ? YN_EXIT_OK : YN_EXIT_FAILED;
    while (!code && next_line(&text, &line)) {
        number++;
        if (line.len && !add_name(n, line, &message)) {
            complain(path, number, line, &message);
            code = YN_EXIT_USAGE;
        }
    }
    yn_buf_free(&message);
    return code;
}

/* ---- import ------------------------------------------------------------------------------------
 */

static int check_policy(const yn_directory_options *o)
{
    return o->policy && !yn_life_is_known_policy(yonder_text_of(o->policy))
               ? yn_directory_no_policy(o->policy)
               : YN_EXIT_OK;
}

static int check_policies(const yn_listing *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const yn_listed *e = &list->entries[i];
        if (!e->policy.len || yn_life_is_policy(e->policy))
            continue;
        fprintf(stderr, "%s: the policy of %.*s is none: " YN_DIRECTORY_NO_POLICY "\n", list->path,
                YN_PRINT(e->name));
        return YN_EXIT_USAGE;
    }
    return YN_EXIT_OK;
}

// A listing has the entries that mean something; those that ask for no HTTPS are to be named, too.
static int with_idle(const yn_listing *l, yonder_text text, names *out)
{
    yn_preload_list list;
    yn_list_problem problem;
    int error = l->of_list ? yn_preload_list_read(&list, text, &problem) : YONDER_OK;
    if (error)
        return yn_listing_complain(l->path, &problem);
    size_t idle = l->of_list ? list.count : 0;
    out->entries = yn_arena_alloc(&out->arena, (l->count + idle + 1) * sizeof *out->entries);
    for (size_t i = 0; i < l->count && out->entries; i++)
        out->entries[out->count++] = l->entries[i];
    for (size_t i = 0; i < idle && out->entries; i++) {
        const yonder_preload_entry *e = &list.entries[i];
        if (e->force_https || yn_listing_find(l, e->name))
            continue;
        yonder_text name = yn_arena_text(&out->arena, e->name);
        if (name.ptr)
            out->entries[out->count++] = (yn_listed){.name = name};
    }
    if (l->of_list)
        yn_preload_list_free(&list);
    return out->entries ? YN_EXIT_OK : YN_EXIT_FAILED;
}

static int enter(const yn_directory_options *o, const char *path, const yn_listed *entries,
                 size_t count)
{
    yn_directory_opened opened;
    size_t skipped;
    int code = yn_directory_open(o, 0, &opened);
    if (code)
        return code;
    yn_buf reason = yn_buf_make(reason_max, NULL);
    yn_buf_printf(&reason, "imported from %s", path);
    code = yn_directory_enter(o, &opened, entries, count, yn_buf_text(&reason), &skipped);
    yn_buf_free(&reason);
    yn_directory_close(&opened);
    return code;
}

static int import_names(const yn_directory_options *o, const char *path, yonder_text text)
{
    names n = {.arena = yn_arena_make(NULL), .include_subdomains = !o->no_subdomains};
    int code = read_names(&n, path, text);
    if (!code) {
        drop_doubles(&n);
        code = enter(o, path, n.entries, n.count);
    }
    yn_arena_free(&n.arena);
    return code;
}

// What the readers of lists do not know of, after they have said that it is none of theirs.
static void tell_of_names(const char *path, yonder_text text)
{
    yn_preload_list list;
    yn_list_problem problem;
    if (yn_preload_file_is_image(text))
        return;
    if (!yn_preload_list_read(&list, text, &problem))
        yn_preload_list_free(&list);
    else if (strcmp(problem.message, YN_PRELOAD_LIST_NEITHER) == 0)
        fprintf(stderr, "%s: nor names, one a line\n", path);
}

static int import_list(const yn_directory_options *o, const char *path, yonder_text text)
{
    struct stat file;
    yn_listing list;
    bool regular = stat(path, &file) == 0 && S_ISREG(file.st_mode); // else it cannot be read again
    if (o->no_subdomains)
        return yn_usage_error("directory", "--no-subdomains is for plain names: %s has its own",
                              path);
    int code = regular ? yn_listing_open(&list, path) : yn_listing_of_text(&list, path, text);
    if (code == YN_EXIT_USAGE)
        tell_of_names(path, text);
    if (code)
        return code;
    names all = {.arena = yn_arena_make(NULL)};
    code = check_policies(&list);
    if (!code)
        code = with_idle(&list, text, &all);
    if (!code)
        code = enter(o, path, all.entries, all.count);
    yn_arena_free(&all.arena);
    yn_listing_close(&list);
    return code;
}

int yn_directory_import(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("directory", "import takes one LIST");
    if (!o->db)
        return yn_usage_error("directory", "--db FILE is missing");
    yn_buf text = yn_buf_make(list_max, NULL);
    int code = check_policy(o);
    if (!code && !yn_file_read(arguments[0], &text))
        code = YN_EXIT_USAGE;
    if (!code)
        code = (is_of_names(yn_buf_text(&text)) ? import_names : import_list)(o, arguments[0],
                                                                              yn_buf_text(&text));
    yn_buf_free(&text);
    return code;
}

/* ---- add ---------------------------------------------------------------------------------------
 */

static int take_arguments(names *n, size_t count, char **arguments)
{
    yn_buf message = yn_buf_make(name_max, NULL);
    int code = YN_EXIT_OK;
    for (size_t i = 0; i < count && !code; i++)
        if (!add_name(n, yonder_text_of(arguments[i]), &message)) {
            complain("yonder directory", 0, yonder_text_of(arguments[i]), &message);
            code = YN_EXIT_USAGE;
        }
    yn_buf_free(&message);
    return code;
}

int yn_directory_add(const yn_directory_options *o, size_t count, char **arguments)
{
    if (!count)
        return yn_usage_error("directory", "add takes NAMEs");
    if (!o->reason || !*o->reason)
        return yn_usage_error("directory", "add needs --reason TEXT");
    int code = check_policy(o);
    if (code)
        return code;
    names n = {.arena = yn_arena_make(NULL), .include_subdomains = !o->no_subdomains};
    yn_directory_opened opened;
    size_t skipped = 0;
    n.entries = yn_arena_alloc(&n.arena, (count + 1) * sizeof *n.entries);
    code = n.entries ? take_arguments(&n, count, arguments) : YN_EXIT_FAILED;
    if (!code)
        code = yn_directory_open(o, 0, &opened);
    if (!code) {
        drop_doubles(&n);
        if (o->policy) // what is said outright holds for members, too
            for (size_t i = 0; i < n.count; i++)
                n.entries[i].policy = yonder_text_of(o->policy);
        code = yn_directory_enter(o, &opened, n.entries, n.count, YN_TEXT(""), &skipped);
        yn_directory_close(&opened);
    }
    yn_arena_free(&n.arena);
    return code ? code : skipped ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
}
