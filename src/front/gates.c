// SPDX-License-Identifier: MIT
#include "front/gates.h"

#include "base/mem.h"
#include "base/text.h"
#include "directory/intake.h"
#include "front/form.h"
#include "front/page.h"
#include "trace/psl.h"

enum {
    name_max = 1024,
    busy_seconds = 5, // after which it is worth another try
};

// What a check is for; each has its own budgets.
typedef enum purpose {
    LOOK,
    WISH,
    PURPOSES
} purpose;

struct yn_gates {
    yn_limit *reads;
    yn_limit *checks[PURPOSES]; // of a client
    yn_limit *sites[PURPOSES];  // of a site
    yn_limit *parts[PURPOSES];  // of a site, by one client
    yn_turns *turns;
};

static purpose purpose_of(const yn_web_route *route)
{
    return strcmp(route->method, "POST") == 0 ? WISH : LOOK;
}

yn_gates *yn_gates_new(const yn_gates_options *o)
{
    yn_gates *gates = yn_alloc(NULL, sizeof *gates);
    if (!gates)
        return NULL;
    uint64_t seed = o->seed;
    *gates = (yn_gates){.reads = yn_limit_new(o->reads, seed), .turns = yn_turns_new(o->at_once)};
    bool whole = gates->reads && gates->turns;
    for (int i = 0; i < PURPOSES; i++) {
        gates->checks[i] = yn_limit_new(o->checks, ++seed);
        gates->sites[i] = yn_limit_new(o->site, ++seed);
        gates->parts[i] = yn_limit_new((o->site + YN_GATES_PARTS - 1) / YN_GATES_PARTS, ++seed);
        whole = whole && gates->checks[i] && gates->sites[i] && gates->parts[i];
    }
    if (whole)
        return gates;
    yn_gates_free(gates);
    return NULL;
}

void yn_gates_free(yn_gates *gates)
{
    if (!gates)
        return;
    yn_limit_free(gates->reads);
    yn_turns_free(gates->turns);
    for (int i = 0; i < PURPOSES; i++) {
        yn_limit_free(gates->checks[i]);
        yn_limit_free(gates->sites[i]);
        yn_limit_free(gates->parts[i]);
    }
    yn_free(NULL, gates);
}

yn_gate yn_gates_request(yn_gates *gates, const yn_address *from, const yn_web_route *route,
                         bool failed, uint64_t now, unsigned *seconds)
{
    *seconds = yn_limit_take(gates->reads, from, now);
    if (!*seconds && failed)
        *seconds = yn_limit_take(gates->checks[LOOK], from, now);
    if (!*seconds && route && route->cost == YN_WEB_CHECK)
        *seconds = yn_limit_take(gates->checks[purpose_of(route)], from, now);
    return *seconds ? YN_GATE_CLIENT : YN_GATE_OPEN;
}

/* ---- a site ------------------------------------------------------------------------------------
 */

// Names below one another's are the same site: with a wildcard there are as many as anybody likes.
static yonder_text site_of(const char *name)
{
    yonder_text site = yn_psl_registrable(name);
    return site.len ? site : yonder_text_of(name);
}

// Many clients together could have us ask one site for ever: it is not to suffer from that. And one
// client could have all that it is to be asked: its owner is not to be kept out.
static unsigned take_site(yn_gates *gates, purpose why, yonder_text site, uint64_t client,
                          uint64_t now)
{
    char bytes[sizeof client];
    yn_buf part = yn_buf_make(name_max + sizeof bytes, NULL);
    memcpy(bytes, &client, sizeof bytes);
    yn_buf_put(&part, (yonder_text){bytes, sizeof bytes});
    yn_buf_put(&part, site);
    unsigned seconds =
        part.error ? busy_seconds : yn_limit_take_name(gates->parts[why], yn_buf_text(&part), now);
    yn_buf_free(&part);
    return seconds ? seconds : yn_limit_take_name(gates->sites[why], site, now);
}

static bool joins(const yn_directory *d, const yn_web_request *request, yonder_text domain)
{
    return d->joints &&
           yn_joint_is_under_way(d->joints, request->inside ? d->anywhere : d->outside, domain);
}

// The domain as the route will read it. The API takes a name, from query and form together; a page
// what people type, from the one or the other.
static bool read_domain(purpose why, const yn_web_request *request, yn_buf *name)
{
    yn_buf host = yn_buf_make(name_max, NULL), message = yn_buf_make(name_max, NULL);
    yonder_text written;
    bool good;
    if (yn_starts_with(request->path, YN_TEXT("/api/"))) {
        good =
            yn_form_one(request, "domain", &written) && yn_intake_domain(written, name, &message);
    } else {
        const yonder_text *typed =
            why == WISH ? yn_web_form(request, "domain") : yn_web_query(request, "domain");
        good = typed && yn_page_typed_domain(*typed, &host, name, &message);
    }
    yn_buf_free(&host);
    yn_buf_free(&message);
    return good;
}

// Seconds to wait for the site that the request names; what is no name is not asked.
static unsigned spare_site(yn_gates *gates, purpose why, uint64_t client,
                           const yn_web_request *request, const yn_directory *directory,
                           uint64_t now)
{
    yn_buf name = yn_buf_make(name_max, NULL);
    unsigned seconds = 0;
    if (!request->by_operator && read_domain(why, request, &name) &&
        !(why == LOOK && joins(directory, request, yn_buf_text(&name)))) {
        yn_buf_char(&name, '\0');
        seconds = name.error ? busy_seconds : take_site(gates, why, site_of(name.ptr), client, now);
    }
    yn_buf_free(&name);
    return seconds;
}

yn_gate yn_gates_check(yn_gates *gates, const yn_address *from, const yn_web_route *route,
                       const yn_web_request *request, const yn_directory *directory, uint64_t now,
                       unsigned *seconds)
{
    uint64_t client = yn_limit_client(from);
    *seconds = spare_site(gates, purpose_of(route), client, request, directory, now);
    if (*seconds)
        return YN_GATE_SITE;
    yn_turn turn = yn_turns_take(gates->turns, client);
    if (turn == YN_TURN_TAKEN)
        return YN_GATE_OPEN;
    *seconds = busy_seconds;
    return turn == YN_TURN_NONE_LEFT ? YN_GATE_BUSY : YN_GATE_SHARE;
}

void yn_gates_leave(yn_gates *gates, const yn_address *from)
{
    yn_turns_give(gates->turns, yn_limit_client(from));
}
