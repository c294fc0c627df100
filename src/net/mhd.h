// SPDX-License-Identifier: MIT
// libmicrohttpd, loaded where `--admin` or the directory asks for it: with it come TLS libraries
// that a server without would keep in memory for nothing.
//
// Whoever includes this calls its functions by their names, once yn_microhttpd_load() has said yes.
#ifndef YN_NET_MHD_H
#define YN_NET_MHD_H

#include <microhttpd.h>

/** The functions that are used, once: X(name). */
#define YN_MICROHTTPD(X)                                                                           \
    X(MHD_add_response_header)                                                                     \
    X(MHD_create_response_from_buffer)                                                             \
    X(MHD_create_response_from_buffer_with_free_callback_cls)                                      \
    X(MHD_destroy_response)                                                                        \
    X(MHD_get_connection_info)                                                                     \
    X(MHD_get_connection_values_n)                                                                 \
    X(MHD_lookup_connection_value)                                                                 \
    X(MHD_queue_response)                                                                          \
    X(MHD_quiesce_daemon)                                                                          \
    X(MHD_start_daemon)                                                                            \
    X(MHD_stop_daemon)

typedef struct yn_microhttpd {
#define YN_MICROHTTPD_MEMBER(name) __typeof__(&name) name##_;
    YN_MICROHTTPD(YN_MICROHTTPD_MEMBER)
#undef YN_MICROHTTPD_MEMBER
} yn_microhttpd;

extern yn_microhttpd yn_mhd;

/** Loads it, once. Not from two threads at once. @return NULL, or what is wrong */
const char *yn_microhttpd_load(void);

#ifndef YN_MICROHTTPD_TABLE
#define MHD_add_response_header         yn_mhd.MHD_add_response_header_
#define MHD_create_response_from_buffer yn_mhd.MHD_create_response_from_buffer_
#define MHD_create_response_from_buffer_with_free_callback_cls                                     \
    yn_mhd.MHD_create_response_from_buffer_with_free_callback_cls_
#define MHD_destroy_response        yn_mhd.MHD_destroy_response_
#define MHD_get_connection_info     yn_mhd.MHD_get_connection_info_
#define MHD_get_connection_values_n yn_mhd.MHD_get_connection_values_n_
#define MHD_lookup_connection_value yn_mhd.MHD_lookup_connection_value_
#define MHD_queue_response          yn_mhd.MHD_queue_response_
#define MHD_quiesce_daemon          yn_mhd.MHD_quiesce_daemon_
#define MHD_start_daemon            yn_mhd.MHD_start_daemon_
#define MHD_stop_daemon             yn_mhd.MHD_stop_daemon_
#endif

#endif
