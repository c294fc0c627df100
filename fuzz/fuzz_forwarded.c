// SPDX-License-Identifier: MIT
// Forwarded and X-Forwarded-*: whatever a client has put before what the nearest proxy adds, the
// proxy's word is found as it was added, or nothing is believed. The input: field values, each
// after a byte that says of which field.
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "http/forwarded.h"

static const char *const names[] = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto",
                                    "X-Forwarded-Host"};

static void check_hop(const yn_hop *hop)
{
    assert(!hop->proto.len || yn_equal_nocase(hop->proto, YN_TEXT("http")) ||
           yn_equal_nocase(hop->proto, YN_TEXT("https")));
    assert(!hop->host.len || yn_h1_host_valid(hop->host));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static yn_h1_request request;
    yn_hop hops[YN_FORWARDED_MOST];
    yonder_text rest = {(const char *)data, size};
    request.field_count = 0;
    while (rest.len && request.field_count < 20) {
        size_t end = yn_find_char(rest, '\n');
        yonder_text value = yn_slice(rest, 1, end ? end : 1);
        request.fields[request.field_count++] = (yonder_field){
            yonder_text_of(names[(unsigned char)rest.ptr[0] & 3]), yn_trim(value, " \t")};
        rest = yn_skip(rest, end < rest.len ? end + 1 : rest.len);
    }
    size_t n = yn_forwarded_read(&request, hops);
    assert(n <= YN_FORWARDED_MOST);
    for (size_t i = 0; i < n; i++)
        check_hop(&hops[i]);
    // A proxy adds its word in a field of its own, behind the others.
    request.fields[request.field_count++] =
        (yonder_field){YN_TEXT("Forwarded"), YN_TEXT("for=\"[2001:db8::7]\";proto=https")};
    n = yn_forwarded_read(&request, hops);
    assert(n == 0 || (yn_equal(hops[0].from, YN_TEXT("2001:db8::7")) &&
                      yn_equal(hops[0].proto, YN_TEXT("https"))));
    return 0;
}
