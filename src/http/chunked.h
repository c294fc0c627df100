// SPDX-License-Identifier: MIT
// The chunked transfer coding, RFC 9112 section 7.1, read to be thrown away: where does the body
// end, and is it well formed? Strict: hex digits right at the line's start, CR LF only, extensions
// after ";" only, trailer fields as strict as those of a head.
#ifndef YN_HTTP_CHUNKED_H
#define YN_HTTP_CHUNKED_H

#include <yonder/base.h>

enum {
    YN_CHUNKED_MAX_EXTRA = 8192 /**< bytes of extensions and trailer fields in one body */
};

typedef enum yn_chunked_status {
    YN_CHUNKED_MORE, /**< all was taken, and the body goes on */
    YN_CHUNKED_END,  /**< the body ended; what follows was not taken */
    YN_CHUNKED_BAD,  /**< not this coding, or too much beside the data; close the connection */
} yn_chunked_status;

/** Where a decoder stands. All zero is the start of a body. */
typedef struct yn_chunked {
    uint64_t left;  /**< of the present chunk's data */
    uint64_t total; /**< the sum of all chunk sizes seen */
    uint32_t extra;
    uint8_t state;
    uint8_t digits;
} yn_chunked;

/** Takes bytes from the front of `*data` and moves it past them. */
yn_chunked_status yn_chunked_feed(yn_chunked *c, yonder_text *data);

#endif
