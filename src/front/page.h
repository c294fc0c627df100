// SPDX-License-Identifier: MIT
// The pages for people, as functions from what is known to HTML. They ask nobody and read no clock:
// page.c gets them what they show. Every byte from elsewhere goes through yn_html_put(); no page
// has a style, a script or an event handler in it, for the policy that goes with them forbids it.
#ifndef YN_FRONT_PAGE_H
#define YN_FRONT_PAGE_H

#include "directory/intake.h"
#include "lists/seal.h"
#include "report/check.h"

enum {
    YN_PAGE_MAX = 1 << 22,   /**< bytes of a page */
    YN_PAGE_HISTORY = 50,    /**< events on one page of a history */
    YN_PAGE_VERSIONS = 1000, /**< versions on the page of lists */
};

/** What every page goes by. */
typedef struct yn_page {
    yn_buf *out;
    int64_t now;
    yn_store_version newest; /**< number 0: there is none yet */
    int64_t next_publish;    /**< when the server makes a version next; 0: it is not set yet */
    yn_directory_settings settings;
    yn_directory_texts texts; /**< who keeps the list */
    bool by_hand;   /**< versions come when the operator makes them, whatever the settings say */
    bool unwatched; /**< likewise, scans */
} yn_page;

/* ---- the pages ---------------------------------------------------------------------------------
 */

/** What the domain field has in it, and what was wrong with it. */
typedef struct yn_page_field {
    yonder_text typed;
    yonder_text error; /**< a sentence; empty: nothing is wrong */
} yn_page_field;

/** The first page; `counts` by state. */
void yn_page_home(yn_page *page, const size_t counts[YN_LIFE_STATE_COUNT],
                  const yn_page_field *field);

typedef struct yn_page_listing {
    const yn_store_version *versions; /**< the newest first */
    size_t count;
    int64_t kept; /**< the oldest whose documents are there */
    bool signs;   /**< `public_key` is set */
    uint8_t public_key[YN_SEAL_PUBLIC];
    char fingerprint[YN_SEAL_DIGEST]; /**< of the 32 bytes */
    yonder_text origin;               /**< "https://list.example": where this is; or empty */
} yn_page_listing;

/** The published versions, the key, how programs get at all this. */
void yn_page_lists(yn_page *page, const yn_page_listing *listing);

/** A domain that was asked. */
typedef struct yn_page_verdict {
    yonder_text name; /**< in ASCII */
    yn_intake_wish wish;
    const yn_intake_answer *answer; /**< of that wish */
    const yn_intake_status *status; /**< as it stands now */
    const yn_grade *advice;         /**< of yonder's own grader; NULL where it was not asked */
    const yn_assessed *leaving;     /**< the same evidence by the rules of removal; or NULL */
    bool unconfirmed;               /**< the form came without its box ticked: nothing was done */
} yn_page_verdict;

/** Whether it may be listed or taken off, what to change, the forms to ask for either. */
void yn_page_check(yn_page *page, const yn_page_verdict *verdict);

typedef struct yn_page_story {
    yonder_text name; /**< in ASCII */
    const yn_intake_status *status;
    yn_intake_wish done; /**< that led here: YN_INTAKE_SUBMIT, YN_INTAKE_REMOVE; else neither */
    const yn_store_event *events; /**< the newest first */
    size_t count;
    bool later;    /**< these are not the newest */
    int64_t older; /**< there are more, before this event; 0: there are none */
    yn_arena *arena;
} yn_page_story;

/** How a domain stands, what comes next, and its history. */
void yn_page_domain(yn_page *page, const yn_page_story *story);

/** What went wrong, in a sentence. */
void yn_page_problem(yn_page *page, const char *title, const char *sentence);

/** The answer to a request that got no other: `status`, 400 and above, with its sentence. */
void yn_page_refusal(yn_page *page, unsigned status, yonder_text sentence);

/* ---- pieces of the page of a check: page_header.c, page_act.c ----------------------------------
 */

