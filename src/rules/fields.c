// SPDX-License-Identifier: MIT
// What the lines of a site make of a request, before, after and beside the rules.
#include "base/text.h"
#include "core/host.h"
#include "rules/lookup.h"
#include "rules/path.h"
#include "rules/target.h"

/* ---- which lines ----------------------------------------------------------------------------- */

// The first in file order of each line that is not in `above`, of more specific names.
static void take_lines(yn_site *site, const yn_site *above, uint32_t number)
{
    const yn_scope *scope = yn_set_scope(site->set, number);
    for (uint32_t n = scope->sites; n; n = yn_set_site(site->set, n)->next) {
        const yn_site_row *row = yn_set_site(site->set, n), *other = site->line[row->line];
        if (!above->line[row->line] && (!other || row->order < other->order))
            site->line[row->line] = row;
    }
}

void yn_find_site(const yn_lookup *l, yn_site *site)
{
    const yn_layer *layer = &l->layers[l->layer_count - 1];
    site->set = layer->set;
    if (!site->set->has_sites)
        return;
    for (size_t i = 0; i < l->name_count; i++) {
        const yn_host *host = yn_set_host(site->set, layer->hosts[i]);
        const yn_site above = *site;
        for (uint32_t k = 0; layer->hosts[i] && k < host->scope_count; k++)
            take_lines(site, &above, *yn_set_host_scope(site->set, host->scopes + k));
    }
    const yn_site above = *site;
    take_lines(site, &above, 0);
}

yonder_text yn_site_text(const yn_site *site, yn_site_line line)
{
    const yn_site_row *row = site->line[line];
    return (yonder_text){site->set->pool + row->text, row->text_len};
}

static const yn_site_row *line_on(const yn_site *site, yn_site_line line)
{
    const yn_site_row *row = site->line[line];
    return row && !row->off ? row : NULL;
}

/* ---- answers of the site itself -------------------------------------------------------------- */

static void put(char **out, yonder_text t)
{
    *out = mempcpy(*out, t.ptr, t.len);
}

// "scheme://host" and the request's own path and query, with what cannot stand in a header escaped.
static bool send_to(yn_lookup *l, yonder_text scheme, yonder_text host, yonder_text target,
                    yonder_text *location)
{
    char *room = yn_lookup_room(l, scheme.len + host.len + 3 * target.len), *end = room;
    if (!room)
        return false;
    put(&end, scheme);
    put(&end, host);
    end += yn_target_escape(end, target);
    *location = (yonder_text){room, (size_t)(end - room)};
    if (location->len <= YONDER_RULES_MAX_LOCATION)
        return true;
    l->error = YONDER_TOO_LARGE;
    return false;
}

static void answer_of(const yn_lookup *l, const yn_site_row *row, yonder_rules_cause cause,
                      yonder_rules_answer *answer)
{
    answer->cause = cause;
    answer->status = row->status;
    answer->file = yn_set_source_of(l->top, row->order, &answer->line);
    answer->place = row->order;
}

// Whether the request is for the page that tells of the maintenance.
static bool is_for(const yn_lookup *l, yonder_text url)
{
    size_t origin = yn_target_origin(url), prefix = yn_scheme_prefix(url);
    yonder_text path = yn_skip(url, origin), host;
    char room[YN_LONGEST_HOST];
    int32_t port;
    if (origin && (yn_host_canonical(yn_slice(url, prefix, origin), room, sizeof room, &host,
                                     &port) != YONDER_OK ||
                   !yn_equal(host, l->host)))
        return false;
    path.len = yn_find_char(path, '#');
    path.len = yn_find_char(path, '?');
    return yn_equal(path.len ? path : YN_TEXT("/"), l->raw);
}

static bool maintain(const yn_lookup *l, const yn_site *site, yonder_rules_answer *answer)
{
    const yn_site_row *row = line_on(site, YN_SITE_MAINTENANCE);
    if (!row)
        return false;
    yonder_text url = yn_site_text(site, YN_SITE_MAINTENANCE);
    if (url.len && is_for(l, url))
        return false;
    answer_of(l, row, YONDER_RULES_MAINTENANCE, answer);
    answer->status = url.len ? 307 : 503;
    answer->location = url;
    answer->retry_after = row->seconds;
    return true;
}

bool yn_site_goes_first(yn_lookup *l, const yn_site *site, yonder_text target,
                        yonder_rules_answer *answer)
{
    const yn_site_row *row = line_on(site, YN_SITE_HTTPS);
    if (!row || l->request->https || !l->host.len)
        return maintain(l, site, answer);
    // A port of plain HTTP is none of TLS: the scheme's own is meant.
    if (send_to(l, YN_TEXT("https://"), l->host, target, &answer->location))
        answer_of(l, row, YONDER_RULES_HTTPS, answer);
    return true;
}

