// SPDX-License-Identifier: MIT
#include "lab/site.h"

#include "base/text.h"

// ---- out ----------------------------------------------------------------------------------------

bool yn_lab_run_valid(yonder_text run)
{
    for (size_t i = 0; i < run.len; i++)
        if (!yn_is_alpha((unsigned char)run.ptr[i]) && !yn_is_digit((unsigned char)run.ptr[i]) &&
            run.ptr[i] != '-')
            return false;
    return run.len > 0 && run.len <= YN_LAB_RUN_MAX;
}

static void put_authority(yn_buf *out, yonder_text hostname, uint16_t port, bool secure)
{
    yn_buf_put(out, hostname);
    if (port != (secure ? 443 : 80))
        yn_buf_printf(out, ":%u", port);
}

static void put_origin(yn_buf *out, bool secure, yonder_text hostname, uint16_t port)
{
    yn_buf_str(out, secure ? "https://" : "http://");
    put_authority(out, hostname, port, secure);
}

static void put_base(yn_buf *out, const yn_lab_where *w)
{
    yn_buf_char(out, '/');
    yn_buf_put(out, w->run);
    yn_buf_char(out, '/');
    yn_buf_str(out, w->item->id);
}

// Run tokens may have capitals; host names come back in lower case.
static void put_fresh(yn_buf *out, const yn_lab_where *w, char (*spelt)(char))
{
    const yonder_text labels[] = {yonder_text_of(w->item->id), w->run,
                                  yonder_text_of(w->site->domain)};
    for (size_t k = 0; k < sizeof labels / sizeof *labels; k++) {
        if (k)
            yn_buf_char(out, '.');
        for (size_t i = 0; i < labels[k].len; i++)
            yn_buf_char(out, spelt(labels[k].ptr[i]));
    }
}

static void put_long(yn_buf *out)
{
    for (unsigned i = 0; i < 4000; i++)
        yn_buf_char(out, (char)('a' + i % 26));
}

// Writes what `name` stands for; false where it is none of the list.
static bool put_placeholder(yn_buf *out, yonder_text name, const yn_lab_where *w)
{
#define IS(literal) yn_equal(name, YN_TEXT(literal))
    const yn_lab_site *site = w->site;
    if (IS("base"))
        put_base(out, w);
    else if (IS("run"))
        yn_buf_put(out, w->run);
    else if (IS("case"))
        yn_buf_str(out, w->item->id);
    else if (IS("origin"))
        put_origin(out, w->secure, w->hostname, w->port);
    else if (IS("host"))
        put_authority(out, w->hostname, w->port, w->secure);
    else if (IS("hostname"))
        yn_buf_put(out, w->hostname);
    else if (IS("port1") || IS("port2"))
        yn_buf_number(out, IS("port1") ? site->port : site->other_port);
    else if (IS("port"))
        yn_buf_number(out, w->port);
    else if (IS("http") || IS("https"))
        put_origin(out, name.len == 5, w->hostname, site->port);
    else if (IS("http2") || IS("https2"))
        put_origin(out, name.len == 6, w->hostname, site->other_port);
    else if (IS("name"))
        yn_buf_str(out, site->domain);
    else if (IS("freshname"))
        put_fresh(out, w, yn_lower);
    else if (IS("fresh") || IS("FRESH"))
        put_fresh(out, w, IS("fresh") ? yn_lower : yn_upper), yn_buf_printf(out, ":%u", site->port);
    else if (IS("n"))
        yn_buf_number(out, (int64_t)w->number);
    else if (IS("long"))
        put_long(out);
    else
        return false;
    return true;
#undef IS
}

void yn_lab_expand(yn_buf *out, const char *template, const yn_lab_where *where)
{
    yonder_text t = yonder_text_of(template);
    while (t.len) {
        size_t open = yn_find_char(t, '{');
        yn_buf_put(out, yn_slice(t, 0, open));
        t = yn_skip(t, open);
        size_t close = yn_find_char(t, '}');
        if (close < t.len && put_placeholder(out, yn_slice(t, 1, close), where)) {
            t = yn_skip(t, close + 1);
        } else if (t.len) {
            yn_buf_char(out, '{');
            t = yn_skip(t, 1);
        }
    }
}

