// SPDX-License-Identifier: MIT
// What the configuration of a web server says of redirects, in the order in which that server asks:
// readers of such formats write a plan, and the plan becomes rules. It knows what the native
// language has no words for: requests that are answered by something else and must not reach a
// later rule, one host's rules that another host must not fall through to, http and https apart.
#ifndef YN_DIALECTS_PLAN_H
#define YN_DIALECTS_PLAN_H

#include "base/map.h"
#include "dialects/dialect.h"
#include "rules/regex.h"

/* ---- which requests -------------------------------------------------------------------------- */

typedef enum yn_path_kind {
    YN_PATH_ANY,
    YN_PATH_EXACT,
    YN_PATH_PREFIX, /**< of bytes, not of segments */
    YN_PATH_REGEX,
} yn_path_kind;

/** A set of paths. Texts are in the form regular expressions are held against; see
 *  yn_plan_subject(). */
typedef struct yn_path {
    yn_path_kind kind;
    bool ignore_case;
    yonder_text text; /**< the path, the prefix, or the pattern, native */
    uint32_t id;      /**< of a regular expression: who wants its groups names it by this */
    bool is_folder; /**< of a prefix, "/a/": what is behind it is group 1, and "/a" itself is asked
                         for by an earlier step */
} yn_path;

/** One more thing a path has to be, or not to be. */
typedef struct yn_look {
    const struct yn_look *next;
    bool negative;
    yn_path path;
    const struct yn_look *inner; /**< and all of these, of the same path */
} yn_look;

typedef enum yn_host_kind {
    YN_HOST_IS,    /**< this host; "*.example.com": one below it */
    YN_HOST_REGEX, /**< the pattern fits */
} yn_host_kind;

typedef struct yn_host_test {
    const struct yn_host_test *next;
    yn_host_kind kind;
    bool negative, ignore_case;
    yonder_text text;
    uint32_t id; /**< as that of a path */
} yn_host_test;

typedef struct yn_word {
    const struct yn_word *next;
    yonder_text name, value;
} yn_word;

enum {
    YN_HTTP = 1,
    YN_HTTPS = 2,
    YN_HTTP_AND_HTTPS = 3
};

/** Requests for which all of this holds. To be passed by value: lists are shared, and grow at
 *  their front. */
typedef struct yn_case {
    yn_path path;
    const yn_look *looks;
    const yn_host_test *hosts;
    const yn_word *pairs, *conditions;
    unsigned schemes;
} yn_case;

/* ---- where to -------------------------------------------------------------------------------- */

typedef enum yn_part_of_to {
    YN_TO_TEXT,
    YN_TO_PATH,      /**< the request's path */
    YN_TO_QUESTION,  /**< "?" if the request has a query */
    YN_TO_QUERY,     /**< the request's query */
    YN_TO_HOST,      /**< without port */
    YN_TO_AUTHORITY, /**< host and port as the request has them */
    YN_TO_SCHEME,
    YN_TO_GROUP,    /**< group `number` of the regular expression `id` */
    YN_TO_ARGUMENT, /**< the value that the request's query gives to the name `text` */
    YN_TO_UNKNOWN,  /**< something this cannot know; `text` is its name */
} yn_part_of_to;

typedef struct yn_to_part {
    const struct yn_to_part *next; /**< in order, unlike the lists of a case */
    yn_part_of_to kind;
    yonder_text text; /**< as it goes into a Location */
    uint32_t id, number;
} yn_to_part;

/** What becomes of the request's query where the target does not name it. */
typedef enum yn_query_rule {
    YN_QUERY_DROPPED,
    YN_QUERY_PASSED, /**< where the target has none of its own */
    YN_QUERY_JOINED, /**< passed, or put behind the target's own */
} yn_query_rule;

typedef enum yn_step_kind {
    YN_STEP_ANSWER, /**< `status`, and where to */
    YN_STEP_STOP,   /**< no later step up to phase `until` is for these requests */
} yn_step_kind;

