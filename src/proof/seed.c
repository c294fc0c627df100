// SPDX-License-Identifier: MIT
#include "proof/seed.h"

#include "base/text.h"
#include "core/percent.h"
#include "rules/regex.h"

/* ---- regular expressions --------------------------------------------------------------------- */

// A path as it is sent: what a regular expression sees decoded is encoded.
static yonder_text sent(yn_workshop *w, yonder_text text)
{
    yn_buf encoded = yn_buf_make(1 << 16, w->text.mem);
    for (size_t i = 0; i < text.len; i++) // escapes are escapes
        if (text.ptr[i] == '%')
            yn_buf_char(&encoded, '%');
        else
            yn_percent_encode(&encoded, yn_slice(text, i, i + 1), YN_SET_PATH);
    yonder_text result = yn_arena_text(w->arena, yn_buf_text(&encoded));
    yn_buf_free(&encoded);
    return result;
}

typedef struct splitting {
    yn_workshop *w;
    const yn_sample_text *sample;
    yn_seed *seed;
    bool used[YN_SAMPLE_GROUPS]; // groups that the target has
    bool failed;
} splitting;

// The piece from `start` to `end`, within one segment, as an atom.
static void put_piece(splitting *s, size_t start, size_t end, bool variable)
{
    yonder_text text = sent(s->w, yn_slice(yn_buf_text(&s->sample->text), start, end));
    yn_atom atom = {text, YN_NO_VARIABLE};
    yn_env *env = &s->seed->branch.env;
    s->failed = s->failed || !text.ptr;
    if (variable && env->count < YN_VARIABLES) {
        atom.variable = (uint8_t)env->count;
        env->variables[env->count++] = (yn_variable){false, true, text};
    }
    if (end > start || variable)
        yn_buf_put(&s->w->atoms, (yonder_text){(const char *)&atom, sizeof atom});
}

static yn_term take_term(splitting *s)
{
    yn_buf *atoms = &s->w->atoms;
    size_t len = atoms->len;
    yn_atom *kept = yn_arena_alloc(s->w->arena, len + 1);
    s->failed = s->failed || !kept || atoms->error;
    if (kept && len)
        memcpy(kept, atoms->ptr, len);
    atoms->len = 0;
    return (yn_term){kept, kept ? len / sizeof *kept : 0};
}

static void end_segment(splitting *s)
{
    yn_term term = take_term(s);
    yn_buf_put(&s->w->segments, (yonder_text){(const char *)&term, sizeof term});
}

// The outermost group of the target that begins at `at`, or 0.
static size_t group_at(const splitting *s, size_t at)
{
    const yn_sample_group *groups = s->sample->groups;
    for (size_t i = 1; i < YN_SAMPLE_GROUPS; i++)
        if (s->used[i] && groups[i].is_set && groups[i].start == at && groups[i].end > at)
            return i;
    return 0;
}

static void split(splitting *s)
{
    yonder_text text = yn_buf_text(&s->sample->text);
    size_t done = 1, group_end = 0; // all before `done` is in an atom or a segment
    for (size_t i = 1; i <= text.len; i++) {
        size_t group = i >= group_end && i < text.len ? group_at(s, i) : 0;
        bool ends_group = group_end && i == group_end,
             is_slash = i < text.len && text.ptr[i] == '/';
        if (ends_group || group || is_slash || i == text.len) {
            put_piece(s, done, i, group_end != 0 && i > done);
            done = i;
        }
        if (ends_group)
            group_end = 0;
        if (group)
            group_end = s->sample->groups[group].end;
        if (is_slash || i == text.len) {
            end_segment(s);
            done = i + 1;
        }
    }
}

// What stands for group `n`: the atoms of the sample it is made of, with slashes between segments.
static yn_term group_term(splitting *s, size_t n)
{
    const yn_sample_group *g = &s->sample->groups[n];
    size_t at = 1; // where the present atom begins in the sample
    if (!g->is_set)
        return (yn_term){NULL, 0};
    for (size_t i = 0; i < s->seed->start.segment_count; i++, at++) {
        const yn_term *segment = &s->seed->start.segments[i];
        if (i && at - 1 >= g->start && at <= g->end) {
            yn_atom slash = {YN_TEXT("/"), YN_NO_VARIABLE};
            yn_buf_put(&s->w->atoms, (yonder_text){(const char *)&slash, sizeof slash});
        }
        for (size_t k = 0; k < segment->count; k++) {
            size_t len = segment->atoms[k].text.len;
            if (at >= g->start && at + len <= g->end)
                yn_buf_put(&s->w->atoms,
                           (yonder_text){(const char *)&segment->atoms[k], sizeof(yn_atom)});
            at += len;
        }
    }
    return take_term(s);
}

// Atoms keep the text they had in the sample; where encoding made it longer, groups cannot be told.
static bool is_sent_as_it_is(const yn_sample_text *sample)
{
    for (size_t i = 0; i < sample->text.len; i++)
        if (sample->text.ptr[i] != '%' && yn_in_set(sample->text.ptr[i], YN_SET_PATH))
            return false;
    return true;
}

