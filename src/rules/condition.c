// SPDX-License-Identifier: MIT
// What a set keeps of a condition, and holding it against a request. Reading is in
// condition_read.c, reasoning in condition_logic.c.
#include "rules/condition.h"

#include "base/date.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/utf8.h"
#include "rules/condition_bytes.h"
#include "rules/glob.h"

const yn_condition_word yn_condition_words[YN_CONDITION_WORDS] = {
    {YN_TEXT_INIT("method"), YN_IF_METHOD, false},
    {YN_TEXT_INIT("language"), YN_IF_LANGUAGE, false},
    {YN_TEXT_INIT("country"), YN_IF_COUNTRY, false},
    {YN_TEXT_INIT("header"), YN_IF_HEADER, true},
    {YN_TEXT_INIT("cookie"), YN_IF_COOKIE, false},
    {YN_TEXT_INIT("cookie"), YN_IF_COOKIE, true},
    {YN_TEXT_INIT("from"), YN_IF_FROM, false},
    {YN_TEXT_INIT("until"), YN_IF_UNTIL, false},
    {YN_TEXT_INIT("share"), YN_IF_SHARE, false},
    {YN_TEXT_INIT("http"), YN_IF_HTTP, false},
};

const yn_condition_word *yn_condition_find(yonder_text word)
{
    size_t colon = yn_find_char(word, ':');
    for (size_t i = 0; i < YN_CONDITION_WORDS; i++)
        if (yn_condition_words[i].named == (colon < word.len) &&
            yn_equal(yn_condition_words[i].word, yn_slice(word, 0, colon)))
            return &yn_condition_words[i];
    return NULL;
}

bool yn_condition_is_name(yonder_text word)
{
    return yn_condition_find(word) != NULL;
}

// ---- bytes --------------------------------------------------------------------------------------

static bool number_is_sound(const yn_condition *c)
{
    switch (c->kind) {
    case YN_IF_FROM:
    case YN_IF_UNTIL:
        return c->number >= YN_DATE_MIN && c->number <= YN_DATE_MAX;
    case YN_IF_SHARE:
        return c->number >= 0 && c->number <= YN_SHARE_ALL;
    case YN_IF_HTTP:
        return c->number == 10 || c->number == 11;
    default:
        return true;
    }
}

bool yn_condition_next(yonder_text *rest, yn_condition *out)
{
    yn_condition_head head;
    if (rest->len < sizeof head)
        return false;
    memcpy(&head, rest->ptr, sizeof head);
    size_t left = rest->len - sizeof head;
    if (head.kind < YN_IF_METHOD || head.kind > YN_IF_HTTP || head.name_len > left ||
        head.values_len > left - head.name_len)
        return false;
    yonder_text texts = yn_skip(*rest, sizeof head);
    yn_condition c = {
        .kind = (yn_condition_kind)head.kind,
        .number = head.number,
        .name = yn_slice(texts, 0, head.name_len),
        .values = yn_slice(texts, head.name_len, head.name_len + (size_t)head.values_len),
    };
    if (!number_is_sound(&c))
        return false;
    *out = c;
    *rest = yn_skip(texts, c.name.len + c.values.len);
    return true;
}

bool yn_condition_value(yonder_text *values, yonder_text *value)
{
    uint16_t len;
    if (values->len < sizeof len)
        return false;
    memcpy(&len, values->ptr, sizeof len);
    if (len > values->len - sizeof len)
        return false;
    *value = yn_slice(*values, sizeof len, sizeof len + len);
    *values = yn_skip(*values, sizeof len + len);
    return true;
}

yonder_text yn_condition_glob(const yn_condition *c)
{
    yonder_text values = c->values, glob = {NULL, 0};
    yn_condition_value(&values, &glob);
    return glob;
}

// ---- against a request --------------------------------------------------------------------------

static bool method_holds(const yn_condition *c, const yonder_rules_request *request)
{
    yonder_text method = request->method.len ? request->method : YN_TEXT("GET");
    yonder_text values = c->values, value;
    bool head = yn_equal(method, YN_TEXT("HEAD")); // is answered as GET would be
    while (yn_condition_value(&values, &value))
        if (yn_equal(value, method) || (head && yn_equal(value, YN_TEXT("GET"))))
            return true;
    return false;
}

static bool country_holds(const yn_condition *c, const yonder_rules_request *request)
{
    yonder_text values = c->values, value;
    while (yn_condition_value(&values, &value))
        if (yn_equal_nocase(value, request->country))
            return true;
    return false;
}

static bool header_holds(const yn_condition *c, const yonder_rules_request *request)
{
    bool present;
    yonder_text glob = yn_condition_glob(c);
    yn_joined joined = yn_joined_fields(request->fields, request->field_count, c->name, &present);
    if (present || glob.len == 0)
        return yn_glob_fits(glob, joined);
    for (size_t i = 0; i < request->field_count; i++) // "*" asks for no more than the field
        if (yn_equal_nocase(request->fields[i].name, c->name))
            return yn_glob_fits(glob, (yn_joined){0});
    return false;
}

// The cookies of a request in order (RFC 6265 section 4.2.1), pair by pair.
typedef struct jar {
    const yonder_rules_request *request;
    size_t next_field;
    yonder_text rest;
} jar;

static bool next_pair(jar *j, yonder_text *pair)
{
    while (j->rest.len == 0) {
        if (j->next_field == j->request->field_count)
            return false;
        const yonder_field *field = &j->request->fields[j->next_field++];
        if (yn_equal_nocase(field->name, YN_TEXT("Cookie")))
            j->rest = field->value;
    }
    size_t end = yn_find_char(j->rest, ';');
    *pair = yn_slice(j->rest, 0, end);
    j->rest = yn_skip(j->rest, end < j->rest.len ? end + 1 : end);
    return true;
}

