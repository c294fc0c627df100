// SPDX-License-Identifier: MIT
#include "directory/api_words.h"

#include <stdio.h>

#include "base/date.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/form.h"
#include "directory/intake.h"

static bool complain(yn_web_response *response, const char *name, const char *what)
{
    char sentence[128];
    snprintf(sentence, sizeof sentence, "%s %s.", name, what);
    yn_web_say(response, 400, sentence);
    return false;
}

bool yn_api_domain(const yn_web_request *request, yn_web_response *response, yonder_text *domain)
{
    yonder_text written;
    if (!yn_form_one(request, "domain", &written))
        return complain(response, "domain", "is said twice");
    if (!written.len) {
        yn_web_say(response, 400, "Domain not specified.");
        return false;
    }
    yn_buf name = yn_buf_make(1024, NULL), message = yn_buf_make(1024, NULL);
    bool valid = yn_intake_domain(written, &name, &message);
    if (valid) {
        *domain = yn_arena_text(request->arena, yn_buf_text(&name));
        valid = domain->ptr != NULL;
    }
    if (!valid) {
        yn_buf_char(&message, '\0');
        yn_web_say(response, 400, message.error ? "That is no domain name." : message.ptr);
    }
    yn_buf_free(&name);
    yn_buf_free(&message);
    return valid;
}

bool yn_api_word(const yn_web_request *request, const char *name, yn_web_response *response,
                 yonder_text *word)
{
    if (!yn_form_one(request, name, word))
        return complain(response, name, "is said twice");
    if (word->len > YN_API_WORD)
        return complain(response, name, "is too long");
    for (size_t i = 0; i < word->len; i++)
        if ((unsigned char)word->ptr[i] < ' ' || word->ptr[i] == 0x7F)
            return complain(response, name, "has control bytes in it");
    return true;
}

bool yn_api_number(const yn_web_request *request, const char *name, int64_t least, int64_t most,
                   yn_web_response *response, int64_t *number)
{
    yonder_text word;
    uint64_t value;
    if (!yn_api_word(request, name, response, &word))
        return false;
    if (!word.len)
        return true;
    if (yn_parse_number(word, (uint64_t)most, &value) && (int64_t)value >= least) {
        *number = (int64_t)value;
        return true;
    }
    char what[96];
    snprintf(what, sizeof what, "is a number from %lld to %lld", (long long)least, (long long)most);
    return complain(response, name, what);
}

bool yn_api_flag(const yn_web_request *request, const char *name)
{
    yonder_text word;
    return !yn_form_one(request, name, &word) || (word.len && !yn_equal(word, YN_TEXT("0")));
}

bool yn_api_failed(const yn_directory *directory, int error, yn_web_response *response)
{
    if (!error)
        return false;
    bool store = error == YN_STORE_FAILED;
    const char *what = store                       ? "the database failed"
                       : error <= YN_STORE_REFUSED ? "the list was changed meanwhile"
                                                   : yonder_strerror(error);
    yn_log(YN_LOG_ERROR, "a request failed: %s", store ? yn_store_problem(directory->store) : what);
    char sentence[160];
    snprintf(sentence, sizeof sentence, "Internal error: %s", what);
    response->field_count = 0;
    yn_web_say(response, 500, sentence);
    return true;
}

yn_json yn_api_json(yn_web_response *response)
{
    response->type = "application/json; charset=utf-8";
    return yn_json_make(&response->body, true);
}

void yn_api_json_end(yn_web_response *response)
{
    const yn_buf *body = &response->body;
    if (body->len && body->ptr[body->len - 1] != '\n')
        yn_buf_char(&response->body, '\n');
}

void yn_api_time(yn_json *json, const char *name, int64_t at)
{
    static const char form[] = "YYYY-MM-DDThh:mm:ssZ";
    char text[sizeof form];
    if (!at || at < YN_DATE_MIN || at > YN_DATE_MAX) {
        yn_json_null(json, name);
        return;
    }
    yn_date_write(text, form, at);
    yn_json_text(json, name, (yonder_text){text, sizeof form - 1});
}

void yn_api_event(yn_json *json, const yn_store_event *event, bool for_operator)
{
    yn_json_object(json, NULL);
    yn_json_int(json, "id", event->id);
    yn_json_text(json, "domain", event->domain);
    yn_api_time(json, "at", event->what.at);
    yn_json_str(json, "event", yn_life_kind_code(event->what.kind));
    yn_json_str(json, "from", yn_life_state_code(event->from));
    yn_json_str(json, "to", yn_life_state_code(event->to));
    yn_json_str(json, "actor", yn_actor_code(event->actor));
    yn_json_text(json, "reason", event->reason);
    if (event->issues.len)
        yn_json_raw(json, "issues", event->issues);
    else
        yn_json_null(json, "issues");
    if (event->version)
        yn_json_int(json, "version", event->version);
    else
        yn_json_null(json, "version");
    if (for_operator)
        yn_json_text(json, "address", event->address);
    yn_json_object_end(json);
}
