// SPDX-License-Identifier: MIT
#include "dialects/plan_render.h"

#include "base/text.h"
#include "dialects/regexp.h"

enum {
    longest_from = 8000 // a line has more than FROM
};

/* ---- what every path fits -------------------------------------------------------------------- */

static const struct {
    const char *pattern;
    const char *group; // what group 1 is, where there is one
} for_any[] = {
    {"", NULL},
    {"^", NULL},
    {"^/", NULL},
    {".", NULL},
    {".*", NULL},
    {".+", NULL},
    {"^.*", NULL},
    {"^.+", NULL},
    {"^.*$", NULL},
    {"^.+$", NULL},
    {".*$", NULL},
    {"^/.*$", NULL},
    {"^/.*", NULL},
    {"/.*", NULL},
    {"/", NULL},
    {"^/?", NULL},
    {"^(.*)$", "/:splat"},
    {"^(.*)", "/:splat"},
    {"(.*)", "/:splat"},
    {"(.*)$", "/:splat"},
    {"^(.+)$", "/:splat"},
    {"^(.+)", "/:splat"},
    {"(.+)", "/:splat"},
    {"^(/.*)$", "/:splat"},
    {"^(/.*)", "/:splat"},
    {"^/(.*)$", ":splat"},
    {"^/(.*)", ":splat"},
    {"/(.*)", ":splat"},
    {"^/?(.*)$", ":splat"},
    {"^/?(.*)", ":splat"},
    {"/(.*)$", ":splat"},
};

// Whether every path fits, and then what its group 1 is.
static bool is_any(yonder_text pattern, const char **group)
{
    for (size_t i = 0; i < sizeof for_any / sizeof *for_any; i++)
        if (yn_equal(pattern, yonder_text_of(for_any[i].pattern))) {
            *group = for_any[i].group;
            return true;
        }
    return false;
}

bool yn_path_fits_all(const yn_path *path)
{
    const char *group;
    return path->kind == YN_PATH_ANY || (path->kind == YN_PATH_REGEX && is_any(path->text, &group));
}

/* ---- regular expressions out of a case ------------------------------------------------------- */

typedef struct composing {
    yn_frame *frame;
    const yn_uses *uses;
    yn_buf *out;
    size_t count; // of groups written
    bool lost;
} composing;

static bool is_used(const composing *c, uint32_t id)
{
    for (size_t i = 0; id && i < c->uses->id_count; i++)
        if (c->uses->ids[i] == id)
            return true;
    return false;
}

// A regular expression as part of another one: from the start of the path on.
static void put_regex(composing *c, const yn_path *path)
{
    yn_regexp pattern;
    yonder_text text = path->text;
    if (!yn_regexp_read(&pattern, text)) {
        c->lost = true;
        return;
    }
    bool keep = is_used(c, path->id) || pattern.odd;
    if (pattern.refers && (c->count || !keep))
        c->lost = c->count > 0 || pattern.group_count > 0;
    keep = keep || pattern.refers;
    if (keep && is_used(c, path->id) && c->frame->group_count < 8) {
        c->frame->groups[c->frame->group_count].id = path->id;
        c->frame->groups[c->frame->group_count++].offset = c->count;
    }
    c->count += keep ? pattern.group_count : 0;
    if (pattern.anchored)
        text = yn_skip(text, 1);
    else
        yn_buf_str(c->out, ".*?");
    bool wrap = path->ignore_case || !pattern.anchored;
    yn_buf_str(c->out, !wrap ? "" : path->ignore_case ? "(?i:" : "(?:");
    yn_regexp_write(c->out, text, keep ? 0 : YN_REGEXP_PLAIN_GROUPS);
    yn_buf_str(c->out, wrap ? ")" : "");
}

static void put_looks(composing *c, const yn_look *looks);

// What is behind the prefix is its group.
static void put_folder(composing *c, const yn_path *path)
{
    yn_regexp_quote(c->out, path->text);
    if (!is_used(c, path->id) || c->frame->group_count == 8)
        return;
    c->frame->groups[c->frame->group_count].id = path->id;
    c->frame->groups[c->frame->group_count++].offset = c->count++;
    yn_buf_str(c->out, "(.*)");
}

