// SPDX-License-Identifier: MIT
// Requests that show something, beside their URL.
#include "report/witness.h"

static bool is_plain(const yn_witness *w)
{
    return !w->method.len && !w->field_count && !w->http10 && !w->client.len && !w->country.len &&
           !w->now;
}

void yn_witness_json(yn_json *j, const yn_witness *w)
{
    if (is_plain(w))
        return;
    yn_json_object(j, "request");
    if (w->method.len)
        yn_json_text(j, "method", w->method);
    if (w->field_count) {
        yn_json_array(j, "headers");
        for (size_t i = 0; i < w->field_count; i++) {
            yn_json_array(j, NULL);
            yn_json_text(j, NULL, w->fields[i].name);
            yn_json_text(j, NULL, w->fields[i].value);
            yn_json_array_end(j);
        }
        yn_json_array_end(j);
    }
    if (w->http10)
        yn_json_bool(j, "http10", true);
    if (w->client.len)
        yn_json_text(j, "client", w->client);
    if (w->country.len)
        yn_json_text(j, "country", w->country);
    if (w->now)
        yn_json_int(j, "now", w->now);
    yn_json_object_end(j);
}

void yn_witness_text(yn_buf *out, const yn_witness *w)
{
    if (w->method.len) {
        yn_buf_str(out, "  -X ");
        yn_put_untrusted(out, w->method);
    }
    for (size_t i = 0; i < w->field_count; i++) {
        yn_buf_str(out, "  -H '");
        yn_put_untrusted(out, w->fields[i].name);
        yn_buf_str(out, ": ");
        yn_put_untrusted(out, w->fields[i].value);
        yn_buf_char(out, '\'');
    }
    if (w->country.len) {
        yn_buf_str(out, "  --country ");
        yn_put_untrusted(out, w->country);
    }
    if (w->client.len) {
        yn_buf_str(out, "  --client ");
        yn_put_untrusted(out, w->client);
    }
    if (w->now)
        yn_buf_printf(out, "  --now %lld", (long long)w->now);
    if (w->http10)
        yn_buf_str(out, "  --http10");
}
