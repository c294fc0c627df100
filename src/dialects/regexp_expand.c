// SPDX-License-Identifier: MIT
// Which texts a regular expression stands for, where they are few.
#include "base/text.h"
#include "dialects/regexp.h"

enum {
    most_texts = 16,
    deepest = 16,
    longest = 512 // what is longer is not worth the time
};

typedef struct texts {
    size_t count;
    yonder_text texts[most_texts];
} texts;

typedef struct expanding {
    yonder_text rest;
    yn_regexp_token token; // the present one
    yn_arena *arena;
    bool failed; // memory is out
    bool open_start, open_end;
} expanding;

static void step(expanding *x)
{
    x->token = yn_regexp_next(&x->rest);
}

static bool add(texts *to, yonder_text text)
{
    for (size_t i = 0; i < to->count; i++)
        if (yn_equal(to->texts[i], text))
            return true;
    if (to->count == most_texts)
        return false;
    to->texts[to->count++] = text;
    return true;
}

static yonder_text join(expanding *x, yonder_text a, yonder_text b)
{
    if (!a.len || !b.len)
        return a.len ? a : b;
    char *p = yn_arena_alloc(x->arena, a.len + b.len);
    x->failed = x->failed || !p;
    if (!p)
        return a;
    memcpy(p, a.ptr, a.len);
    memcpy(p + a.len, b.ptr, b.len);
    return (yonder_text){p, a.len + b.len};
}

// Each of `to` with each of `more` behind it.
static bool multiply(expanding *x, texts *to, const texts *more)
{
    texts product = {0};
    for (size_t i = 0; i < to->count; i++)
        for (size_t j = 0; j < more->count; j++)
            if (!add(&product, join(x, to->texts[i], more->texts[j])))
                return false;
    *to = product;
    return true;
}

// "[ab]", "[0-3]"
static bool expand_class(expanding *x, texts *out)
{
    yonder_text set = yn_slice(x->token.text, 1, x->token.text.len - 1);
    for (size_t i = 0; i < set.len; i++) {
        unsigned char c = (unsigned char)set.ptr[i];
        if (c >= 0x80 || strchr("^[\\", (char)c))
            return false;
        bool range = i + 2 < set.len && set.ptr[i + 1] == '-';
        unsigned char last = range ? (unsigned char)set.ptr[i + 2] : c;
        if (range && (last >= 0x80 || strchr("[\\", (char)last)))
            return false;
        for (unsigned byte = c; byte <= last; byte++) {
            char text = (char)byte;
            yonder_text copy = yn_arena_text(x->arena, (yonder_text){&text, 1});
            x->failed = x->failed || !copy.ptr;
            if (x->failed || !add(out, copy))
                return false;
        }
        i += range ? 2 : 0;
    }
    return out->count > 0;
}

static bool expand_choice(expanding *x, texts *out, int depth);

static bool expand_atom(expanding *x, texts *out, int depth)
{
    switch (x->token.kind) {
    case YN_REGEXP_LITERAL:
        // The character itself, which an escape has at its end.
        return add(out, yn_skip(x->token.text, x->token.text.len - 1));
    case YN_REGEXP_CLASS:
        return expand_class(x, out);
    case YN_REGEXP_OPEN:
        if (x->token.asserts || depth >= deepest)
            return false;
        step(x);
        return expand_choice(x, out, depth + 1) && x->token.kind == YN_REGEXP_CLOSE;
    default:
        return false;
    }
}

static bool expand_run(expanding *x, texts *out, int depth)
{
    *out = (texts){1, {{0}}};
    bool opened = depth == 0 && x->token.kind != YN_REGEXP_START;
    x->open_start = x->open_start || opened;
    if (depth == 0 && !opened)
        step(x);
    while (x->token.kind != YN_REGEXP_END && x->token.kind != YN_REGEXP_BAR &&
           x->token.kind != YN_REGEXP_CLOSE && x->token.kind != YN_REGEXP_FINISH) {
        texts atom = {0};
        if (!expand_atom(x, &atom, depth))
            return false;
        step(x);
        if (x->token.kind == YN_REGEXP_REPEAT) {
            if (x->token.text.ptr[0] != '?' || !add(&atom, (yonder_text){0}))
                return false;
            step(x);
        }
        if (!multiply(x, out, &atom))
            return false;
    }
    if (depth)
        return x->token.kind != YN_REGEXP_FINISH;
    x->open_end = x->open_end || x->token.kind != YN_REGEXP_FINISH;
    if (x->token.kind == YN_REGEXP_FINISH)
        step(x);
    return x->token.kind == YN_REGEXP_END || x->token.kind == YN_REGEXP_BAR;
}

static bool expand_choice(expanding *x, texts *out, int depth)
{
    *out = (texts){0};
    for (;;) {
        texts run;
        if (!expand_run(x, &run, depth))
            return false;
        for (size_t i = 0; i < run.count; i++)
            if (!add(out, run.texts[i]))
                return false;
        if (x->token.kind != YN_REGEXP_BAR)
            return true;
        step(x);
    }
}

bool yn_regexp_expand(yn_regexp_texts *out, yonder_text pattern, yn_arena *arena)
{
    texts found;
    expanding x = {.rest = pattern, .arena = arena};
    *out = (yn_regexp_texts){0};
    if (pattern.len > longest)
        return true;
    step(&x);
    if (!expand_choice(&x, &found, 0) || x.failed)
        return !x.failed;
    out->count = found.count;
    memcpy(out->texts, found.texts, sizeof found.texts);
    out->open_start = x.open_start;
    out->open_end = x.open_end;
    return true;
}
