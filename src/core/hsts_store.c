// SPDX-License-Identifier: MIT
#include "core/hsts_store.h"

#include <assert.h>

#include "base/text.h"
#include "core/ip.h"

enum {
    default_max = 1000000,
    max_label = 63,
    kept_max = 1 << 30,
    few = 16,
};

int yonder_hsts_new(yonder_hsts **out, size_t max_entries, const yonder_mem *mem)
{
    yonder_hsts *store = yn_alloc(mem, sizeof *store);
    if (!store)
        return YONDER_NO_MEMORY;
    *store = (yonder_hsts){.mem = mem,
                           .max = max_entries ? max_entries : default_max,
                           .map = yn_map_make(mem),
                           .kept = yn_buf_make(kept_max, mem)};
    if (store->max > UINT32_MAX)
        store->max = UINT32_MAX;
    *out = store;
    return YONDER_OK;
}

void yonder_hsts_free(yonder_hsts *store)
{
    if (!store)
        return;
    for (size_t i = store->first; i < store->used; i++)
        yn_free(store->mem, (void *)store->entries[i].host.ptr);
    yn_free(store->mem, store->entries);
    yn_map_free(&store->map);
    yn_buf_free(&store->kept);
    yn_free(store->mem, store);
}

size_t yonder_hsts_count(const yonder_hsts *store)
{
    return store->count;
}

const yonder_hsts_entry *yonder_hsts_next(const yonder_hsts *store, size_t *cursor)
{
    if (*cursor < store->first)
        *cursor = store->first;
    while (*cursor < store->used) {
        const yonder_hsts_entry *entry = &store->entries[(*cursor)++];
        if (entry->host.ptr)
            return entry;
    }
    return NULL;
}

yonder_hsts_entry *yn_hsts_oldest(yonder_hsts *store)
{
    size_t cursor = 0;
    return (yonder_hsts_entry *)yonder_hsts_next(store, &cursor);
}

// ---- names --------------------------------------------------------------------------------------

// The URL standard's forbidden domain code points, and what is not ASCII.
static bool may_stand_in_host(unsigned char c)
{
    return c > ' ' && c < 0x7F && !memchr("#/:<>?@[\\]^|%", c, 13);
}

yonder_text yn_hsts_without_dot(yonder_text host)
{
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    return host;
}

bool yn_hsts_name_of(yonder_text host, yn_hsts_name *out)
{
    bool dot = yn_hsts_without_dot(host).len < host.len;
    host = yn_hsts_without_dot(host);
    if (host.len == 0 || host.len > YN_HSTS_MAX_NAME || yn_ends_in_number(host))
        return false;
    size_t label = 0;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        label = c == '.' ? 0 : label + 1;
        bool empty = c == '.' && (i == 0 || host.ptr[i - 1] == '.');
        if (empty || label > max_label || !may_stand_in_host((unsigned char)c))
            return false;
        out->bytes[i] = yn_lower(c);
    }
    if (dot)
        out->bytes[host.len] = '.';
    out->name = (yonder_text){out->bytes, host.len + dot};
    return label != 0;
}

bool yn_hsts_parent(yn_hsts_name *name)
{
    size_t dot = yn_find_char(name->name, '.');
    if (dot + 1 >= name->name.len)
        return false;
    name->name = yn_skip(name->name, dot + 1);
    return true;
}

// The name with the port behind it: every ancestor's key is so the tail of its bytes.
static yonder_text key_of(yn_hsts_name *name, uint16_t port)
{
    char *end = name->bytes + (name->name.ptr - name->bytes) + name->name.len;
    memcpy(end, &port, sizeof port);
    return (yonder_text){name->name.ptr, name->name.len + sizeof port};
}

static yonder_text entry_key(const yonder_hsts_entry *entry)
{
    return (yonder_text){entry->host.ptr, entry->host.len + sizeof entry->port};
}

yonder_hsts_entry *yn_hsts_lookup(const yonder_hsts *store, yn_hsts_name *name, uint16_t port)
{
    const uint32_t *index = yn_map_find(&store->map, key_of(name, port));
    return index ? &store->entries[*index] : NULL;
}

