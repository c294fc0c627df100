// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "dialects/carry.h"
#include "dialects/flat.h"
#include "dialects/redirects.h"

typedef struct writer {
    yn_flat flat; // first: it is the context of the sink
    const yn_redirects_traits *traits;
    bool slash_ignored; // a line says so
    bool said_slash, said_query, said_static, said_dynamic;
    size_t static_count, dynamic_count;
} writer;

// A rule as it goes out, but for where it starts.
typedef struct line {
    const yn_draft *draft;
    yonder_text path; // FROM without its origin
    yonder_text to;
    int status;
} line;

#define NOTE(w, kind, l, ...) yn_flat_note(&(w)->flat, kind, (l)->draft->line, __VA_ARGS__)

static bool lost(writer *w, const line *l, const char *why)
{
    NOTE(w, YN_NOTE_LOST, l, "%s: %s", w->traits->name, why);
    return false;
}

/* ---- whether it can be said ------------------------------------------------------------------ */

static bool fit_conditions(writer *w, const line *l)
{
    static const char *const theirs[] = {"country", "language", "cookie"};
    const yn_draft *d = l->draft;
    if (!w->traits->conditions && d->condition_count)
        return lost(w, l, "there are no conditions");
    if (!w->traits->conditions && d->pair_count)
        return lost(w, l, "a query cannot be asked for");
    for (size_t i = 0; i < d->condition_count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof theirs / sizeof *theirs; k++)
            known = known || yn_equal(d->conditions[i].name, yonder_text_of(theirs[k]));
        if (!known)
            return lost(w, l, "of conditions there are 'country', 'language' and 'cookie' only");
    }
    for (size_t i = 0; i < d->pair_count; i++)
        if (!d->pairs[i].value.len)
            return lost(w, l, "that a parameter is absent cannot be asked for");
    return true;
}

static bool takes(const yn_redirects_traits *t, int status)
{
    for (const uint16_t *s = t->statuses; s && *s; s++)
        if (*s == status)
            return true;
    return !t->statuses;
}

static bool fit_status(writer *w, line *l)
{
    if (!takes(w->traits, l->status) && takes(w->traits, l->status == 308 ? 301 : 302) &&
        !yn_status_refuses(l->status)) {
        int other = l->status == 308 ? 301 : 302;
        if (takes(w->traits, 308) || takes(w->traits, 307))
            return lost(w, l, "the status is none of it");
        NOTE(w, YN_NOTE_CHANGED, l, "%s has no status %d: with %d, a POST may become a GET",
             w->traits->name, l->status, other);
        l->status = other;
    }
    if (!takes(w->traits, l->status))
        return lost(w, l, "the status is none of it");
    if (!yn_status_refuses(l->status))
        return true;
    yn_buf *room = &w->flat.room;
    room->len = 0;
    yn_buf_printf(room, "/%d.html", l->status);
    l->to = yn_buf_text(room);
    NOTE(w, YN_NOTE_CHANGED, l, "%s answers status %d with a page: '%.*s' is to be there",
         w->traits->name, l->status, YN_PRINT(l->to));
    return true;
}

// A lone "?" at the end of TO, or before its fragment.
static bool drops_query(yonder_text to)
{
    size_t query = yn_find_char(to, '?');
    return query < to.len && (query + 1 == to.len || to.ptr[query + 1] == '#');
}

static void fit_query(writer *w, line *l)
{
    yn_redirects_query query = w->traits->query;
    if (query == YN_REDIRECTS_3_PASS)
        query = l->status == 301 || l->status == 302 ? YN_REDIRECTS_PASS : YN_REDIRECTS_DROP;
    if (yn_status_refuses(l->status))
        return;
    if (query == YN_REDIRECTS_PASS && drops_query(l->to))
        NOTE(w, YN_NOTE_CHANGED, l, "%s passes the query of a request on", w->traits->name);
    if (query == YN_REDIRECTS_DROP && !yn_to_has_query(l->to) && !w->said_query) {
        w->said_query = true;
        NOTE(w, YN_NOTE_CHANGED, l,
             "%s does not pass the query of a request on, in this rule and in others of its kind",
             w->traits->name);
    }
}

