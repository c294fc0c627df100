// SPDX-License-Identifier: MIT
// yonder directory reject, remove, allow, policy, settings, backup, rebuild, key: what its operator
// decides.
#include <stdio.h>

#include "base/text.h"
#include "cli/directory_words.h"
#include "cli/print.h"
#include "report/style.h"

enum {
    line_max = 1 << 16,
};

/* ---- domains -----------------------------------------------------------------------------------
 */

int yn_directory_reject(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("directory", "reject takes one DOMAIN");
    if (!o->reason || !*o->reason)
        return yn_usage_error("directory",
                              "reject needs --reason TEXT, which its owner is to read");
    return yn_directory_operate(o, arguments[0], (yn_life_event){.kind = YN_LIFE_REJECTION});
}

int yn_directory_remove(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("directory", "remove takes one DOMAIN");
    if (!o->reason || !*o->reason)
        return yn_usage_error("directory", "remove needs --reason TEXT");
    return yn_directory_operate(o, arguments[0],
                                (yn_life_event){.kind = YN_LIFE_REMOVAL_REQUESTED});
}

int yn_directory_allow(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("directory", "allow takes one DOMAIN");
    return yn_directory_operate(o, arguments[0], (yn_life_event){.kind = YN_LIFE_ALLOWED});
}

int yn_directory_policy(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count != 2)
        return yn_usage_error("directory", "policy takes DOMAIN and POLICY");
    if (!yn_life_is_known_policy(yonder_text_of(arguments[1])))
        return yn_directory_no_policy(arguments[1]);
    return yn_directory_operate(
        o, arguments[0],
        (yn_life_event){.kind = YN_LIFE_POLICY_SET, .policy = yonder_text_of(arguments[1])});
}

/* ---- settings ----------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *help;
    size_t offset;
} settings[] = {
#define ROW(member, name, initial, least, most, help)                                              \
    {name, help, offsetof(yn_directory_settings, member)},
    YN_DIRECTORY_SETTINGS(ROW)
#undef ROW
};

static void print_setting(size_t row, int64_t value, bool json)
{
    yn_buf line = yn_buf_make(line_max, NULL);
    if (json) {
        yn_json out = yn_json_make(&line, false);
        yn_json_object(&out, NULL);
        yn_json_str(&out, "name", settings[row].name);
        yn_json_int(&out, "value", value);
        yn_json_object_end(&out);
    } else {
        yn_buf_printf(&line, "%-16s %10lld  %s", settings[row].name, (long long)value,
                      settings[row].help);
    }
    yn_print_line(&line);
    yn_buf_free(&line);
}

static const struct {
    const char *name, *help;
    size_t offset;
} texts[] = {
#define ROW(member, name, help) {name, help, offsetof(yn_directory_texts, member)},
    YN_DIRECTORY_TEXTS(ROW)
#undef ROW
};

static void print_text(size_t row, const char *value, bool json)
{
    yn_buf line = yn_buf_make(line_max, NULL);
    if (json) {
        yn_json out = yn_json_make(&line, false);
        yn_json_object(&out, NULL);
        yn_json_str(&out, "name", texts[row].name);
        yn_json_str(&out, "value", value);
        yn_json_object_end(&out);
    } else {
        yn_buf_printf(&line, "%-16s \"", texts[row].name);
        yn_put_untrusted(&line, yonder_text_of(value));
        yn_buf_printf(&line, "\"  %s", texts[row].help);
    }
    yn_print_line(&line);
    yn_buf_free(&line);
}

static bool is_asked(const char *name, const char *row)
{
    return !name || strcmp(name, row) == 0;
}

static int print_settings(yn_store *store, const char *name, bool json)
{
    yn_directory_settings read;
    yn_directory_texts words;
    int error = yn_directory_settings_read(store, &read);
    if (!error)
        error = yn_directory_texts_read(store, &words);
    if (error)
        return yn_directory_failed(store, error);
    bool found = false;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        int64_t value;
        if (!is_asked(name, settings[i].name))
            continue;
        memcpy(&value, (const char *)&read + settings[i].offset, sizeof value);
        print_setting(i, value, json);
        found = true;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!is_asked(name, texts[i].name))
            continue;
        print_text(i, (const char *)&words + texts[i].offset, json);
        found = true;
    }
    return found ? YN_EXIT_OK
                 : yn_usage_error("directory", "there is no such setting; 'settings' names all");
}

static int write_setting(yn_store *store, const char *name, const char *value)
{
    yn_buf message = yn_buf_make(line_max, NULL);
    int error =
        yn_directory_settings_write(store, yonder_text_of(name), yonder_text_of(value), &message);
    if (error)
        fprintf(stderr, "yonder directory: %.*s\n", YN_PRINT(yn_buf_text(&message)));
    yn_buf_free(&message);
    return error == YONDER_INVALID_ARGUMENT ? YN_EXIT_USAGE : error ? YN_EXIT_FAILED : YN_EXIT_OK;
}

int yn_directory_set(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count > 2)
        return yn_usage_error("directory", "settings takes a NAME and a VALUE at most");
    yn_directory_opened opened;
    int code = yn_directory_open(o, YN_DIRECTORY_THERE, &opened);
    if (code)
        return code;
    if (count == 2)
        code = write_setting(opened.store, arguments[0], arguments[1]);
    if (!code)
        code = print_settings(opened.store, count ? arguments[0] : NULL, o->json);
    yn_directory_close(&opened);
    return code;
}

/* ---- the database ------------------------------------------------------------------------------
 */

int yn_directory_backup(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("directory", "backup takes one FILE");
    yn_directory_opened opened;
    int code = yn_directory_open(o, YN_DIRECTORY_THERE, &opened);
    if (code)
        return code;
    int error = yn_store_backup(opened.store, arguments[0]);
    yn_store_version newest = {.number = 0};
    if (!error)
        error = yn_store_newest(opened.store, &newest);
    if (error)
        code = yn_directory_failed(opened.store, error);
    else if (o->json)
        printf("{\"version\":%lld}\n", (long long)newest.number);
    else
        printf("Copied and checked, up to version %lld. The signing key is not in it\n",
               (long long)newest.number);
    yn_directory_close(&opened);
    return code;
}

int yn_directory_rebuild(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count)
        return yn_usage_error("directory", "rebuild takes no '%s'", arguments[0]);
    yn_directory_opened opened;
    int code = yn_directory_open(o, YN_DIRECTORY_THERE, &opened);
    if (code)
        return code;
    size_t differ = 0;
    int error = yn_store_rebuild(opened.store, &differ);
    if (error)
        code = yn_directory_failed(opened.store, error);
    else if (o->json)
        printf("{\"differ\":%zu}\n", differ);
    else if (differ)
        printf("%zu rows were not what the events come to, and are now\n", differ);
    else
        printf("All rows are what the events come to\n");
    yn_directory_close(&opened);
    return code ? code : differ ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
}

int yn_directory_key(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count)
        return yn_usage_error("directory", "key takes no '%s'", arguments[0]);
    yn_directory_opened opened;
    int code = yn_directory_open(o, YN_DIRECTORY_KEY, &opened);
    if (code)
        return code;
    uint8_t public_key[YN_SEAL_PUBLIC];
    yn_buf text = yn_buf_make(line_max, NULL);
    yn_seal_public(opened.key, public_key);
    yn_seal_public_write(public_key, &text);
    printf(o->json ? "{\"public_key\":\"%.*s\"}\n" : "%.*s\n",
           YN_PRINT(yn_trim(yn_buf_text(&text), "\n")));
    yn_buf_free(&text);
    yn_directory_close(&opened);
    return YN_EXIT_OK;
}
