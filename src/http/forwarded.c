// SPDX-License-Identifier: MIT
#include "http/forwarded.h"

#include "base/text.h"

#define BLANK " \t"

// The last items of a list that goes through all fields of a name, in order.
typedef struct recent {
    yonder_text items[YN_FORWARDED_MOST]; // item n is at n modulo the size
    size_t count;
} recent;

static void add(recent *r, yonder_text item)
{
    r->items[r->count++ % YN_FORWARDED_MOST] = item;
}

// Item `back`, counted from the end.
static yonder_text item(const recent *r, size_t back)
{
    return r->items[(r->count - 1 - back) % YN_FORWARDED_MOST];
}

static size_t kept(const recent *r)
{
    return r->count < YN_FORWARDED_MOST ? r->count : YN_FORWARDED_MOST;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_proto(yonder_text t)
{
    return yn_equal_nocase(t, YN_TEXT("http")) || yn_equal_nocase(t, YN_TEXT("https"));
}

static bool is_port(yonder_text t)
{
    uint64_t port;
    return yn_parse_number(t, 65535, &port) || (t.len && t.ptr[0] == '_'); // or obfuscated
}

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]", "[2001:db8::1]:80", and, where `bare`, an IPv6
// address alone. What else there may be ("unknown", "_hidden") is empty; false where it can be
// nothing.
static bool read_node(yonder_text t, bool bare, yonder_text *address)
{
    size_t end;
    *address = (yonder_text){NULL, 0};
    if (!t.len)
        return false;
    if (t.ptr[0] == '[') {
        end = yn_find_char(t, ']');
        if (end == t.len || (end + 1 < t.len && t.ptr[end + 1] != ':'))
            return false;
        *address = yn_slice(t, 1, end);
        return address->len && (end + 1 == t.len || is_port(yn_skip(t, end + 2)));
    }
    end = yn_find_char(t, ':');
    bool one_colon = end < t.len && yn_find_char(yn_skip(t, end + 1), ':') == t.len - end - 1;
    if (end < t.len && !one_colon) {
        *address = t;
        return bare;
    }
    if (one_colon && !is_port(yn_skip(t, end + 1)))
        return false;
    if (yn_is_digit((unsigned char)t.ptr[0]))
        *address = yn_slice(t, 0, end);
    return end != 0;
}

/* ---- Forwarded ------------------------------------------------------------------------------- */

// Cuts a token or quoted string from the front; a quoted one must do without escapes, which no
// address, scheme or host needs.
static bool take_value(yonder_text *rest, yonder_text *value)
{
    if (rest->len && rest->ptr[0] == '"') {
        size_t end = yn_find_char(yn_skip(*rest, 1), '"') + 1;
        if (end >= rest->len)
            return false;
        *value = yn_slice(*rest, 1, end);
        *rest = yn_skip(*rest, end + 1);
        return !memchr(value->ptr, '\\', value->len);
    }
    size_t end = 0;
    while (end < rest->len && !strchr(BLANK ";,\"", rest->ptr[end]))
        end++;
    *value = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end);
    return yn_is_token(*value);
}

static yonder_text skip_blanks(yonder_text t)
{
    while (t.len && (t.ptr[0] == ' ' || t.ptr[0] == '\t'))
        t = yn_skip(t, 1);
    return t;
}

static bool take_pair(yonder_text *rest, yn_hop *hop, unsigned *seen)
{
    static const char *const names[] = {"for", "proto", "host"};
    size_t equals = yn_find_char(*rest, '=');
    if (equals == rest->len)
        return false;
    yonder_text name = yn_slice(*rest, 0, equals), value;
    *rest = yn_skip(*rest, equals + 1);
    if (!yn_is_token(name) || !take_value(rest, &value))
        return false;
    unsigned which = 0;
    while (which < 3 && !yn_equal_nocase(name, yonder_text_of(names[which])))
        which++;
    if (which == 3)
        return true; // "by", or an extension
    if (*seen & 1u << which)
        return false; // section 4: once an element
    *seen |= 1u << which;
    if (which == 0)
        return read_node(value, false, &hop->from);
    *(which == 1 ? &hop->proto : &hop->host) = value;
    return which == 1 ? is_proto(value) : yn_h1_host_valid(value);
}

