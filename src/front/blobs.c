// SPDX-License-Identifier: MIT
#include "front/blobs.h"

#include <pthread.h>

#include "base/mem.h"
#include "base/text.h"

enum {
    shelf = 16,        // documents that are kept
    longest_name = 64, // bytes; no document's is longer
    longest_document = 1 << 30,
};

typedef struct entry {
    yn_blob blob; // the first member: what others hold is a pointer to it
    const yn_store *store;
    int64_t version;
    char name[longest_name];
    size_t name_len;
    yn_buf bytes;
    unsigned holders; // those who send it, and the shelf
} entry;

// The store outlives no document here: it is the one cache of the process, as it is one process
// that serves one store.
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static entry *kept[shelf]; // the one that was asked for last comes first

static void release(entry *e) // with the mutex
{
    if (--e->holders)
        return;
    yn_buf_free(&e->bytes);
    yn_free(NULL, e);
}

static void put_first(size_t at)
{
    entry *e = kept[at];
    memmove(&kept[1], &kept[0], at * sizeof *kept);
    kept[0] = e;
}

static entry *find(const yn_store *store, int64_t version, yonder_text name)
{
    for (size_t i = 0; i < shelf && kept[i]; i++)
        if (kept[i]->store == store && kept[i]->version == version &&
            yn_equal((yonder_text){kept[i]->name, kept[i]->name_len}, name)) {
            put_first(i);
            kept[0]->holders++;
            return kept[0];
        }
    return NULL;
}

static void keep(entry *e)
{
    if (kept[shelf - 1])
        release(kept[shelf - 1]);
    kept[shelf - 1] = e;
    put_first(shelf - 1);
    e->holders++;
}

int yn_blob_take(yn_store *store, int64_t version, yonder_text name, yn_blob **out)
{
    if (!name.len || name.len > longest_name)
        return YN_STORE_MISSING;
    // Held while it is read: who asks for the same waits, and shares it.
    pthread_mutex_lock(&mutex);
    entry *e = find(store, version, name);
    int error = YONDER_OK;
    if (!e) {
        e = yn_alloc(NULL, sizeof *e);
        error = e ? YONDER_OK : YONDER_NO_MEMORY;
        if (e) {
            *e = (entry){.store = store, .version = version, .name_len = name.len, .holders = 1};
            memcpy(e->name, name.ptr, name.len);
            e->bytes = yn_buf_make(longest_document, NULL);
            error = yn_store_document_read(store, version, name, &e->bytes);
            error = error ? error : e->bytes.error;
            e->blob.bytes = yn_buf_text(&e->bytes);
            if (!error && !yn_seal_digest(e->blob.bytes, e->blob.digest))
                error = YONDER_NO_MEMORY;
        }
        if (e && error)
            release(e);
        else if (e)
            keep(e);
    }
    pthread_mutex_unlock(&mutex);
    if (!error)
        *out = &e->blob;
    return error;
}

void yn_blob_give(void *blob)
{
    pthread_mutex_lock(&mutex);
    release(blob);
    pthread_mutex_unlock(&mutex);
}

void yn_blobs_forget(const yn_store *store)
{
    pthread_mutex_lock(&mutex);
    size_t left = 0;
    for (size_t i = 0; i < shelf && kept[i]; i++) {
        if (kept[i]->store == store)
            release(kept[i]);
        else
            kept[left++] = kept[i];
    }
    for (; left < shelf; left++)
        kept[left] = NULL;
    pthread_mutex_unlock(&mutex);
}
