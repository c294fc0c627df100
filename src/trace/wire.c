// SPDX-License-Identifier: MIT
#include "trace/wire.h"

#include <errno.h>
#include <stdio.h>

enum {
    text_max = 1 << 26, // of a CA bundle
};

bool yn_wire_append(struct curl_slist **list, const char *item)
{
    struct curl_slist *longer = curl_slist_append(*list, item);
    if (!longer)
        return false;
    *list = longer;
    return true;
}

static bool read_file(yn_buf *out, const char *path, yn_buf *message)
{
    FILE *file = fopen(path, "rbe");
    char part[16384];
    size_t n;
    while (file && (n = fread(part, 1, sizeof part, file)) > 0)
        yn_buf_put(out, (yonder_text){part, n});
    bool ok = file && !ferror(file);
    if (!ok)
        yn_buf_printf(message, "cannot read '%s': %s", path, strerror(errno));
    if (file)
        (void)fclose(file);
    yn_buf_char(out, '\n');
    if (ok && out->error)
        yn_buf_str(message, yonder_strerror(out->error));
    return ok && !out->error;
}

// A CA file comes beside the system's bundle, not in its place: both become one.
bool yn_wire_ca_read(yn_wire_ca *ca, CURL *easy, const char *ca_file, yn_buf *message)
{
    const char *bundle = NULL;
    *ca = (yn_wire_ca){.bundle = yn_buf_make(text_max, NULL)};
    (void)curl_easy_getinfo(easy, CURLINFO_CAINFO, &bundle);
    FILE *there = bundle ? fopen(bundle, "rbe") : NULL;
    if (there)
        (void)fclose(there);
    ca->no_system = !there;
    if (!ca_file)
        return true;
    if (!read_file(&ca->bundle, ca_file, message))
        return false;
    if (!memmem(ca->bundle.ptr, ca->bundle.len, "-----BEGIN ", 11)) {
        yn_buf_printf(message, "'%s' holds no certificate in PEM form", ca_file);
        return false;
    }
    return !there || read_file(&ca->bundle, bundle, message);
}

void yn_wire_ca_free(yn_wire_ca *ca)
{
    yn_buf_free(&ca->bundle);
}

// The library's varargs setters, with the first error kept.
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = curl_easy_setopt(easy, option, value);                                          \
    } while (0)

CURLcode yn_wire_ca_set(const yn_wire_ca *ca, CURL *easy)
{
    CURLcode code = CURLE_OK;
    if (ca->no_system)
        SET(CURLOPT_CAINFO, NULL);
    if (ca->bundle.len) {
        struct curl_blob blob = {ca->bundle.ptr, ca->bundle.len, CURL_BLOB_NOCOPY};
        SET(CURLOPT_CAINFO_BLOB, &blob);
    }
    return code;
}

CURLcode yn_wire_isolate(CURL *easy)
{
    CURLcode code = CURLE_OK;
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOPROXY, "*");
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    return code;
}

static yn_fetch_error from_errno(long number, yn_fetch_error otherwise)
{
    switch (number) {
    case ECONNREFUSED:
        return YN_FETCH_REFUSED;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
        return YN_FETCH_UNREACHABLE;
    case ETIMEDOUT:
        return YN_FETCH_TIMEOUT;
    case ECONNRESET:
    case EPIPE:
        return YN_FETCH_RESET;
    default:
        return otherwise;
    }
}

yn_fetch_error yn_wire_error(CURL *easy, CURLcode code)
{
    long number = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    switch (code) {
    case CURLE_OUT_OF_MEMORY: // what it says of a line of more than 100 KB
    case CURLE_WRITE_ERROR:   // what it says where take_head() says no
        return YN_FETCH_HEAD_TOO_LARGE;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_URL_MALFORMAT: // a host the URL standard allows and DNS does not
        return YN_FETCH_DNS;
    case CURLE_COULDNT_CONNECT:
        return from_errno(number, YN_FETCH_UNREACHABLE);
    case CURLE_OPERATION_TIMEDOUT:
        return YN_FETCH_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
        return YN_FETCH_TLS_HANDSHAKE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return YN_FETCH_TLS_CERTIFICATE;
    case CURLE_GOT_NOTHING:
        return YN_FETCH_EMPTY_REPLY;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return from_errno(number, YN_FETCH_RESET);
    case CURLE_OK: // the peer left in the middle of the head
        return YN_FETCH_EMPTY_REPLY;
    case CURLE_UNSUPPORTED_PROTOCOL: // HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return YN_FETCH_PROTOCOL;
    default:
        return YN_FETCH_FAILED;
    }
}
