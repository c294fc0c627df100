// SPDX-License-Identifier: MIT
#include "audit/readings.h"

#include "base/text.h"

static bool is_alike(const yn_reading *a, const yn_reading *b)
{
    if (a->reading != b->reading)
        return false;
    // What a client keeps at most is its own business: a year, or for ever, is the same to a site.
    const int64_t year = 31536000;
    bool same_age = a->policy.max_age == b->policy.max_age ||
                    (a->policy.max_age >= year && b->policy.max_age >= year);
    return a->reading != YONDER_HSTS_VALID ||
           (same_age && a->policy.include_subdomains == b->policy.include_subdomains);
}

static bool has_name(const yonder_client *client, const char *name)
{
    return strcmp(yonder_client_name(client), name) == 0;
}

// "curl-follow" is curl, and Googlebot reads as chrome does.
static bool is_reader(const yonder_client *client)
{
    return yonder_hsts_supported(client) != YONDER_HSTS_NEVER && !has_name(client, "curl-follow") &&
           !has_name(client, "googlebot");
}

static bool is_browser(const yonder_client *client)
{
    return !has_name(client, "curl") && !has_name(client, "wget");
}

static void add(yn_readings *out, const yonder_client *client, yonder_text value)
{
    yn_reading *r = &out->items[out->count++];
    *r = (yn_reading){.client = client};
    r->reading = yonder_hsts_parse(client, value, &r->policy);
    out->accepting += r->reading == YONDER_HSTS_VALID;
    out->browsers += r->reading == YONDER_HSTS_VALID && is_browser(client);
    out->agree = out->agree && is_alike(r, &out->items[0]);
}

void yn_readings_make(yn_readings *out, yonder_text value)
{
    const yonder_client *client;
    *out = (yn_readings){.agree = true};
    add(out, yonder_client_find(YN_TEXT("chrome")), value);
    for (size_t i = 0; (client = yonder_client_at(i)) && out->count < YN_READERS_MAX; i++)
        if (is_reader(client) && !has_name(client, "chrome"))
            add(out, client, value);
}

static void put_meaning(yn_buf *out, const yn_reading *r)
{
    if (r->reading != YONDER_HSTS_VALID) {
        yn_buf_printf(out, "not accepted, %s", yonder_hsts_reading_prose(r->reading));
        return;
    }
    if (r->policy.max_age == YONDER_HSTS_FOREVER)
        yn_buf_str(out, "for ever");
    else if (r->policy.max_age == 0)
        yn_buf_str(out, "HSTS is taken back");
    else
        yn_buf_printf(out, "%lld seconds", (long long)r->policy.max_age);
    if (r->policy.include_subdomains)
        yn_buf_str(out, " with sub-domains");
}

void yn_readings_write(yn_buf *out, const yn_readings *readings)
{
    bool done[YN_READERS_MAX] = {false};
    for (size_t i = 0; i < readings->count; i++) {
        if (done[i])
            continue;
        yn_buf_str(out, i ? "; " : "");
        for (size_t k = i; k < readings->count; k++) {
            if (done[k] || !is_alike(&readings->items[k], &readings->items[i]))
                continue;
            yn_buf_printf(out, "%s%s", k > i ? ", " : "",
                          yonder_client_name(readings->items[k].client));
            done[k] = true;
        }
        yn_buf_str(out, ": ");
        put_meaning(out, &readings->items[i]);
    }
}
