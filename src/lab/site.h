// SPDX-License-Identifier: MIT
// Where the lab is reached, and which case a request is for: URLs out, URLs in. Pure.
//
// A case lies at /RUN/CASE/ on any host and either port. Where hosts matter, it has hosts of its
// own: CASE.RUN.DOMAIN and those below it. RUN is the client author's choice, made of 1 to 32
// letters, digits and hyphens.
#ifndef YN_LAB_SITE_H
#define YN_LAB_SITE_H

#include "base/buf.h"
#include "lab/case.h"

enum {
    YN_LAB_RUN_MAX = 32
};

/** The lab as a whole. */
typedef struct yn_lab_site {
    const char *domain;
    uint16_t port;       /**< where walks begin */
    uint16_t other_port; /**< of the other origin */
} yn_lab_site;

bool yn_lab_run_valid(yonder_text run);

/**
 * Appends `template` with these filled in; any other brace is kept as it is.
 *
 *   {base}      /RUN/CASE
 *   {run} {case}
 *   {port1} {port2}     the first port, and the other one
 *   {origin}    scheme, host and port that were asked, as "http://127.0.0.1:8307"
 *   {host}      "127.0.0.1:8307", {hostname} and {port} are its parts
 *   {http} {https}      the same host on the first port, by that scheme
 *   {http2} {https2}    on the other port
 *   {name}      the lab's domain
 *   {fresh}     a host that only this case of this run has, with the first port; {FRESH} in
 *               capitals, {freshname} without a port
 *   {n}         of a page "#", the number less one
 *   {long}      four thousand letters
 */
typedef struct yn_lab_where {
    const yn_lab_site *site;
    yonder_text run;
    const yn_lab_case *item;
    bool secure;
    yonder_text hostname; /**< an IPv6 address with its brackets */
    uint16_t port;
    uint64_t number; /**< for {n} */
} yn_lab_where;

void yn_lab_expand(yn_buf *out, const char *template, const yn_lab_where *where);

/** "host:port" apart; without a port it is that of the scheme. */
void yn_lab_take_host(yn_lab_where *where, yonder_text host);

/** What a request is for. Texts are views of the target and the host. */
typedef struct yn_lab_route {
    yonder_text run;  /**< empty: none that is valid */
    yn_lab_ref found; /**< .item NULL: no case */
    yonder_text path; /**< below the case, query included, without the slash in front */
    yonder_text rest; /**< where there is no case: what follows the run */
} yn_lab_route;

/**
 * Finds run and case in the target or, failing that, in the host. In the target they may stand
 * behind anything, and with "\", "%5C" or "%2F" for "/", since some clients read some Locations so.
 */
yn_lab_route yn_lab_route_of(const yn_lab_site *site, yonder_text host, yonder_text target);

#endif