/** The header to send; `in_steps`: by way of shorter ones where it is under a year now. */
void yn_page_header_wanted(yn_page *page, const yn_checked *checked, bool in_steps);
/** That of now without the word "preload". */
void yn_page_header_without(yn_page *page, const yn_checked *checked);
/** Whether it is for a year at least. */
bool yn_page_header_is_long(const yn_audit *audit);

/** Whether an ancestor's entry decides. */
bool yn_page_is_covered(const yn_page_verdict *v);
bool yn_page_may(const yn_page_verdict *v, yn_life_wish wish);
/** It may ask to leave, and its header says so already. */
bool yn_page_may_leave_now(const yn_page_verdict *v);
/** How many names below the domain were seen that have no HTTPS; a warning that names them. */
size_t yn_page_bare_hosts(const yn_page_verdict *v);
void yn_page_put_bare_hosts(yn_page *page, const yn_page_verdict *v);
/** The forms. `checked` may be NULL. */
void yn_page_submit(yn_page *page, const yn_page_verdict *v);
void yn_page_leave(yn_page *page, const yn_page_verdict *v, const yn_checked *checked);

/* ---- what was typed: page_typed.c --------------------------------------------------------------
 */

/** The host in an address as browsers show them: without scheme, user, path, port and the root's
 *  dot. @return false, with nothing put, where there is none */
bool yn_page_typed(yonder_text typed, yn_buf *name);

/** The domain that is meant by it: `name` as yn_intake_domain() has it, `host` what it was made
 *  from where that is not what was typed. @return false, with why in `message`, where there is none
 */
bool yn_page_typed_domain(yonder_text typed, yn_buf *host, yn_buf *name, yn_buf *message);

/* ---- pieces: page_frame.c ----------------------------------------------------------------------
 */

/** Up to the heading, which is `name` (may be empty) and then `title`. */
void yn_page_begin(yn_page *page, const char *title, yonder_text name, const char *place);
void yn_page_end(yn_page *page);

/** The form that asks for a domain. */
void yn_page_ask(yn_page *page, const yn_page_field *field);

/** A domain; one that is internationalised in both its forms. */
void yn_page_name(yn_page *page, yonder_text ascii);
/** A domain in a URL of ours: percent-encoded. */
void yn_page_in_url(yn_page *page, yonder_text text);
/** "26 November 2026, 15:30 UTC". */
void yn_page_time(yn_page *page, int64_t at);
/** An issue of a check, as an item of a list. */
void yn_page_issue(yn_page *page, const yn_intake_issue *issue, bool error);
/** "12,345". */
void yn_page_number(yn_page *page, size_t n);

/* ---- words: page_words.c -----------------------------------------------------------------------
 */

/** The state in a few words, "On the list", with its class: good, notice, bad or dim. */
const char *yn_page_state_words(const yn_life *life);
const char *yn_page_state_look(const yn_life *life);
/** What an event was, in words. */
const char *yn_page_kind_words(yn_life_kind kind, yn_actor actor);
const char *yn_page_actor_words(yn_actor actor);

/** How the domain stands and what happens next, in paragraphs. */
void yn_page_standing(yn_page *page, yonder_text name, const yn_intake_status *status);

/** Words with what they mean, in a frame. */
void yn_page_banner(yn_page *page, const char *look, const char *words);

/* ---- issues of an event: page_issues.c ---------------------------------------------------------
 */

typedef struct yn_page_issues {
    yn_intake_issue *items; /**< errors first */
    size_t count, errors;
} yn_page_issues;

/** Reads {"errors":[…],"warnings":[…]} as yn_assess_issues() writes it. @return false where it is
 *  not that, or memory is out */
bool yn_page_issues_read(yonder_text json, yn_arena *arena, yn_page_issues *out);

/* ---- what never changes: page_static.c ---------------------------------------------------------
 */

typedef struct yn_page_file {
    const char *path, *type;
    const char *parts[2]; /**< one after the other; the second may be NULL */
} yn_page_file;

/** Ends with a row whose path is NULL. */
extern const yn_page_file yn_page_files[];

#endif
