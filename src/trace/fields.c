// SPDX-License-Identifier: MIT
#include "trace/fields.h"

#include "base/buf.h"
#include "base/text.h"
#include "core/client.h"

const char *yn_given_field_parse(yonder_text line, yn_given_field *out)
{
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return "it has a control character";
    }
    size_t colon = yn_find_char(line, ':');
    bool empty = colon == line.len && line.len && line.ptr[line.len - 1] == ';';
    if (colon == line.len && !empty)
        return "it has no colon";
    yonder_text name = yn_slice(line, 0, empty ? line.len - 1 : colon);
    yonder_text value = empty ? YN_TEXT("") : yn_trim(yn_skip(line, colon + 1), " \t");
    if (!yn_is_token(name))
        return "its name is not a token";
    if (yn_equal_nocase(name, YN_TEXT("Content-Length")) ||
        yn_equal_nocase(name, YN_TEXT("Transfer-Encoding")))
        return "it is worked out from the body";
    *out = (yn_given_field){{name, value}, !empty && value.len == 0};
    return NULL;
}

static bool is_given(const yn_given_field *given, size_t count, yonder_text name)
{
    for (size_t i = 0; i < count; i++)
        if (yn_equal_nocase(given[i].field.name, name))
            return true;
    return false;
}

int yn_fields_compose(const yonder_client *client, const yn_given_field *given, size_t given_count,
                      bool has_body, yn_arena *arena, yn_field_list *out)
{
    static const yonder_field form = {YN_TEXT_INIT("Content-Type"),
                                      YN_TEXT_INIT("application/x-www-form-urlencoded")};
    static const yonder_field authorization = {YN_TEXT_INIT("Authorization"), {NULL, 0}};
    static const yonder_field referrer = {YN_TEXT_INIT("Referer"), {NULL, 0}};
    size_t own_count, n = 0;
    const yonder_field *own = yonder_client_fields(client, &own_count);
    yn_sent_field *items = yn_arena_alloc(arena, (own_count + given_count + 3) * sizeof *items);
    if (!items)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < own_count; i++)
        if (!is_given(given, given_count, own[i].name))
            items[n++] = (yn_sent_field){own[i], YN_FIELD_CLIENT, false};
    for (size_t i = 0; i < given_count; i++)
        if (!given[i].remove)
            items[n++] = (yn_sent_field){given[i].field, YN_FIELD_GIVEN, false};
    if (has_body && !is_given(given, given_count, form.name))
        items[n++] = (yn_sent_field){form, YN_FIELD_BODY, false};
    if (client->credentials == YN_CREDENTIALS_OF_FIRST ||
        !is_given(given, given_count, authorization.name))
        items[n++] = (yn_sent_field){authorization, YN_FIELD_URL, true};
    if (!is_given(given, given_count, referrer.name))
        items[n++] = (yn_sent_field){referrer, YN_FIELD_PAGE, true};
    *out = (yn_field_list){items, n};
    return YONDER_OK;
}

static bool is_dropped(const yn_sent_field *f, const yonder_decision *d)
{
    static const char content[] = "Content-";
    bool kept_content = d->composed_anew && f->origin == YN_FIELD_GIVEN &&
                        f->field.name.len >= sizeof content - 1 &&
                        yn_equal_nocase(yn_slice(f->field.name, 0, sizeof content - 1),
                                        (yonder_text){content, sizeof content - 1});
    for (size_t i = 0; i < d->dropped_count && !kept_content; i++)
        if (yn_equal_nocase(f->field.name, yonder_text_of(d->dropped[i])))
            return true;
    return false;
}

void yn_fields_prepare(yn_field_list *list, const yonder_decision *d)
{
    for (size_t i = 0; i < list->count; i++) {
        yn_sent_field *f = &list->items[i];
        if (d->composed_anew && f->origin != YN_FIELD_PAGE)
            f->dropped = f->origin == YN_FIELD_BODY && !d->body;
        f->dropped |= is_dropped(f, d);
    }
}

void yn_fields_set_credentials(yn_field_list *list, yonder_text value)
{
    bool placed = false;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].origin == YN_FIELD_URL) {
            list->items[i].field.value = value;
            list->items[i].dropped = value.len == 0;
            placed = value.len != 0;
        }
    for (size_t i = 0; i < list->count && placed; i++)
        if (list->items[i].origin == YN_FIELD_GIVEN &&
            yn_equal_nocase(list->items[i].field.name, YN_TEXT("Authorization")))
            list->items[i].dropped = true;
}

// The page as it is told to `url`; empty if it is not. It is http or https.
static void write_referrer(yn_buf *out, const yonder_url *page, const yonder_url *url)
{
    yonder_text from = yonder_url_get(page, YONDER_URL_PROTOCOL);
    yonder_text to = yonder_url_get(url, YONDER_URL_PROTOCOL);
    if (yn_equal(from, YN_TEXT("https:")) && !yn_equal(to, YN_TEXT("https:")))
        return;
    yn_buf_put(out, from);
    yn_buf_put(out, YN_TEXT("//"));
    yn_buf_put(out, yonder_url_get(page, YONDER_URL_HOST));
    yn_buf_put(out, yonder_url_same_origin(page, url) ? yonder_url_target(page) : YN_TEXT("/"));
}

int yn_fields_set_referrer(yn_field_list *list, const yonder_url *page, const yonder_url *url,
                           yn_arena *arena)
{
    yn_buf text = yn_buf_make(YONDER_URL_MAX, arena->mem);
    write_referrer(&text, page, url);
    yonder_text value = yn_arena_text(arena, yn_buf_text(&text));
    bool ok = value.ptr && !text.error;
    yn_buf_free(&text);
    if (!ok)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].origin == YN_FIELD_PAGE) {
            list->items[i].field.value = value;
            list->items[i].dropped = value.len == 0;
        }
    return YONDER_OK;
}

void yn_fields_use_given_host(yn_field_list *list, bool use)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].origin == YN_FIELD_GIVEN &&
            yn_equal_nocase(list->items[i].field.name, YN_TEXT("Host")))
            list->items[i].dropped = !use;
}

int yn_fields_sent(const yn_field_list *list, yn_arena *arena, const yonder_field **fields,
                   size_t *count)
{
    yonder_field *sent = yn_arena_alloc(arena, (list->count + 1) * sizeof *sent);
    if (!sent)
        return YONDER_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!list->items[i].dropped)
            sent[n++] = list->items[i].field;
    *fields = sent;
    *count = n;
    return YONDER_OK;
}
