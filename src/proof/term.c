// SPDX-License-Identifier: MIT
#include "proof/term.h"

#include "base/text.h"

yn_term yn_term_text(yn_arena *arena, yonder_text text)
{
    yn_atom *atom = yn_arena_alloc(arena, sizeof *atom);
    if (!atom)
        return (yn_term){NULL, 0};
    *atom = (yn_atom){text, YN_NO_VARIABLE};
    return (yn_term){atom, text.len ? 1 : 0};
}

bool yn_term_variable(yn_term *out, yn_env *env, bool may_be_empty, yonder_text fresh,
                      yn_arena *arena)
{
    yn_atom *atom = yn_arena_alloc(arena, sizeof *atom);
    if (!atom || env->count == YN_VARIABLES)
        return false;
    *atom = (yn_atom){{NULL, 0}, (uint8_t)env->count};
    env->variables[env->count++] = (yn_variable){.may_be_empty = may_be_empty, .value = fresh};
    *out = (yn_term){atom, 1};
    return true;
}

bool yn_term_join(yn_term *out, yn_term a, yn_term b, yn_arena *arena)
{
    if (!a.count || !b.count) {
        *out = a.count ? a : b;
        return true;
    }
    yn_atom *atoms = yn_arena_alloc(arena, (a.count + b.count) * sizeof *atoms);
    if (!atoms)
        return false;
    memcpy(atoms, a.atoms, a.count * sizeof *atoms);
    memcpy(atoms + a.count, b.atoms, b.count * sizeof *atoms);
    *out = (yn_term){atoms, a.count + b.count};
    return true;
}

static bool is_free(const yn_atom *atom, const yn_env *env)
{
    return atom->variable != YN_NO_VARIABLE && !env->variables[atom->variable].bound;
}

static yonder_text text_of(const yn_atom *atom, const yn_env *env)
{
    return atom->variable == YN_NO_VARIABLE ? atom->text : env->variables[atom->variable].value;
}

bool yn_term_is_plain(yn_term term, const yn_env *env)
{
    for (size_t i = 0; i < term.count; i++)
        if (is_free(&term.atoms[i], env))
            return false;
    return true;
}

bool yn_term_is_open(yn_term term, const yn_env *env)
{
    return term.count && is_free(&term.atoms[0], env);
}

void yn_term_write(yn_buf *out, yn_term term, const yn_env *env)
{
    for (size_t i = 0; i < term.count; i++)
        yn_buf_put(out, text_of(&term.atoms[i], env));
}

static bool starts_with(yonder_text t, yonder_text prefix, bool ignore_case)
{
    if (t.len < prefix.len)
        return false;
    t.len = prefix.len;
    return ignore_case ? yn_equal_nocase(t, prefix) : yn_equal(t, prefix);
}

// Every variable but the last takes as little as it can. Depth: the atoms of the term.
static bool fits(const yn_term *term, size_t at, yonder_text rest, bool ignore_case, yn_env *env)
{
    if (at == term->count)
        return rest.len == 0;
    const yn_atom *atom = &term->atoms[at];
    if (!is_free(atom, env)) {
        yonder_text text = text_of(atom, env);
        return starts_with(rest, text, ignore_case) &&
               fits(term, at + 1, yn_skip(rest, text.len), ignore_case, env);
    }
    yn_variable *v = &env->variables[atom->variable];
    const yn_variable before = *v;
    for (size_t len = v->may_be_empty ? 0 : 1; len <= rest.len; len++) {
        *v = (yn_variable){true, v->may_be_empty, yn_slice(rest, 0, len)};
        if (fits(term, at + 1, yn_skip(rest, len), ignore_case, env))
            return true;
        *v = before;
    }
    return false;
}

bool yn_term_is(yn_term term, yonder_text literal, bool ignore_case, yn_env *env)
{
    size_t unknown = 0;
    for (size_t i = 0; i < term.count; i++)
        unknown += is_free(&term.atoms[i], env);
    if (unknown > 3) // the ways to divide a text among so many are not tried
        return false;
    env->ambiguous = env->ambiguous || unknown > 1;
    return fits(&term, 0, literal, ignore_case, env);
}

bool yn_term_is_filled(yn_term term, yn_env *env)
{
    yn_variable *only = NULL;
    for (size_t i = 0; i < term.count; i++) {
        const yn_atom *atom = &term.atoms[i];
        if (!is_free(atom, env) && text_of(atom, env).len)
            return true;
        if (is_free(atom, env) && !env->variables[atom->variable].may_be_empty)
            return true;
        if (is_free(atom, env))
            only = &env->variables[atom->variable];
    }
    if (only)
        only->may_be_empty = false;
    return only != NULL;
}
