// SPDX-License-Identifier: MIT
// The table of clients. doc/design/core-redirect.md shows it whole.
#include "core/client_row.h"

static const yonder_client *const clients[] = {
    &yn_client_chrome,      &yn_client_firefox, &yn_client_safari,   &yn_client_curl,
    &yn_client_curl_follow, &yn_client_wget,    &yn_client_requests, &yn_client_go,
    &yn_client_googlebot,   &yn_client_http10,
};
enum {
    client_count = sizeof clients / sizeof *clients
};

bool yn_statuses_have(const yn_statuses *set, int status)
{
    for (size_t i = 0; i < sizeof set->range / sizeof *set->range; i++)
        if (status >= set->range[i][0] && status <= set->range[i][1] && set->range[i][1])
            return true;
    return false;
}

const yonder_client *yonder_client_find(yonder_text name)
{
    for (size_t i = 0; i < client_count; i++)
        if (yn_equal(name, yonder_text_of(clients[i]->name)))
            return clients[i];
    return NULL;
}

const yonder_client *yonder_client_at(size_t index)
{
    return index < client_count ? clients[index] : NULL;
}

const char *yonder_client_name(const yonder_client *client)
{
    return client->name;
}

const char *yonder_client_version(const yonder_client *client)
{
    return client->version;
}

const yonder_field *yonder_client_fields(const yonder_client *client, size_t *count)
{
    *count = client->field_count;
    return client->fields;
}
