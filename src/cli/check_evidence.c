// SPDX-License-Identifier: MIT
#include "cli/check_evidence.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "audit/saved.h"
#include "base/date.h"
#include "base/text.h"
#include "cli/trace_input.h"

enum {
    message_max = 1 << 16,
    path_max = 1 << 14,
    name_max = 1 << 16,
    names_max = 1 << 28,
};

static int no_memory(const char *command)
{
    fprintf(stderr, "yonder %s: %s\n", command, yonder_strerror(YONDER_NO_MEMORY));
    return YN_EXIT_FAILED;
}

/* ---- the network -------------------------------------------------------------------------------
 */

// The lines of --subdomains, after the names of --subdomain.
static int read_subdomains(yn_evidence_source *s, const yn_evidence_options *o, const char *command,
                           yn_buf *names)
{
    yn_check_input in;
    yn_check_line_state state = YN_CHECK_LINE_GIVEN;
    yn_buf line = yn_buf_make(name_max, NULL);
    for (size_t i = 0; i < o->subdomains.count; i++)
        yn_buf_put(names, (yonder_text){(const char *)&o->subdomains.items[i], sizeof(char *)});
    int code = yn_check_input_open(&in, NULL, 0, o->subdomain_file);
    while (!code && state != YN_CHECK_LINE_END) {
        line.len = 0;
        state = yn_check_input_next(&in, &line);
        if (state != YN_CHECK_LINE_GIVEN)
            continue;
        const char *name = yn_arena_text(&s->arena, yn_buf_text(&line)).ptr;
        yn_buf_put(names, (yonder_text){(const char *)&name, sizeof name});
        if (!name || names->error)
            code = no_memory(command);
    }
    if (!code && in.error) {
        fprintf(stderr, "yonder %s: cannot read %s: %s\n", command, o->subdomain_file,
                strerror(in.error));
        code = YN_EXIT_USAGE;
    }
    yn_check_input_close(&in);
    yn_buf_free(&line);
    return code;
}

static int make_collector(yn_evidence_source *s, const yn_evidence_options *o, const char *command,
                          const yn_buf *names)
{
    const yn_collect_options how = {
        .ca_file = o->ca_file,
        .resolve = o->resolve.items,
        .connect_to = o->connect_to.items,
        .resolve_count = o->resolve.count,
        .connect_to_count = o->connect_to.count,
        .subdomains = (const void *)names->ptr,
        .subdomain_count = names->len / sizeof(char *),
        .request_ms = o->timeout * 1000,
        .domain_ms = o->domain_timeout * 1000,
    };
    yn_buf message = yn_buf_make(message_max, NULL);
    s->collector = yn_collector_new(&how, &message);
    if (!s->collector)
        fprintf(stderr, "yonder %s: %.*s\n", command, YN_PRINT(yn_buf_text(&message)));
    yn_buf_free(&message);
    return s->collector ? YN_EXIT_OK : YN_EXIT_USAGE;
}

int yn_evidence_source_open(yn_evidence_source *out, const char *command,
                            const yn_evidence_options *o)
{
    *out =
        (yn_evidence_source){.arena = yn_arena_make(NULL), .names = yn_buf_make(names_max, NULL)};
    int code = yn_trace_check_resolve(command, &o->resolve);
    if (!code)
        code = yn_trace_check_connect_to(&o->connect_to);
    if (!code)
        code = read_subdomains(out, o, command, &out->names);
    return code ? code : make_collector(out, o, command, &out->names);
}

void yn_evidence_source_close(yn_evidence_source *source)
{
    yn_collector_free(source->collector);
    yn_buf_free(&source->names);
    yn_arena_free(&source->arena);
}

/* ---- lists -------------------------------------------------------------------------------------
 */

// What is beside an image says whose it is and when it was fetched; a list says whose it is.
static void describe_list(yn_check_list_file *list, yonder_text name)
{
    const yn_listing *l = &list->listing;
    list->name = name;
    if (!name.len)
        list->name = l->has_about || l->of_list ? yonder_text_of(yn_preload_browser(l->layout))
                                                : YN_TEXT("chromium");
    list->version = YN_TEXT("");
    if (!l->has_about)
        return;
    yn_date_write(list->moment, YN_DATE_MOMENT, l->about.lists[l->about.list_count - 1].fetched);
    list->version = (yonder_text){list->moment, sizeof list->moment - 1};
}

int yn_evidence_lists_open(const char *command, const yn_list *preload, yn_check_how *how)
{
    for (size_t i = 0; i < preload->count; i++) {
        yonder_text word = yonder_text_of(preload->items[i]);
        size_t equals = yn_find_char(word, '=');
        bool named = equals < word.len && yn_name_length(word) == equals;
        if (how->list_count == YN_CHECK_MAX_LISTS)
            return yn_usage_error(command, "--preload is given %d times at most",
                                  YN_CHECK_MAX_LISTS);
        yn_check_list_file *list = &how->lists[how->list_count];
        int code = yn_listing_open(&list->listing, preload->items[i] + (named ? equals + 1 : 0));
        if (code)
            return code;
        describe_list(list, yn_slice(word, 0, named ? equals : 0));
        how->list_count++;
    }
    return YN_EXIT_OK;
}

void yn_evidence_lists_close(yn_check_how *how)
{
    for (size_t i = 0; i < how->list_count; i++)
        yn_listing_close(&how->lists[i].listing);
}

/* ---- files -------------------------------------------------------------------------------------
 */

typedef struct replay {
    const char *command;
    const yn_many_work *work;
    bool going;
} replay;

