// SPDX-License-Identifier: MIT
// What there is to say about each redirect status, in prose: the one place for it. What clients do
// is not said here, for explain.c works that out from the library.
#ifndef YN_REPORT_STATUS_PAGE_H
#define YN_REPORT_STATUS_PAGE_H

#include <yonder/base.h>

/** What kind of status it is: X(name, code). Codes appear in machine output. */
#define YN_STATUS_KINDS(X)                                                                         \
    X(YN_STATUS_REDIRECT, "redirect")       /* names another URL to go to */                       \
    X(YN_STATUS_CHOICE, "choice")           /* names several, and perhaps a favourite */           \
    X(YN_STATUS_NO_REDIRECT, "no_redirect") /* is in the class 3xx and leads nowhere */            \
    X(YN_STATUS_INTERNAL, "internal")       /* is the client's own, from no server */

typedef enum yn_status_kind {
#define YN_STATUS_KIND_ENUM(name, code) name,
    YN_STATUS_KINDS(YN_STATUS_KIND_ENUM)
#undef YN_STATUS_KIND_ENUM
} yn_status_kind;

const char *yn_status_kind_code(yn_status_kind kind);

enum {
    YN_STATUS_SECTIONS = 6
};

/** A heading of a few words and a paragraph. */
typedef struct yn_status_section {
    const char *title; /**< NULL ends the list */
    const char *text;
} yn_status_section;

/** A paragraph each; printable ASCII, static. */
typedef struct yn_status_page {
    const char *name; /**< "308", "internal" */
    int status;
    yn_status_kind kind;
    const char *phrase;  /**< NULL: the registered one */
    const char *summary; /**< a few words; NULL: those of yonder_status_meaning() */
    const char *meaning;
    const char *cache; /**< what the standard says; what clients do is worked out */
    const char *search_engine;
    const char *use_when;
    const char *instead;
    yn_status_section sections[YN_STATUS_SECTIONS];
    const char *specification;
} yn_status_page;

/** The `index`-th page, by number and that of the internal redirect last; NULL past the end. */
const yn_status_page *yn_status_page_at(size_t index);

/** The page called that: "300" to "308", "internal" or "307-internal", in any case. NULL if there
 * is none. */
const yn_status_page *yn_status_page_find(yonder_text name);

/** Phrase and summary, whether the page has its own or not. */
const char *yn_status_page_phrase(const yn_status_page *page);
const char *yn_status_page_summary(const yn_status_page *page);

/** Which one to choose. */
typedef struct yn_status_choice {
    bool permanent;
    const char *method; /**< "may_change", "kept", "get"; codes of machine output */
    int status;         /**< 0 ends the table */
} yn_status_choice;

extern const yn_status_choice yn_status_choices[];

#endif