static void put_path(composing *c, const yn_path *path)
{
    yn_buf_str(c->out, path->ignore_case && path->kind != YN_PATH_REGEX ? "(?i:" : "");
    if (path->kind == YN_PATH_REGEX)
        put_regex(c, path);
    else if (path->is_folder)
        put_folder(c, path);
    else
        yn_regexp_quote(c->out, path->text);
    yn_buf_str(c->out, path->kind == YN_PATH_EXACT ? "$" : "");
    yn_buf_str(c->out, path->ignore_case && path->kind != YN_PATH_REGEX ? ")" : "");
}

static void put_looks(composing *c, const yn_look *looks)
{
    const char *before = "(?!";
    for (const yn_look *look = looks; look; look = look->next)
        if (!look->negative) {
            yn_buf_str(c->out, "(?=");
            put_looks(c, look->inner);
            put_path(c, &look->path);
            yn_buf_char(c->out, ')');
        }
    for (const yn_look *look = looks; look; look = look->next)
        if (look->negative) {
            yn_buf_str(c->out, before);
            put_looks(c, look->inner);
            put_path(c, &look->path);
            before = "|";
        }
    yn_buf_str(c->out, *before == '|' ? ")" : "");
}

// The whole path behind its first slash as a group of its own.
static void put_whole(composing *c, const yn_path *path)
{
    if (path->kind == YN_PATH_REGEX) {
        yn_buf_str(c->out, "(?=");
        put_regex(c, path);
        yn_buf_str(c->out, ")");
    }
    yn_buf_str(c->out, "/(");
    if (path->kind == YN_PATH_PREFIX)
        yn_regexp_quote(c->out, yn_skip(path->text, 1));
    yn_buf_str(c->out, ".*)");
    c->frame->whole = ++c->count;
}

// Writes the pattern that the frame's path and looks come to. False: they do not.
static bool compose(yn_frame *frame, const yn_uses *uses, const yn_path *path)
{
    yn_buf *out = &frame->plan->scratch;
    composing c = {.frame = frame, .uses = uses, .out = out};
    frame->group_count = 0;
    frame->ignore_case = false;
    if (path->kind == YN_PATH_REGEX && !frame->which->looks && !uses->whole) {
        frame->pattern = path->text;
        frame->ignore_case = path->ignore_case;
        frame->groups[0].id = path->id;
        frame->groups[0].offset = 0;
        frame->group_count = 1;
        return true;
    }
    yn_buf_char(out, '^');
    put_looks(&c, frame->which->looks);
    if (uses->whole)
        put_whole(&c, path);
    else if (path->kind != YN_PATH_ANY)
        put_path(&c, path);
    frame->pattern = yn_plan_written(frame->plan);
    return !c.lost && frame->pattern.len <= longest_from && c.count < YN_REGEX_MAX_GROUPS;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static const yn_draft_pair *list_words(yn_plan *plan, const yn_word *words, size_t extra,
                                       size_t *count)
{
    size_t n = 0;
    for (const yn_word *word = words; word; word = word->next)
        n++;
    yn_draft_pair *list = yn_plan_alloc(plan, (n + extra) * sizeof *list);
    *count = list ? n : 0;
    // The last that was added stands first.
    for (const yn_word *word = words; list && word; word = word->next)
        list[--n] = (yn_draft_pair){word->name, word->value};
    return list;
}

static yonder_text argument_value(yn_plan *plan, yonder_text name, size_t number)
{
    bool good = name.len && name.len < 64 && yn_is_alpha((unsigned char)name.ptr[0]) &&
                !yn_equal(name, YN_TEXT("splat"));
    for (size_t i = 0; i < name.len; i++)
        good = good && (yn_is_alpha((unsigned char)name.ptr[i]) ||
                        yn_is_digit((unsigned char)name.ptr[i]) || name.ptr[i] == '_');
    if (good)
        yn_buf_printf(&plan->scratch, ":%.*s", YN_PRINT(name));
    else
        yn_buf_printf(&plan->scratch, ":value%zu", number + 1);
    return yn_plan_written(plan);
}

static void bind_arguments(const yn_frame *frame, const yn_uses *uses, yn_plan_rule *rule)
{
    yn_draft_pair *pairs = (yn_draft_pair *)rule->pairs;
    for (size_t i = 0; pairs && i < uses->argument_count; i++)
        if (!(frame->without & 1u << i)) {
            pairs[rule->pair_count].name = uses->arguments[i];
            pairs[rule->pair_count++].value = argument_value(frame->plan, uses->arguments[i], i);
        }
}

// Whether an exact path can be written as one: "*" and ":name" would be something else.
static bool is_plain(yonder_text path)
{
    if (yn_starts_with(path, YN_TEXT("//"))) // a host would follow
        return false;
    if (memmem(path.ptr, path.len, "/./", 3) || memmem(path.ptr, path.len, "/../", 4))
        return false; // there are no such paths
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '*' || (path.ptr[i] == ':' && i && path.ptr[i - 1] == '/'))
            return false;
    return path.len && path.ptr[0] == '/';
}

