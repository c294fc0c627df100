// SPDX-License-Identifier: MIT
// The rows of the table of clients, one file for those taken from the same source, and the words
// they are written with.
#ifndef YN_CORE_CLIENT_ROW_H
#define YN_CORE_CLIENT_ROW_H

#include "base/text.h"
#include "core/client.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
// clang-format off
#define FIELD(name, value) {YN_TEXT_INIT(name), YN_TEXT_INIT(value)}
// clang-format on
#define FIELDS(array) .fields = (array), .field_count = sizeof(array) / sizeof *(array)

extern const yonder_client yn_client_chrome;
extern const yonder_client yn_client_firefox;
extern const yonder_client yn_client_safari;
extern const yonder_client yn_client_curl;
extern const yonder_client yn_client_curl_follow;
extern const yonder_client yn_client_wget;
extern const yonder_client yn_client_requests;
extern const yonder_client yn_client_go;
extern const yonder_client yn_client_googlebot;
extern const yonder_client yn_client_http10;

#endif
