// SPDX-License-Identifier: MIT
// Canonical paths: two spellings of one path (URL standard, path percent-encode set and dot
// segments; RFC 3986 section 6.2.2) have one key.
//
// In a key, percent-encoded unreserved characters are decoded, other escapes have upper-case
// digits, all that RFC 3986 does not let stand in a path is encoded (bytes of the path
// percent-encode set, "[", "\", "]", "|" and stray "%"), and there are no dot segments. Case
// counts, and so do empty segments. A key is its own key.
#ifndef YN_RULES_PATH_H
#define YN_RULES_PATH_H

#include <yonder/base.h>

/**
 * The length of the path at the start of `target`, which is all before the first "?". `*canonical`
 * tells whether it is its own key.
 */
size_t yn_path_scan(yonder_text target, bool *canonical);

/**
 * Takes the dot segments out of a path that starts with "/". The result, at most as long as the
 * path, goes to `out`; its segments are otherwise as written, and there are as many of them as in
 * its key. Returns its length.
 */
size_t yn_path_remove_dots(char *out, yonder_text path);

/** Writes the percent-canonical form of `path` or a part of one to `out`, which has room for three
 *  times its length. Returns the length. */
size_t yn_path_canonical(char *out, yonder_text path);

/**
 * The key of a site where a slash at the end, or the case of ASCII letters, does not count. `key`
 * is canonical; only letters are written, to `out`, which may be where it lies and has its length.
 */
yonder_text yn_path_as_key(char *out, yonder_text key, bool ignore_slash, bool ignore_case);

/**
 * Writes what a person would read in a canonical path, and what regular expressions are held
 * against, to `out`, which has its length: escapes decoded where the bytes would have been escaped
 * had they been written as themselves (blanks, what is in the path percent-encode set but "?" and
 * "#", bytes beyond ASCII that are UTF-8). All others stay escapes, so that no two keys read the
 * same. Returns the length.
 */
size_t yn_path_readable(char *out, yonder_text key);

/** The segment of `path` that starts at `at`, just after a "/". */
yonder_text yn_path_segment(yonder_text path, size_t at);

#endif