static yonder_text path_of(yn_frame *frame, yn_plan_rule *rule)
{
    yn_buf *out = &frame->plan->scratch;
    rule->kind = frame->kind;
    rule->ignore_case = frame->ignore_case;
    if (frame->kind == YN_PATH_REGEX)
        return frame->pattern;
    if (frame->kind == YN_PATH_ANY) {
        rule->kind = frame->folder.len ? YN_PATH_PREFIX : YN_PATH_ANY;
        yn_plan_put_url(out, frame->folder);
        yn_buf_str(out, "/*");
        return yn_plan_written(frame->plan);
    }
    yn_plan_put_url(out, frame->exact);
    yonder_text url = yn_plan_written(frame->plan);
    if (is_plain(url))
        return url;
    rule->kind = YN_PATH_REGEX;
    yn_buf_char(out, '^');
    yn_regexp_quote(out, frame->exact);
    yn_buf_char(out, '$');
    return yn_plan_written(frame->plan);
}

static bool add_rule(yn_frame *frame, const yn_uses *uses, yn_plan_rules *rules)
{
    yn_plan *plan = frame->plan;
    yn_plan_rule *rule = yn_plan_alloc(plan, sizeof *rule);
    if (!rule)
        return false;
    rule->step = frame->step;
    rule->schemes = frame->schemes;
    rule->path = path_of(frame, rule);
    rule->pairs = list_words(plan, frame->which->pairs, uses->argument_count, &rule->pair_count);
    rule->conditions = list_words(plan, frame->which->conditions, 0, &rule->condition_count);
    bind_arguments(frame, uses, rule);
    if (frame->step->to && !yn_target_write(&rule->to, &rule->upgrades, frame, uses))
        return false;
    *rules->end = rules->last = rule;
    rules->end = &rule->next;
    rules->count++;
    return true;
}

// One for each set of arguments the query has, the fuller ones first.
static bool add_rules(yn_frame *frame, const yn_uses *uses, yn_plan_rules *rules)
{
    bool good = true;
    for (unsigned without = 0; without < 1u << uses->argument_count; without++) {
        frame->without = without;
        good = add_rule(frame, uses, rules) && good;
    }
    return good;
}

/* ---- forms of a path ------------------------------------------------------------------------- */

static bool look_holds(yn_plan *plan, const yn_look *look, const yn_path *exact)
{
    bool fits = yn_path_covers(plan, &look->path, exact) == YN_COVER_ALL;
    for (const yn_look *inner = look->inner; fits && inner; inner = inner->next)
        fits = look_holds(plan, inner, exact);
    return fits != look->negative;
}

// Whether every look is decided for a path of any case: then `*holds` tells if all of them hold.
static bool are_decided(yn_plan *plan, const yn_look *look, const yn_path *path, bool *holds)
{
    *holds = true;
    for (; look; look = look->next) {
        yn_cover cover = yn_path_covers(plan, &look->path, path);
        bool inner = true;
        if (cover == YN_COVER_ALL && !are_decided(plan, look->inner, path, &inner))
            return false;
        if (cover == YN_COVER_PART)
            return false;
        *holds = *holds && (cover == YN_COVER_ALL && inner) != look->negative;
    }
    return true;
}

