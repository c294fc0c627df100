// SPDX-License-Identifier: MIT
// The rule language a second time, as plainly as it can be said: no index, every rule taken apart
// anew for every request. What the compiled rules answer must be what this answers. It shares
// nothing with src/rules but the parser of hosts, and takes only files without errors. The parts:
//
//   naive_text.h       words, segments, escapes, queries
//   naive_condition.h  conditions
//   naive_from.h       FROM and the pairs
//   naive_to.h         TO
//   naive_site.h       the lines about a site
//   naive.h            files, sections, which rule fires
#ifndef YN_TESTS_NAIVE_H
#define YN_TESTS_NAIVE_H

#include "naive_condition.h"
#include "naive_site.h"

enum {
    naive_most_lines = 1 << 14,
    naive_most_words = 1 << 16,
    naive_most_sections = 1 << 10,
};

typedef struct naive_line {
    size_t source; /**< which of the texts, from 0 */
    uint32_t number;
    size_t section;   /**< 0: outside */
    yonder_text text; /**< without comment */
    const yonder_text *word;
    size_t count; /**< of words */
} naive_line;

/** Files, read. */
typedef struct naive_files {
    naive_line line[naive_most_lines];
    yonder_text word[naive_most_words];
    naive_section section[naive_most_sections];
    yonder_text host[naive_most_words / 8];
    char room[naive_most_words / 8 * 256];
    size_t line_count, word_count, section_count, host_count;
} naive_files;

typedef struct naive_answer {
    yonder_rules_cause cause;
    int status;
    size_t source; /**< which of the texts, from 0 */
    uint32_t line;
    bool local;                /**< the Location must stay on the host */
    char location[naive_room]; /**< NUL-terminated, as the next ones */
    char cache_control[naive_room / 8], hsts[256];
    uint32_t retry_after;
    naive_asked asked;
} naive_answer;

/* ---- reading --------------------------------------------------------------------------------- */

static inline naive_line *naive_split_line(naive_files *f, yonder_text text)
{
    naive_line *l = &f->line[f->line_count];
    l->word = f->word + f->word_count;
    l->count = 0;
    l->text = yn_slice(text, 0, 0);
    for (size_t i = 0; i < text.len;) {
        size_t end = i;
        while (end < text.len && text.ptr[end] != ' ' && text.ptr[end] != '\t')
            end++;
        if (end > i && text.ptr[i] == '#')
            break;
        if (end > i) {
            f->word[f->word_count++] = yn_slice(text, i, end);
            l->count++;
            l->text.len = end;
        }
        i = end + 1;
    }
    return l;
}

// The section of a line "[host host]": that of these hosts, in this order, which may be there.
static inline size_t naive_read_section(naive_files *f, const naive_line *l)
{
    naive_section s = f->section[0];
    yonder_text *hosts = f->host + f->host_count;
    s.host = hosts;
    s.count = 0;
    for (size_t i = 0; i < l->count; i++) {
        yonder_text word = l->word[i];
        char *room = f->room + 256 * (f->host_count + s.count);
        int32_t port;
        if (i == 0)
            word = yn_skip(word, 1);
        if (i + 1 == l->count)
            word.len--;
        if (!word.len)
            continue;
        yonder_text host = naive_host(word, room, &port);
        bool there = false;
        for (size_t k = 0; k < s.count; k++)
            there = there || yn_equal(s.host[k], host);
        if (!there)
            hosts[s.count++] = host;
    }
    for (size_t n = 1; n < f->section_count; n++) {
        size_t same = 0;
        while (same < s.count && yn_equal(s.host[same], f->section[n].host[same]))
            same++;
        if (same == s.count && f->section[n].count == s.count)
            return n;
    }
    f->host_count += s.count;
    f->section[f->section_count] = s;
    return f->section_count++;
}

static inline void naive_read_line(naive_files *f, yonder_text text, size_t source, uint32_t number,
                                   size_t *section)
{
    naive_line *l = naive_split_line(f, text);
    if (!l->count)
        return;
    if (l->word[0].ptr[0] == '[') {
        *section = naive_read_section(f, l);
        return;
    }
    l->source = source;
    l->number = number;
    l->section = *section;
    f->line_count++;
    if (naive_is(l->word[0], "slash"))
        f->section[*section].any_slash = naive_is(l->word[1], "ignore");
    if (naive_is(l->word[0], "case"))
        f->section[*section].any_case = naive_is(l->word[1], "ignore");
}