static bool make_regex(yn_seed *out, const yn_view *rule, size_t n, yn_workshop *w)
{
    yn_sample_text *sample = yn_arena_alloc(w->arena, sizeof *sample);
    if (!sample)
        return false;
    sample->text = yn_buf_make(1 << 14, w->text.mem);
    splitting s = {.w = w, .sample = sample, .seed = out};
    for (size_t i = 0; i < rule->piece_count; i++)
        if (rule->pieces[i].is_capture && rule->pieces[i].capture.kind == YN_CAPTURE_GROUP &&
            rule->pieces[i].capture.n < YN_SAMPLE_GROUPS)
            s.used[rule->pieces[i].capture.n] = true;
    if (n >= yn_sample(sample, rule->regex, n)) {
        yn_buf_free(&sample->text);
        return false;
    }
    if (!is_sent_as_it_is(sample)) // one text, and no groups in it
        for (size_t i = 1; i < YN_SAMPLE_GROUPS; i++)
            sample->groups[i].is_set = false;
    *out = (yn_seed){.start = {.passes = true}, .group_count = YN_SAMPLE_GROUPS};
    w->segments.len = w->atoms.len = 0;
    split(&s);
    size_t count = w->segments.len / sizeof(yn_term);
    yn_term *segments = yn_arena_alloc(w->arena, w->segments.len + 1);
    s.failed = s.failed || !segments || w->segments.error;
    if (!s.failed) {
        memcpy(segments, w->segments.ptr, w->segments.len);
        out->start.segments = segments;
        out->start.segment_count = count;
        for (size_t i = 0; i < YN_SAMPLE_GROUPS; i++)
            out->groups[i] = group_term(&s, i);
    }
    yn_buf_free(&sample->text);
    return !s.failed;
}

/* ---- all rules ------------------------------------------------------------------------------- */

// One segment, none, two, then none with a slash, then more.
static int run_of(size_t n)
{
    static const int first[] = {1, 0, 2, YN_RUN_SLASH};
    return n < 4 ? first[n] : (int)n - 1;
}

size_t yn_seed_of_run(int run)
{
    return run == 1 ? 0 : run == 0 ? 1 : run == 2 ? 2 : run == YN_RUN_SLASH ? 3 : (size_t)run + 1;
}

// After these come those with empty segments, as in "/a//b/": which ones, by bits. Up to three
// segments it is every way there is.
static const struct {
    int run;
    unsigned empty;
} with_empty[] = {{1, 1}, {2, 1}, {2, 2},  {2, 3}, {3, 1}, {3, 2},  {3, 3}, {3, 4},
                  {3, 5}, {3, 6}, {3, 7},  {4, 1}, {4, 2}, {4, 4},  {4, 8}, {5, 1},
                  {5, 2}, {5, 8}, {5, 16}, {6, 1}, {6, 2}, {6, 16}, {6, 32}};

enum {
    splat_seeds = YN_SEED_RUNS + sizeof with_empty / sizeof *with_empty,
};

static bool make_with_empty(yn_seed *out, const yn_view *rule, size_t n, yn_workshop *w)
{
    size_t before = 0; // variables
    for (size_t i = 0; i < rule->splat; i++)
        before += rule->parts[i].kind == YN_PART_PLACEHOLDER;
    if (!yn_symbol_start(&out->start, &out->branch, rule, with_empty[n].run, w))
        return false;
    for (size_t i = 0; i < (size_t)with_empty[n].run; i++)
        if (with_empty[n].empty >> i & 1)
            out->branch.env.variables[before + i] = (yn_variable){true, true, {NULL, 0}};
    return true;
}

size_t yn_seed_count(const yn_view *rule, yn_workshop *w)
{
    if (!rule->is_regex)
        return rule->splat < rule->part_count ? splat_seeds : 1;
    yn_sample_text *sample = yn_arena_alloc(w->arena, sizeof *sample);
    if (!sample)
        return 0;
    sample->text = yn_buf_make(1 << 14, w->text.mem);
    size_t count = yn_sample(sample, rule->regex, 0);
    yn_buf_free(&sample->text);
    return count;
}

static bool add_pairs(yn_seed *seed, const yn_view *rule, yn_workshop *w)
{
    yn_view pairs = *rule;
    yn_symbol query;
    pairs.part_count = pairs.splat = 0;
    if (!yn_symbol_start(&query, &seed->branch, &pairs, 0, w))
        return false;
    seed->start.items = query.items;
    seed->start.item_count = query.item_count;
    return true;
}

bool yn_seed_make(yn_seed *out, const yn_view *rule, size_t n, yn_workshop *w)
{
    if (rule->is_regex)
        return make_regex(out, rule, n, w) && add_pairs(out, rule, w);
    *out = (yn_seed){0};
    if (n >= splat_seeds)
        return false;
    return n < YN_SEED_RUNS ? yn_symbol_start(&out->start, &out->branch, rule, run_of(n), w)
                            : make_with_empty(out, rule, n - YN_SEED_RUNS, w);
}