static bool add_exact(yn_frame *frame, const yn_uses *uses, yonder_text subject,
                      yn_plan_rules *rules)
{
    yn_path path = yn_path_exact(subject, false);
    for (const yn_look *look = frame->which->looks; look; look = look->next)
        if (!look_holds(frame->plan, look, &path))
            return true; // another one answers
    frame->kind = YN_PATH_EXACT;
    frame->exact = subject;
    return add_rules(frame, uses, rules);
}

// "^/(a|b)$" is two paths. False where it is not so few.
static bool add_expanded(yn_frame *frame, const yn_uses *uses, const yn_path *path,
                         yn_plan_rules *rules, bool *good)
{
    yn_regexp_texts texts;
    if (path->ignore_case)
        return false;
    if (!yn_regexp_expand(&texts, path->text, &frame->plan->arena))
        frame->plan->error = YONDER_NO_MEMORY;
    if (!texts.count || texts.count > 8 || texts.open_start || texts.open_end)
        return false;
    for (size_t i = 0; i < texts.count; i++)
        if (texts.texts[i].len && texts.texts[i].ptr[0] == '/')
            *good = add_exact(frame, uses, texts.texts[i], rules) && *good;
    return true;
}

static bool add_regex(yn_frame *frame, const yn_uses *uses, const yn_path *path,
                      yn_plan_rules *rules)
{
    frame->kind = YN_PATH_REGEX;
    if (!compose(frame, uses, path)) {
        yn_plan_note(frame->plan, YN_NOTE_LOST, frame->step->file, frame->step->line,
                     "as one regular expression it is too long, or its groups are too entangled");
        return false;
    }
    return add_rules(frame, uses, rules);
}

/* ---- a group that starts with the slash ------------------------------------------------------ */

// Where group `number` lies in a pattern, its quantifier included.
typedef struct group_place {
    size_t open, inside, close, end; // of "(", what is behind it, ")", and what is behind that
    bool optional, repeated;
    bool first; // nothing but "^" stands before it
} group_place;

static bool find_group(yonder_text pattern, size_t number, group_place *out)
{
    yonder_text rest = pattern;
    size_t count = 0, depth = 0, at_depth = 0;
    *out = (group_place){0};
    for (yn_regexp_token token; (token = yn_regexp_next(&rest)).kind != YN_REGEXP_END;) {
        size_t end = (size_t)(rest.ptr - pattern.ptr);
        depth += token.kind == YN_REGEXP_OPEN;
        if (token.captures && ++count == number) {
            at_depth = depth;
            out->inside = end;
            out->open = end - token.text.len;
            out->first = out->open == 0 || (out->open == 1 && pattern.ptr[0] == '^');
        }
        if (token.kind != YN_REGEXP_CLOSE || depth-- != at_depth || !at_depth || out->close)
            continue;
        out->close = end - 1;
        out->end = end;
        yonder_text behind = rest;
        yn_regexp_token next = yn_regexp_next(&behind);
        out->repeated = next.kind == YN_REGEXP_REPEAT && !yn_equal(next.text, YN_TEXT("?"));
        out->optional = next.kind == YN_REGEXP_REPEAT && !out->repeated;
        out->end += out->optional;
    }
    return out->close && at_depth == 1 && !out->repeated;
}

// The pattern with `middle` and the rest of the group from `skip` on in place of the group.
static yonder_text regroup(yn_plan *plan, yonder_text pattern, const group_place *place,
                           const char *middle, size_t skip, bool keep)
{
    yn_buf *out = &plan->scratch;
    yn_buf_put(out, yn_slice(pattern, 0, place->open));
    yn_buf_str(out, middle);
    if (keep) {
        yn_buf_put(out, yn_slice(pattern, place->open, place->inside));
        yn_buf_put(out, yn_slice(pattern, place->inside + skip, place->close));
        yn_buf_char(out, ')');
    } else {
        yn_buf_str(out, "()"); // the numbers of the others stay
    }
    yn_buf_put(out, yn_skip(pattern, place->end));
    return yn_plan_written(plan);
}

// Whether what `rest` of a pattern fits is certain not to start with a slash.
static bool starts_otherwise(yonder_text rest)
{
    yn_regexp_token token = yn_regexp_next(&rest), next = yn_regexp_next(&rest);
    return token.kind == YN_REGEXP_LITERAL && token.byte != '/' && next.kind != YN_REGEXP_REPEAT;
}