/** Reads files without errors, 256 KB in all at most. */
static inline void naive_read(naive_files *f, const yonder_text *texts, size_t count)
{
    f->line_count = f->word_count = f->host_count = 0;
    f->section_count = 1;
    f->section[0] = (naive_section){.count = 0};
    for (size_t i = 0; i < count; i++) {
        yonder_text text = texts[i];
        size_t section = 0;
        if (yn_starts_with(text, YN_TEXT("\xEF\xBB\xBF")))
            text = yn_skip(text, 3);
        for (uint32_t number = 1; text.len; number++) {
            yonder_text line = naive_cut(&text, '\n');
            if (line.len && line.ptr[line.len - 1] == '\r')
                line.len--;
            naive_read_line(f, line, i, number, &section);
        }
    }
}

/* ---- which lines ----------------------------------------------------------------------------- */

// Whether a section names the request's host at this rank: the length of a wildcard's host, or the
// most for the host itself; 0 is what stands outside sections.
static inline bool naive_section_has(const naive_section *s, const naive_request *r, size_t rank)
{
    for (size_t i = 0; i < s->count; i++)
        if (naive_host_fits(s->host[i], r) &&
            rank == (s->host[i].ptr[0] == '.' ? s->host[i].len : SIZE_MAX))
            return true;
    return rank == 0 && !s->count;
}

static inline size_t naive_next_rank(const naive_request *r, size_t rank)
{
    return rank == SIZE_MAX ? (r->has_host ? r->host.len : 0) : rank - 1;
}

static inline bool naive_is_rule(const naive_line *l)
{
    return strchr("/~", l->word[0].ptr[0]) || naive_scheme(l->word[0]);
}

/** What the site of the request says after `word`: NULL where it says nothing. `*line` is where. */
static inline yonder_text naive_said(const naive_files *f, const naive_request *r, const char *word,
                                     const naive_line **line)
{
    for (size_t rank = SIZE_MAX;; rank = naive_next_rank(r, rank)) {
        for (size_t i = 0; i < f->line_count; i++) {
            const naive_line *l = &f->line[i];
            if (!naive_is(l->word[0], word) || !naive_section_has(&f->section[l->section], r, rank))
                continue;
            *line = l;
            return yn_trim(yn_skip(l->text, (size_t)(l->word[0].ptr - l->text.ptr) + strlen(word)),
                           " \t");
        }
        if (rank == 0)
            return (yonder_text){NULL, 0};
    }
}

/* ---- rules ----------------------------------------------------------------------------------- */

// Which word is TO.
static inline size_t naive_to(const naive_line *l)
{
    size_t to = 1;
    while (l->word[to].ptr[0] != '/' && !naive_scheme(l->word[to]) && !naive_is(l->word[to], "-"))
        to++;
    return to;
}

static inline bool naive_has_status(const naive_line *l, size_t to)
{
    return to + 1 < l->count && yn_find_char(l->word[to + 1], '=') == l->word[to + 1].len;
}

// Whether the rule fires; then its Location is in a->location.
static inline bool naive_fires(naive_answer *a, const naive_line *l, const naive_section *s,
                               const naive_request *r, yonder_text origin)
{
    static naive_bindings b;
    size_t to = naive_to(l);
    b.count = 0;
    b.unsure = false;
    bool fits = naive_from_fits(l->word[0], s, r, &b);
    a->asked.unsure = a->asked.unsure || b.unsure;
    if (!fits)
        return false;
    for (size_t i = 1; i < to; i++)
        if (!naive_pair_fits(l->word[i], r, &b))
            return false;
    a->location[0] = '\0';
    if (!naive_is(l->word[to], "-") && !naive_compose(a->location, l->word, to, origin, r, &b))
        return false;
    for (size_t i = to + 1 + naive_has_status(l, to); i < l->count; i++)
        if (!naive_holds(r->asked, l->word[i], &a->asked))
            return false;
    return true;
}

