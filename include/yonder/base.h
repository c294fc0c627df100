// SPDX-License-Identifier: MIT
/**
 * @file
 * What every part of libyonder shares: text, memory, errors.
 *
 * libyonder does no I/O, owns no clock, keeps no global state, never logs and never aborts on
 * input. Whatever is not constant is an argument. A value may be read by many threads at once and
 * changed by one at a time.
 */
#ifndef YONDER_BASE_H
#define YONDER_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define YONDER_API __attribute__((visibility("default")))
#else
#define YONDER_API
#endif

/** The version of these headers. yonder_version() tells that of the library. */
#define YONDER_VERSION "0.1.0"

/** The version of the library that was linked, such as "0.1.0". Static. */
YONDER_API const char *yonder_version(void);

/* ---- text ---------------------------------------------------------------------------------- */

/**
 * Bytes somebody else owns: a pointer and a length, passed by value. It need not end in NUL and may
 * hold any byte. `ptr` may be NULL when `len` is 0.
 */
typedef struct yonder_text {
    const char *ptr;
    size_t len;
} yonder_text;

/** The text of a NUL-terminated string, which must outlive it. NULL is the empty text. */
static inline yonder_text yonder_text_of(const char *s)
{
    yonder_text t;
    t.ptr = s;
    t.len = s ? strlen(s) : 0;
    return t;
}

/** A header field (RFC 9110 section 5): name and value as they came, without the colon. */
typedef struct yonder_field {
    yonder_text name;
    yonder_text value;
} yonder_field;

/* ---- memory -------------------------------------------------------------------------------- */

/**
 * Where memory comes from, given to whatever constructs something. NULL stands for malloc and free
 * wherever a `const yonder_mem *` is taken. What was made with one is freed with the same.
 */
typedef struct yonder_mem {
    /** `ptr` NULL: allocate `size` bytes, aligned for any type; `size` 0: free `ptr` and return
     *  NULL; otherwise resize as realloc does. NULL for a non-zero `size` is failure, and leaves
     *  `ptr` as it was. */
    void *(*resize)(void *context, void *ptr, size_t size);
    void *context;
} yonder_mem;

/* ---- errors -------------------------------------------------------------------------------- */

/**
 * Every error of the library, once: X(name, code, prose). Codes are negative; success is 0 or,
 * where a function says so, a positive count.
 */
#define YONDER_ERRORS(X)                                                                           \
    X(YONDER_OK, 0, "no error")                                                                    \
    X(YONDER_NO_MEMORY, -1, "out of memory")                                                       \
    X(YONDER_TOO_LARGE, -2, "larger than the stated limit")                                        \
    X(YONDER_INVALID_URL, -3, "not a valid URL")                                                   \
    X(YONDER_INVALID_HOST, -4, "not a valid host name")                                            \
    X(YONDER_INVALID_RULES, -5, "the rules contain errors")                                        \
    X(YONDER_INVALID_ARGUMENT, -6, "an argument is outside what the function takes")               \
    X(YONDER_INVALID_IMAGE, -7, "not an image of this version, or a damaged one")

typedef enum yonder_error {
#define YONDER_ERROR_ENUM(name, code, prose) name = code,
    YONDER_ERRORS(YONDER_ERROR_ENUM)
#undef YONDER_ERROR_ENUM
} yonder_error;

/** The prose for a code; "unknown error" for a number that is none. Static. */
YONDER_API const char *yonder_strerror(int error);

#ifdef __cplusplus
}
#endif
#endif
