// SPDX-License-Identifier: MIT
#include "server/answer_h2.h"

#include <assert.h>

#include <yonder/redirect.h>

#include "base/text.h"

static_assert((int)YN_ANSWER_FIELDS <= (int)YN_H2_FIELDS,
              "every field of an answer can be written");

// Writes the answer and notes it. `request` or NULL where it is not understood.
static void respond(const yn_answerer *a, yn_h2 *session, yn_answer *answer,
                    const yn_h1_request *request, bool head, yn_buf *out)
{
    size_t before = out->len, content = 0;
    yn_h2_response r = {.status = answer->status,
                        .phrase = yonder_text_of(yonder_status_phrase(answer->status)),
                        .date = a->date,
                        .origin = answer->origin,
                        .location = answer->location,
                        .fields = answer->fields,
                        .field_count = answer->field_count,
                        .head = head};
    int error = yn_h2_respond(session, &r, &content, out);
    if (error == YONDER_INVALID_ARGUMENT) {
        // A control character in a Location, as in HTTP/1.
        answer->status = r.status = 500;
        r.phrase = yonder_text_of(yonder_status_phrase(500));
        answer->location = r.origin = r.location = (yonder_text){NULL, 0};
        error = yn_h2_respond(session, &r, &content, out);
    }
    assert(error == YONDER_OK); // there is room: yn_answer_max()
    (void)error;
    yn_answer_note(a, answer, request, out->len - before, content);
}

yn_h2_result yn_answer_h2(const yn_answerer *a, yn_h2 *session, yonder_text *data,
                          const yn_peer *peer, int64_t now, size_t enough, yn_h1_request *request,
                          size_t *answered, yn_buf *out)
{
    while (out->len < enough) {
        int status = 0;
        yn_answer answer;
        switch (yn_h2_read(session, data, now, request, &status, out)) {
        case YN_H2_OVER:
            return YN_H2_ENDED;
        case YN_H2_MORE:
            return out->len < enough ? YN_H2_ALL : YN_H2_FULL;
        case YN_H2_REQUEST:
            break;
        }
        ++*answered;
        if (status)
            yn_answer_find_error(a, peer, status, &answer);
        else
            yn_answer_find(a, request, peer, &answer);
        bool head = yn_equal(request->method, YN_TEXT("HEAD"));
        respond(a, session, &answer, status ? NULL : request, head, out);
    }
    return YN_H2_FULL;
}
