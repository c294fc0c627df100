// SPDX-License-Identifier: MIT
// The browsers' preload lists, as text, become entries for yonder_preload_build().
//
// Chromium's transport_security_state_static.json: a JSON object whose member "entries" is an array
// of objects with the members "name", "mode" ("force-https", or absent), "include_subdomains"
// (absent: false) and "policy" (a word, absent in old lists); others are not ours. A line that
// begins, after blanks, with // is a comment.
//
// Firefox's nsSTSPreloadList.inc: between two lines "%%", lines of "NAME, 0" or "NAME, 1", where 1
// includes subdomains. What stands before and after is C, for its compiler; of that, only
// "gPreloadListExpirationTime = INT64_C(MICROSECONDS)" before the names counts.
//
// Either may come in Base64, as from gitiles.
#ifndef YN_LISTS_PRELOAD_LIST_H
#define YN_LISTS_PRELOAD_LIST_H

#include <yonder/preload.h>

#include "base/arena.h"

/** Whose list it is. */
typedef enum yn_preload_layout {
    YN_PRELOAD_CHROMIUM,
    YN_PRELOAD_FIREFOX,
    YN_PRELOAD_LAYOUTS,
    YN_PRELOAD_DIRECTORY = YN_PRELOAD_LAYOUTS, /**< no browser's: as `fetch` gets it from one; the
                                                    text of such a list is in Chromium's layout */
    YN_PRELOAD_SOURCES,
} yn_preload_layout;

/** "chromium", "firefox", "directory" */
const char *yn_preload_browser(yn_preload_layout layout);

typedef struct yn_preload_list {
    yn_preload_layout layout;
    yonder_preload_entry *entries; /**< in the order of the text; names in lower case */
    yonder_text *policies;         /**< of each entry; empty where none is told */
    size_t count;
    int64_t expires; /**< after that the browser passes over it, in seconds; 0 if not told */
    yn_arena arena;  /**< holds it all */
} yn_preload_list;

/** What is wrong with a text, for a person. */
typedef struct yn_list_problem {
    size_t line;       /**< from 1; 0 where it is not known */
    char message[240]; /**< without a full stop; holds no control characters */
} yn_list_problem;

/** The message where `text` is in no format that is known. */
#define YN_PRELOAD_LIST_NEITHER "neither Chromium's list (JSON) nor Firefox's (names after '%%')"

/**
 * Reads `text`, whose format is recognised by what stands in it. Names are not judged: that is for
 * yonder_preload_build(), and yn_preload_list_bad_name() says it to a person.
 *
 * @return YONDER_OK; YONDER_INVALID_ARGUMENT or YONDER_NO_MEMORY with `*problem` set
 */
int yn_preload_list_read(yn_preload_list *out, yonder_text text, yn_list_problem *problem);
void yn_preload_list_free(yn_preload_list *list);

/** Says that this entry's name is not one. */
void yn_preload_list_bad_name(const yonder_preload_entry *entry, yn_list_problem *problem);

#endif