static bool fit_target(writer *w, const line *l)
{
    if (w->traits->https_only && !yn_status_refuses(l->status) &&
        (yn_starts_with(l->to, YN_TEXT("//")) || yn_scheme_length(l->to) == 7))
        return lost(w, l, "a destination is a path or an https URL");
    return true;
}

static bool fit_star(writer *w, const line *l)
{
    size_t star = yn_find_char(l->path, '*');
    if (star + 1 < l->path.len && !w->traits->star_inside)
        return lost(w, l, "'*' can only end what is redirected");
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_pairs(yn_buf *out, const yn_draft_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yn_buf_char(out, ' ');
        yn_buf_put(out, pairs[i].name);
        yn_buf_char(out, '=');
        yn_buf_put(out, pairs[i].value);
    }
}

static void put_rest(writer *w, yn_buf *out, const line *l, yonder_text to)
{
    size_t lone = drops_query(to) ? yn_find_char(to, '?') : to.len;
    put_pairs(out, l->draft->pairs, l->draft->pair_count);
    yn_buf_char(out, ' ');
    yn_buf_put(out, yn_slice(to, 0, lone));
    yn_buf_put(out, yn_skip(to, lone < to.len ? lone + 1 : lone));
    yn_buf_char(out, ' ');
    yn_buf_number(out, l->status);
    if (w->traits->conditions)
        yn_buf_char(out, '!'); // a rule never gives way to a file
    put_pairs(out, l->draft->conditions, l->draft->condition_count);
    yn_buf_char(out, '\n');
}

// Without what stands for the splat: "/a/*/b" as "/a/b", "/x/:splat" as "/x/".
static void put_bare(writer *w, yn_buf *out, const line *l, size_t star)
{
    yn_buf to = yn_buf_make(SIZE_MAX / 4, w->flat.mem);
    for (size_t i = 0; i < l->to.len; i++) {
        yonder_text rest = yn_skip(l->to, i);
        if (yn_starts_with(rest, YN_TEXT(":splat")) && yn_name_length(yn_skip(rest, 1)) == 5)
            i += 5;
        else
            yn_buf_char(&to, l->to.ptr[i]);
    }
    yn_buf_put(out, yn_slice(l->path, 0, star - 1));
    yn_buf_put(out, yn_skip(l->path, star + 1));
    put_rest(w, out, l, yn_buf_text(&to));
    if (to.error && !w->flat.error)
        w->flat.error = to.error;
    yn_buf_free(&to);
}

static void count(writer *w, const line *l)
{
    const yn_redirects_traits *t = w->traits;
    bool splits = yn_find_char(l->path, '*') < l->path.len;
    for (size_t i = 0; i + 1 < l->path.len && !splits; i++)
        splits = l->path.ptr[i] == ':' && yn_name_length(yn_skip(l->path, i + 1));
    bool dynamic = t->max_dynamic && (splits || w->dynamic_count);
    size_t n = dynamic ? ++w->dynamic_count : ++w->static_count;
    size_t most = dynamic ? t->max_dynamic : t->max_static;
    bool *said = dynamic ? &w->said_dynamic : &w->said_static;
    if (!most || n <= most || *said)
        return;
    *said = true;
    NOTE(w, YN_NOTE_CHANGED, l,
         "%s takes %zu rules of this kind: this one and those that follow are too many", t->name,
         most);
}

static void put_line(writer *w, yn_buf *out, yonder_text scheme, yonder_text host, const line *l)
{
    size_t star = yn_find_char(l->path, '*');
    if (star < l->path.len && !w->traits->bare_fits && l->path.len > 2) {
        put_bare(w, out, l, star);
        count(w, l);
    }
    yn_buf_put(out, scheme);
    yn_buf_put(out, host);
    yn_buf_put(out, l->path);
    put_rest(w, out, l, l->to);
    count(w, l);
}

static bool put_both(writer *w, yonder_text host, const line *l)
{
    yn_buf *out = w->flat.hosts.len ? yn_flat_text(&w->flat, host) : &w->flat.any;
    put_line(w, out, YN_TEXT("http://"), host, l);
    put_line(w, out, YN_TEXT("https://"), host, l);
    return true;
}