bool yn_seed_flavour(yn_seed *seed, unsigned flavour)
{
    static const char *const flavours[] = {"7", "A.b_c-D", "zz~0.html", "x%20y", "2026"};
    if (!flavour || flavour > sizeof flavours / sizeof *flavours)
        return false;
    for (size_t i = 0; i < seed->branch.env.count; i++)
        if (!seed->branch.env.variables[i].bound)
            seed->branch.env.variables[i].value = yonder_text_of(flavours[flavour - 1]);
    return true;
}

// The pattern between the parentheses of group `n`; empty where it is not found.
static yonder_text inside_of_group(yonder_text pattern, size_t n)
{
    size_t open[64], depth = 0, groups = 0, number[64];
    bool in_class = false;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i];
        if (c == '\\') {
            i++;
        } else if (in_class) {
            in_class = c != ']';
        } else if (c == '[') {
            in_class = true;
        } else if (c == '(' && depth < 64) {
            bool plain = i + 1 < pattern.len && pattern.ptr[i + 1] != '?';
            number[depth] = plain ? ++groups : 0;
            open[depth++] = i + 1;
            if (!plain) // names and flags: not looked into
                return (yonder_text){NULL, 0};
        } else if (c == ')' && depth) {
            depth--;
            if (number[depth] == n)
                return yn_slice(pattern, open[depth], i);
        }
    }
    return (yonder_text){NULL, 0};
}

static void ignore_problem(void *context, const char *at, yonder_text message)
{
    (void)context, (void)at, (void)message;
}

static bool fits_whole(yonder_text inside, yonder_text value, bool ignore_case, yn_workshop *w)
{
    const yn_problems problems = {ignore_problem, NULL};
    yn_buf pattern = yn_buf_make(1 << 16, w->text.mem);
    yn_regex *regex;
    yonder_text all;
    bool fits = true;
    yn_buf_str(&pattern, "^(?:");
    yn_buf_put(&pattern, inside);
    yn_buf_str(&pattern, ")$");
    if (!pattern.error && yn_regex_compile(&regex, yn_buf_text(&pattern), ignore_case, &problems,
                                           w->text.mem) == YONDER_OK) {
        fits = yn_regex_match(regex, value, &all, 1) != YN_REGEX_NO;
        yn_regex_free(regex);
    }
    yn_buf_free(&pattern);
    return fits;
}

bool yn_seed_is_possible(const yn_view *regex, const yn_seed *seed, const yn_branch *branch,
                         yn_workshop *w)
{
    for (size_t n = 1; n < seed->group_count; n++) {
        yonder_text inside =
            seed->groups[n].count ? inside_of_group(regex->regex, n) : (yonder_text){NULL, 0};
        w->text.len = 0;
        yn_term_write(&w->text, seed->groups[n], &branch->env);
        // At the start of a path slashes are taken out, so for nothing there may have been one.
        if (inside.len &&
            !fits_whole(inside, yn_buf_text(&w->text), regex->regex_ignores_case, w) &&
            (w->text.len || !fits_whole(inside, YN_TEXT("/"), regex->regex_ignores_case, w)))
            return false;
    }
    return true;
}

static bool ends_open(yonder_text pattern)
{
    return !pattern.len || pattern.ptr[pattern.len - 1] != '$';
}

bool yn_seed_as_pattern(yn_view *out, const yn_view *regex, size_t n, yn_workshop *w)
{
    yn_seed *seed = yn_arena_alloc(w->arena, sizeof *seed);
    if (!seed || !make_regex(seed, regex, n, w))
        return false;
    bool front = !regex->regex.len || regex->regex.ptr[0] != '^';
    bool back = !front && ends_open(regex->regex);
    size_t count = seed->start.segment_count, at = front;
    yn_part *parts = yn_arena_alloc(w->arena, (count + 1) * sizeof *parts);
    if (!parts)
        return false;
    for (size_t i = 0; i < count; i++) {
        w->text.len = 0;
        yn_term_write(&w->text, seed->start.segments[i], &seed->branch.env);
        yonder_text text = yn_buf_text(&w->text);
        bool anything = yn_equal(text, YN_TEXT("any1")) || yn_equal(text, YN_TEXT("any2"));
        parts[at++] = anything ? (yn_part){.kind = YN_PART_PLACEHOLDER}
                               : (yn_part){YN_PART_LITERAL, yn_arena_text(w->arena, text)};
    }
    *out = *regex;
    out->is_regex = false;
    out->parts = parts;
    out->part_count = count + front + back;
    out->splat = front ? 0 : back ? count : out->part_count;
    if (front || back)
        parts[out->splat] = (yn_part){.kind = YN_PART_SPLAT};
    return !w->text.error;
}
