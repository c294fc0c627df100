// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "base/utf8.h"
#include "core/idna.h"
#include "core/ip.h"
#include "directory/intake.h"

enum {
    name_max = 253,     // bytes in ASCII (RFC 1035 section 2.3.4)
    written_max = 1024, // bytes of UTF-8 that could come to so many
};

static bool has_blank_or_control(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] <= ' ' || t.ptr[i] == 0x7F)
            return true;
    return false;
}

static bool is_address(yonder_text t)
{
    uint16_t pieces[8];
    bool in_brackets = t.len > 2 && t.ptr[0] == '[' && t.ptr[t.len - 1] == ']';
    return yn_ipv6_parse(in_brackets ? yn_slice(t, 1, t.len - 1) : t, pieces) ||
           yn_ends_in_number(t);
}

static bool has_empty_label(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '.' && (i == 0 || i + 1 == t.len || t.ptr[i + 1] == '.'))
            return true;
    return false;
}

static bool has(yonder_text t, char c)
{
    return yn_find_char(t, c) < t.len;
}

// What is wrong with it as far as can be seen before it is in ASCII, or NULL.
static const char *wrong_with(yonder_text t)
{
    return t.len == 0            ? "There is no domain name."
           : t.len > written_max ? "A domain name is not that long."
           : has_blank_or_control(t)
               ? "There is a blank or a control character in it, which no domain name has."
           : is_address(t) ? "It is an address; HSTS holds for domain names only."
           : has(t, '/') || has(t, ':') || has(t, '@')
               ? "It is a URL or an address of e-mail; give the domain name alone."
           : has(t, '*') ? "There is an asterisk in it; an entry holds for all sub-domains anyway."
           : has_empty_label(t)
               ? "There is an empty label in it: a dot at the beginning, or two in "
                 "a row."
               : NULL;
}

bool yn_intake_domain(yonder_text written, yn_buf *domain, yn_buf *message)
{
    yonder_text t = written;
    if (t.len > 1 && t.ptr[t.len - 1] == '.') // the root's
        t.len--;
    const char *wrong = wrong_with(t);
    if (wrong) {
        yn_buf_str(message, wrong);
        return false;
    }
    yn_arena arena = yn_arena_make(NULL);
    yonder_text name;
    int error = yn_collect_name(t, &arena, &name);
    if (error)
        yn_buf_str(message, yonder_strerror(error));
    else if (name.len == 0)
        yn_buf_str(message, "It is no domain name: labels of letters, digits and hyphens, each of "
                            "63 bytes at most, 253 in all, with dots between them.");
    else
        yn_buf_put(domain, name);
    yn_arena_free(&arena);
    return !error && name.len > 0 && name.len <= name_max;
}

/* ---- as the API has it -------------------------------------------------------------------------
 */

static bool has_control(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] < ' ' || t.ptr[i] == 0x7F)
            return true;
    return false;
}

static int put_ascii(yn_buf *out, yonder_text written)
{
    bool ascii = true;
    uint32_t c;
    for (yonder_text rest = written; rest.len; rest = yn_skip(rest, yn_utf8_decode(rest, &c))) {
        (void)yn_utf8_decode(rest, &c);
        ascii = ascii && c < 0x80;
        if (c == 0xFFFD) // no UTF-8; IDNA has no room for that character either
            return YONDER_INVALID_HOST;
    }
    if (!ascii)
        return yn_idna_to_ascii(out, written);
    for (size_t i = 0; i < written.len; i++)
        yn_buf_char(out, yn_lower(written.ptr[i]));
    return out->error;
}

bool yn_intake_name(yonder_text written, yn_buf *name, bool *malformed, yn_buf *message)
{
    const char *wrong = written.len == 0            ? "Domain not specified."
                        : written.len > written_max ? "A domain name is not that long."
                        : has_control(written)      ? "There is a control character in it."
                                                    : NULL;
    yonder_text found = {NULL, 0};
    yn_arena arena = yn_arena_make(NULL);
    int error = wrong ? YONDER_OK : yn_collect_name(written, &arena, &found);
    *malformed = found.len == 0 || found.len > name_max;
    if (!wrong && !error && !*malformed)
        yn_buf_put(name, found);
    else if (!wrong && !error)
        error = put_ascii(name, written);
    yn_arena_free(&arena);
    if (!wrong && error)
        wrong = error == YONDER_NO_MEMORY ? yonder_strerror(error)
                                          : "It is no domain name: it cannot be put into ASCII.";
    if (wrong)
        yn_buf_str(message, wrong);
    return !wrong;
}
