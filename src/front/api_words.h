// SPDX-License-Identifier: MIT
// What the routes of the API have in common: reading parameters, saying what failed.
#ifndef YN_FRONT_API_WORDS_H
#define YN_FRONT_API_WORDS_H

#include "directory/event_json.h"
#include "front/web.h"

enum {
    YN_API_WORD = 1000, /**< bytes of a reason, at most */
};

/** The parameter `domain` of query or form as the list has it. False where it is missing, twice or
 *  no domain: 400 has been said. */
bool yn_api_domain(const yn_web_request *request, yn_web_response *response, yonder_text *domain);

/** The same as yn_intake_name() has it, which takes malformed ones, too. */
bool yn_api_name(const yn_web_request *request, yn_web_response *response, yonder_text *name,
                 bool *malformed);

/** A text parameter of at most YN_API_WORD bytes; empty where it is missing. False: 400 was said.
 */
bool yn_api_word(const yn_web_request *request, const char *name, yn_web_response *response,
                 yonder_text *word);

/** A number of `least` to `most`, `*number` as it was where it is missing. False: 400 was said. */
bool yn_api_number(const yn_web_request *request, const char *name, int64_t least, int64_t most,
                   yn_web_response *response, int64_t *number);

/** Whether the parameter is there and neither empty nor "0". */
bool yn_api_flag(const yn_web_request *request, const char *name);

/** Logs a code of the store or of memory. @return what happened, for the client: no more than that
 */
const char *yn_api_log(const yn_directory *directory, int error);

/** 500 for a code of the store or of memory; the log says more. True where there is one. */
bool yn_api_failed(const yn_directory *directory, int error, yn_web_response *response);

/** A round's next moment, "publish.next"; 0 where it is not due by itself, or not known yet.
 *  @return a code of the store */
int yn_api_moment(const yn_directory *directory, const char *name, int64_t *at);

/** Makes it application/json, laid out by two spaces. */
yn_json yn_api_json(yn_web_response *response);
/** Ends the document's last line. */
void yn_api_json_end(yn_web_response *response);

#endif
