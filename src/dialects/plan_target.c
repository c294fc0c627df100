// SPDX-License-Identifier: MIT
// The target of a step, in native terms.
#include <stdio.h>

#include "base/text.h"
#include "base/utf8.h"
#include "dialects/plan_render.h"
#include "dialects/regexp.h"

// What depends on the site is put in last. No text has these bytes.
enum {
    MARK_HOST = 1,
    MARK_AUTHORITY = 2,
    MARK_SCHEME = 3,
};

typedef enum place {
    IN_PATH, // and whatever stands before it
    IN_QUERY,
    IN_FRAGMENT,
} place;

typedef struct target {
    const yn_frame *frame;
    const yn_uses *uses;
    yn_buf parts[3]; // by place
    place place;
    bool has_question; // a "?" of its own
    bool takes_query;  // the request's query is put in
    bool takes_alone;  // and nothing else stands in the query
    const char *lost;
} target;

/* ---- what is asked for ----------------------------------------------------------------------- */

static void use_id(yn_uses *uses, uint32_t id)
{
    for (size_t i = 0; i < uses->id_count; i++)
        if (uses->ids[i] == id)
            return;
    if (uses->id_count < sizeof uses->ids / sizeof *uses->ids)
        uses->ids[uses->id_count++] = id;
    else
        uses->lost = "its target takes groups of too many regular expressions";
}

static const yn_word *find_pair(const yn_case *which, yonder_text name)
{
    const yn_word *word = which->pairs;
    while (word && !yn_equal(word->name, name))
        word = word->next;
    return word;
}

static void use_argument(yn_uses *uses, const yn_case *which, yonder_text name)
{
    if (find_pair(which, name))
        return;
    for (size_t i = 0; i < uses->argument_count; i++)
        if (yn_equal(uses->arguments[i], name))
            return;
    if (uses->argument_count < YN_MOST_ARGUMENTS)
        uses->arguments[uses->argument_count++] = name;
    else
        uses->lost = "its target takes too many values out of the query";
}

// Whether a path would have to start behind this text: "" or "https://host".
static bool wants_slash(const yn_to_part *first, const yn_to_part *end)
{
    size_t after_colon = 0;
    bool in_authority = false;
    for (const yn_to_part *part = first; part != end; part = part->next)
        for (size_t i = 0; part->kind == YN_TO_TEXT && i < part->text.len; i++) {
            char c = part->text.ptr[i];
            if (strchr("?#", c) || (c == '/' && in_authority))
                return false;
            after_colon = c == ':' ? 1 : c == '/' && after_colon ? after_colon + 1 : 0;
            in_authority = in_authority || after_colon == 3;
        }
    return first == end || in_authority;
}

static const yn_host_test *find_test(const yn_case *which, uint32_t id)
{
    const yn_host_test *test = which->hosts;
    while (test && test->id != id)
        test = test->next;
    return test;
}

yn_uses yn_target_uses(const yn_frame *frame)
{
    yn_uses uses = {0};
    for (const yn_to_part *part = frame->step->to; part; part = part->next) {
        if (part->kind == YN_TO_UNKNOWN) {
            uses.lost = "its target takes something that is not known here";
        } else if (part->kind == YN_TO_PATH) {
            uses.whole = true;
        } else if (part->kind == YN_TO_GROUP) {
            use_id(&uses, part->id);
            if (!uses.lead && !find_test(frame->which, part->id) &&
                wants_slash(frame->step->to, part)) {
                uses.lead = true;
                uses.lead_id = part->id;
                uses.lead_number = part->number;
            }
        } else if (part->kind == YN_TO_ARGUMENT) {
            use_argument(&uses, frame->which, part->text);
        }
    }
    return uses;
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static yn_buf *now(target *t)
{
    return &t->parts[t->place];
}

static bool is_name_char(char c)
{
    return yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) || c == '_';
}

