// SPDX-License-Identifier: MIT
#include "audit/collect.h"
#include "audit/lookup.h"
#include "audit/visit.h"
#include "base/text.h"
#include "core/ip.h"

enum {
    label_max = 63, // bytes (RFC 1035 section 2.3.4)
    name_max = 253,
};

// Labels of letters, digits, "-" and "_", none of them empty, and not an address.
static bool is_host_name(yonder_text name)
{
    size_t label = 0;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (c == '.' ? label == 0 : !yn_is_alpha(c) && !yn_is_digit(c) && c != '-' && c != '_')
            return false;
        label = c == '.' ? 0 : label + 1;
        if (label > label_max)
            return false;
    }
    return label > 0 && name.len <= name_max && !yn_ends_in_number(name);
}

// What would end the host in a URL is no part of a name.
static bool may_be_host(yonder_text domain)
{
    for (size_t i = 0; i < domain.len; i++)
        if ((unsigned char)domain.ptr[i] <= ' ' || strchr("/\\:?#@[]%", domain.ptr[i]))
            return false;
    return domain.len > 0;
}

int yn_collect_name(yonder_text domain, yn_arena *arena, yonder_text *out)
{
    yonder_url url;
    *out = YN_TEXT("");
    if (!may_be_host(domain))
        return YONDER_OK;
    yn_buf text = yn_buf_make(YONDER_URL_MAX, NULL);
    yn_buf_str(&text, "https://");
    yn_buf_put(&text, domain);
    int error = text.error ? text.error : yonder_url_parse(&url, yn_buf_text(&text), NULL, NULL);
    yn_buf_free(&text);
    if (error)
        return error == YONDER_NO_MEMORY ? error : YONDER_OK;
    yonder_text name = yonder_url_get(&url, YONDER_URL_HOSTNAME);
    if (is_host_name(name)) {
        *out = yn_arena_text(arena, name);
        error = out->ptr ? YONDER_OK : YONDER_NO_MEMORY;
    }
    yonder_url_free(&url, NULL);
    return error;
}

int yn_collect_target_make(const yn_collector *collector, yonder_text domain, yn_arena *arena,
                           yn_collect_target *out)
{
    yn_collect_target target = {.domain = domain};
    int error = yn_collect_name(domain, arena, &target.ascii);
    if (!error && target.ascii.len)
        error = yn_lookup(&collector->options, target.ascii, arena, &target.addresses);
    if (!error)
        *out = target;
    return error;
}
