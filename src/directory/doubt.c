// SPDX-License-Identifier: MIT
// Whether it is our own network that fails. Domains die, most of a list in a few years, so that
// many of those that are asked cannot be reached says little: the dead are what the removal rule is
// for. Evidence are those that passed when they were scanned last, the latest of them, for these
// are the most likely to be alive: where they are out of reach as well, it is our network. They are
// drawn by chance, so that nobody can take down just those to have nobody removed.
//
// Where too few ever passed there is nothing to compare with, and the network is doubted only if it
// has reached nobody at all: a directory behind a wall, say, which would else remove everybody,
// version after version, and nobody would be told. What that costs is that a list of dead names
// only stays as it is; its operator, who is told so in each round, can set scan.doubt to 0.
#include "base/text.h"
#include "directory/checks.h"

// When the network was last seen to work, as a setting of the store.
#define REACHED "checks.reached"

enum {
    reached_lasts = 600, // seconds
};

typedef struct tally {
    size_t done, unreachable;
} tally;

typedef struct sample {
    const yn_checks_item *known; // which are not asked again
    size_t known_count;
    yn_checks_item items[YN_CHECKS_SAMPLE];
    size_t count;
    yn_arena arena;
} sample;

static void count_item(tally *t, const yn_checks_item *item)
{
    t->done += item->done;
    t->unreachable += item->done && item->unreachable;
}

static bool is_much(const tally *t, int64_t percent)
{
    return t->done > 0 && t->unreachable * 100 >= t->done * (uint64_t)percent;
}

/* ---- when it was last seen to work -------------------------------------------------------------
 */

static int was_reached_lately(yn_store *store, int64_t now, bool *lately)
{
    yn_buf text = yn_buf_make(64, NULL);
    uint64_t at = 0;
    int error = yn_store_setting(store, REACHED, &text);
    if (!error && !yn_parse_number(yn_buf_text(&text), INT64_MAX, &at))
        at = 0;
    yn_buf_free(&text);
    *lately = at > 0 && now >= (int64_t)at && now - (int64_t)at < reached_lasts;
    return error;
}

static int write_reached(yn_store *store, int64_t now)
{
    yn_buf text = yn_buf_make(64, NULL);
    yn_buf_number(&text, now);
    int error = text.error ? text.error : yn_store_set(store, REACHED, yn_buf_text(&text));
    yn_buf_free(&text);
    return error;
}

/* ---- others ------------------------------------------------------------------------------------
 */

static bool is_in_sample(const sample *s, yonder_text domain)
{
    for (size_t i = 0; i < s->count; i++)
        if (yn_equal(s->items[i].domain, domain))
            return true;
    return false;
}

// Who does not fail, as far as is known, for want of somebody who passed.
static bool add_other(void *context, const yn_store_member *member)
{
    sample *s = context;
    if (!member->life.published || member->life.failing ||
        !yn_life_is_bulk(yonder_text_of(member->life.policy)) ||
        yn_checks_find(s->known, s->known_count, member->domain) || is_in_sample(s, member->domain))
        return true;
    s->items[s->count] = (yn_checks_item){.domain = yn_arena_text(&s->arena, member->domain),
                                          .policy = "bulk-1-year"};
    s->count += s->items[s->count].domain.ptr != NULL;
    return s->count < YN_CHECKS_SAMPLE;
}

// Those who passed and are to be asked are put into the sample; of those that have been asked the
// answer is counted. `*enough` is whether there are as many as a sample takes.
static int draw_passed(yn_store *store, sample *s, tally *passed, bool *enough)
{
    yonder_text *domains = NULL;
    size_t count = 0;
    int error = yn_store_passed(store, YN_CHECKS_SAMPLE, &s->arena, &domains, &count);
    for (size_t i = 0; i < count && !error; i++) {
        const yn_checks_item *item = yn_checks_find(s->known, s->known_count, domains[i]);
        if (item)
            count_item(passed, item);
        else
            s->items[s->count++] = (yn_checks_item){.domain = domains[i], .policy = "bulk-1-year"};
    }
    *enough = count == YN_CHECKS_SAMPLE;
    return error;
}

static int fill(yn_store *store, sample *s)
{
    const unsigned listed = 1U << YN_LIFE_PRELOADED;
    return s->count < YN_CHECKS_SAMPLE ? yn_store_each(store, listed, YN_TEXT(""),
                                                       4 * (size_t)YN_CHECKS_SAMPLE, add_other, s)
                                       : YONDER_OK;
}

static int compare(const yn_directory *directory, const yn_many_options *options,
                   const atomic_bool *stop, sample *s, const tally *all, int64_t percent,
                   bool *doubted)
{
    tally passed = {0}, total = *all;
    bool enough = false;
    int error = draw_passed(directory->store, s, &passed, &enough);
    if (!error && !enough)
        error = fill(directory->store, s);
    if (!error)
        error = yn_checks_run(directory, options, stop, &s->arena, s->items, s->count);
    for (size_t i = 0; i < s->count && !error; i++) {
        count_item(&passed, &s->items[i]);
        count_item(&total, &s->items[i]);
    }
    if (error)
        return error;
    *doubted = enough ? is_much(&passed, percent)
                      : total.done >= YN_CHECKS_SAMPLE && total.unreachable == total.done;
    return enough && !*doubted && passed.done ? write_reached(directory->store, directory->now())
                                              : YONDER_OK;
}

int yn_checks_doubt(const yn_directory *directory, const yn_many_options *options,
                    const atomic_bool *stop, int64_t percent, const yn_checks_item *items,
                    size_t count, bool *doubted)
{
    tally all = {0};
    bool lately = false;
    int error = YONDER_OK;
    *doubted = false;
    for (size_t i = 0; i < count; i++)
        count_item(&all, &items[i]);
    if (percent == 0 || !is_much(&all, percent))
        return YONDER_OK;
    if (all.done < YN_CHECKS_SAMPLE)
        error = was_reached_lately(directory->store, directory->now(), &lately);
    if (error || lately)
        return error;
    sample s = {.known = items, .known_count = count, .arena = yn_arena_make(NULL)};
    error = compare(directory, options, stop, &s, &all, percent, doubted);
    yn_arena_free(&s.arena);
    return error;
}
