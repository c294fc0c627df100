// SPDX-License-Identifier: MIT
// Patterns and paths in the forms other servers hold theirs against.
#include "base/text.h"
#include "core/percent.h"
#include "dialects/outgoing.h"
#include "dialects/regexp.h"

// The byte that three tokens "%", "4", "1" are the escape of, which then are taken.
static bool take_escape(yonder_text *rest, char *byte)
{
    yonder_text after = *rest;
    char digits[3] = {'%'};
    for (int i = 1; i < 3; i++) {
        yn_regexp_token token = yn_regexp_next(&after);
        if (token.kind != YN_REGEXP_LITERAL || token.text.len != 1)
            return false;
        digits[i] = token.byte;
    }
    if (!yn_percent_decode_at((yonder_text){digits, 3}, 0, byte))
        return false;
    *rest = after;
    return true;
}

static bool is_shown(char c)
{
    return (unsigned char)c <= ' ' || (unsigned char)c >= 0x7F || strchr("\"<>[]\\^`{|}", c);
}

// A literal as a raw path has it.
static void put_raw(yn_buf *out, const yn_regexp_token *token)
{
    if (is_shown(token->byte))
        yn_buf_printf(out, "%%%02X", (unsigned)(unsigned char)token->byte);
    else
        yn_buf_put(out, token->text);
}

bool yn_out_put_pattern(yn_buf *out, const yn_out_rule *rule, unsigned how)
{
    yonder_text rest = rule->pattern;
    unsigned count = 0;
    bool good = true;
    for (yn_regexp_token token; (token = yn_regexp_next(&rest)).kind != YN_REGEXP_END;) {
        char byte;
        bool raw = how & YN_OUT_RAW;
        if (token.captures && how & YN_OUT_NAMED) {
            yn_buf_printf(out, "(?<y%u>", ++count);
        } else if (token.kind == YN_REGEXP_LITERAL && raw) {
            put_raw(out, &token);
        } else if (token.kind == YN_REGEXP_LITERAL && token.byte == '%' &&
                   take_escape(&rest, &byte)) {
            good = good && strchr("/", byte) == NULL && byte;
            yn_regexp_quote(out, (yonder_text){&byte, 1});
        } else if (token.kind == YN_REGEXP_ESCAPE && raw &&
                   yn_equal(token.text, YN_TEXT("\\x20"))) {
            yn_buf_str(out, "%20");
        } else if (token.kind == YN_REGEXP_ESCAPE && raw && yn_equal(token.text, YN_TEXT("\\s"))) {
            yn_buf_str(out, "%20");
        } else {
            yn_buf_put(out, token.text);
        }
    }
    return good;
}

bool yn_out_put_path(yn_buf *out, yonder_text path)
{
    bool good = true;
    for (size_t i = 0; i < path.len; i++) {
        char byte;
        if (path.ptr[i] != '%' || !yn_percent_decode_at(path, i, &byte)) {
            yn_buf_char(out, path.ptr[i]);
            continue;
        }
        good = good && byte != '/' && byte != '\0';
        yn_buf_char(out, byte);
        i += 2;
    }
    return good;
}
