// SPDX-License-Identifier: MIT
// What is known of a list beyond the answers that its preload image gives: where it came from, the
// policy of each entry, since which of the lists that were fetched it has been there. It stands in
// a text file beside the image:
//
//   yonder preload list 1
//   image 0123456789abcdef            the yn_hash() of the image that it is about
//   browser chromium                  or firefox, or directory
//   source https://example.com/list
//   etag "abc"                        only if there is one; likewise the two below
//   modified Thu, 26 Nov 2026 11:00:00 GMT
//   expires 2027-04-01T00:00:00Z
//   version 12                        of a directory's list
//   key 11qYAYKx…URo=                 whose signature that version has; in Base64
//   policy bulk-1-year                as many as there are; numbered from 0
//   list 2026-11-26T11:00:00Z 94600   when it was fetched and how many names it had; likewise
//   entries 94600                     then for each, in the order of the image:
//   0 0                               policy ("-": not known) and list; " +" after them if an entry
//                                     without HTTPS says that it includes subdomains
#ifndef YN_LISTS_PRELOAD_ABOUT_H
#define YN_LISTS_PRELOAD_ABOUT_H

#include "base/buf.h"
#include "lists/preload_list.h"

enum {
    YN_PRELOAD_NO_POLICY = UINT16_MAX,
    YN_PRELOAD_ABOUT_MAX = UINT16_MAX, /**< policies, lists */
};

/** A list that was fetched. */
typedef struct yn_preload_past {
    int64_t fetched; /**< seconds since 1970 */
    uint32_t names;
} yn_preload_past;

typedef struct yn_preload_row {
    uint16_t policy; /**< or YN_PRELOAD_NO_POLICY */
    uint16_t since;
    bool idle_subdomains; /**< includes subdomains, without HTTPS */
} yn_preload_row;

/** Texts hold no control characters; those that are not known are empty. */
typedef struct yn_preload_about {
    uint64_t image;
    yn_preload_layout browser;
    yonder_text source, etag, modified;
    int64_t expires; /**< 0 if not known */
    int64_t version; /**< 0 if not known */
    yonder_text key;
    yonder_text *policies;
    size_t policy_count;
    yn_preload_past *lists; /**< in the order of time; the last is this one, so there is one */
    size_t list_count;
    yn_preload_row *rows;
    size_t row_count;
    yn_arena arena; /**< holds what was read; of what is to be written nothing */
} yn_preload_about;

/** Reads such a text. @return YONDER_OK; YONDER_INVALID_ARGUMENT or YONDER_NO_MEMORY with
 *  `*problem` set */
int yn_preload_about_read(yn_preload_about *out, yonder_text text, yn_list_problem *problem);
void yn_preload_about_free(yn_preload_about *about);

/** Writes such a text, which yn_preload_about_read() takes. */
void yn_preload_about_write(const yn_preload_about *about, yn_buf *out);

#endif
