// SPDX-License-Identifier: MIT
// A host and a target, with an empty line between, led to a case of the lab: whatever they are, the
// answer consists of whole field lines, and the URL that is put together names the target.
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "lab/answer.h"
#include "lab/walk.h"

static bool are_lines(yonder_text fields)
{
    return fields.len == 0 || (fields.len > 2 && fields.ptr[fields.len - 2] == '\r' &&
                               fields.ptr[fields.len - 1] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const yn_lab_site site = {.domain = "lab.test", .port = 8307, .other_port = 8308};
    yonder_text input = {(const char *)data, size};
    yonder_text host = yn_slice(input, 0, yn_find_char(input, '\n'));
    yonder_text target = yn_skip(input, host.len + (host.len < size));
    yn_lab_route route = yn_lab_route_of(&site, host, target);
    yn_buf out = yn_buf_make(1 << 20, NULL);
    if (route.run.len && !yn_lab_run_valid(route.run))
        abort();
    if (route.found.item) {
        yn_lab_where where = {
            .site = &site, .run = route.run, .item = route.found.item, .secure = size & 1};
        yn_lab_take_host(&where, host);
        int status = yn_lab_answer(&out, &where, route.path);
        if (status < 200 || status > 599 || (!out.error && !are_lines(yn_buf_text(&out))))
            abort();
        if (yn_lab_case_at(route.found.index).item != route.found.item)
            abort();
    }
    out.len = 0;
    yn_lab_put_url(&out, false, host, target);
    if (!out.error && (out.len < target.len + 7 ||
                       !yn_equal(yn_skip(yn_buf_text(&out), out.len - target.len), target)))
        abort();
    yn_buf_free(&out);
    return 0;
}
