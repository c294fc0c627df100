// SPDX-License-Identifier: MIT
// yonder preload stats IMAGE|LIST
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/preload_verbs.h"
#include "cli/print.h"

enum {
    top_tlds = 10,
    max_labels = 127, // of a name of 253 bytes
};

// Something that entries have, and how many have it.
typedef struct tally {
    yonder_text name;
    size_t count;
} tally;

typedef struct counts {
    size_t include, labels[max_labels + 1];
    tally *tlds, *policies; // the most frequent first; freed with free()
    size_t tld_count, policy_count;
} counts;

static yonder_text tld_of(yonder_text name, size_t *labels)
{
    *labels = 1;
    for (size_t dot; (dot = yn_find_char(name, '.')) < name.len; ++*labels)
        name = yn_skip(name, dot + 1);
    return name;
}

static int by_count(const void *a, const void *b)
{
    const tally *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    int order =
        memcmp(x->name.ptr, y->name.ptr, x->name.len < y->name.len ? x->name.len : y->name.len);
    return order ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

static bool add(yn_map *numbers, tally *tallies, yonder_text name)
{
    bool added;
    const uint32_t *number = yn_map_add(numbers, name, (uint32_t)numbers->count, &added);
    if (!number)
        return false;
    tallies[*number].name = name;
    tallies[*number].count++;
    return true;
}

// TLDs are those of all entries, policies those of names with HTTPS.
static bool count_all(const yn_listing *l, counts *c)
{
    yn_map tlds = yn_map_make(NULL), policies = yn_map_make(NULL);
    c->tlds = calloc(l->count + 1, sizeof *c->tlds);
    c->policies = calloc(l->count + 1, sizeof *c->policies);
    bool ok = c->tlds && c->policies;
    for (size_t i = 0; ok && i < l->count; i++) {
        const yn_listed *e = &l->entries[i];
        size_t labels;
        ok = add(&tlds, c->tlds, tld_of(e->name, &labels));
        if (ok && e->force_https && e->policy.len)
            ok = add(&policies, c->policies, e->policy);
        c->include += e->force_https && e->include_subdomains;
        c->labels[labels] += e->force_https;
    }
    c->tld_count = tlds.count;
    c->policy_count = policies.count;
    yn_map_free(&tlds);
    yn_map_free(&policies);
    if (ok) {
        qsort(c->tlds, c->tld_count, sizeof *c->tlds, by_count);
        qsort(c->policies, c->policy_count, sizeof *c->policies, by_count);
    }
    return ok;
}

// ---- printing -----------------------------------------------------------------------------------

// The figures that are numbers by themselves.
typedef struct figure {
    const char *name, *prose;
    size_t value;
} figure;

static void print_tallies(const char *title, const tally *tallies, size_t count)
{
    if (count)
        printf("\n%s\n", title);
    for (size_t i = 0; i < count; i++)
        printf("%10zu  %.*s\n", tallies[i].count, YN_PRINT(tallies[i].name));
}

static void print_text(const yn_listing *l, const counts *c, const figure *figures, size_t count,
                       double bits)
{
    for (size_t i = 0; i < count; i++)
        printf("%10zu  %s\n", figures[i].value, figures[i].prose);
    printf("%10.2f  bits a name\n\nlabels\n", bits);
    for (size_t i = 1; i <= max_labels; i++)
        if (c->labels[i])
            printf("%10zu  %zu\n", c->labels[i], i);
    print_tallies("policies", c->policies, c->policy_count);
    print_tallies("top-level domains with the most entries", c->tlds,
                  c->tld_count < top_tlds ? c->tld_count : top_tlds);
    if (l->expires) {
        char date[11];
        yn_preload_date(l->expires, date);
        printf("\nThe browser passes over this list after %s.\n", date);
    }
}

static void write_tallies(yn_json *out, const char *name, const char *what, const tally *tallies,
                          size_t count)
{
    yn_json_array(out, name);
    for (size_t i = 0; i < count; i++) {
        yn_json_object(out, NULL);
        yn_json_text(out, what, tallies[i].name);
        yn_json_int(out, "names", (int64_t)tallies[i].count);
        yn_json_object_end(out);
    }
    yn_json_array_end(out);
}

static void write_labels(yn_json *out, const counts *c)
{
    yn_json_object(out, "labels");
    for (size_t i = 1; i <= max_labels; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "%zu", i);
        if (c->labels[i])
            yn_json_int(out, name, (int64_t)c->labels[i]);
    }
    yn_json_object_end(out);
}

static void print_json(const yn_listing *l, const counts *c, const figure *figures, size_t count,
                       double bits)
{
    yn_buf line = yn_buf_make(1 << 24, NULL);
    yn_json out = yn_json_make(&line, false);
    yn_json_object(&out, NULL);
    for (size_t i = 0; i < count; i++)
        yn_json_int(&out, figures[i].name, (int64_t)figures[i].value);
    yn_json_fixed(&out, "bits_per_name", bits, 2);
    if (l->of_list)
        yn_json_int(&out, "entries", (int64_t)l->of_list);
    else
        yn_json_null(&out, "entries");
    write_labels(&out, c);
    if (l->has_policies)
        write_tallies(&out, "policies", "policy", c->policies, c->policy_count);
    else
        yn_json_null(&out, "policies");
    write_tallies(&out, "top_tlds", "tld", c->tlds,
                  c->tld_count < top_tlds ? c->tld_count : top_tlds);
    yn_preload_json_moment(&out, "expires", l->expires);
    yn_json_object_end(&out);
    yn_print_line(&line);
    yn_buf_free(&line);
}

static int print(const yn_listing *l, bool json)
{
    counts c = {0};
    if (!count_all(l, &c)) {
        fprintf(stderr, "yonder preload: %s\n", yonder_strerror(YONDER_NO_MEMORY));
        free(c.tlds);
        free(c.policies);
        return YN_EXIT_FAILED;
    }
    const double bits = l->force_https ? 8.0 * (double)l->image.len / (double)l->force_https : 0;
    const figure figures[] = {
        {"names", "names, HTTPS only", l->force_https},
        {"with_subdomains", "with their subdomains", c.include},
        {"without_subdomains", "without", l->force_https - c.include},
        {"shields", "names without HTTPS, below one with subdomains", l->count - l->force_https},
        {"tlds", "top-level domains", c.tld_count},
        {"bytes", "bytes of the image", l->image.len},
    };
    const size_t count = sizeof figures / sizeof *figures;
    if (json)
        print_json(l, &c, figures, count, bits);
    else
        print_text(l, &c, figures, count, bits);
    free(c.tlds);
    free(c.policies);
    return YN_EXIT_OK;
}

int yn_preload_stats(const yn_preload_options *o, size_t count, char **arguments)
{
    const char *path = o->preload ? o->preload : count ? arguments[0] : NULL;
    if (!path || count > (o->preload ? 0 : 1))
        return yn_usage_error("preload", "stats takes one IMAGE or LIST");
    yn_listing l;
    int code = yn_listing_open(&l, path);
    if (code)
        return code;
    code = print(&l, o->json);
    yn_listing_close(&l);
    return code;
}
