// SPDX-License-Identifier: MIT
// yonder preload status DOMAIN…
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/batch.h"
#include "cli/preload_file.h"
#include "cli/preload_verbs.h"
#include "cli/print.h"

enum {
    path_max = 1 << 16,
    line_max = 1 << 20,
    host_max = 512,
    lists_max = YN_PRELOAD_SOURCES + 1, // and that of --preload
};

typedef struct shelf {
    yn_listing lists[lists_max];
    yn_preload_layout browsers[lists_max];
    yn_buf paths[lists_max];
    size_t count;
    int64_t now;
} shelf;

// What a list says of a domain.
typedef struct verdict {
    bool listed;              // as the browser reads it
    const yn_listed *decided; // by this entry, be it against; NULL: none
    bool service_listed;      // as the preload list's own service reads it
    const yn_listed *service; // by this one
} verdict;

static const char *browser_name(yn_preload_layout browser)
{
    static const char *const names[YN_PRELOAD_SOURCES] = {"Chromium", "Firefox", "Directory"};
    return names[browser];
}

// ---- the two readings ---------------------------------------------------------------------------

// As Index.Get of the service: the entry of that very name or, without one, of the closest ancestor
// that includes subdomains. In the browsers the most specific entry decides, whether it includes
// them or not.
static const yn_listed *ask_service(const yn_listing *l, yonder_text host)
{
    const yn_listed *exact = yn_listing_find(l, host);
    if (exact)
        return exact;
    for (size_t dot; (dot = yn_find_char(host, '.')) < host.len;) {
        host = yn_skip(host, dot + 1);
        const yn_listed *e = yn_listing_find(l, host);
        if (e && e->include_subdomains)
            return e;
    }
    return NULL;
}

// `host` is in ASCII and in lower case.
static verdict judge(const yn_listing *l, yonder_text host)
{
    yonder_preload_match m;
    yonder_preload_query(l->set, host, &m);
    verdict v = {.listed = m.preloaded};
    if (m.found)
        v.decided = yn_listing_find(l, m.matched);
    v.service = ask_service(l, host);
    v.service_listed = v.service && v.service->force_https;
    return v;
}

// ---- text ---------------------------------------------------------------------------------------

static void print_entry(const yn_listing *l, const yn_listed *e)
{
    printf(" by the entry %.*s", YN_PRINT(e->name));
    if (e->policy.len)
        printf(" (%.*s)", YN_PRINT(e->policy));
    if (!e->force_https)
        printf(", which asks for no HTTPS");
    else
        printf(", subdomains %s", e->include_subdomains ? "included" : "not included");
    if (l->has_about) {
        char date[11];
        yn_preload_date(l->about.lists[e->since].fetched, date);
        printf(", since the list of %s%s", date, e->since ? "" : " or an earlier one");
    }
}

static void print_list(const yn_listing *l, yn_preload_layout browser, int64_t now)
{
    char date[11];
    if (l->has_about) {
        yn_preload_date(l->about.lists[l->about.list_count - 1].fetched, date);
        printf("%s: list of %s, %zu names", browser_name(browser), date, l->force_https);
    } else {
        printf("%s: %s, %zu names", browser_name(browser), l->path, l->force_https);
    }
    if (l->expires) {
        yn_preload_date(l->expires, date);
        printf(l->expires < now ? "; it expired on %s, so the browser passes over it"
                                : "; it expires on %s",
               date);
    }
    putchar('\n');
}

static void print_verdict(const yn_listing *l, yn_preload_layout browser, const verdict *v)
{
    printf("  %s: %s", browser_name(browser), v->listed ? "listed" : "not listed");
    if (v->decided) {
        putchar(',');
        print_entry(l, v->decided);
    }
    putchar('\n');
    if (browser != YN_PRELOAD_CHROMIUM || v->listed == v->service_listed)
        return;
    printf("    The preload list's own service reads it otherwise: %s",
           v->service_listed ? "listed" : "not listed");
    if (v->service) {
        putchar(',');
        print_entry(l, v->service);
    }
    printf(".\n");
}

// ---- JSON ---------------------------------------------------------------------------------------

static void write_name(yn_json *out, const char *name, const yn_listed *e)
{
    yn_preload_json_known(out, name, e ? e->name : YN_TEXT(""));
}

static void write_list(yn_json *out, const yn_listing *l, int64_t now)
{
    const yn_preload_about *a = l->has_about ? &l->about : NULL;
    yn_json_object(out, "list");
    yn_preload_json_known(out, "source", a ? a->source : yonder_text_of(l->path));
    yn_preload_json_moment(out, "fetched", a ? a->lists[a->list_count - 1].fetched : 0);
    yn_json_int(out, "names", (int64_t)l->force_https);
    yn_preload_json_moment(out, "expires", l->expires);
    if (l->expires)
        yn_json_bool(out, "expired", l->expires < now);
    else
        yn_json_null(out, "expired");
    yn_json_object_end(out);
}

static void write_verdict(yn_json *out, const shelf *s, size_t i, const verdict *v)
{
    const yn_listing *l = &s->lists[i];
    const yn_listed *e = v->decided;
    yn_json_object(out, NULL);
    yn_json_str(out, "browser", yn_preload_browser(s->browsers[i]));
    yn_json_bool(out, "listed", v->listed);
    write_name(out, "matched", e);
    yn_preload_json_known(out, "policy", e ? e->policy : YN_TEXT(""));
    yn_json_bool(out, "include_subdomains", e && e->force_https && e->include_subdomains);
    bool dated = e && l->has_about;
    yn_preload_json_moment(out, "since", dated ? l->about.lists[e->since].fetched : 0);
    yn_json_bool(out, "since_or_before", dated && e->since == 0);
    if (s->browsers[i] == YN_PRELOAD_CHROMIUM) {
        yn_json_object(out, "service");
        yn_json_bool(out, "listed", v->service_listed);
        write_name(out, "matched", v->service);
        yn_json_object_end(out);
    } else {
        yn_json_null(out, "service");
    }
    write_list(out, l, s->now);
    yn_json_object_end(out);
}