// Two rules of which one has the slash outside the group, the other has none at all.
static bool add_split(yn_frame *frame, const yn_uses *uses, const yn_path *path,
                      yn_plan_rules *rules)
{
    group_place place;
    yn_path variant = *path;
    if (!find_group(path->text, uses->lead_number, &place))
        return add_regex(frame, uses, path, rules);
    yonder_text inside = yn_slice(path->text, place.inside, place.close);
    bool slash = yn_starts_with(inside, YN_TEXT("/"));
    bool dots = yn_starts_with(inside, YN_TEXT(".*")) || yn_starts_with(inside, YN_TEXT(".+"));
    if (slash && inside.len > 1 && strchr("?*+{", inside.ptr[1]))
        slash = false;
    if (!slash && !dots)
        return add_regex(frame, uses, path, rules);
    if (dots && !place.first)
        yn_plan_note(frame->plan, YN_NOTE_CHANGED, frame->step->file, frame->step->line,
                     "only where what is put behind the host starts with a slash");
    frame->lead_id = uses->lead_id;
    frame->lead_number = uses->lead_number;
    yn_plan *plan = frame->plan;
    variant.text = regroup(plan, path->text, &place, "/", slash ? 1 : 0, true);
    if (dots && inside.ptr[1] == '+') // ".+" is a slash and ".*"
        ((char *)variant.text.ptr)[place.inside + 2] = '*';
    bool good = add_regex(frame, uses, &variant, rules);
    bool may_be_empty = place.optional || (dots && inside.ptr[1] == '*');
    if (!may_be_empty || (place.first && starts_otherwise(yn_skip(path->text, place.end))))
        return good;
    frame->lead_is_empty = true;
    variant.text = regroup(plan, path->text, &place, "", 0, false);
    return add_expanded(frame, uses, &variant, rules, &good)
               ? good
               : add_regex(frame, uses, &variant, rules) && good;
}

static bool add_folder(yn_frame *frame, const yn_uses *uses, const yn_path *path,
                       yn_plan_rules *rules)
{
    frame->kind = YN_PATH_ANY;
    frame->folder = yn_slice(path->text, 0, path->text.len - 1);
    frame->any_id = path->id;
    frame->any_group = ":splat";
    return add_rules(frame, uses, rules);
}

bool yn_plan_render(yn_plan *plan, const yn_site *site, const yn_step *step, const yn_case *which,
                    unsigned schemes, yn_plan_rules *rules)
{
    yn_frame frame = {.plan = plan, .site = site, .step = step, .which = which, .schemes = schemes};
    yn_uses uses = yn_target_uses(&frame);
    const yn_path *path = &which->path;
    yn_path any = {.kind = YN_PATH_ANY};
    bool good = true;
    if (uses.lost) {
        yn_plan_note(plan, YN_NOTE_LOST, step->file, step->line, "%s", uses.lost);
        return false;
    }
    if (path->kind == YN_PATH_EXACT && !path->ignore_case)
        return add_exact(&frame, &uses, path->text, rules);
    bool holds = true;
    if (path->kind == YN_PATH_EXACT && are_decided(plan, which->looks, path, &holds)) {
        if (!holds)
            return true;
        frame.kind = YN_PATH_EXACT;
        frame.exact = path->text;
        frame.ignore_case = true;
        return add_rules(&frame, &uses, rules);
    }
    if (path->kind == YN_PATH_REGEX && is_any(path->text, &frame.any_group)) {
        frame.any_id = path->id;
        if (!which->looks)
            path = &any;
    }
    if (path->kind == YN_PATH_ANY && !which->looks) {
        frame.kind = YN_PATH_ANY;
        return add_rules(&frame, &uses, rules);
    }
    if (path->is_folder && !which->looks && is_plain(path->text))
        return add_folder(&frame, &uses, path, rules);
    if (path->kind == YN_PATH_REGEX && add_expanded(&frame, &uses, path, rules, &good))
        return good;
    if (path->kind == YN_PATH_REGEX && uses.lead && uses.lead_id == path->id)
        return add_split(&frame, &uses, path, rules);
    return add_regex(&frame, &uses, path, rules);
}
