// SPDX-License-Identifier: MIT
#include "report/check_fix.h"

#include "audit/grading.h"
#include "audit/policy.h"
#include "base/text.h"

bool yn_check_is_server(const char *name)
{
    bool known = strcmp(name, "all") == 0;
    for (yn_server s = 0; s < YN_SERVER_COUNT; s++)
        known = known || strcmp(name, yn_server_name(s)) == 0;
    return known;
}

static const char *const fields[] = {
#define FIELD_ROW(id, name, title, field) field,
    YN_SERVERS(FIELD_ROW)
#undef FIELD_ROW
};

// A Server field may be that of a proxy in front, whose lines are then the ones to change.
static yn_server said_by(const yn_visit *visit)
{
    yonder_text said = yn_visit_field(visit, "server", 0);
    for (yn_server s = 0; s < YN_SERVER_COUNT; s++) {
        yonder_text name = yonder_text_of(fields[s]);
        if (said.len >= name.len && yn_equal_nocase(yn_slice(said, 0, name.len), name))
            return s;
    }
    return YN_SERVER_COUNT;
}

static yn_server answering(const yn_audit *audit)
{
    static const yn_start order[] = {YN_START_HTTPS, YN_START_HTTP};
    yn_server found = YN_SERVER_COUNT;
    for (size_t i = 0; i < sizeof order / sizeof *order && found == YN_SERVER_COUNT; i++) {
        const yn_visit *visit = yn_chain_first(audit, order[i]);
        if (visit && yn_visit_field_count(visit, "server"))
            found = said_by(visit);
    }
    return found;
}

bool yn_check_shows(const yn_checked *checked, yn_server server)
{
    if (checked->server && strcmp(checked->server, "all") != 0)
        return strcmp(checked->server, yn_server_name(server)) == 0;
    yn_server seen = answering(checked->audit);
    return checked->server || seen == YN_SERVER_COUNT || seen == server;
}

bool yn_check_header_lines(yn_buf *out, yn_server server, yonder_text host,
                           const yonder_hsts_policy *policy)
{
    yn_buf value = yn_buf_make(1 << 10, out->mem);
    yn_policy_write(&value, policy);
    const yn_remedy_place place = {.host = host, .value = yn_buf_text(&value)};
    bool any = yn_remedy_write(out, YN_FIX_HSTS, server, &place);
    yn_buf_free(&value);
    return any;
}

void yn_check_put_lines(yn_buf *out, const yn_style *style, yn_server server, yonder_text lines,
                        size_t indent)
{
    yn_put_spaces(out, indent);
    yn_look_begin(out, style, YN_DIM);
    yn_buf_printf(out, "%s:", yn_server_title(server));
    yn_look_end(out, style, YN_DIM);
    yn_buf_char(out, '\n');
    while (lines.len) {
        size_t end = yn_find_char(lines, '\n');
        yn_put_spaces(out, indent + 2);
        yn_put_untrusted(out, yn_slice(lines, 0, end));
        yn_buf_char(out, '\n');
        lines = yn_skip(lines, end + (end < lines.len));
    }
}