// Elements of pairs; a ring as `recent`. False where the field is malformed.
static bool read_elements(yonder_text value, yn_hop *ring, size_t *count)
{
    for (yonder_text rest = skip_blanks(value);; rest = skip_blanks(yn_skip(rest, 1))) {
        yn_hop hop = {0};
        unsigned seen = 0;
        while (rest.len && rest.ptr[0] != ',') {
            if (!take_pair(&rest, &hop, &seen))
                return false;
            rest = skip_blanks(rest);
            if (rest.len && rest.ptr[0] == ';')
                rest = skip_blanks(yn_skip(rest, 1));
            else if (rest.len && rest.ptr[0] != ',')
                return false;
        }
        ring[(*count)++ % YN_FORWARDED_MOST] = hop;
        if (!rest.len)
            return true;
    }
}

static size_t read_standard(const yn_h1_request *request, yn_hop *hops)
{
    yn_hop ring[YN_FORWARDED_MOST];
    size_t count = 0;
    for (size_t i = 0; i < request->field_count; i++)
        if (yn_equal_nocase(request->fields[i].name, YN_TEXT("Forwarded")) &&
            !read_elements(request->fields[i].value, ring, &count))
            return 0;
    size_t n = count < YN_FORWARDED_MOST ? count : YN_FORWARDED_MOST;
    for (size_t i = 0; i < n; i++)
        hops[i] = ring[(count - 1 - i) % YN_FORWARDED_MOST];
    return n;
}

/* ---- X-Forwarded-* --------------------------------------------------------------------------- */

static void read_list(yonder_text value, recent *list)
{
    for (;;) {
        size_t comma = yn_find_char(value, ',');
        add(list, yn_trim(yn_slice(value, 0, comma), BLANK));
        if (comma == value.len)
            return;
        value = yn_skip(value, comma + 1);
    }
}

// What `list` says for a hop, of as many hops as `hops` has.
static yonder_text said_for(const recent *list, size_t back, size_t hops)
{
    if (list->count == 1)
        return item(list, 0);
    bool says = list->count && (list->count == hops || back == 0) && back < kept(list);
    return says ? item(list, back) : (yonder_text){NULL, 0};
}

static size_t read_customary(const recent *from, const recent *proto, const recent *host,
                             yn_hop *hops)
{
    size_t n = kept(from) ? kept(from) : proto->count || host->count;
    for (size_t i = 0; i < n; i++) {
        hops[i] = (yn_hop){.proto = said_for(proto, i, from->count),
                           .host = said_for(host, i, from->count)};
        if (from->count && !read_node(item(from, i), true, &hops[i].from))
            return i; // what is nearer was said by nearer proxies
        if ((hops[i].proto.len && !is_proto(hops[i].proto)) ||
            (hops[i].host.len && !yn_h1_host_valid(hops[i].host)))
            return i;
    }
    return n;
}

size_t yn_forwarded_read(const yn_h1_request *request, yn_hop hops[YN_FORWARDED_MOST])
{
    recent from = {.count = 0}, proto = {.count = 0}, host = {.count = 0};
    bool standard = false;
    for (size_t i = 0; i < request->field_count; i++) {
        yonder_text name = request->fields[i].name, value = request->fields[i].value;
        if (yn_equal_nocase(name, YN_TEXT("Forwarded")))
            standard = true;
        else if (yn_equal_nocase(name, YN_TEXT("X-Forwarded-For")))
            read_list(value, &from);
        else if (yn_equal_nocase(name, YN_TEXT("X-Forwarded-Proto")))
            read_list(value, &proto);
        else if (yn_equal_nocase(name, YN_TEXT("X-Forwarded-Host")))
            read_list(value, &host);
    }
    bool customary = from.count || proto.count || host.count;
    if (standard == customary) // neither, or both
        return 0;
    return standard ? read_standard(request, hops) : read_customary(&from, &proto, &host, hops);
}