// Whether the last that was put is a name that `c` would prolong, or a number.
static bool would_prolong(const yn_buf *out, char c)
{
    size_t at = out->len;
    while (at && is_name_char(out->ptr[at - 1]))
        at--;
    if (!at || at == out->len)
        return false;
    if (out->ptr[at - 1] == ':')
        return is_name_char(c) && yn_is_alpha((unsigned char)out->ptr[at]);
    return out->ptr[at - 1] == '$' && yn_is_digit((unsigned char)c);
}

static void put_char(target *t, char c, char next)
{
    yn_buf *out = now(t);
    bool in_authority =
        t->place == IN_PATH && out->len < 9; // "https://", a port never starts alpha
    if (would_prolong(out, c) || (c == '$' && (yn_is_digit((unsigned char)next) || next == '{')) ||
        (c == ':' && yn_is_alpha((unsigned char)next) && !in_authority) ||
        (unsigned char)c <= ' ' || c == 0x7F)
        yn_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    else
        yn_buf_char(out, c);
}

// Text as it goes into a Location, which is UTF-8 here.
static void put_text(target *t, yonder_text text)
{
    for (size_t i = 0, n; i < text.len; i += n) {
        char c = text.ptr[i];
        uint32_t code_point;
        n = (unsigned char)c < 0x80 ? 1 : yn_utf8_decode(yn_skip(text, i), &code_point);
        if (n > 1 || (unsigned char)c >= 0x80) {
            bool bad = code_point == 0xFFFD;
            for (size_t k = 0; k < n; k++)
                if (bad)
                    yn_buf_printf(now(t), "%%%02X", (unsigned)(unsigned char)text.ptr[i + k]);
                else
                    yn_buf_char(now(t), text.ptr[i + k]);
        } else if (c == '#' && t->place != IN_FRAGMENT) {
            t->place = IN_FRAGMENT;
        } else if (c == '?' && t->place == IN_PATH) {
            t->place = IN_QUERY;
            t->has_question = true;
        } else {
            put_char(t, c, i + 1 < text.len ? text.ptr[i + 1] : '\0');
        }
    }
}

// Part of the request's path, which is known: no "?" of it starts the query.
static void put_subject(target *t, yonder_text subject)
{
    yn_buf url = yn_buf_make(3 * subject.len + 1, t->frame->plan->mem);
    yn_plan_put_url(&url, subject);
    for (size_t i = 0; i < url.len; i++)
        put_char(t, url.ptr[i], i + 1 < url.len ? url.ptr[i + 1] : '\0');
    yn_buf_free(&url);
}

static const yn_path *find_path(const yn_case *which, uint32_t id)
{
    if (which->path.id == id)
        return &which->path;
    for (const yn_look *look = which->looks; look; look = look->next)
        if (!look->negative && look->path.id == id)
            return &look->path;
    return NULL;
}

// A group of something that is known, because the path or the host is.
static void put_known_group(target *t, uint32_t id, uint32_t number)
{
    const yn_frame *f = t->frame;
    yonder_text groups[100] = {{0}};
    const yn_host_test *test = find_test(f->which, id);
    const yn_path *path = find_path(f->which, id);
    if (number >= 100)
        t->lost = "its target takes a group that there is not";
    else if (test && !f->site->host.len)
        t->lost = "its target takes part of a host that is not known here";
    else if (test && yn_site_holds(f->plan, f->site, test, groups, 100) != YN_HOLDS)
        t->lost = "its target takes part of a host that is not known here";
    else if (test)
        put_text(t, groups[number]);
    else if (path && path->kind == YN_PATH_EXACT)
        put_subject(t, number ? (yonder_text){0} : f->exact);
    else if (path && path->kind == YN_PATH_PREFIX && !path->is_folder)
        put_subject(t, number ? (yonder_text){0} : path->text);
    else if (path && path->kind == YN_PATH_PREFIX && f->exact.len >= path->text.len)
        put_subject(t, yn_skip(f->exact, path->text.len));
    else if (path && yn_plan_fits(f->plan, path->text, path->ignore_case, f->exact, groups, 100))
        put_subject(t, groups[number]);
    else
        t->lost = "its target takes a group of a regular expression that does not fit";
}

