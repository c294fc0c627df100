// SPDX-License-Identifier: MIT
// yonder preload diff OLD NEW
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/preload_compare.h"
#include "cli/preload_verbs.h"
#include "cli/print.h"

enum {
    document_max = 1 << 30,
};

// ---- text ---------------------------------------------------------------------------------------

static const char *yes_no(bool value)
{
    return value ? "yes" : "no";
}

static void print_entry(char sign, const yn_listed *e)
{
    printf("%c %.*s", sign, YN_PRINT(e->name));
    if (!e->force_https)
        printf("  no HTTPS");
    else if (!e->include_subdomains)
        printf("  without subdomains");
    if (e->policy.len)
        printf("  %.*s", YN_PRINT(e->policy));
    putchar('\n');
}

static void print_change(const yn_listing_change *c)
{
    const yn_listed *a = c->before, *b = c->after;
    if (!a || !b) {
        print_entry(a ? '-' : '+', a ? a : b);
        return;
    }
    printf("~ %.*s", YN_PRINT(a->name));
    if (a->force_https != b->force_https)
        printf("  HTTPS: %s -> %s", yes_no(a->force_https), yes_no(b->force_https));
    else if (a->force_https && a->include_subdomains != b->include_subdomains)
        printf("  subdomains: %s -> %s", yes_no(a->include_subdomains),
               yes_no(b->include_subdomains));
    if (a->policy.len && b->policy.len && !yn_equal(a->policy, b->policy))
        printf("  policy: %.*s -> %.*s", YN_PRINT(a->policy), YN_PRINT(b->policy));
    putchar('\n');
}

// ---- JSON ---------------------------------------------------------------------------------------

static void write_entry(yn_json *out, const yn_listed *e)
{
    yn_json_bool(out, "force_https", e->force_https);
    yn_json_bool(out, "include_subdomains", e->force_https && e->include_subdomains);
    yn_preload_json_known(out, "policy", e->policy);
}

static void write_side(yn_json *out, const char *name, const yn_listed *e)
{
    if (!e) {
        yn_json_null(out, name);
        return;
    }
    yn_json_object(out, name);
    write_entry(out, e);
    yn_json_object_end(out);
}

static const char *kind_of(const yn_listing_change *c)
{
    return !c->before ? "added" : !c->after ? "removed" : "changed";
}

static void write_change(yn_json *out, const yn_listing_change *c)
{
    yn_json_object(out, NULL);
    yn_json_str(out, "change", kind_of(c));
    yn_json_text(out, "name", c->before ? c->before->name : c->after->name);
    write_side(out, "old", c->before);
    write_side(out, "new", c->after);
    yn_json_object_end(out);
}

static void write_counts(yn_json *out, const yn_listing_changes *c)
{
    yn_json_int(out, "added", (int64_t)c->added);
    yn_json_int(out, "removed", (int64_t)c->removed);
    yn_json_int(out, "changed", (int64_t)c->changed);
}

static int print_json(const yn_listing *lists, const yn_listing_changes *c)
{
    yn_buf line = yn_buf_make(document_max, NULL);
    yn_json out = yn_json_make(&line, true);
    yn_json_object(&out, NULL);
    yn_json_int(&out, "schema", 1);
    write_counts(&out, c);
    yn_json_int(&out, "old_names", (int64_t)lists[0].force_https);
    yn_json_int(&out, "new_names", (int64_t)lists[1].force_https);
    yn_json_array(&out, "changes");
    for (size_t i = 0; i < c->count; i++)
        write_change(&out, &c->items[i]);
    yn_json_array_end(&out);
    yn_json_object_end(&out);
    int error = line.error;
    if (error)
        fprintf(stderr, "yonder preload: %s\n", yonder_strerror(error));
    else
        yn_print_line(&line);
    yn_buf_free(&line);
    return error ? YN_EXIT_FAILED : YN_EXIT_OK;
}

static void print_jsonl(const yn_listing_changes *c)
{
    yn_buf line = yn_buf_make(1 << 16, NULL);
    for (size_t i = 0; i < c->count; i++) {
        yn_json out = yn_json_make(&line, false);
        write_change(&out, &c->items[i]);
        yn_print_line(&line);
    }
    yn_buf_free(&line);
}

// ---- the verb -----------------------------------------------------------------------------------

static int print(const yn_preload_options *o, const yn_listing *lists, const yn_listing_changes *c)
{
    int code = YN_EXIT_OK;
    if (o->json) {
        code = print_json(lists, c);
    } else if (o->jsonl) {
        print_jsonl(c);
    } else {
        for (size_t i = 0; i < c->count; i++)
            print_change(&c->items[i]);
        printf("%zu added, %zu removed, %zu changed: %zu names, then %zu\n", c->added, c->removed,
               c->changed, lists[0].force_https, lists[1].force_https);
    }
    return code ? code : c->count ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
}

int yn_preload_diff(const yn_preload_options *o, size_t count, char **arguments)
{
    if (count != 2)
        return yn_usage_error("preload", "diff takes two lists or images, OLD and NEW");
    if (o->json && o->jsonl)
        return yn_usage_error("preload", "diff takes --json or --jsonl, not both");
    yn_listing lists[2];
    yn_listing_changes changes;
    int code = yn_listing_open(&lists[0], arguments[0]);
    if (code)
        return code;
    code = yn_listing_open(&lists[1], arguments[1]);
    if (code) {
        yn_listing_close(&lists[0]);
        return code;
    }
    int error = yn_listing_compare(&lists[0], &lists[1], &changes);
    if (error) {
        fprintf(stderr, "yonder preload: %s\n", yonder_strerror(error));
        code = YN_EXIT_FAILED;
    } else {
        code = print(o, lists, &changes);
        free(changes.items);
    }
    yn_listing_close(&lists[0]);
    yn_listing_close(&lists[1]);
    return code;
}
