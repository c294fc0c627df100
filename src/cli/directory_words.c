// SPDX-License-Identifier: MIT
#include "cli/directory_words.h"

#include <stdio.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/print.h"
#include "directory/event_json.h"
#include "directory/intake.h"
#include "report/style.h"

enum {
    line_max = 1 << 20,
    message_max = 1 << 12,
};

int yn_directory_failed(const yn_store *store, int error)
{
    fprintf(stderr, "yonder directory: %s\n", yn_store_error_words(store, error));
    return error == YN_STORE_REFUSED ? YN_EXIT_NEGATIVE : YN_EXIT_FAILED;
}

int yn_directory_no_policy(const char *given)
{
    yn_buf shown = yn_buf_make(message_max, NULL);
    yn_put_untrusted(&shown, yonder_text_of(given));
    int code = yn_usage_error("directory", "there is no policy '%.*s'; %s",
                              YN_PRINT(yn_buf_text(&shown)), yn_life_known_policies);
    yn_buf_free(&shown);
    return code;
}

bool yn_directory_domain(const char *written, yn_buf *out)
{
    yn_buf message = yn_buf_make(message_max, NULL), shown = yn_buf_make(message_max, NULL);
    out->len = 0;
    bool good = yn_intake_domain(yonder_text_of(written), out, &message);
    if (!good) {
        yn_put_untrusted(&shown, yonder_text_of(written));
        fprintf(stderr, "yonder directory: '%.*s': %.*s\n", YN_PRINT(yn_buf_text(&shown)),
                YN_PRINT(yn_buf_text(&message)));
    }
    yn_buf_free(&message);
    yn_buf_free(&shown);
    return good;
}

void yn_directory_moment(yn_buf *out, int64_t at)
{
    static const char form[] = YN_DATE_MOMENT;
    char text[sizeof form];
    if (!at || at < YN_DATE_MIN || at > YN_DATE_MAX) {
        yn_buf_str(out, "never");
        return;
    }
    yn_date_write(text, form, at);
    yn_buf_put(out, (yonder_text){text, sizeof form - 1});
}

static void print_event(const yn_store_event *event, bool json)
{
    yn_buf line = yn_buf_make(line_max, NULL);
    if (json) {
        yn_json out = yn_json_make(&line, false);
        yn_event_write(&out, event, true);
    } else {
        yn_put_untrusted(&line, event->domain);
        yn_buf_printf(&line, ": %s", yn_life_state_code(event->to));
        if (event->from != event->to)
            yn_buf_printf(&line, ", was %s", yn_life_state_code(event->from));
        if (event->what.kind == YN_LIFE_POLICY_SET) {
            yn_buf_str(&line, ", policy ");
            yn_put_untrusted(&line, event->what.policy);
        }
        if (event->what.kind == YN_LIFE_ALLOWED)
            yn_buf_str(&line, ", may be submitted again");
    }
    yn_print_line(&line);
    yn_buf_free(&line);
}

int yn_directory_operate(const yn_directory_options *o, const char *domain, yn_life_event what)
{
    yn_directory_opened opened;
    yn_buf name = yn_buf_make(message_max, NULL);
    int code = yn_directory_domain(domain, &name) ? YN_EXIT_OK : YN_EXIT_USAGE;
    if (!code)
        code = yn_directory_open(o, YN_DIRECTORY_THERE, &opened);
    if (!code) {
        what.at = opened.directory.now();
        yn_store_event event = {.domain = yn_buf_text(&name),
                                .what = what,
                                .actor = YN_ACTOR_OPERATOR,
                                .reason = yonder_text_of(o->reason)};
        int error = yn_store_add(opened.store, &event, NULL);
        if (error)
            code = yn_directory_failed(opened.store, error);
        else
            print_event(&event, o->json);
        yn_directory_close(&opened);
    }
    yn_buf_free(&name);
    return code;
}