static bool put_section(writer *w, const line *l)
{
    yonder_text rest = w->flat.hosts, host;
    size_t wild = 0, named = 0;
    while ((host = yn_flat_host(&rest)).len) {
        wild += host.ptr[0] == '*';
        named += host.ptr[0] != '*';
    }
    if (!w->traits->urls || !named)
        return lost(w, l,
                    w->traits->urls ? "a host cannot be a wildcard"
                                    : "rules cannot be tied to a host");
    if (wild)
        NOTE(w, YN_NOTE_CHANGED, l, "%s: not for the hosts with '*'", w->traits->name);
    for (rest = w->flat.hosts; (host = yn_flat_host(&rest)).len;)
        if (host.ptr[0] != '*')
            put_both(w, host, l);
    return true;
}

static bool put_url(writer *w, line *l, size_t scheme)
{
    yonder_text from = l->draft->from;
    size_t end = yn_authority_end(from, scheme);
    yonder_text host = yn_slice(from, scheme, end);
    l->path = end < from.len ? yn_skip(from, end) : YN_TEXT("/");
    if (!w->traits->urls || yn_starts_with(host, YN_TEXT("*")))
        return lost(w, l,
                    w->traits->urls ? "a host cannot be a wildcard"
                                    : "rules cannot be tied to a host");
    if (!fit_star(w, l))
        return false;
    if (scheme == 2)
        return put_both(w, host, l);
    put_line(w, w->flat.hosts.len ? &w->flat.named : &w->flat.any, yn_slice(from, 0, scheme), host,
             l);
    return true;
}

static bool put_rule(writer *w, line *l)
{
    yonder_text from = l->draft->from, none = {NULL, 0};
    size_t scheme = yn_starts_with(from, YN_TEXT("//")) ? 2 : yn_scheme_length(from);
    if (yn_starts_with(from, YN_TEXT("~")))
        return lost(w, l, "there are no regular expressions");
    if (!fit_conditions(w, l) || !fit_status(w, l) || !fit_target(w, l) ||
        (!scheme && !fit_star(w, l)))
        return false;
    fit_query(w, l);
    if (w->traits->any_slash && !w->slash_ignored && !w->said_slash) {
        w->said_slash = true;
        NOTE(w, YN_NOTE_CHANGED, l, "to %s '/a' and '/a/' are one, in this rule and in all others",
             w->traits->name);
    }
    if (scheme)
        return put_url(w, l, scheme);
    if (w->flat.hosts.len)
        return put_section(w, l);
    put_line(w, &w->flat.any, none, none, l);
    return true;
}

static int take_rule(void *context, const yn_draft *draft)
{
    writer *w = context;
    line l = {draft, draft->from, draft->to, draft->status};
    bool put = put_rule(w, &l);
    return w->flat.error ? w->flat.error : put ? YONDER_OK : YONDER_INVALID_RULES;
}

static int take_site(void *context, const yn_draft_site *site)
{
    writer *w = context;
    bool slash = yn_equal(site->name, YN_TEXT("slash")) && yn_equal(site->value, YN_TEXT("ignore"));
    if (!slash || !w->traits->any_slash)
        return yn_flat_site_lost(&w->flat, site, w->traits->name);
    w->slash_ignored = true;
    return YONDER_OK;
}

static int finish(void *context)
{
    writer *w = context;
    const yonder_mem *mem = w->flat.mem;
    int error = yn_flat_end(&w->flat);
    yn_free(mem, w);
    return error;
}

int yn_redirects_write(const yn_redirects_traits *traits, yn_writer *out_writer, yn_buf *out,
                       const yn_notes *notes, const yonder_mem *mem)
{
    writer *w = yn_alloc(mem, sizeof *w);
    if (!w)
        return YONDER_NO_MEMORY;
    *w = (writer){.traits = traits};
    yn_flat_begin(&w->flat, out, notes, mem);
    out_writer->sink = (yn_sink){yn_flat_source, yn_flat_section, take_site, take_rule, w};
    out_writer->finish = finish;
    return YONDER_OK;
}
