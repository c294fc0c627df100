// SPDX-License-Identifier: MIT
#include "trace/credentials.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/utf8.h"
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

// Puts UTF-8 as ISO 8859-1, or as it is if that has no letter for some of it.
static void put_latin1(yn_buf *out, yonder_text t)
{
    size_t start = out->len;
    for (yonder_text rest = t; rest.len;) {
        uint32_t letter;
        rest = yn_skip(rest, yn_utf8_decode(rest, &letter));
        if (letter > 0xFF) {
            out->len = start;
            yn_buf_put(out, t);
            return;
        }
        yn_buf_char(out, (char)letter);
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

// Base64 of "user:password".
static void put_pair(yn_buf *out, yonder_text user, yonder_text password, bool latin1)
{
    yn_buf plain = yn_buf_make(YONDER_URL_MAX, out->mem);
    yn_buf letters = yn_buf_make(YONDER_URL_MAX, out->mem);
    put_decoded(&plain, user);
    yn_buf_char(&plain, ':');
    put_decoded(&plain, password);
    if (latin1)
        put_latin1(&letters, yn_buf_text(&plain));
    put_base64(out, yn_buf_text(latin1 ? &letters : &plain));
    if (plain.error || letters.error)
        out->error = plain.error ? plain.error : letters.error;
    yn_buf_free(&plain);
    yn_buf_free(&letters);
}

bool yn_credentials_have_password(const yonder_url *url)
{
    const yonder_url_span *user = &url->part[YONDER_URL_USERNAME];
    bool empty = user->len == 0 && yonder_url_get(url, YONDER_URL_PASSWORD).len == 0;
    return !empty && url->href[user->at + user->len] == ':';
}

int yn_credentials_of(const yonder_url *url, bool latin1, yn_arena *arena, yonder_text *out)
{
    yonder_text user = yonder_url_get(url, YONDER_URL_USERNAME);
    yonder_text password = yonder_url_get(url, YONDER_URL_PASSWORD);
    *out = (yonder_text){NULL, 0};
    if (user.len == 0 && password.len == 0)
        return YONDER_OK;
    yn_buf value = yn_buf_make(2 * (size_t)YONDER_URL_MAX, arena->mem);
    yn_buf_str(&value, "Basic ");
    put_pair(&value, user, password, latin1);
    bool ok = !value.error;
    if (ok)
        *out = yn_arena_text(arena, yn_buf_text(&value));
    yn_buf_free(&value);
    return ok && out->ptr ? YONDER_OK : YONDER_NO_MEMORY;
}