typedef struct yn_step {
    struct yn_step *next;
    yn_step_kind kind;
    yonder_text file;
    uint32_t line;
    int phase, until;
    yn_case which;
    int status;
    const yn_to_part *to; /**< NULL: no Location */
    yn_query_rule query;
} yn_step;

/* ---- a plan ---------------------------------------------------------------------------------- */

/** A host that a server is named after, or that a rule asks for. */
typedef struct yn_plan_name {
    struct yn_plan_name *next;
    yonder_text host; /**< in lower case; "*.example.com" */
} yn_plan_name;

/** What answers for some hosts. */
typedef struct yn_plan_server {
    struct yn_plan_server *next;
    yonder_text file;
    uint32_t line;
    yn_plan_name *names, **names_end;
    unsigned schemes;  /**< it listens for these; 0: for any */
    unsigned defaults; /**< for these it answers where no server has the host as a name */
    bool hides_ports;  /**< a URL of the request's own host need not name a port */
    yn_step *steps, **steps_end;
    size_t step_count;
} yn_plan_server;

typedef struct yn_plan {
    const yn_notes *notes;
    const yonder_mem *mem;
    yn_arena arena;
    yn_buf scratch;
    int error; /**< YONDER_OK or YONDER_NO_MEMORY, which sticks */
    yn_plan_server *servers, **servers_end;
    yn_plan_server spare_server; /**< where there is no memory for another one */
    yn_step spare_step;
    uint32_t last_id;
    yn_map told;     /**< notes that were taken, each once */
    yn_map compiled; /**< patterns, to their places in `regexes` */
    yn_regex **regexes;
    size_t regex_count, regex_cap;
    yonder_text program; /**< "nginx", for notes */
    bool keeps_dots;     /**< it leaves a dot segment at the end of a path as it is */
    bool merges_slashes; /**< it takes a run of slashes in a request for one */
} yn_plan;

void yn_plan_make(yn_plan *plan, yonder_text program, const yn_notes *notes, const yonder_mem *mem);
void yn_plan_free(yn_plan *plan);

/** Gives the plan's rules to `sink`. @return as yn_dialect_read_fn */
int yn_plan_emit(yn_plan *plan, const yn_sink *sink);

/* What follows allocates in the plan's arena. Where memory is out the plan's error says so, and
 * what is returned is empty but good to go on with. */

void *yn_plan_alloc(yn_plan *plan, size_t size);
yonder_text yn_plan_copy(yn_plan *plan, yonder_text text);
/** What was written to `plan->scratch`, which is emptied. */
yonder_text yn_plan_written(yn_plan *plan);

