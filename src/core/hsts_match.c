// SPDX-License-Identifier: MIT
// Whether a host is to be reached by https (RFC 6797 section 8.2), and the URL for it (8.3).
#include "core/hsts_match.h"

#include "base/text.h"
#include "core/client.h"
#include "core/hsts_store.h"

bool yn_hsts_is_over(const yn_hsts_rules *rules, const yonder_hsts_entry *entry, int64_t now)
{
    if (entry->expires == YONDER_HSTS_FOREVER)
        return false;
    return rules->end_is_past ? entry->expires <= now : entry->expires < now;
}

yonder_text yn_hsts_host(const yn_hsts_rules *rules, const yonder_url *url)
{
    yonder_text host = yonder_url_get(url, YONDER_URL_HOSTNAME);
    return rules->dots_apart ? host : yn_hsts_without_dot(host);
}

bool yn_hsts_is_localhost(yonder_text name)
{
    const yonder_text localhost = YN_TEXT("localhost");
    name = yn_hsts_without_dot(name);
    if (name.len < localhost.len || !yn_equal(yn_skip(name, name.len - localhost.len), localhost))
        return false;
    return name.len == localhost.len || name.ptr[name.len - localhost.len - 1] == '.';
}

uint16_t yn_hsts_port(const yn_hsts_rules *rules, const yonder_url *url)
{
    return rules->ports_apart && url->port > 0 ? (uint16_t)url->port : 0;
}

// ---- matching -----------------------------------------------------------------------------------

typedef struct matching {
    const yonder_hsts *store;
    const yonder_preload *preload;
    const yn_hsts_rules *rules;
    yonder_text host; // as the client has it
    uint16_t port;
    int64_t now;
    yonder_hsts_match *out;
} matching;

static void answer(matching *m, const yonder_hsts_entry *entry, bool upgrade)
{
    *m->out = (yonder_hsts_match){.upgrade = upgrade,
                                  .source = YONDER_HSTS_DYNAMIC,
                                  .matched = entry->host,
                                  .include_subdomains = entry->include_subdomains,
                                  .expires = entry->expires,
                                  .learnt = entry->learnt};
}

// Whether the preload set covers the host by an entry for just this name, the end of the host.
static bool is_preloaded_by(const matching *m, yonder_text name, yonder_preload_match *match)
{
    if (m->rules->preload != YN_HSTS_PRELOAD_PER_NAME || !m->preload)
        return false;
    yonder_preload_query(m->preload, name, match);
    return match->preloaded && match->matched.len == yn_hsts_without_dot(name).len &&
           (name.len == m->host.len || match->include_subdomains);
}

static void answer_preload(matching *m, const yonder_preload_match *match, bool upgrade)
{
    yonder_text host = yn_hsts_without_dot(m->host);
    *m->out = (yonder_hsts_match){.upgrade = upgrade,
                                  .source = YONDER_HSTS_PRELOAD,
                                  .matched = yn_skip(host, host.len - match->matched.len),
                                  .include_subdomains = match->include_subdomains};
}

// Looks at one name, the host or an ancestor. True if that decides.
static bool look_at(matching *m, yn_hsts_name *name)
{
    bool exact = name->name.len == m->host.len;
    if (!exact && m->rules->dotted_ancestors && yn_find_char(name->name, '.') == name->name.len)
        return false;
    const yonder_hsts_entry *entry = m->store ? yn_hsts_lookup(m->store, name, m->port) : NULL;
    yonder_preload_match preloaded;
    bool by_list = is_preloaded_by(m, name->name, &preloaded);
    if (!entry && by_list)
        answer_preload(m, &preloaded, true);
    if (!entry)
        return by_list;
    bool counts = !entry->knocked_out && !yn_hsts_is_over(m->rules, entry, m->now) &&
                  (exact || entry->include_subdomains);
    bool against = entry->knocked_out || by_list || m->rules->nearest_decides;
    // One that stands against an upgrade is told of where nobody else decides.
    if (counts || (against && m->out->source == YONDER_HSTS_NONE))
        answer(m, entry, counts);
    return counts || m->rules->nearest_decides;
}

// The whole list at once, by its own rule.
static void ask_preload(matching *m)
{
    yonder_preload_match match;
    yonder_preload_query(m->preload, m->host, &match);
    if (match.found)
        answer_preload(m, &match, match.preloaded);
}

void yonder_hsts_query(const yonder_hsts *store, const yonder_preload *preload,
                       const yonder_client *client, const yonder_url *url, int64_t now,
                       yonder_hsts_match *out)
{
    const yn_hsts_rules *rules = &client->hsts;
    yonder_text host = yn_hsts_host(rules, url);
    yn_hsts_name name;
    *out = (yonder_hsts_match){0};
    if (rules->support == YONDER_HSTS_NEVER || !yn_hsts_name_of(host, &name) ||
        (rules->localhost != YN_HSTS_LOCALHOST_IS_A_HOST && yn_hsts_is_localhost(name.name)))
        return;
    matching m = {.store = store,
                  .preload = rules->preload == YN_HSTS_PRELOAD_NONE ? NULL : preload,
                  .rules = rules,
                  .host = host,
                  .port = yn_hsts_port(rules, url),
                  .now = now,
                  .out = out};
    bool decided;
    do
        decided = look_at(&m, &name);
    while (!decided && yn_hsts_parent(&name));
    if (!out->upgrade && rules->preload == YN_HSTS_PRELOAD_AFTER && m.preload)
        ask_preload(&m);
}

// ---- the URL ------------------------------------------------------------------------------------

// http becomes https in place: one byte more, and ":443" less.
static void shift_parts(yonder_url *url, int64_t by, uint32_t port_len)
{
    yonder_url_span *part = url->part;
    part[YONDER_URL_PROTOCOL].len++;
    for (int p = YONDER_URL_USERNAME; p < YONDER_URL_PARTS; p++)
        part[p].at = (uint32_t)(part[p].at + (p > YONDER_URL_PORT ? by : 1));
    if (port_len) {
        part[YONDER_URL_HOST].len -= port_len;
        part[YONDER_URL_PORT].at = part[YONDER_URL_HOST].at + part[YONDER_URL_HOST].len;
        part[YONDER_URL_PORT].len = 0;
        url->port = -1;
    }
}

int yonder_hsts_upgrade(const yonder_client *client, const yonder_url *url, const yonder_mem *mem,
                        yonder_url *out)
{
    (void)client; // so far all that upgrade do it alike; see doc/why/hsts-matching.md
    if (!yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), YN_TEXT("http:")))
        return YONDER_INVALID_ARGUMENT;
    yonder_text href = yonder_url_href(url);
    const yonder_url_span *host = &url->part[YONDER_URL_HOST];
    const yonder_url_span *hostname = &url->part[YONDER_URL_HOSTNAME];
    uint32_t port_len = url->port == 443 ? host->len - hostname->len : 0;
    size_t host_end = hostname->at + hostname->len;
    yn_buf text = yn_buf_make(YONDER_URL_MAX + 2, mem);
    yn_buf_put(&text, YN_TEXT("https"));
    yn_buf_put(&text, yn_slice(href, 4, host_end));
    yn_buf_put(&text, yn_skip(href, host_end + port_len));
    yn_buf_char(&text, '\0');
    if (text.error) {
        int error = text.error;
        yn_buf_free(&text);
        return error;
    }
    yonder_url upgraded = *url;
    shift_parts(&upgraded, 1 - (int64_t)port_len, port_len);
    upgraded.href = text.ptr;
    upgraded.length = (uint32_t)(text.len - 1);
    *out = upgraded;
    return YONDER_OK;
}