static void put_number(target *t, size_t number, yonder_text after)
{
    bool digit = after.len && yn_is_digit((unsigned char)after.ptr[0]);
    yn_buf_printf(now(t), digit ? "${%zu}" : "$%zu", number);
}

static yonder_text text_after(const yn_to_part *part)
{
    return part->next && part->next->kind == YN_TO_TEXT ? part->next->text : (yonder_text){0};
}

static void put_group(target *t, const yn_to_part *part)
{
    const yn_frame *f = t->frame;
    if (f->lead_id == part->id && f->lead_number == part->number && f->lead_id) {
        if (f->lead_is_empty)
            return;
        yn_buf_char(now(t), '/');
    }
    if (f->kind == YN_PATH_EXACT || find_test(f->which, part->id)) {
        put_known_group(t, part->id, part->number);
        return;
    }
    if (f->kind == YN_PATH_ANY && f->any_id == part->id && part->number == 1 && f->any_group) {
        yn_buf_str(now(t), f->any_group);
        return;
    }
    for (size_t i = 0; i < f->group_count; i++)
        if (f->groups[i].id == part->id) {
            put_number(t, f->groups[i].offset + part->number, text_after(part));
            return;
        }
    t->lost = "its target takes a group of a regular expression that cannot be told here";
}

static void put_path(target *t, const yn_to_part *part)
{
    const yn_frame *f = t->frame;
    if (f->kind == YN_PATH_EXACT) {
        put_subject(t, f->exact);
    } else if (f->kind == YN_PATH_ANY) {
        put_subject(t, f->folder);
        yn_buf_str(now(t), "/:splat");
    } else {
        yn_buf_char(now(t), '/');
        put_number(t, f->whole, text_after(part));
    }
}

// The name of a placeholder for a value of the query: its own name where that can be one.
static yonder_text placeholder(const yn_frame *f, yonder_text name, size_t number)
{
    bool good = name.len && name.len < 64 && yn_is_alpha((unsigned char)name.ptr[0]) &&
                !yn_equal(name, YN_TEXT("splat"));
    for (size_t i = 0; i < name.len; i++)
        good = good && is_name_char(name.ptr[i]);
    if (good)
        return name;
    yn_buf_printf(&f->plan->scratch, "value%zu", number + 1);
    return yn_plan_written(f->plan);
}

static void put_argument(target *t, yonder_text name)
{
    const yn_word *pair = find_pair(t->frame->which, name);
    if (pair) {
        if (pair->value.len && pair->value.ptr[0] == ':')
            yn_buf_put(now(t), pair->value);
        else
            put_text(t, pair->value);
        return;
    }
    for (size_t i = 0; i < t->uses->argument_count; i++)
        if (yn_equal(t->uses->arguments[i], name) && !(t->frame->without & 1u << i)) {
            yn_buf_char(now(t), ':');
            yn_buf_put(now(t), placeholder(t->frame, name, i));
        }
}

static void put_query(target *t)
{
    if (t->place != IN_QUERY) {
        t->lost = "its target takes the request's query at a place that is none for it";
        return;
    }
    t->takes_alone = !t->parts[IN_QUERY].len;
    t->takes_query = true;
}

