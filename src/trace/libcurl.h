// SPDX-License-Identifier: MIT
// libcurl, loaded when the first hop is fetched. It brings some forty libraries along, which a
// server, a linter and all others would start with, and keep in memory, for nothing.
//
// Whoever includes this calls libcurl's functions by their names, once yn_libcurl_load() has said
// yes.
#ifndef YN_TRACE_LIBCURL_H
#define YN_TRACE_LIBCURL_H

#include <stdbool.h>

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/** The functions that are used, once: X(name). */
#define YN_LIBCURL(X)                                                                              \
    X(curl_easy_cleanup)                                                                           \
    X(curl_easy_getinfo)                                                                           \
    X(curl_easy_init)                                                                              \
    X(curl_easy_reset)                                                                             \
    X(curl_easy_setopt)                                                                            \
    X(curl_easy_strerror)                                                                          \
    X(curl_global_cleanup)                                                                         \
    X(curl_global_init)                                                                            \
    X(curl_multi_add_handle)                                                                       \
    X(curl_multi_cleanup)                                                                          \
    X(curl_multi_info_read)                                                                        \
    X(curl_multi_init)                                                                             \
    X(curl_multi_perform)                                                                          \
    X(curl_multi_poll)                                                                             \
    X(curl_multi_remove_handle)                                                                    \
    X(curl_multi_setopt)                                                                           \
    X(curl_slist_append)                                                                           \
    X(curl_slist_free_all)

// libcurl's own macros of these names check what would be called in vain.
#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

typedef struct yn_libcurl {
#define YN_LIBCURL_MEMBER(name) __typeof__(&name) name##_;
    YN_LIBCURL(YN_LIBCURL_MEMBER)
#undef YN_LIBCURL_MEMBER
} yn_libcurl;

extern yn_libcurl yn_curl;

/** Loads it, once. Not from two threads at once. @return NULL, or what is wrong */
const char *yn_libcurl_load(void);

#ifndef YN_LIBCURL_TABLE
#define curl_easy_cleanup        yn_curl.curl_easy_cleanup_
#define curl_easy_getinfo        yn_curl.curl_easy_getinfo_
#define curl_easy_init           yn_curl.curl_easy_init_
#define curl_easy_reset          yn_curl.curl_easy_reset_
#define curl_easy_setopt         yn_curl.curl_easy_setopt_
#define curl_easy_strerror       yn_curl.curl_easy_strerror_
#define curl_global_cleanup      yn_curl.curl_global_cleanup_
#define curl_global_init         yn_curl.curl_global_init_
#define curl_multi_add_handle    yn_curl.curl_multi_add_handle_
#define curl_multi_cleanup       yn_curl.curl_multi_cleanup_
#define curl_multi_info_read     yn_curl.curl_multi_info_read_
#define curl_multi_init          yn_curl.curl_multi_init_
#define curl_multi_perform       yn_curl.curl_multi_perform_
#define curl_multi_poll          yn_curl.curl_multi_poll_
#define curl_multi_remove_handle yn_curl.curl_multi_remove_handle_
#define curl_multi_setopt        yn_curl.curl_multi_setopt_
#define curl_slist_append        yn_curl.curl_slist_append_
#define curl_slist_free_all      yn_curl.curl_slist_free_all_
#endif

#endif
