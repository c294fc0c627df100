// SPDX-License-Identifier: MIT
// Sets of requests, made smaller step by step.
#include "base/text.h"
#include "dialects/plan.h"

static bool add_look(yn_plan *plan, yn_case *which, const yn_path *path, bool negative)
{
    yn_look *look = yn_plan_alloc(plan, sizeof *look);
    if (!look)
        return false;
    *look = (yn_look){which->looks, negative, *path, NULL};
    which->looks = look;
    return true;
}

// True if each of the looks that are decided by `path` holds.
static bool looks_may_hold(yn_plan *plan, const yn_look *look, const yn_path *path)
{
    for (; look; look = look->next) {
        yn_cover cover = yn_path_covers(plan, &look->path, path);
        if (look->inner ? false : cover == (look->negative ? YN_COVER_ALL : YN_COVER_NONE))
            return false;
    }
    return true;
}

bool yn_case_path(yn_plan *plan, yn_case *which, const yn_path *path)
{
    if (path->kind == YN_PATH_ANY)
        return true;
    yn_cover cover = yn_path_covers(plan, &which->path, path);
    if (cover == YN_COVER_NONE || !looks_may_hold(plan, which->looks, path))
        return false;
    if (cover == YN_COVER_ALL && which->path.kind != YN_PATH_REGEX) {
        which->path = *path;
        return true;
    }
    // The new one contains the old: nothing is left to say, but of groups somebody may ask for.
    cover = yn_path_covers(plan, path, &which->path);
    if (cover == YN_COVER_NONE)
        return false;
    if (cover == YN_COVER_ALL && path->kind != YN_PATH_REGEX)
        return true;
    if (which->path.kind == YN_PATH_EXACT && !which->path.ignore_case)
        return add_look(plan, which, path, false);
    bool says_something = which->path.kind != YN_PATH_ANY &&
                          !(yn_path_fits_all(&which->path) &&
                            yn_find_char(which->path.text, '(') == which->path.text.len);
    if (says_something && !add_look(plan, which, &which->path, false))
        return false;
    which->path = *path;
    return true;
}

bool yn_case_not_path(yn_plan *plan, yn_case *which, const yn_path *path)
{
    yn_cover cover = yn_path_covers(plan, path, &which->path);
    if (cover == YN_COVER_PART)
        return add_look(plan, which, path, true);
    return cover == YN_COVER_NONE;
}

bool yn_case_schemes(yn_case *which, unsigned schemes)
{
    which->schemes &= schemes;
    return which->schemes != 0;
}

bool yn_case_host(yn_plan *plan, yn_case *which, const yn_host_test *test)
{
    yn_host_test *added = yn_plan_alloc(plan, sizeof *added);
    if (!added)
        return false;
    *added = *test;
    added->next = which->hosts;
    which->hosts = added;
    return true;
}

static bool add_word(yn_plan *plan, const yn_word **list, yonder_text name, yonder_text value)
{
    yn_word *word = yn_plan_alloc(plan, sizeof *word);
    if (!word)
        return false;
    *word = (yn_word){*list, name, value};
    *list = word;
    return true;
}

static bool asks_for_any(yonder_text value)
{
    return value.len && value.ptr[0] == ':';
}

// A name has one pair. Of two that ask for any value (":x") and for a certain one the latter stays.
bool yn_case_pair(yn_plan *plan, yn_case *which, yonder_text name, yonder_text value)
{
    const yn_word *others = NULL;
    for (const yn_word *word = which->pairs; word; word = word->next) {
        if (!yn_equal(word->name, name)) {
            add_word(plan, &others, word->name, word->value);
            continue;
        }
        if (yn_equal(word->value, value) || (asks_for_any(value) && word->value.len))
            return true;
        if (!asks_for_any(word->value) || !value.len)
            return false;
    }
    which->pairs = others;
    return add_word(plan, &which->pairs, name, value);
}

bool yn_case_condition(yn_plan *plan, yn_case *which, yonder_text name, yonder_text value)
{
    return add_word(plan, &which->conditions, name, value);
}