static void put_part(target *t, const yn_to_part *part)
{
    switch (part->kind) {
    case YN_TO_TEXT:
        put_text(t, part->text);
        break;
    case YN_TO_PATH:
        put_path(t, part);
        break;
    case YN_TO_QUESTION:
        if (t->place == IN_PATH)
            t->place = IN_QUERY;
        break;
    case YN_TO_QUERY:
        put_query(t);
        break;
    case YN_TO_HOST:
        yn_buf_char(now(t), MARK_HOST);
        break;
    case YN_TO_AUTHORITY:
        yn_buf_char(now(t), MARK_AUTHORITY);
        break;
    case YN_TO_SCHEME:
        yn_buf_char(now(t), MARK_SCHEME);
        break;
    case YN_TO_GROUP:
        put_group(t, part);
        break;
    case YN_TO_ARGUMENT:
        put_argument(t, part->text);
        break;
    case YN_TO_UNKNOWN:
        t->lost = "its target takes something that is not known here";
        break;
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool starts(yonder_text t, int scheme_mark, const char *scheme, int host_mark,
                   size_t *length)
{
    char text[16];
    size_t n = (size_t)(scheme ? snprintf(text, sizeof text, "%s://%c", scheme, host_mark)
                               : snprintf(text, sizeof text, "%c://%c", scheme_mark, host_mark));
    *length = n;
    return yn_starts_with(t, (yonder_text){text, n});
}

// "$scheme://$host/x" is "/x".
static yonder_text without_own_host(const target *t, yonder_text path)
{
    unsigned schemes = t->frame->schemes;
    const yn_plan_server *server = t->frame->site->servers[schemes == YN_HTTPS];
    for (int mark = MARK_HOST; mark <= MARK_AUTHORITY; mark++) {
        size_t length;
        if (mark == MARK_HOST && !(server && server->hides_ports))
            continue;
        if (!starts(path, MARK_SCHEME, NULL, mark, &length) &&
            !(schemes == YN_HTTP && starts(path, 0, "http", mark, &length)) &&
            !(schemes == YN_HTTPS && starts(path, 0, "https", mark, &length)))
            continue;
        if (length == path.len)
            return YN_TEXT("/");
        if (path.ptr[length] == '/')
            return yn_skip(path, length);
    }
    return path;
}

// Puts in what the site decides.
static void put_site(target *t, yn_buf *out, yonder_text path)
{
    const yn_frame *f = t->frame;
    for (size_t i = 0; i < path.len; i++) {
        char c = path.ptr[i];
        if (c == MARK_SCHEME && f->schemes == YN_HTTP_AND_HTTPS && i == 0 && path.len > 1 &&
            path.ptr[1] == ':') {
            i++; // "//host" is of either scheme
        } else if (c == MARK_SCHEME && f->schemes == YN_HTTP_AND_HTTPS) {
            t->lost = "its target takes the scheme at a place that is none for it";
        } else if (c == MARK_SCHEME) {
            yn_buf_str(out, f->schemes == YN_HTTPS ? "https" : "http");
        } else if (c == MARK_HOST || c == MARK_AUTHORITY) {
            if (!f->site->host.len || f->site->wildcard)
                t->lost = "its target takes the request's host, which is not known here";
            else
                yn_buf_put(out, f->site->host);
        } else {
            yn_buf_char(out, c);
        }
    }
}

// Why a path or URL cannot be a target, or NULL.
static const char *unfit(yonder_text path)
{
    if (!path.len)
        return "it has an empty target";
    if (path.ptr[0] == '/' && !yn_starts_with(path, YN_TEXT("//")))
        return NULL;
    size_t from = yn_starts_with(path, YN_TEXT("//"))         ? 2
                  : yn_starts_with(path, YN_TEXT("http://"))  ? 7
                  : yn_starts_with(path, YN_TEXT("https://")) ? 8
                                                              : 0;
    if (!from)
        return "its target is neither a path nor a URL of http or https";
    yonder_text authority = yn_skip(path, from);
    authority = yn_slice(authority, 0, yn_find_char(authority, '/'));
    if (!authority.len)
        return "its target has no host";
    for (size_t i = 0; i < authority.len; i++) {
        size_t end = i + 1;
        while (end < authority.len && is_name_char(authority.ptr[end]))
            end++;
        bool dotted = end + 1 < authority.len && authority.ptr[end] == '.';
        bool capture =
            authority.ptr[i] == '$' || (authority.ptr[i] == ':' && end > i + 1 &&
                                        yn_is_alpha((unsigned char)authority.ptr[i + 1]));
        if ((capture && !dotted) || (authority.ptr[i] && strchr("%@ ", authority.ptr[i])))
            return "what a request brings would become part of its target's host";
    }
    return NULL;
}

static bool is_upgrade(const target *t, yonder_text path)
{
    yonder_text rest;
    if (t->frame->kind != YN_PATH_ANY || t->frame->folder.len || t->has_question ||
        !yn_starts_with(path, YN_TEXT("https://")))
        return false;
    rest = yn_skip(path, 8);
    size_t slash = yn_find_char(rest, '/');
    yonder_text host = yn_slice(rest, 0, slash), site = t->frame->site->host;
    bool same = host.len == 1 && (host.ptr[0] == MARK_HOST || host.ptr[0] == MARK_AUTHORITY);
    return (same || (site.len && yn_equal(host, site))) &&
           yn_equal(yn_skip(rest, slash), YN_TEXT("/:splat"));
}

static void note(const target *t, yn_note_kind kind, const char *what)
{
    yn_plan_note(t->frame->plan, kind, t->frame->step->file, t->frame->step->line, "%s", what);
}

// The pairs FROM names, which the request's query is passed on without.
static void put_pairs(const target *t, yn_buf *out)
{
    bool first = true;
    for (const yn_word *pair = t->frame->which->pairs; pair; pair = pair->next, first = false) {
        yn_buf_char(out, first ? '?' : '&');
        yn_buf_put(out, pair->name);
        yn_buf_char(out, '=');
        yn_buf_put(out, pair->value);
    }
    note(t, YN_NOTE_CHANGED, "what else the request's query has is not passed on");
}

static void finish_query(target *t, yn_buf *out, bool *passes)
{
    yonder_text own = yn_trim(yn_buf_text(&t->parts[IN_QUERY]), t->takes_query ? "&" : "");
    yn_query_rule rule = t->frame->step->query;
    *passes = !own.len && (t->takes_query || (rule != YN_QUERY_DROPPED && !t->has_question));
    if (own.len && (t->takes_query || rule == YN_QUERY_JOINED))
        note(t, YN_NOTE_CHANGED,
             "the target keeps its own query only: that of the request is not put behind it");
    if (*passes && t->frame->which->pairs)
        put_pairs(t, out);
    if (*passes)
        return;
    yn_buf_char(out, '?');
    yn_buf_put(out, own);
}

static void finish(target *t, yn_buf *out, bool *upgrades)
{
    yonder_text path = yn_buf_text(&t->parts[IN_PATH]),
                fragment = yn_buf_text(&t->parts[IN_FRAGMENT]);
    bool passes;
    const char *lost = t->lost;
    *upgrades = is_upgrade(t, path);
    put_site(t, out, without_own_host(t, path));
    if (!t->lost)
        t->lost = unfit(yn_buf_text(out));
    finish_query(t, out, &passes);
    *upgrades = *upgrades && passes && !fragment.len && !t->frame->which->pairs;
    if (*upgrades && t->lost && !lost) { // whoever can do without a target has to
        t->lost = NULL;
        out->len = 0;
        return;
    }
    if (fragment.len && passes)
        note(t, YN_NOTE_CHANGED, "the request's query goes before the fragment, not behind it");
    if (fragment.len) {
        yn_buf_char(out, '#');
        yn_buf_put(out, fragment);
    }
}

bool yn_target_write(yonder_text *to, bool *upgrades, const yn_frame *frame, const yn_uses *uses)
{
    const yonder_mem *mem = frame->plan->mem;
    target t = {.frame = frame, .uses = uses, .lost = uses->lost};
    for (int i = 0; i < 3; i++)
        t.parts[i] = yn_buf_make(1 << 17, mem);
    yn_buf out = yn_buf_make(1 << 18, mem);
    for (const yn_to_part *part = frame->step->to; part; part = part->next)
        put_part(&t, part);
    finish(&t, &out, upgrades);
    *to = yn_plan_copy(frame->plan, yn_buf_text(&out));
    if (out.error || t.parts[0].error || t.parts[1].error || t.parts[2].error)
        t.lost = "its target is too long";
    for (int i = 0; i < 3; i++)
        yn_buf_free(&t.parts[i]);
    yn_buf_free(&out);
    if (t.lost)
        note(&t, YN_NOTE_LOST, t.lost);
    return !t.lost;
}