// Returns whether every list has the domain.
static bool write_domain(yn_json *out, const shelf *s, yonder_text domain)
{
    char ascii[host_max];
    yonder_text host = yn_preload_file_host(domain, ascii);
    bool all = true;
    yn_json_text(out, "domain", domain);
    yn_json_array(out, "lists");
    for (size_t i = 0; i < s->count; i++) {
        const verdict v = judge(&s->lists[i], host);
        all = all && v.listed;
        write_verdict(out, s, i, &v);
    }
    yn_json_array_end(out);
    return all;
}

static const char *answer_line(void *context, const json_t *line, yn_json *out,
                               const yonder_mem *mem)
{
    (void)mem;
    yonder_text domain = {NULL, 0};
    if (!yn_batch_text(line, "domain", &domain) || !domain.ptr)
        return "\"domain\" must be a string";
    (void)write_domain(out, context, domain);
    return NULL;
}

// ---- the lists ----------------------------------------------------------------------------------

// A file that the option names or, without either option, where fetch puts it, if it is there.
static int add_list(shelf *s, yn_preload_layout browser, const char *given, bool by_default)
{
    yn_buf *path = &s->paths[s->count];
    *path = yn_buf_make(path_max, NULL);
    int code = YN_EXIT_OK;
    if (given)
        yn_buf_printf(path, "%s%c", given, 0);
    else if (by_default)
        code = yn_preload_default_path(browser, false, path);
    if (code || (!given && (!by_default || access(path->ptr, F_OK) != 0))) {
        yn_buf_free(path);
        return code;
    }
    yn_listing *l = &s->lists[s->count];
    code = yn_listing_open(l, path->ptr);
    if (code) {
        yn_buf_free(path);
        return code;
    }
    s->browsers[s->count++] = browser;
    // A directory's list is for any browser, and any list in the layout of Chromium's may be one's.
    const bool fits = l->layout == browser || l->layout == YN_PRELOAD_DIRECTORY ||
                      (browser == YN_PRELOAD_DIRECTORY && l->of_list);
    if ((l->has_about || l->of_list) && !fits) {
        fprintf(stderr, "yonder preload: %s is the list of %s\n", l->path, browser_name(l->layout));
        return YN_EXIT_USAGE;
    }
    return YN_EXIT_OK;
}

// Of whatever browser or directory it says it is; of an image that says nothing, a directory's.
static int add_named(shelf *s, const char *path)
{
    yn_listing *l = &s->lists[s->count];
    int code = yn_listing_open(l, path);
    if (!code)
        s->browsers[s->count++] = l->has_about || l->of_list ? l->layout : YN_PRELOAD_DIRECTORY;
    return code;
}

static int open_shelf(const yn_preload_options *o, shelf *s)
{
    bool by_default = !o->preload && !o->chromium && !o->firefox && !o->directory;
    int code = o->preload ? add_named(s, o->preload) : YN_EXIT_OK;
    if (!code)
        code = add_list(s, YN_PRELOAD_CHROMIUM, o->chromium, by_default);
    if (!code)
        code = add_list(s, YN_PRELOAD_FIREFOX, o->firefox, by_default);
    if (!code)
        code = add_list(s, YN_PRELOAD_DIRECTORY, o->directory, by_default);
    if (!code && s->count == 0) {
        fprintf(stderr, "yonder preload: there is no list: fetch one (yonder preload fetch), or "
                        "name one with --chromium, --firefox or --directory\n");
        code = YN_EXIT_USAGE;
    }
    return code;
}

static int report(const shelf *s, bool json, size_t count, char **domains)
{
    int code = YN_EXIT_OK;
    yn_buf line = yn_buf_make(line_max, NULL);
    for (size_t i = 0; i < s->count && !json; i++)
        print_list(&s->lists[i], s->browsers[i], s->now);
    for (size_t d = 0; d < count; d++) {
        yonder_text domain = yonder_text_of(domains[d]);
        bool all = true;
        if (json) {
            yn_json out = yn_json_make(&line, false);
            yn_json_object(&out, NULL);
            all = write_domain(&out, s, domain);
            yn_json_object_end(&out);
            yn_print_line(&line);
        } else {
            char ascii[host_max];
            yonder_text host = yn_preload_file_host(domain, ascii);
            printf("%s\n", domains[d]);
            for (size_t i = 0; i < s->count; i++) {
                const verdict v = judge(&s->lists[i], host);
                print_verdict(&s->lists[i], s->browsers[i], &v);
                all = all && v.listed;
            }
        }
        code = all ? code : YN_EXIT_NEGATIVE;
    }
    yn_buf_free(&line);
    return code;
}

int yn_preload_status(const yn_preload_options *o, size_t count, char **domains)
{
    if (o->batch && count)
        return yn_usage_error("preload", "--batch reads its input from stdin, not '%s'",
                              domains[0]);
    bool batch = o->batch || (!count && !isatty(STDIN_FILENO));
    if (!batch && !count)
        return yn_usage_error("preload", "DOMAIN is missing");
    shelf s = {.now = time(NULL)};
    int code = open_shelf(o, &s);
    if (!code)
        code = batch ? yn_batch_run(answer_line, &s) : report(&s, o->json, count, domains);
    for (size_t i = 0; i < s.count; i++) {
        yn_listing_close(&s.lists[i]);
        yn_buf_free(&s.paths[i]);
    }
    return code;
}
