// SPDX-License-Identifier: MIT
#include "dialects/dialect.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "base/utf8.h"
#include "dialects/rows.h"

const yn_dialect *const yn_dialects[] = {
    &yn_dialect_yonder,
    &yn_dialect_netlify,
    &yn_dialect_cloudflare,
    &yn_dialect_gitlab,
    &yn_dialect_ipfs,
    &yn_dialect_nginx,
    &yn_dialect_apache,
    &yn_dialect_htaccess,
    &yn_dialect_caddy,
    &yn_dialect_haproxy,
    &yn_dialect_cloudflare_bulk,
    &yn_dialect_vercel,
    &yn_dialect_vercel_csv,
    &yn_dialect_wordpress,
    &yn_dialect_wordpress_json,
    &yn_dialect_microsoft,
    &yn_dialect_csv,
    &yn_dialect_tsv,
    NULL,
};

const yn_dialect *yn_dialect_find(yonder_text name)
{
    for (const yn_dialect *const *d = yn_dialects; *d; d++)
        if (yn_equal(yonder_text_of((*d)->name), name))
            return *d;
    return NULL;
}

// What a message quotes may be cut within a character, or be no text at all.
static void clean(char *ptr, size_t len)
{
    for (size_t i = 0, taken; i < len; i += taken) {
        uint32_t code_point;
        taken = yn_utf8_decode((yonder_text){ptr + i, len - i}, &code_point);
        bool bad = code_point == 0xFFFD || code_point < 0x20 || code_point == 0x7F;
        for (size_t k = 0; k < taken && bad; k++)
            ptr[i + k] = '?';
    }
}

void yn_note_take(const yn_notes *notes, yn_note_kind kind, yonder_text file, uint32_t line,
                  const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    size_t cut = len < 0 ? 0 : (size_t)len;
    if (cut >= sizeof message) {
        cut = sizeof message - 1;
        while (cut && ((unsigned char)message[cut] & 0xC0) == 0x80) // not within a character
            cut--;
    }
    clean(message, cut);
    yn_note note = {kind, file, line, {message, cut}};
    notes->take(notes->context, &note);
}
