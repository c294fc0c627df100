// SPDX-License-Identifier: MIT
#include <time.h>

#include "base/text.h"
#include "base/utf8.h"
#include "directory/directory.h"

enum {
    number_max = 32, // bytes of a setting
};

int64_t yn_directory_now(void)
{
    return (int64_t)time(NULL);
}

typedef struct setting {
    const char *name;
    size_t offset;
    int64_t initial, least, most;
} setting;

static const setting settings[] = {
#define ROW(member, name, initial, least, most, help)                                              \
    {name, offsetof(yn_directory_settings, member), initial, least, most},
    YN_DIRECTORY_SETTINGS(ROW)
#undef ROW
};

static bool is_within(const setting *row, yonder_text text, int64_t *out)
{
    uint64_t number;
    if (!yn_parse_number(text, (uint64_t)row->most, &number) || (int64_t)number < row->least)
        return false;
    *out = (int64_t)number;
    return true;
}

int yn_directory_settings_read(yn_store *store, yn_directory_settings *out)
{
    yn_directory_settings read;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const setting *row = &settings[i];
        int64_t value = row->initial;
        yn_buf text = yn_buf_make(number_max, NULL);
        int code = yn_store_setting(store, row->name, &text);
        // What is out of the bounds of this program's table stands for the default.
        if (!code && !is_within(row, yn_buf_text(&text), &value))
            value = row->initial;
        yn_buf_free(&text);
        if (code && code != YONDER_TOO_LARGE)
            return code;
        memcpy((char *)&read + row->offset, &value, sizeof value);
    }
    *out = read;
    return YONDER_OK;
}

int yn_directory_forget(yn_store *store, int64_t now)
{
    yn_directory_settings s;
    int code = yn_directory_settings_read(store, &s);
    if (code)
        return code;
    // Of 0 days: those whose clock was ahead, too.
    int64_t before = s.address_days ? now - s.address_days * 86400 : INT64_MAX;
    return yn_store_forget_addresses(store, before);
}

// Who is scanned once a week would have the new interval only after that week.
static int set(yn_store *store, const setting *row, yonder_text value, int64_t number)
{
    if (row->offset == offsetof(yn_directory_settings, scan_interval))
        return yn_store_reschedule(store, row->name, yn_directory_now(), number);
    int code = yn_store_set(store, row->name, value);
    if (!code && row->offset == offsetof(yn_directory_settings, address_days))
        code = yn_directory_forget(store, yn_directory_now());
    return code;
}

/* ---- texts -------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    size_t offset;
} texts[] = {
#define ROW(member, name, help) {name, offsetof(yn_directory_texts, member)},
    YN_DIRECTORY_TEXTS(ROW)
#undef ROW
};

int yn_directory_texts_read(yn_store *store, yn_directory_texts *out)
{
    yn_directory_texts read = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        yn_buf text = yn_buf_make(YN_DIRECTORY_TEXT_MAX, NULL);
        int code = yn_store_setting(store, texts[i].name, &text);
        if (!code && text.len)
            memcpy((char *)&read + texts[i].offset, text.ptr, text.len);
        yn_buf_free(&text);
        if (code && code != YONDER_TOO_LARGE)
            return code;
    }
    *out = read;
    return YONDER_OK;
}

// UTF-8 in one line. What is invisible in it is for whoever shows it to make visible.
static bool is_line(yonder_text text)
{
    for (yonder_text rest = text; rest.len;) {
        uint32_t c;
        size_t bytes = yn_utf8_decode(rest, &c);
        if (c < ' ' || c == 0x7F || c == 0xFFFD)
            return false;
        rest = yn_skip(rest, bytes);
    }
    return text.len <= YN_DIRECTORY_TEXT_MAX;
}

static int set_text(yn_store *store, const char *name, yonder_text value, yn_buf *message)
{
    if (!is_line(value)) {
        yn_buf_printf(message, "%s is a line of text, of %d bytes at most", name,
                      YN_DIRECTORY_TEXT_MAX);
        return YONDER_INVALID_ARGUMENT;
    }
    int code = yn_store_set(store, name, value);
    if (code)
        yn_buf_str(message, yn_store_problem(store));
    return code;
}

static void put_names(yn_buf *message)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        yn_buf_printf(message, "%s%s", i ? ", " : "", settings[i].name);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        yn_buf_printf(message, ", %s", texts[i].name);
}

int yn_directory_settings_write(yn_store *store, yonder_text name, yonder_text value,
                                yn_buf *message)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const setting *row = &settings[i];
        int64_t number;
        if (!yn_equal(name, yonder_text_of(row->name)))
            continue;
        if (is_within(row, value, &number)) {
            int code = set(store, row, value, number);
            if (code)
                yn_buf_str(message, yn_store_problem(store));
            return code;
        }
        yn_buf_printf(message, "%s is a whole number from %lld to %lld", row->name,
                      (long long)row->least, (long long)row->most);
        return YONDER_INVALID_ARGUMENT;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (yn_equal(name, yonder_text_of(texts[i].name)))
            return set_text(store, texts[i].name, value, message);
    yn_buf_str(message, "there is no setting of that name; there are ");
    put_names(message);
    return YONDER_INVALID_ARGUMENT;
}
