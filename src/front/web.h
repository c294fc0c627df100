// SPDX-License-Identifier: MIT
// Requests and responses as the API and the page see them: what came, as text; what goes, as text.
// Only serve.c and serve_answer.c know the HTTP library. Handlers run on many threads at once.
#ifndef YN_FRONT_WEB_H
#define YN_FRONT_WEB_H

#include "base/arena.h"
#include "base/buf.h"
#include "directory/directory.h"
#include "directory/rounds.h"
#include "front/counts.h"

/** What all requests share: how the server was started, and what it counts. */
typedef struct yn_web_site {
    const char *const *cors; /**< origins whose scripts may read answers, beside localhost */
    size_t cors_count;
    bool has_token; /**< there is an operator who could be known */
    bool hooks;     /**< somebody is told of events */
    bool publishes; /**< versions are made by themselves, each publish.interval */
    bool scans;     /**< members are scanned, each scan.interval, and the removal rule applied */
    yn_counts *counts;
} yn_web_site;

typedef struct yn_web_field {
    yonder_text name, value;
} yn_web_field;

typedef struct yn_web_request {
    yonder_text method;
    yonder_text path;          /**< without the query; as it was sent */
    const yn_web_field *query; /**< decoded (application/x-www-form-urlencoded) */
    size_t query_count;
    const yn_web_field *form; /**< of the body, likewise */
    size_t form_count;
    const yn_web_field *fields; /**< header fields */
    size_t field_count;
    yonder_text address; /**< of the client, as text, that a trusted proxy has told or its own */
    bool inside;         /**< the client may have private addresses asked */
    bool tls;            /**< it came over TLS, here or to the trusted proxy */
    bool by_operator;    /**< it brought the operator's token */
    bool local;          /**< from this machine, and no proxy stands between */
    const yn_web_site *site;
    const atomic_bool *stop; /**< set where what takes minutes is to end; NULL: never */
    yn_arena *arena;         /**< ends with the response */
} yn_web_request;

/** The first of that name, or NULL. Header fields in any case. */
const yonder_text *yn_web_query(const yn_web_request *request, const char *name);
const yonder_text *yn_web_form(const yn_web_request *request, const char *name);
const yonder_text *yn_web_header(const yn_web_request *request, const char *name);

enum {
    YN_WEB_FIELDS_MAX = 16,
    YN_WEB_BODY_MAX = 1 << 28,
    YN_WEB_FORM_MAX = 1 << 16, /**< bytes of a request's body */
};

typedef struct yn_web_response {
    unsigned status;  /**< 200 to begin with */
    const char *type; /**< "text/plain; charset=utf-8" to begin with */
    yn_buf body;
    yn_web_field fields[YN_WEB_FIELDS_MAX]; /**< in the arena, or static */
    size_t field_count;
    yonder_text shared;          /**< with `release`: the body in place of `body`, not copied */
    void (*release)(void *held); /**< called once the response has gone out, or did not; or NULL */
    void *held;
} yn_web_response;

/** Text with an end of line added, and the status. */
void yn_web_say(yn_web_response *response, unsigned status, const char *sentence);

void yn_web_add(yn_web_response *response, const char *name, yonder_text value);

/** 304 in place of the body where If-None-Match has `tag` (with its quotes), else the field ETag.
 *  @return whether there is nothing to write any more */
bool yn_web_unchanged(const yn_web_request *request, yn_web_response *response, const char *tag);

/** What a request costs whoever sends it. */
typedef enum yn_web_cost {
    YN_WEB_READ,    /**< a look into the store */
    YN_WEB_CHECK,   /**< a domain is asked */
    YN_WEB_OPERATE, /**< for the operator only: 401 without the token */
} yn_web_cost;

/** A row of a table of routes; the table ends with a row whose path is NULL. */
typedef struct yn_web_route {
    const char *method; /**< "GET" answers HEAD, too */
    const char *path;   /**< a '*' at the end stands for any rest */
    yn_web_cost cost;
    void (*handle)(const yn_directory *directory, const yn_web_request *request,
                   yn_web_response *response);
    bool open; /**< scripts of localhost and of yn_web_site.cors may read it, refusals as well */
} yn_web_route;

extern const yn_web_route yn_api_routes[];      /**< api.c */
extern const yn_web_route yn_operator_routes[]; /**< operator_api.c */
extern const yn_web_route yn_list_routes[];     /**< lists_api.c: the published versions */
extern const yn_web_route yn_page_routes[];     /**< page.c */

/** The table that has the path, and in it the row for the method. Where only other methods are in
 *  the table `*wrong_method` names one of them. */
const yn_web_route *yn_web_find(yonder_text method, yonder_text path, const char **wrong_method);

/** Every route in a line of text: what there is, for those who ask for something else. */
void yn_web_list_routes(yn_buf *out);

#endif
