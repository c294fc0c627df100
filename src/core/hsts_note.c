// SPDX-License-Identifier: MIT
// What a response teaches (RFC 6797 section 8.1).
#include "base/text.h"
#include "core/client.h"
#include "core/hsts_match.h"
#include "core/hsts_store.h"

// The first field of that name from `from` on, or NULL.
static const yonder_field *find_field(const yonder_hsts_response *response, size_t from)
{
    for (size_t i = from; i < response->field_count; i++)
        if (yn_equal_nocase(response->fields[i].name, YN_TEXT("Strict-Transport-Security")))
            return &response->fields[i];
    return NULL;
}

// Whether the list has an entry for just this host.
static bool is_preloaded(const yonder_preload *preload, yonder_text host)
{
    yonder_preload_match match = {0};
    if (preload)
        yonder_preload_query(preload, host, &match);
    return match.preloaded && match.matched.len == yn_hsts_without_dot(host).len;
}

typedef struct noting {
    yonder_hsts *store;
    const yn_hsts_rules *rules;
    const yonder_preload *preload;
    yn_hsts_name name;
    yonder_hsts_entry entry; // to be
    yonder_hsts_entry *known;
} noting;

static int note_zero(noting *n, yonder_hsts_effect *effect)
{
    const yn_hsts_rules *rules = n->rules;
    *effect = YONDER_HSTS_FORGOTTEN;
    if (rules->zero == YN_HSTS_ZERO_KNOCKS_OUT && is_preloaded(n->preload, n->name.name)) {
        *effect = YONDER_HSTS_KNOCKED_OUT;
        n->entry.knocked_out = true;
        n->entry.include_subdomains = false;
        n->entry.expires = YONDER_HSTS_FOREVER;
        return yn_hsts_insert(n->store, &n->name, &n->entry);
    }
    if (n->known)
        yn_hsts_take_out(n->store, n->known);
    else if (rules->zero == YN_HSTS_ZERO_IS_KEPT)
        return yn_hsts_insert(n->store, &n->name, &n->entry);
    return YONDER_OK;
}

static int note_policy(noting *n, const yonder_hsts_policy *policy, int64_t now,
                       yonder_hsts_noted *out)
{
    const yn_hsts_rules *rules = n->rules;
    bool beyond = policy->max_age > YONDER_HSTS_FOREVER - (now > 0 ? now : 0);
    if (beyond && rules->overflow == YN_HSTS_OVERFLOW_IS_REFUSED) {
        *out = (yonder_hsts_noted){YONDER_HSTS_NOT_ACCEPTED, YONDER_HSTS_BAD_MAX_AGE, {0}};
        return YONDER_OK;
    }
    n->entry.include_subdomains = policy->include_subdomains;
    n->entry.expires = beyond ? YONDER_HSTS_FOREVER : now + policy->max_age;
    n->entry.learnt = now;
    n->known = yn_hsts_lookup(n->store, &n->name, n->entry.port);
    *out = (yonder_hsts_noted){YONDER_HSTS_REFRESHED, YONDER_HSTS_VALID, *policy};
    if (policy->max_age == 0)
        return note_zero(n, &out->effect);
    if (!n->known || n->known->knocked_out || yn_hsts_is_over(rules, n->known, now))
        out->effect = YONDER_HSTS_LEARNT;
    if (!n->known && rules->capacity && n->store->count >= rules->capacity)
        yn_hsts_take_out(n->store, yn_hsts_oldest(n->store));
    return yn_hsts_insert(n->store, &n->name, &n->entry);
}

// What stands against noting anything; YONDER_HSTS_NOTHING where nothing does.
static yonder_hsts_effect obstacle(noting *n, const yonder_hsts_response *response)
{
    const yn_hsts_rules *rules = n->rules;
    if (rules->support == YONDER_HSTS_NEVER)
        return YONDER_HSTS_NOT_ACCEPTED;
    if (!yn_equal(yonder_url_get(response->url, YONDER_URL_PROTOCOL), YN_TEXT("https:")))
        return YONDER_HSTS_INSECURE;
    if (!yn_hsts_name_of(yn_hsts_host(rules, response->url), &n->name) ||
        (rules->localhost == YN_HSTS_LOCALHOST_IS_IGNORED && yn_hsts_is_localhost(n->name.name)))
        return YONDER_HSTS_NO_DOMAIN;
    if (!response->certificate_valid && !rules->any_certificate)
        return YONDER_HSTS_BAD_CERTIFICATE;
    return YONDER_HSTS_NOTHING;
}

// Reads one field and does what it says. What was noted before stays where this says nothing.
static int note_field(noting *n, const yonder_client *client, const yonder_field *field,
                      int64_t now, yonder_hsts_noted *out)
{
    yonder_hsts_policy policy;
    yonder_hsts_reading reading = yonder_hsts_parse(client, field->value, &policy);
    if (reading == YONDER_HSTS_VALID)
        return note_policy(n, &policy, now, out);
    if (out->effect == YONDER_HSTS_NOTHING || out->effect == YONDER_HSTS_NOT_ACCEPTED)
        *out = (yonder_hsts_noted){YONDER_HSTS_NOT_ACCEPTED, reading, {0}};
    return YONDER_OK;
}

int yonder_hsts_note(yonder_hsts *store, const yonder_client *client, const yonder_preload *preload,
                     const yonder_hsts_response *response, yonder_hsts_noted *out)
{
    const yn_hsts_rules *rules = &client->hsts;
    noting n = {.store = store, .rules = rules, .preload = preload};
    yonder_hsts_noted noted = {YONDER_HSTS_NOTHING, YONDER_HSTS_UNKNOWN_TO_CLIENT, {0}};
    const yonder_field *field = find_field(response, 0);
    if (field) {
        noted.effect = obstacle(&n, response);
        if (noted.effect != YONDER_HSTS_NOTHING) {
            noted.reading = yonder_hsts_parse(client, field->value, &noted.policy);
            *out = noted;
            return YONDER_OK;
        }
        n.entry.port = yn_hsts_port(rules, response->url);
    }
    while (field) {
        int error = note_field(&n, client, field, response->now, &noted);
        if (error)
            return error;
        size_t next = (size_t)(field - response->fields) + 1;
        field = rules->which == YN_HSTS_EACH ? find_field(response, next) : NULL;
    }
    *out = noted;
    return YONDER_OK;
}
