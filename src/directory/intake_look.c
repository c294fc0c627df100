// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "directory/day.h"
#include "directory/intake.h"

enum {
    name_max = 1024,
    message_max = 4096,
    events_max = 200, // that are looked through for the reason of the present state
};

// What was said when the domain came to the state that it is in. Who left at the owner's request
// has no need of a reason.
static int put_reason(yn_store *store, yonder_text domain, yn_life_state state, yn_arena *arena,
                      yn_buf *out)
{
    yn_store_event *events = NULL;
    size_t count = 0;
    int error = yn_store_history(store, domain, 0, events_max, arena, &events, &count);
    for (size_t i = 0; i < count && !error; i++)
        if (events[i].to == state && events[i].from != state) {
            if (events[i].from != YN_LIFE_PENDING_REMOVAL)
                yn_buf_put(out, events[i].reason);
            break;
        }
    return error;
}

static int put_failing(yn_store *store, const yn_life *life, yn_buf *out)
{
    yn_directory_settings s;
    int error = yn_directory_settings_read(store, &s);
    if (error)
        return error;
    yn_buf_str(out, "It does not meet the requirements since ");
    yn_day_put(out, life->failing_since);
    yn_buf_printf(out, ": %u %s in a row failed, the last on ", (unsigned)life->failing,
                  life->failing == 1 ? "scan" : "scans");
    yn_day_put(out, life->failing_at);
    yn_buf_printf(
        out, ". It is removed after %lld or more that fail in a row, over more than %lld days.",
        (long long)s.removal_scans, (long long)s.removal_days);
    return YONDER_OK;
}

// Only what is the domain's own has a message.
static int put_message(yn_store *store, yonder_text domain, const yn_life *life, yn_arena *arena,
                       yn_buf *out)
{
    switch (life->state) {
    case YN_LIFE_REJECTED:
    case YN_LIFE_REMOVED:
    case YN_LIFE_PENDING_AUTOMATED_REMOVAL:
        return put_reason(store, domain, life->state, arena, out);
    case YN_LIFE_PRELOADED:
        return life->failing && yn_life_is_bulk(yonder_text_of(life->policy))
                   ? put_failing(store, life, out)
                   : YONDER_OK;
    default:
        return YONDER_OK;
    }
}

static int look(yn_store *store, yonder_text domain, yn_arena *arena, yn_buf *name, yn_buf *message,
                yn_intake_status *s)
{
    yn_life covering;
    int error = yn_store_get(store, domain, &s->life);
    if (!error)
        error = yn_store_covering(store, domain, name, &covering);
    if (error)
        return error;
    bool own = s->life.state != YN_LIFE_UNKNOWN && s->life.state != YN_LIFE_REMOVED;
    bool above = name->len && !yn_equal(yn_buf_text(name), domain);
    if (above && !own)
        s->life = covering;
    else
        error = put_message(store, domain, &s->life, arena, message);
    s->bulk = s->life.published && yn_life_is_bulk(yonder_text_of(s->life.policy));
    s->preloaded_domain = yn_arena_text(arena, yn_buf_text(name));
    s->message = yn_arena_text(arena, yn_buf_text(message));
    return error                                       ? error
           : name->error                               ? name->error
           : s->preloaded_domain.ptr && s->message.ptr ? YONDER_OK
                                                       : YONDER_NO_MEMORY;
}

int yn_intake_look(const yn_directory *directory, yonder_text domain, yn_arena *arena,
                   yn_intake_status *out)
{
    yn_intake_status status = {0};
    yn_buf name = yn_buf_make(name_max, NULL), message = yn_buf_make(message_max, NULL);
    int error = look(directory->store, domain, arena, &name, &message, &status);
    yn_buf_free(&name);
    yn_buf_free(&message);
    if (!error)
        *out = status;
    return error;
}