const yonder_hsts_entry *yonder_hsts_find(const yonder_hsts *store, yonder_text host, uint16_t port)
{
    yn_hsts_name name;
    return yn_hsts_name_of(host, &name) ? yn_hsts_lookup(store, &name, port) : NULL;
}

// ---- changes ------------------------------------------------------------------------------------

// Closes the gaps.
static void compact(yonder_hsts *store)
{
    size_t to = 0;
    for (size_t from = store->first; from < store->used; from++) {
        if (!store->entries[from].host.ptr)
            continue;
        uint32_t *index = yn_map_find(&store->map, entry_key(&store->entries[from]));
        assert(index && *index == from);
        *index = (uint32_t)to;
        store->entries[to++] = store->entries[from];
    }
    store->used = to;
    store->first = 0;
}

static bool make_room(yonder_hsts *store)
{
    if (store->used < store->room)
        return true;
    size_t room = store->room ? store->room * 2 : few;
    yonder_hsts_entry *entries =
        yn_resize(store->mem, store->entries, room * sizeof *store->entries);
    if (!entries)
        return false;
    store->entries = entries;
    store->room = room;
    return true;
}

static int append(yonder_hsts *store, yonder_text key, const yonder_hsts_entry *entry)
{
    if (store->count >= store->max)
        return YONDER_TOO_LARGE;
    char *bytes = make_room(store) ? yn_alloc(store->mem, key.len) : NULL;
    if (!bytes)
        return YONDER_NO_MEMORY;
    memcpy(bytes, key.ptr, key.len);
    bool added;
    if (!yn_map_add(&store->map, (yonder_text){bytes, key.len}, (uint32_t)store->used, &added)) {
        yn_free(store->mem, bytes);
        return YONDER_NO_MEMORY;
    }
    yonder_hsts_entry *slot = &store->entries[store->used++];
    *slot = *entry;
    slot->host = (yonder_text){bytes, key.len - sizeof entry->port};
    store->count++;
    store->with_port += entry->port != 0;
    return YONDER_OK;
}

int yn_hsts_insert(yonder_hsts *store, yn_hsts_name *name, const yonder_hsts_entry *entry)
{
    yonder_hsts_entry *known = yn_hsts_lookup(store, name, entry->port);
    if (!known)
        return append(store, key_of(name, entry->port), entry);
    yonder_text host = known->host;
    *known = *entry;
    known->host = host;
    return YONDER_OK;
}

int yonder_hsts_put(yonder_hsts *store, const yonder_hsts_entry *entry)
{
    yn_hsts_name name;
    if (!yn_hsts_name_of(entry->host, &name))
        return YONDER_INVALID_HOST;
    return yn_hsts_insert(store, &name, entry);
}

void yn_hsts_take_out(yonder_hsts *store, yonder_hsts_entry *entry)
{
    store->with_port -= entry->port != 0;
    yn_map_remove(&store->map, entry_key(entry));
    yn_free(store->mem, (void *)entry->host.ptr);
    entry->host = (yonder_text){NULL, 0};
    store->count--;
    while (store->first < store->used && !store->entries[store->first].host.ptr)
        store->first++;
    if (store->used - store->count > store->count + few)
        compact(store);
}

// Takes out the entries of the name, of all ports.
static bool forget_name(yonder_hsts *store, yn_hsts_name *name)
{
    yonder_hsts_entry *entry = yn_hsts_lookup(store, name, 0);
    bool any = entry != NULL;
    if (entry)
        yn_hsts_take_out(store, entry);
    for (size_t i = store->first; store->entries && store->with_port && i < store->used;) {
        entry = &store->entries[i];
        if (!entry->host.ptr || !entry->port || !yn_equal(entry->host, name->name)) {
            i++;
            continue;
        }
        yn_hsts_take_out(store, entry);
        any = true;
        i = store->first; // entries may have moved
    }
    return any;
}

bool yonder_hsts_forget(yonder_hsts *store, yonder_text host)
{
    yn_hsts_name name;
    if (!yn_hsts_name_of(yn_hsts_without_dot(host), &name))
        return false;
    bool any = forget_name(store, &name);
    name.bytes[name.name.len++] = '.';
    return forget_name(store, &name) || any;
}