// The condition on languages, or NULL.
static inline const yonder_text *naive_language(const naive_line *l)
{
    const yonder_text *found = NULL;
    for (size_t i = naive_to(l) + 1; i < l->count; i++)
        if (yn_starts_with(l->word[i], YN_TEXT("language=")))
            found = &l->word[i];
    return found;
}

// Whether two rules of one section have the same FROM and pairs.
static inline bool naive_same_rule(const naive_line *a, const naive_line *b, const naive_section *s)
{
    size_t to = naive_to(a);
    if (a->section != b->section || to != naive_to(b) ||
        !naive_same_from(a->word[0], b->word[0], s))
        return false;
    for (size_t i = 1; i < to; i++) {
        bool found = false;
        for (size_t k = 1; k < to && !found; k++)
            found = naive_same_pair(a->word[i], b->word[k]);
        if (!found)
            return false;
    }
    return true;
}

// Of the rules from line `n` on that share its FROM and ask for a language, the one that is liked
// most; up to one that fires and asks for none.
static inline size_t naive_choose(naive_answer *a, const naive_files *f, size_t n,
                                  const naive_request *r)
{
    const naive_line *first = &f->line[n];
    const naive_section *s = &f->section[first->section];
    const yonder_text *language = naive_language(first);
    int best = language ? naive_likes(r->asked, yn_skip(*language, strlen("language="))) : 0;
    size_t chosen = n;
    for (size_t i = n + 1; language && i < f->line_count; i++) {
        const naive_line *l = &f->line[i];
        if (!naive_is_rule(l) || !naive_same_rule(first, l, s) ||
            !naive_fires(a, l, s, r, (yonder_text){"", 0}))
            continue;
        const yonder_text *own = naive_language(l);
        if (!own)
            break;
        int likes = naive_likes(r->asked, yn_skip(*own, strlen("language=")));
        if (likes > best) {
            best = likes;
            chosen = i;
        }
    }
    return chosen;
}

// The line of the rule that fires, or that of none.
static inline size_t naive_scan(naive_answer *a, const naive_files *f, const naive_request *r)
{
    for (size_t rank = SIZE_MAX;; rank = naive_next_rank(r, rank)) {
        for (size_t i = 0; i < f->line_count; i++) {
            const naive_line *l = &f->line[i];
            const naive_section *s = &f->section[l->section];
            if (naive_is_rule(l) && naive_section_has(s, r, rank) &&
                naive_fires(a, l, s, r, (yonder_text){"", 0}))
                return naive_choose(a, f, i, r);
        }
        if (rank == 0)
            return f->line_count;
    }
}

static inline void naive_take(naive_answer *a, const naive_line *l, yonder_rules_cause cause,
                              int status)
{
    a->cause = cause;
    a->status = status;
    a->source = l->source;
    a->line = l->number;
}

static inline void naive_answer_rule(naive_answer *a, const naive_line *l, const naive_section *s,
                                     const naive_request *r, yonder_text origin)
{
    static naive_answer scrap;
    size_t to = naive_to(l);
    bool nowhere = naive_is(l->word[to], "-");
    scrap.asked = a->asked; // what is asked for once more does not count
    if (!naive_fires(&scrap, l, s, r, origin))
        abort();
    memcpy(a->location, scrap.location, strlen(scrap.location) + 1);
    a->local = !naive_scheme(l->word[to]) && !nowhere && !origin.len;
    naive_take(a, l, YONDER_RULES_RULE,
               naive_has_status(l, to) ? naive_status_word(l->word[to + 1])
               : nowhere               ? 410
                                       : 301);
}

/* ---- the answer ------------------------------------------------------------------------------ */

static inline bool naive_goes_first(naive_answer *a, const naive_files *f, const naive_request *r)
{
    const naive_line *line;
    yonder_text value = naive_said(f, r, "https", &line);
    if (value.ptr && !naive_is(value, "off") && !r->https && r->has_host) {
        size_t len = (size_t)sprintf(a->location, "https://%.*s", YN_PRINT(r->host));
        a->location[len + naive_put_target(a->location + len, r->asked->target)] = '\0';
        naive_take(a, line, YONDER_RULES_HTTPS, naive_status_word(value));
        return true;
    }
    value = naive_said(f, r, "maintenance", &line);
    yonder_text rest = value, place = naive_word(&rest, " \t");
    if (!value.ptr || naive_is(place, "off"))
        return false;
    a->location[0] = '\0';
    if (!naive_is(place, "on"))
        naive_spell(a->location, place);
    if (a->location[0] && naive_is_page(yonder_text_of(a->location), r))
        return false;
    naive_take(a, line, YONDER_RULES_MAINTENANCE, a->location[0] ? 307 : 503);
    if (yn_find_char(rest, '=') < rest.len)
        a->retry_after = (uint32_t)strtoul(rest.ptr + yn_find_char(rest, '=') + 1, NULL, 10);
    return true;
}