// The host of `canonical www.example.com:8443`.
static yonder_text without_port(yonder_text t)
{
    size_t end = t.len;
    while (end && yn_is_digit((unsigned char)t.ptr[end - 1]))
        end--;
    return end && t.ptr[end - 1] == ':' ? yn_slice(t, 0, end - 1) : t;
}

static yonder_text scheme_of(const yn_lookup *l)
{
    return l->request->https ? YN_TEXT("https://") : YN_TEXT("http://");
}

yonder_text yn_site_canonical(const yn_lookup *l, const yn_site *site, char *room)
{
    if (!line_on(site, YN_SITE_CANONICAL) || !l->host.len)
        return (yonder_text){NULL, 0};
    yonder_text host = yn_site_text(site, YN_SITE_CANONICAL);
    if (host.len > 280 || yn_equal(without_port(host), l->host))
        return (yonder_text){NULL, 0};
    char *end = room;
    put(&end, scheme_of(l));
    put(&end, host);
    return (yonder_text){room, (size_t)(end - room)};
}

bool yn_site_goes_last(yn_lookup *l, const yn_site *site, yonder_text target,
                       yonder_rules_answer *answer)
{
    char room[300];
    if (!yn_site_canonical(l, site, room).len)
        return false;
    if (send_to(l, scheme_of(l), yn_site_text(site, YN_SITE_CANONICAL), target,
                &answer->location)) {
        answer_of(l, site->line[YN_SITE_CANONICAL], YONDER_RULES_CANONICAL, answer);
        answer->status = 308;
    }
    return true;
}

/* ---- beside the answer ----------------------------------------------------------------------- */

// What a client of HTTP/1.0 understands of it (RFC 1945 section 9.3).
static int status_for_http10(int status, const yn_site_row *row)
{
    if (row && row->off)
        return status;
    if (status == 308)
        return 301;
    return status == 303 || status == 307 ? (row ? row->status : 302) : status;
}

// In the order of the rules, whatever that of the look-up was.
static bool goes_before(const yn_noted *a, const yn_noted *b)
{
    if (a->place != b->place)
        return a->place < b->place;
    size_t len = a->field.len < b->field.len ? a->field.len : b->field.len;
    int order = memcmp(a->field.ptr, b->field.ptr, len);
    return order ? order < 0 : a->field.len < b->field.len;
}

static void sort_noted(yn_noted *noted, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k && goes_before(&noted[k], &noted[k - 1]); k--) {
            yn_noted other = noted[k];
            noted[k] = noted[k - 1];
            noted[k - 1] = other;
        }
}

// The fields that had a part in the answer; if they are too many or too long, any may have one.
static yonder_text vary_of(yn_lookup *l)
{
    size_t size = 0, count = 0;
    sort_noted(l->vary, l->vary_count);
    for (; count < l->vary_count && l->vary[count].place <= l->place; count++)
        size += l->vary[count].field.len + 2;
    if (l->vary_lost != YN_NO_PLACE && l->vary_lost <= l->place)
        return YN_TEXT("*");
    if (count < 2)
        return count ? l->vary[0].field : (yonder_text){NULL, 0};
    if (size > l->scratch_size)
        return YN_TEXT("*");
    char *room = yn_lookup_room(l, size), *end = room;
    for (size_t i = 0; i < count; i++) {
        if (i)
            put(&end, YN_TEXT(", "));
        put(&end, l->vary[i].field);
    }
    return (yonder_text){room, (size_t)(end - room)};
}

void yn_finish_answer(yn_lookup *l, const yn_site *site, yonder_rules_answer *answer)
{
    bool is_permanent = answer->status == 301 || answer->status == 308 || answer->status == 410;
    bool conditional = l->conditional != YN_NO_PLACE && l->conditional <= l->place;
    if (l->vary_count)
        answer->vary = vary_of(l);
    if (line_on(site, YN_SITE_HSTS) && l->request->https)
        answer->hsts = yn_site_text(site, YN_SITE_HSTS);
    if (answer->cause == YONDER_RULES_MAINTENANCE || (answer->cause && conditional))
        answer->cache_control = YN_TEXT("no-store");
    else if (is_permanent && line_on(site, YN_SITE_CACHE))
        answer->cache_control = yn_site_text(site, YN_SITE_CACHE);
    if (l->request->http10)
        answer->status = status_for_http10(answer->status, site->line[YN_SITE_HTTP10]);
}
