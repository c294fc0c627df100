// SPDX-License-Identifier: MIT
// Gets a list from where it is published, unless it is the one that is there already.
#ifndef YN_CLI_PRELOAD_DOWNLOAD_H
#define YN_CLI_PRELOAD_DOWNLOAD_H

#include "base/arena.h"
#include "base/buf.h"
#include "trace/fetch.h"

enum {
    YN_DOWNLOAD_MAX = 128 << 20, /**< bytes */
    YN_DOWNLOAD_REDIRECTS = 5,
};

typedef struct yn_download {
    bool unchanged; /**< it is the one that `etag` and `modified` are about; there is no body */
    yonder_text body;
    yonder_text etag, modified; /**< to ask with the next time; may be empty */
    yn_arena arena;             /**< holds it all */
} yn_download;

/**
 * `source` is an https URL, of which redirects to other https URLs are followed, or a path. `etag`
 * and `modified`, which may be empty, are sent as conditions (RFC 9110 section 13.1). An answer
 * that is not whole, is coded, too long or not 200 is refused.
 *
 * @return YN_EXIT_OK, or an exit code after a line on stderr
 */
int yn_download_list(yn_download *out, const char *source, yonder_text etag, yonder_text modified,
                     const yn_fetch_options *reach);
void yn_download_free(yn_download *download);

enum {
    YN_DOWNLOAD_FIELDS = 2, /**< that a request has beside the program's own, at most */
};

/** Asks once, with those fields beside the program's own; follows nothing. What the network does is
 *  in the evidence. @return YN_EXIT_OK, or an exit code after a line on stderr */
int yn_download_ask(yn_fetcher *fetcher, const yonder_url *url, const yonder_field *more,
                    size_t more_count, yn_arena *arena, yn_evidence *out);

/** Whether there was an answer; else says why not. @return YN_EXIT_OK or YN_EXIT_FAILED */
int yn_download_answered(const char *url, const yn_evidence *e);

/** Whether the answer is 200, whole, not coded, and no longer than `max`; else says what it is.
 *  @return YN_EXIT_OK or YN_EXIT_FAILED */
int yn_download_check(const char *url, const yn_evidence *e, size_t max);

/** 301, 302, 303, 307, 308 */
bool yn_download_is_redirect(int status);

#endif
