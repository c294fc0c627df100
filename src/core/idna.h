// SPDX-License-Identifier: MIT
// Internationalised domain names (UTS #46). The only place that sees ICU.
#ifndef YN_CORE_IDNA_H
#define YN_CORE_IDNA_H

#include "base/buf.h"

enum {
    /** The longest domain that is looked at, in bytes of UTF-8: the work is not linear in it, and
     *  the DNS takes no more than 253. */
    YN_IDNA_MAX = 4096
};

/**
 * The URL standard's "domain parser ToASCII" (section 3.3) with beStrict false, for a domain that
 * is not an ASCII string: appends the ASCII form of `domain`, which is well-formed UTF-8.
 *
 * @return YONDER_OK; YONDER_INVALID_HOST; YONDER_TOO_LARGE past YN_IDNA_MAX or where `out` takes no
 *         more; YONDER_NO_MEMORY
 */
int yn_idna_to_ascii(yn_buf *out, yonder_text domain);

/**
 * The URL standard's "domain to Unicode", for a reader: appends `domain`, which is ASCII, with the
 * labels that are "xn--…" and valid decoded, the others as they are. Two domains may look the same
 * so: show the ASCII form beside it.
 *
 * @return as yn_idna_to_ascii(); YONDER_INVALID_HOST, with nothing appended, where a label is not
 *         valid
 */
int yn_idna_to_unicode(yn_buf *out, yonder_text domain);

#endif