// Rules, then the canonical host.
static inline void naive_go_on(naive_answer *a, const naive_files *f, naive_request *r)
{
    const naive_line *line, *none;
    char origin[512];
    yonder_text query = naive_said(f, r, "query", &none);
    yonder_text canonical = naive_said(f, r, "canonical", &line);
    const char *scheme = r->https ? "https://" : "http://";
    size_t len = (size_t)sprintf(origin, "%s", scheme);
    bool elsewhere = naive_is_elsewhere(canonical, r, origin + len);
    if (yn_starts_with(query, YN_TEXT("ignore=")))
        r->ignored = yn_skip(query, strlen("ignore="));
    r->drops_query = naive_is(query, "drop");
    size_t n = naive_scan(a, f, r);
    if (n < f->line_count) {
        const naive_line *l = &f->line[n];
        naive_answer_rule(a, l, &f->section[l->section], r,
                          elsewhere ? yonder_text_of(origin) : (yonder_text){"", 0});
    } else if (elsewhere) {
        len = (size_t)sprintf(a->location, "%s", origin);
        a->location[len + naive_put_target(a->location + len, r->asked->target)] = '\0';
        naive_take(a, line, YONDER_RULES_CANONICAL, 308);
    }
}

static inline void naive_finish(naive_answer *a, const naive_files *f, const naive_request *r)
{
    const naive_line *line;
    yonder_text cache = naive_said(f, r, "cache", &line), hsts = naive_said(f, r, "hsts", &line);
    bool permanent = a->status == 301 || a->status == 308 || a->status == 410;
    if (hsts.ptr && !naive_is(hsts, "off") && r->https)
        naive_hsts(a->hsts, hsts);
    if (a->cause == YONDER_RULES_MAINTENANCE || (a->cause && a->asked.anything))
        strcpy(a->cache_control, "no-store");
    else if (permanent && cache.ptr && !naive_is(cache, "off"))
        naive_cache(a->cache_control, cache);
    if (r->asked->http10)
        a->status = naive_status_10(a->status, naive_said(f, r, "http10", &line));
}

static inline void naive_read_host(naive_request *r, yonder_text host)
{
    bool plain = true; // a host that is not ASCII never comes in a request
    for (size_t i = 0; i < host.len; i++)
        plain = plain && (unsigned char)host.ptr[i] < 0x80 && host.ptr[i] != '%';
    r->has_host = plain && host.len &&
                  !yn_host_canonical(host, r->host_room, 255, &r->host, &r->port) &&
                  r->host.ptr[0] != '.';
    if (r->has_host && r->port < 0)
        r->port = r->https ? 443 : 80;
}

/** Answers `request` from the rules of `f`. What is no path gets what goes with any answer. */
static inline void naive_match(naive_answer *a, const naive_files *f,
                               const yonder_rules_request *request)
{
    static char room[naive_room];
    naive_request r = {.asked = request, .https = request->https};
    yonder_text path = request->target;
    a->cause = YONDER_RULES_NONE;
    a->status = 0;
    a->local = false;
    a->location[0] = a->cache_control[0] = a->hsts[0] = '\0';
    a->retry_after = 0;
    a->asked = (naive_asked){.count = 0};
    naive_read_host(&r, request->host);
    if (path.len && path.ptr[0] == '/') {
        path.len = yn_find_char(path, '?');
        r.query = yn_skip(request->target, path.len + (path.len < request->target.len));
        r.raw = naive_remove_dots(path, room);
        if (!naive_goes_first(a, f, &r))
            naive_go_on(a, f, &r);
    }
    if (!a->cause)
        a->location[0] = '\0';
    naive_finish(a, f, &r);
}

#endif