static bool find_cookie(const yonder_rules_request *request, yonder_text name, yonder_text *value)
{
    jar j = {.request = request};
    for (yonder_text pair; next_pair(&j, &pair);) {
        size_t equals = yn_find_char(pair, '=');
        if (equals == pair.len || !yn_equal(yn_trim(yn_slice(pair, 0, equals), " \t"), name))
            continue;
        *value = yn_trim(yn_skip(pair, equals + 1), " \t");
        return true;
    }
    return false;
}

static bool cookie_holds(const yn_condition *c, const yonder_rules_request *request)
{
    yonder_text values = c->values, name, value = {NULL, 0};
    if (c->name.len) {
        yonder_text glob = yn_condition_glob(c);
        bool present = find_cookie(request, c->name, &value);
        return (present || glob.len == 0) && yn_glob_fits(glob, (yn_joined){.rest = value});
    }
    while (yn_condition_value(&values, &name))
        if (find_cookie(request, name, &value))
            return true;
    return false;
}

static bool share_holds(const yn_condition *c, const yonder_rules_request *request, uint64_t salt)
{
    if (request->client.len == 0)
        return c->number == YN_SHARE_ALL;
    uint64_t hash = yn_hash(request->client, salt);
    return (int64_t)((unsigned __int128)hash * YN_SHARE_ALL >> 64) < c->number;
}

bool yn_condition_holds(const yn_condition *c, const yonder_rules_request *request, uint64_t salt)
{
    switch (c->kind) {
    case YN_IF_METHOD:
        return method_holds(c, request);
    case YN_IF_LANGUAGE:
        return yn_condition_quality(c, request) > 0;
    case YN_IF_COUNTRY:
        return country_holds(c, request);
    case YN_IF_HEADER:
        return header_holds(c, request);
    case YN_IF_COOKIE:
        return cookie_holds(c, request);
    case YN_IF_FROM:
        return request->now >= c->number;
    case YN_IF_UNTIL:
        return request->now < c->number;
    case YN_IF_SHARE:
        return share_holds(c, request, salt);
    case YN_IF_HTTP:
        return request->http10 == (c->number == 10);
    }
    return false;
}

yonder_text yn_condition_field(const yn_condition *c)
{
    switch (c->kind) {
    case YN_IF_LANGUAGE:
        return YN_TEXT("Accept-Language");
    case YN_IF_HEADER:
        return c->name;
    case YN_IF_COOKIE:
        return YN_TEXT("Cookie");
    default:
        return (yonder_text){NULL, 0};
    }
}

// ---- as text ------------------------------------------------------------------------------------

// How many bytes of `t` can stand in a file as the one character beyond ASCII that they are; 0 if
// they are none, or a byte order mark.
static size_t plain_character(yonder_text t)
{
    uint32_t c;
    size_t len = yn_utf8_decode(t, &c);
    bool replaced = c == 0xFFFD && !yn_starts_with(t, YN_TEXT("\xEF\xBF\xBD"));
    return c < 0x80 || replaced || c == 0xFEFF ? 0 : len;
}

// No longer than it was: what can stand for itself does.
static void write_glob(yn_buf *out, yonder_text glob)
{
    for (size_t i = 0; i < glob.len;) {
        unsigned char c = (unsigned char)glob.ptr[i];
        size_t len = c >= 0x80 ? plain_character(yn_skip(glob, i)) : 0;
        if (len)
            yn_buf_put(out, yn_slice(glob, i, i + len));
        else if (c == YN_GLOB_STAR)
            yn_buf_char(out, '*');
        else if (c <= 0x20 || c >= 0x7f || c == '*' || c == '%')
            yn_buf_printf(out, "%%%02X", c);
        else
            yn_buf_char(out, (char)c);
        i += len ? len : 1;
    }
}

static void write_values(yn_buf *out, yonder_text values)
{
    yonder_text value;
    for (const char *before = ""; yn_condition_value(&values, &value); before = ",") {
        yn_buf_str(out, before);
        yn_buf_put(out, value);
    }
}

static void write_time(yn_buf *out, int64_t seconds)
{
    static const char form[] = YN_DATE_MOMENT;
    char text[sizeof form - 1];
    yn_date_write(text, form, seconds);
    yn_buf_put(out, (yonder_text){text, sizeof text});
}

static void write_share(yn_buf *out, int64_t number)
{
    int whole = (int)(number / 100), part = (int)(number % 100);
    if (part == 0)
        yn_buf_printf(out, "%d%%", whole);
    else if (part % 10 == 0)
        yn_buf_printf(out, "%d.%d%%", whole, part / 10);
    else
        yn_buf_printf(out, "%d.%02d%%", whole, part);
}

void yn_condition_write(yn_buf *out, const yn_condition *c)
{
    for (size_t i = 0; i < YN_CONDITION_WORDS; i++) {
        if (yn_condition_words[i].kind == c->kind) {
            yn_buf_put(out, yn_condition_words[i].word);
            break;
        }
    }
    if (c->name.len) {
        yn_buf_char(out, ':');
        yn_buf_put(out, c->name);
    }
    yn_buf_char(out, '=');
    if (c->kind == YN_IF_FROM || c->kind == YN_IF_UNTIL)
        write_time(out, c->number);
    else if (c->kind == YN_IF_SHARE)
        write_share(out, c->number);
    else if (c->kind == YN_IF_HTTP)
        yn_buf_str(out, c->number == 10 ? "1.0" : "1.1");
    else if (c->name.len)
        write_glob(out, yn_condition_glob(c));
    else
        write_values(out, c->values);
}