static int read_file(const char *command, const char *path, yn_arena *arena, yn_audit *out)
{
    yn_buf message = yn_buf_make(message_max, NULL);
    int error = yn_saved_get(path, arena, out, &message);
    if (error)
        fprintf(stderr, "yonder %s: %.*s\n", command, YN_PRINT(yn_buf_text(&message)));
    yn_buf_free(&message);
    return !error ? YN_EXIT_OK : error == YONDER_INVALID_ARGUMENT ? YN_EXIT_USAGE : YN_EXIT_FAILED;
}

static int replay_file(replay *r, const char *path)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_audit audit;
    int code = read_file(r->command, path, &arena, &audit);
    if (!code)
        r->going = r->work->take(r->work->context, r->work->make(r->work->context, &audit, &arena));
    yn_arena_free(&arena);
    return code;
}

// The file goes by the name in ASCII, which the host of a URL is.
static void saved_name(yonder_text domain, char out[YN_SAVED_MAX_NAME])
{
    yonder_url url = {0};
    yn_buf text = yn_buf_make(path_max, NULL);
    yn_audit asked = {.domain = domain, .ascii = domain};
    yn_buf_printf(&text, "https://%.*s/", YN_PRINT(domain));
    if (yn_find_char(domain, ':') == domain.len && !text.error &&
        yonder_url_parse(&url, yn_buf_text(&text), NULL, NULL) == YONDER_OK)
        asked.ascii = yonder_url_get(&url, YONDER_URL_HOSTNAME);
    yn_saved_name(&asked, out);
    yonder_url_free(&url, NULL);
    yn_buf_free(&text);
}

static void saved_path(const char *folder, yonder_text domain, yn_buf *path)
{
    char name[YN_SAVED_MAX_NAME];
    saved_name(domain, name);
    yn_buf_printf(path, "%s/%s", folder, name);
    yn_buf_char(path, '\0');
}

static int replay_named(replay *r, const char *folder, yonder_text domain)
{
    yn_buf path = yn_buf_make(path_max, NULL);
    saved_path(folder, domain, &path);
    int code = path.error ? no_memory(r->command) : replay_file(r, path.ptr);
    yn_buf_free(&path);
    return code;
}

static int is_json(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return entry->d_name[0] != '.' && len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0;
}

// Bad files do not stop the others.
static int replay_folder(replay *r, const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_json, alphasort);
    int code = YN_EXIT_OK;
    if (count < 0) {
        fprintf(stderr, "yonder %s: cannot read %s: %m\n", r->command, folder);
        return YN_EXIT_USAGE;
    }
    for (int i = 0; i < count; i++) {
        yn_buf path = yn_buf_make(path_max, NULL);
        yn_buf_printf(&path, "%s/%s", folder, names[i]->d_name);
        yn_buf_char(&path, '\0');
        int one = !r->going ? code : path.error ? no_memory(r->command) : replay_file(r, path.ptr);
        code = one > code ? one : code;
        yn_buf_free(&path);
        free(names[i]);
    }
    free(names);
    if (!count) {
        fprintf(stderr, "yonder %s: there is no evidence in %s\n", r->command, folder);
        code = YN_EXIT_USAGE;
    }
    return code;
}

int yn_evidence_replay(const char *command, const char *path, yn_check_input *input,
                       const yn_many_work *work)
{
    replay r = {.command = command, .work = work, .going = true};
    struct stat status;
    if (stat(path, &status) != 0) {
        fprintf(stderr, "yonder %s: cannot read %s: %m\n", command, path);
        return YN_EXIT_USAGE;
    }
    if (!input->argument_count && !input->path)
        return S_ISDIR(status.st_mode) ? replay_folder(&r, path) : replay_file(&r, path);
    if (!S_ISDIR(status.st_mode))
        return yn_usage_error(command, "--from-evidence %s is one domain's, so no other is named",
                              path);
    int code = YN_EXIT_OK;
    yn_buf domain = yn_buf_make(name_max, NULL);
    yn_check_line_state state = YN_CHECK_LINE_GIVEN;
    while (r.going && state != YN_CHECK_LINE_END) {
        domain.len = 0;
        state = yn_check_input_next(input, &domain);
        int one = state == YN_CHECK_LINE_GIVEN ? replay_named(&r, path, yn_buf_text(&domain)) : 0;
        code = one > code ? one : code;
    }
    yn_buf_free(&domain);
    return code;
}

/* ---- one domain --------------------------------------------------------------------------------
 */

static int collect_one(const char *command, const yn_evidence_options *options, const char *domain,
                       yn_arena *arena, yn_audit *out)
{
    yn_evidence_source source;
    yn_collect_target target;
    int code = yn_evidence_source_open(&source, command, options);
    if (!code) {
        int error =
            yn_collect_target_make(source.collector, yonder_text_of(domain), arena, &target);
        if (!error)
            error = yn_collect(source.collector, &target, arena, NULL, out);
        code = error ? no_memory(command) : YN_EXIT_OK;
    }
    yn_evidence_source_close(&source);
    return code;
}

int yn_evidence_one(const char *command, const yn_evidence_options *options, const char *domain,
                    yn_arena *arena, yn_audit *out)
{
    struct stat status;
    if (!options->from)
        return collect_one(command, options, domain, arena, out);
    if (stat(options->from, &status) != 0 || !S_ISDIR(status.st_mode))
        return read_file(command, options->from, arena, out);
    yn_buf path = yn_buf_make(path_max, NULL);
    saved_path(options->from, yonder_text_of(domain), &path);
    int code = path.error ? no_memory(command) : read_file(command, path.ptr, arena, out);
    yn_buf_free(&path);
    return code;
}
