// SPDX-License-Identifier: MIT
#include "net/proxy.h"

#include <netinet/in.h>

#include "base/text.h"
#include "net/cidr.h"

enum {
    longest_v1 = 107, // section 2.1, CR LF included
    head_v2 = 16,
    tlv_ssl = 0x20,
    ssl_client = 1, // the client connected over TLS
};

static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";

/* ---- version 1: a line ----------------------------------------------------------------------- */

// The next word; words are separated by one space each.
static yonder_text next_word(yonder_text *line)
{
    size_t space = yn_find_char(*line, ' ');
    yonder_text word = yn_slice(*line, 0, space);
    *line = yn_skip(*line, space < line->len ? space + 1 : space);
    return word;
}

static bool read_port(yonder_text word, unsigned *port)
{
    uint64_t n;
    if (!yn_parse_number(word, 65535, &n) || (word.len > 1 && word.ptr[0] == '0'))
        return false;
    *port = (unsigned)n;
    return true;
}

static bool read_ip(yn_address *address, yonder_text word, int family, unsigned port)
{
    return yn_address_read_ip(address, word, port) && address->storage.ss_family == family;
}

static bool read_line(yonder_text line, yn_proxy *out)
{
    yonder_text family = next_word(&line);
    if (yn_equal(family, YN_TEXT("UNKNOWN")))
        return true; // whatever follows
    if (!yn_equal(family, YN_TEXT("TCP4")) && !yn_equal(family, YN_TEXT("TCP6")))
        return false;
    int wanted = family.ptr[3] == '4' ? AF_INET : AF_INET6;
    yonder_text from = next_word(&line), to = next_word(&line);
    yonder_text from_port = next_word(&line), to_port = next_word(&line);
    unsigned client_port, server_port;
    yn_address server;
    out->known = true;
    return !line.len && to_port.ptr[to_port.len] != ' ' && read_port(from_port, &client_port) &&
           read_port(to_port, &server_port) && read_ip(&out->client, from, wanted, client_port) &&
           read_ip(&server, to, wanted, server_port);
}

static int parse_v1(yonder_text data, yn_proxy *out)
{
    size_t most = data.len < longest_v1 ? data.len : longest_v1;
    size_t end = yn_find_char(yn_slice(data, 0, most), '\n');
    yonder_text prefix = YN_TEXT("PROXY ");
    if (end == most)
        return data.len < longest_v1 ? 0 : -1;
    if (data.ptr[end - 1] != '\r' || !read_line(yn_slice(data, prefix.len, end - 1), out))
        return -1;
    return (int)end + 1;
}

/* ---- version 2: bytes ------------------------------------------------------------------------ */

static size_t number_at(yonder_text data, size_t at)
{
    return (size_t)(unsigned char)data.ptr[at] << 8 | (unsigned char)data.ptr[at + 1];
}

// A list of type, length and value. False: it does not end where it should.
static bool read_extras(yonder_text extras, yn_proxy *out)
{
    while (extras.len) {
        if (extras.len < 3 || number_at(extras, 1) > extras.len - 3)
            return false;
        size_t len = number_at(extras, 1);
        if ((unsigned char)extras.ptr[0] == tlv_ssl && len >= 5)
            out->https = extras.ptr[3] & ssl_client;
        extras = yn_skip(extras, 3 + len);
    }
    return true;
}

static bool read_bytes(yonder_text data, yn_proxy *out)
{
    unsigned char family = (unsigned char)data.ptr[13];
    yonder_text rest = yn_skip(data, head_v2);
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    if (family == 0x11) { // TCP over IPv4: two addresses, two ports
        if (rest.len < 12)
            return false;
        memcpy(&four.sin_addr, rest.ptr, 4);
        memcpy(&four.sin_port, rest.ptr + 8, 2);
        memcpy(&out->client.storage, &four, sizeof four);
        out->client.len = sizeof four;
        rest = yn_skip(rest, 12);
    } else if (family == 0x21) { // over IPv6
        if (rest.len < 36)
            return false;
        memcpy(&six.sin6_addr, rest.ptr, 16);
        memcpy(&six.sin6_port, rest.ptr + 32, 2);
        memcpy(&out->client.storage, &six, sizeof six);
        out->client.len = sizeof six;
        rest = yn_skip(rest, 36);
    } else {
        return true; // some other transport, told to be passed over (section 2.2)
    }
    out->known = true;
    return read_extras(rest, out);
}

static int parse_v2(yonder_text data, yn_proxy *out)
{
    enum {
        version_local = 0x20,
        version_proxy = 0x21
    };
    if (data.len > 12 && (unsigned char)data.ptr[12] != version_local &&
        (unsigned char)data.ptr[12] != version_proxy)
        return -1;
    if (data.len < head_v2 || data.len < head_v2 + number_at(data, 14))
        return 0;
    data.len = head_v2 + number_at(data, 14);
    if ((unsigned char)data.ptr[12] == version_proxy && !read_bytes(data, out))
        return -1;
    return (int)data.len;
}

// Whether the bytes that are there are those of `start`.
static bool may_start_with(yonder_text data, yonder_text start)
{
    size_t n = data.len < start.len ? data.len : start.len;
    return n == 0 || memcmp(data.ptr, start.ptr, n) == 0;
}

int yn_proxy_parse(yonder_text data, yn_proxy *out)
{
    const yonder_text v1 = YN_TEXT("PROXY "), v2 = {signature, sizeof signature - 1};
    yn_proxy found = {0};
    int n = may_start_with(data, v1)   ? (data.len < v1.len ? 0 : parse_v1(data, &found))
            : may_start_with(data, v2) ? parse_v2(data, &found)
                                       : -1;
    if (n > 0)
        *out = found;
    return n;
}
