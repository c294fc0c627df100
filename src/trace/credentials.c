// SPDX-License-Identifier: MIT
#include "trace/credentials.h"

#include "base/buf.h"
#include "core/percent.h"

static void put_decoded(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        char byte = t.ptr[i];
        if (yn_percent_decode_at(t, i, &byte))
            i += 2;
        yn_buf_char(out, byte);
    }
}

// RFC 4648 section 4.
static void put_base64(yn_buf *out, yonder_text t)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < t.len; i += 3) {
        size_t bytes = t.len - i < 3 ? t.len - i : 3;
        unsigned group = 0;
        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < bytes ? (unsigned char)t.ptr[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            yn_buf_char(out, k <= bytes ? digits[group >> (18 - 6 * k) & 63] : '=');
    }
}

int yn_credentials_of(const yonder_url *url, yn_arena *arena, yonder_text *out)
{
    yonder_text user = yonder_url_get(url, YONDER_URL_USERNAME);
    yonder_text password = yonder_url_get(url, YONDER_URL_PASSWORD);
    *out = (yonder_text){NULL, 0};
    if (user.len == 0 && password.len == 0)
        return YONDER_OK;
    yn_buf plain = yn_buf_make(YONDER_URL_MAX, arena->mem);
    yn_buf value = yn_buf_make(2 * (size_t)YONDER_URL_MAX, arena->mem);
    put_decoded(&plain, user);
    yn_buf_char(&plain, ':');
    put_decoded(&plain, password);
    yn_buf_str(&value, "Basic ");
    put_base64(&value, yn_buf_text(&plain));
    bool ok = !plain.error && !value.error;
    if (ok)
        *out = yn_arena_text(arena, yn_buf_text(&value));
    yn_buf_free(&plain);
    yn_buf_free(&value);
    return ok && out->ptr ? YONDER_OK : YONDER_NO_MEMORY;
}
