// SPDX-License-Identifier: MIT
// A preload list from a file, be it an image or a list as a browser has it, as the commands that
// count, compare and explain lists see it: an open image, its entries in order, and what is known
// of them beyond its answers. Functions that return int return YN_EXIT_OK, or an exit code after a
// line on stderr.
#ifndef YN_CLI_PRELOAD_LISTING_H
#define YN_CLI_PRELOAD_LISTING_H

#include <yonder/preload.h>

#include "base/map.h"
#include "lists/preload_about.h"
#include "lists/preload_item.h"

typedef struct yn_listed {
    yonder_text name;
    yonder_text policy; /**< empty if not known */
    bool force_https;
    bool include_subdomains; /**< without force_https: what the list says all the same, if known */
    uint16_t since;          /**< a number of `about`'s lists; 0 without */
} yn_listed;

typedef struct yn_listing {
    const char *path;
    yonder_text image;
    bool mapped; /**< the image is a file's; else memory of our own */
    yonder_preload *set;
    yn_listed *entries; /**< as yonder_preload_each() gives them: each name once */
    size_t count, force_https;
    size_t of_list; /**< how many entries the list had, be they twice or idle; 0: of an image */
    yn_map numbers; /**< name → number of the entry */
    bool has_policies;
    bool has_about;
    bool about_is_next;       /**< fetch was killed before that got its place */
    yn_preload_about about;   /**< what fetch has put beside the image; only with has_about */
    yn_preload_layout layout; /**< of a list, or with has_about */
    int64_t expires;
    yn_arena arena;
} yn_listing;

/** `path` names an image or a list ("-": a list on stdin); which one is seen from its bytes. */
int yn_listing_open(yn_listing *out, const char *path);

/** Of a list's text, which came from `path`. */
int yn_listing_of_text(yn_listing *out, const char *path, yonder_text text);

/** Of a directory's entries, which are good; they are copied. */
int yn_listing_of_items(yn_listing *out, const char *path, yn_preload_items items, int64_t expires);

void yn_listing_close(yn_listing *listing);

/** NULL if that very name is not listed. */
const yn_listed *yn_listing_find(const yn_listing *listing, yonder_text name);

/** Says that the list `path` is not one. @return YN_EXIT_USAGE */
int yn_listing_complain(const char *path, const yn_list_problem *problem);

/** Reads what is known of the image `path`, or of what is to become that (`next`), whatever image
 * it is about. Says nothing where there is none, and false. */
bool yn_listing_about_read(const char *path, bool next, yn_preload_about *out);

/** The path of what is known of the image `path`, or of what is to become that (`next`); ended by
 *  NUL. */
void yn_listing_about_path(const char *path, bool next, yn_buf *out);

#endif
