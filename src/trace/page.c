// SPDX-License-Identifier: MIT
#include "trace/page.h"

#include "base/text.h"
#include "core/refresh.h"
#include "trace/html.h"

enum {
    field_max = 1 << 20,
};

// A field's value without its parameters; empty where there is no such field.
static yonder_text value_of(const yn_evidence *e, const char *name)
{
    yonder_text value = yn_evidence_field(e, name);
    return value.len ? yn_trim(yn_slice(value, 0, yn_find_char(value, ';')), " \t") : YN_TEXT("");
}

static bool is_page(const yn_hop *hop)
{
    yonder_text kind = value_of(&hop->evidence, "Content-Disposition");
    int status = hop->evidence.status;
    return hop->decision.action == YONDER_STOP && !yn_equal(hop->method, YN_TEXT("HEAD")) &&
           status != 204 && status != 205 && !yn_equal_nocase(kind, YN_TEXT("attachment"));
}

// MIME Sniffing standard, as far as HTML goes: a page without a type that begins with a tag.
static bool looks_like_html(yonder_text body)
{
    while (body.len && memchr("\t\n\f\r ", body.ptr[0], 5))
        body = yn_skip(body, 1);
    return body.len > 1 && body.ptr[0] == '<' &&
           (body.ptr[1] == '!' || yn_is_alpha((unsigned char)body.ptr[1]));
}

static bool is_html(const yn_evidence *e)
{
    yonder_text type = value_of(e, "Content-Type");
    if (type.len == 0)
        return looks_like_html(e->body);
    return yn_equal_nocase(type, YN_TEXT("text/html")) ||
           yn_equal_nocase(type, YN_TEXT("application/xhtml+xml"));
}

static bool is_coded(const yn_evidence *e)
{
    yonder_text coding = value_of(e, "Content-Encoding");
    return coding.len && !yn_equal_nocase(coding, YN_TEXT("identity"));
}

// By its byte order mark or its type (HTML standard, "determining the character encoding"). A meta
// element in UTF-16 that names it is taken for UTF-8.
static bool is_utf_16(const yn_evidence *e)
{
    const yonder_text word = YN_TEXT("charset=utf-16");
    yonder_text type = yn_evidence_field(e, "Content-Type");
    if (yn_starts_with(e->body, YN_TEXT("\xFE\xFF")) ||
        yn_starts_with(e->body, YN_TEXT("\xFF\xFE")))
        return true;
    if (yn_starts_with(e->body, YN_TEXT("\xEF\xBB\xBF")))
        return false;
    for (size_t i = 0; i + word.len <= type.len; i++)
        if (yn_equal_nocase(yn_slice(type, i, i + word.len), word))
            return true;
    return false;
}

static const char *unread(const yn_evidence *e)
{
    if (is_coded(e))
        return "compressed";
    return is_utf_16(e) ? "in UTF-16" : NULL;
}

// Several fields of one name are one value with commas between (Fetch standard, "get").
static int read_field(const yonder_client *client, const yn_hop *hop, const yonder_mem *mem,
                      yonder_refresh *out)
{
    yn_buf value = yn_buf_make(field_max, mem);
    bool there = false;
    for (size_t i = 0; i < hop->evidence.field_count; i++) {
        const yonder_field *f = &hop->evidence.fields[i];
        if (!yn_equal_nocase(f->name, YN_TEXT("Refresh")))
            continue;
        if (there)
            yn_buf_put(&value, YN_TEXT(", "));
        yn_buf_put(&value, f->value);
        there = true;
    }
    int found = value.error == YONDER_NO_MEMORY ? YONDER_NO_MEMORY : 0;
    if (there && !value.error)
        found = yn_refresh_read(client, yn_buf_text(&value), YONDER_REFRESH_HEADER, &hop->url, NULL,
                                mem, out);
    yn_buf_free(&value);
    return found == YONDER_TOO_LARGE ? 0 : found;
}

int yn_page_refresh(const yonder_client *client, yn_hop *hop, const yonder_mem *mem)
{
    yonder_refresh refresh;
    yonder_refresh_source source = YONDER_REFRESH_HEADER;
    if (client->refreshing == YN_REFRESH_IGNORED || !is_page(hop))
        return YONDER_OK;
    int found = read_field(client, hop, mem, &refresh);
    if (found == 0 && is_html(&hop->evidence)) {
        source = YONDER_REFRESH_META;
        hop->page_unread = unread(&hop->evidence);
        if (!hop->page_unread && hop->evidence.body.len)
            found = yn_html_refresh(client, hop->evidence.body, &hop->url, mem, &refresh);
    }
    if (found == 1)
        hop->refresh = (yn_hop_refresh){true, source, refresh.seconds, refresh.url,
                                        yonder_url_equal(&refresh.url, &hop->url, true)};
    return found < 0 ? found : YONDER_OK;
}