/** Takes a note, unless it was taken before. */
void yn_plan_note(yn_plan *plan, yn_note_kind kind, yonder_text file, uint32_t line,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/** A server to be filled. Never NULL; one that memory did not suffice for is not kept. */
yn_plan_server *yn_plan_server_add(yn_plan *plan, yonder_text file, uint32_t line);
void yn_plan_name_add(yn_plan *plan, yn_plan_server *server, yonder_text host);
/** A step behind the others: to be filled. */
yn_step *yn_plan_step_add(yn_plan *plan, yn_plan_server *server, yn_step_kind kind,
                          const yn_case *which, yonder_text file, uint32_t line);

/* ---- paths ----------------------------------------------------------------------------------- */

/** A decoded path, as other servers compare it, in the form regular expressions are held against:
 *  "%", "?", "#" and what is no text are escaped. */
yonder_text yn_plan_decoded(yn_plan *plan, yonder_text decoded);
/** A path as a URL has it, in the same form. */
yonder_text yn_plan_subject(yn_plan *plan, yonder_text path);
/** A text of that form as FROM or TO has it: blanks escaped. */
void yn_plan_put_url(yn_buf *out, yonder_text subject);

yn_path yn_path_exact(yonder_text subject, bool ignore_case);
yn_path yn_path_prefix(yonder_text subject);
/** What is below "/a/", where an earlier step is for "/a". */
yn_path yn_path_folder(yn_plan *plan, yonder_text subject);
/** `pattern` is native: see yn_regexp_write(). */
yn_path yn_path_regex(yn_plan *plan, yonder_text pattern, bool ignore_case);

/** Whether it is one of the regular expressions known to fit every path. */
bool yn_path_fits_all(const yn_path *path);

typedef enum yn_cover {
    YN_COVER_NONE,
    YN_COVER_PART, /**< or it is not known */
    YN_COVER_ALL,
} yn_cover;

/** How many of the paths of `b` are in `a`. */
yn_cover yn_path_covers(yn_plan *plan, const yn_path *a, const yn_path *b);

/** Whether a regular expression fits; false also where it cannot be read. The groups are views of
 *  `subject`. */
bool yn_plan_fits(yn_plan *plan, yonder_text pattern, bool ignore_case, yonder_text subject,
                  yonder_text *groups, size_t group_count);

/* ---- cases ----------------------------------------------------------------------------------- */

/** Each makes `which` smaller, and is false where nothing is left of it. */
bool yn_case_path(yn_plan *plan, yn_case *which, const yn_path *path);
bool yn_case_not_path(yn_plan *plan, yn_case *which, const yn_path *path);
bool yn_case_schemes(yn_case *which, unsigned schemes);
bool yn_case_host(yn_plan *plan, yn_case *which, const yn_host_test *test);
bool yn_case_pair(yn_plan *plan, yn_case *which, yonder_text name, yonder_text value);
bool yn_case_condition(yn_plan *plan, yn_case *which, yonder_text name, yonder_text value);

enum {
    YN_MOST_CASES = 16
};

/** One of these. */
typedef struct yn_cases {
    size_t count;
    yn_case cases[YN_MOST_CASES];
} yn_cases;

/** The query has the pairs of `query`. */
bool yn_case_query(yn_plan *plan, yn_case *which, yonder_text query);
/** The query has the name, with this value, as written in a query; NULL: any that is not empty. */
bool yn_case_argument(yn_plan *plan, yn_case *which, yonder_text name, const yonder_text *value);
/** Makes each of the cases smaller, to where the query has the pairs that `pattern` speaks of,
 *  wherever they stand. `groups` are the names whose values its groups take. False where it does
 *  not speak of pairs. */
bool yn_case_query_regex(yn_plan *plan, yonder_text pattern, yn_cases *cases,
                         yonder_text groups[10]);
/** The method is one of a list, "GET,POST". A note tells where HEAD comes with GET. */
bool yn_case_methods(yn_plan *plan, yn_case *which, yonder_text list, yonder_text file,
                     uint32_t line);
/** A field is this text; `name` is that of a condition: "header:Accept". */
bool yn_case_field(yn_plan *plan, yn_case *which, yonder_text name, yonder_text value);
/** Likewise what the pattern fits. False where no condition says so. */
bool yn_case_field_regex(yn_plan *plan, yonder_text name, yonder_text pattern, bool ignore_case,
                         yn_cases *cases);

/** The sites a test tells from others: "a.test *.a.test" of "a\.test$". */
typedef struct yn_test_hosts {
    size_t count; /**< 0: no certain ones */
    yonder_text hosts[32];
    bool inexact; /**< the test holds for some others, too */
} yn_test_hosts;

void yn_test_hosts_of(yn_plan *plan, const yn_host_test *test, yn_test_hosts *out);

/* ---- targets --------------------------------------------------------------------------------- */

/** A target in the making. */
typedef struct yn_to {
    const yn_to_part *first;
    yn_to_part *last;
} yn_to;

void yn_to_add(yn_plan *plan, yn_to *to, yn_part_of_to kind, yonder_text text);
void yn_to_add_group(yn_plan *plan, yn_to *to, uint32_t id, uint32_t number);
/** All parts of `more`, copied. */
void yn_to_append(yn_plan *plan, yn_to *to, const yn_to_part *more);

#endif
