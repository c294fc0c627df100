// SPDX-License-Identifier: MIT
#include "report/check_fix.h"

#include "base/text.h"

static const struct {
    const char *name, *title, *field;
} servers[] = {
#define SERVER_ROW(id, name, title, field) {name, title, field},
    YN_CHECK_SERVERS(SERVER_ROW)
#undef SERVER_ROW
};

const char *yn_check_server_title(yn_check_server server)
{
    return servers[server].title;
}

bool yn_check_is_server(const char *name)
{
    bool known = strcmp(name, "all") == 0;
    for (size_t i = 0; i < YN_CHECK_SERVER_COUNT; i++)
        known = known || strcmp(name, servers[i].name) == 0;
    return known;
}

// What answers first at the domain: a Server field may be that of a proxy in front, whose lines are
// then the ones to change.
static yn_check_server answering(const yn_audit *audit)
{
    static const yn_start order[] = {YN_START_HTTPS, YN_START_HTTP};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const yn_seen_chain *chain = &audit->chains[order[i]];
        const yn_visit *visit =
            chain->asked && chain->count ? &audit->visits[chain->hops[0]] : NULL;
        if (!visit || !yn_visit_field_count(visit, "server"))
            continue;
        yonder_text said = yn_visit_field(visit, "server", 0);
        for (yn_check_server s = 0; s < YN_CHECK_SERVER_COUNT; s++) {
            yonder_text name = yonder_text_of(servers[s].field);
            if (said.len >= name.len && yn_equal_nocase(yn_slice(said, 0, name.len), name))
                return s;
        }
    }
    return YN_CHECK_SERVER_COUNT;
}

bool yn_check_shows(const yn_checked *checked, yn_check_server server)
{
    if (checked->server && strcmp(checked->server, "all") != 0)
        return strcmp(checked->server, servers[server].name) == 0;
    yn_check_server seen = answering(checked->audit);
    return checked->server || seen == YN_CHECK_SERVER_COUNT || seen == server;
}
