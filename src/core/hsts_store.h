// SPDX-License-Identifier: MIT
// Known hosts in memory: entries in the order of arrival, and a hash map from host and port to
// them.
#ifndef YN_CORE_HSTS_STORE_H
#define YN_CORE_HSTS_STORE_H

#include <yonder/hsts.h>

#include "base/buf.h"
#include "base/map.h"

enum {
    YN_HSTS_MAX_NAME = 253,                 /**< without the dot at its end */
    YN_HSTS_KEY = YN_HSTS_MAX_NAME + 1 + 2, /**< a host and, in two bytes, a port */
};

struct yonder_hsts {
    const yonder_mem *mem;
    size_t max;                 /**< entries */
    yonder_hsts_entry *entries; /**< the host's two bytes beyond its end are the port; one that was
                                     taken out has a host whose pointer is NULL */
    size_t used, room;          /**< of `entries`, those taken out included */
    size_t first;               /**< none before this is in */
    size_t count;
    size_t with_port; /**< how many entries have one */
    yn_map map;       /**< host and port → index in `entries` */
    yn_buf kept;      /**< lines of a file that are no entries */
};

/** A host as it can be looked up: `name` is a view of `bytes`, which has room for a port behind. */
typedef struct yn_hsts_name {
    char bytes[YN_HSTS_KEY];
    yonder_text name;
} yn_hsts_name;

/** Writes a domain in lower case, with the one dot it may end with; false for what is no domain: an
 *  address, a name or a label that is empty or too long, bytes a host cannot have. */
bool yn_hsts_name_of(yonder_text host, yn_hsts_name *out);

/** A host without the dot it may end with. */
yonder_text yn_hsts_without_dot(yonder_text host);

/** Takes the first label off; false where it was the last. */
bool yn_hsts_parent(yn_hsts_name *name);

/** The entry for the name and port, or NULL. Good until the store changes. */
yonder_hsts_entry *yn_hsts_lookup(const yonder_hsts *store, yn_hsts_name *name, uint16_t port);

/** Puts an entry in, whose host is `name`. @return YONDER_OK, YONDER_TOO_LARGE, YONDER_NO_MEMORY */
int yn_hsts_insert(yonder_hsts *store, yn_hsts_name *name, const yonder_hsts_entry *entry);

/** Takes an entry of the store out. Others move. */
void yn_hsts_take_out(yonder_hsts *store, yonder_hsts_entry *entry);

/** The entry that came first, or NULL. */
yonder_hsts_entry *yn_hsts_oldest(yonder_hsts *store);

#endif
