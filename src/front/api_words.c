// SPDX-License-Identifier: MIT
#include "front/api_words.h"

#include <stdio.h>

#include "base/log.h"
#include "base/text.h"
#include "directory/intake.h"
#include "front/form.h"

static bool complain(yn_web_response *response, const char *name, const char *what)
{
    char sentence[128];
    snprintf(sentence, sizeof sentence, "%s %s.", name, what);
    yn_web_say(response, 400, sentence);
    return false;
}

// The parameter; false where 400 has been said.
static bool take_written(const yn_web_request *request, yn_web_response *response,
                         yonder_text *written)
{
    if (!yn_form_one(request, "domain", written))
        return complain(response, "domain", "is said twice");
    if (!written->len)
        yn_web_say(response, 400, "Domain not specified.");
    return written->len;
}

// `name` with what it is, or `message` with why it is none.
static bool keep_name(const yn_web_request *request, yn_web_response *response, bool valid,
                      yn_buf *name, yn_buf *message, yonder_text *domain)
{
    if (valid) {
        *domain = yn_arena_text(request->arena, yn_buf_text(name));
        valid = domain->ptr && !name->error;
    }
    if (!valid) {
        yn_buf_char(message, '\0');
        yn_web_say(response, 400, message->error ? "That is no domain name." : message->ptr);
    }
    yn_buf_free(name);
    yn_buf_free(message);
    return valid;
}

bool yn_api_domain(const yn_web_request *request, yn_web_response *response, yonder_text *domain)
{
    yonder_text written;
    if (!take_written(request, response, &written))
        return false;
    yn_buf name = yn_buf_make(1024, NULL), message = yn_buf_make(1024, NULL);
    bool valid = yn_intake_domain(written, &name, &message);
    return keep_name(request, response, valid, &name, &message, domain);
}

bool yn_api_name(const yn_web_request *request, yn_web_response *response, yonder_text *name,
                 bool *malformed)
{
    yonder_text written;
    if (!take_written(request, response, &written))
        return false;
    yn_buf text = yn_buf_make(2048, NULL), message = yn_buf_make(1024, NULL);
    bool valid = yn_intake_name(written, &text, malformed, &message);
    return keep_name(request, response, valid, &text, &message, name);
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

const char *yn_api_log(const yn_directory *directory, int error)
{
    const char *what = yn_store_error_words(directory->store, error);
    yn_log(YN_LOG_ERROR, "a request failed: %s", what);
    // What is wrong with files is for the log alone.
    return error == YN_STORE_FAILED ? "the database failed" : what;
}

bool yn_api_failed(const yn_directory *directory, int error, yn_web_response *response)
{
    if (!error)
        return false;
    char sentence[600];
    snprintf(sentence, sizeof sentence, "Internal error: %s", yn_api_log(directory, error));
    response->field_count = 0;
    yn_web_say(response, 500, sentence);
    return true;
}

int yn_api_moment(const yn_directory *directory, const char *name, int64_t *at)
{
    yn_buf text = yn_buf_make(64, NULL);
    uint64_t number = 0;
    int error = yn_store_setting(directory->store, name, &text);
    if (error || !yn_parse_number(yn_buf_text(&text), INT64_MAX, &number))
        number = 0;
    yn_buf_free(&text);
    *at = (int64_t)number;
    return error;
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