void yn_lab_take_host(yn_lab_where *where, yonder_text host)
{
    size_t colon = host.len;
    while (colon && yn_is_digit((unsigned char)host.ptr[colon - 1]))
        colon--;
    uint64_t port;
    where->hostname = host;
    where->port = where->secure ? 443 : 80;
    if (!colon || host.ptr[colon - 1] != ':')
        return;
    where->hostname = yn_slice(host, 0, colon - 1);
    if (yn_parse_number(yn_skip(host, colon), 65535, &port))
        where->port = (uint16_t)port;
}

// ---- in -----------------------------------------------------------------------------------------

// How many bytes at the start of `t` separate segments.
static size_t separator(yonder_text t)
{
    if (t.len && (t.ptr[0] == '/' || t.ptr[0] == '\\'))
        return 1;
    bool encoded = t.len >= 3 && t.ptr[0] == '%' &&
                   ((t.ptr[1] == '5' && yn_lower(t.ptr[2]) == 'c') ||
                    (t.ptr[1] == '2' && yn_lower(t.ptr[2]) == 'f'));
    return encoded ? 3 : 0;
}

// Takes the next segment off `*t`, with the separator behind it.
static yonder_text next_segment(yonder_text *t)
{
    size_t end = 0;
    while (end < t->len && !separator(yn_skip(*t, end)) && t->ptr[end] != '?')
        end++;
    yonder_text segment = yn_slice(*t, 0, end);
    *t = yn_skip(*t, end);
    *t = yn_skip(*t, separator(*t));
    return segment;
}

static yn_lab_route route_of_target(yonder_text target)
{
    yn_lab_route route = {.run = {NULL, 0}};
    yonder_text rest = yn_skip(target, separator(target)), before = {NULL, 0};
    bool first = true;
    while (rest.len && rest.ptr[0] != '?') {
        yonder_text segment = next_segment(&rest);
        yn_lab_ref found = yn_lab_case_find(segment);
        if (found.item && yn_lab_run_valid(before))
            return (yn_lab_route){.run = before, .found = found, .path = rest};
        if (first && yn_lab_run_valid(segment))
            route = (yn_lab_route){.run = segment, .rest = rest};
        first = false;
        before = segment;
    }
    return route;
}

// Takes the last label off `*host`, which need not have one.
static yonder_text last_label(yonder_text *host)
{
    size_t dot = host->len;
    while (dot && host->ptr[dot - 1] != '.')
        dot--;
    yonder_text label = yn_skip(*host, dot);
    *host = yn_slice(*host, 0, dot ? dot - 1 : 0);
    return label;
}

static yn_lab_route route_of_host(const yn_lab_site *site, yonder_text host, yonder_text target)
{
    yn_lab_where where = {.secure = false};
    yn_lab_take_host(&where, host);
    yonder_text rest = where.hostname, domain = yonder_text_of(site->domain);
    rest = yn_slice(rest, 0, rest.len - (rest.len && rest.ptr[rest.len - 1] == '.'));
    if (rest.len <= domain.len + 1 ||
        !yn_equal_nocase(yn_skip(rest, rest.len - domain.len), domain) ||
        rest.ptr[rest.len - domain.len - 1] != '.')
        return (yn_lab_route){.run = {NULL, 0}};
    rest = yn_slice(rest, 0, rest.len - domain.len - 1);
    yonder_text run = last_label(&rest);
    yn_lab_ref found = yn_lab_case_find(last_label(&rest));
    if (!found.item || !yn_lab_run_valid(run))
        return (yn_lab_route){.run = {NULL, 0}};
    return (yn_lab_route){.run = run, .found = found, .path = yn_skip(target, target.len > 0)};
}

yn_lab_route yn_lab_route_of(const yn_lab_site *site, yonder_text host, yonder_text target)
{
    yn_lab_route route = route_of_target(target);
    if (route.found.item || yn_equal(target, YN_TEXT("/favicon.ico")))
        return route; // browsers ask for that one unbidden
    yn_lab_route by_host = route_of_host(site, host, target);
    return by_host.found.item ? by_host : route;
}
