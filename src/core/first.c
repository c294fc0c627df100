// SPDX-License-Identifier: MIT
// The URL that a client is started with, as it reads it.
#include <yonder/redirect.h>

#include "base/text.h"
#include "core/client.h"
#include "core/location.h"

static int read_standard(const yonder_client *client, yonder_text text, const yonder_mem *mem,
                         yonder_url *out)
{
    yonder_url url;
    int error = yonder_url_parse(&url, text, NULL, mem);
    if (error)
        return error;
    if (client->spelling)
        error = yn_spell(client->spelling, mem, &url);
    if (error)
        yonder_url_free(&url, mem);
    else
        *out = url;
    return error;
}

int yonder_client_url(const yonder_client *client, yonder_text text, const yonder_mem *mem,
                      yonder_url *out)
{
    const yn_reading *reading = client->first ? client->first : client->reading;
    if (!reading)
        return read_standard(client, text, mem, out);
    yonder_text scheme = yn_reading_first_scheme(reading, text);
    if (text.len == 0 || scheme.len == 0)
        return YONDER_INVALID_URL;
    bool written = scheme.ptr == text.ptr;
    if (written && !yn_location_follows_scheme(client, scheme))
        return yonder_url_parse(out, text, NULL, mem); // no reading of the client's own
    return yn_reading_resolve(reading, text, NULL, mem, out);
}
