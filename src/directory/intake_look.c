// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "directory/day.h"
#include "directory/intake.h"

enum {
    name_max = 1024,
    message_max = 4096,
};

// What was said when the domain was brought to the state that it is in. Who left at the owner's
// request has no need of a reason.
static int put_reason(yn_store *store, yonder_text domain, const yn_life *life, yn_arena *arena,
                      yn_buf *out)
{
    const yn_life_state state = life->state;
    static const yn_life_kind kinds[YN_LIFE_STATE_COUNT] = {
        [YN_LIFE_REJECTED] = YN_LIFE_REJECTION,
        [YN_LIFE_REMOVED] = YN_LIFE_WITHDRAWN,
        [YN_LIFE_PENDING_REMOVAL] = YN_LIFE_REMOVAL_REQUESTED,
        [YN_LIFE_PENDING_AUTOMATED_REMOVAL] = YN_LIFE_MARKED,
    };
    yn_store_event event;
    int error = yn_store_last(store, domain, 1U << kinds[state], arena, &event);
    if (!error && state == YN_LIFE_PENDING_REMOVAL)
        yn_intake_put_request(out, &event);
    else if (!error && (event.from != YN_LIFE_PENDING_REMOVAL || life->barred))
        yn_buf_put(out, event.reason);
    return error == YN_STORE_MISSING ? YONDER_OK : error;
}

void yn_intake_put_request(yn_buf *out, const yn_store_event *request)
{
    if (request->actor != YN_ACTOR_OPERATOR) {
        yn_buf_str(out, "Its owner asked for it.");
        return;
    }
    yn_buf_str(out,
               request->reason.len ? "The operator takes it off: " : "The operator takes it off.");
    yn_buf_put(out, request->reason);
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
        return put_reason(store, domain, life, arena, out);
    case YN_LIFE_PENDING_REMOVAL: // an owner who asked knows why
        return life->barred ? put_reason(store, domain, life, arena, out) : YONDER_OK;
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
