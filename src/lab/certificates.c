// SPDX-License-Identifier: MIT
#include "lab/certificates.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "lab/answer.h"
#include "net/cert.h"

enum {
    kept = 256,
    max_name = 253,
    max_pem = 1 << 16,
    day = 24 * 3600,
};

typedef struct entry {
    char name[max_name + 1];
    yn_tls_identity *identity;
} entry;

struct yn_lab_certificates {
    const char *domain;
    yn_authority *authority, *stranger;
    yn_buf pem;
    entry entries[kept]; // a ring: the oldest goes first
    size_t count, next;
};

yn_lab_certificates *yn_lab_certificates_new(const char *domain)
{
    yn_lab_certificates *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    int64_t now = (int64_t)time(NULL);
    c->domain = domain;
    c->pem = yn_buf_make(max_pem, NULL);
    c->authority = yn_authority_new("yonder lab, throw-away", domain, now);
    c->stranger = yn_authority_new("yonder lab, not to be trusted", domain, now);
    if (c->authority && c->stranger && yn_authority_pem(c->authority, &c->pem))
        return c;
    yn_lab_certificates_free(c);
    return NULL;
}

void yn_lab_certificates_free(yn_lab_certificates *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        yn_tls_identity_free(c->entries[i].identity);
    yn_buf_free(&c->pem);
    yn_authority_free(c->authority);
    yn_authority_free(c->stranger);
    free(c);
}

yonder_text yn_lab_certificates_pem(const yn_lab_certificates *c)
{
    return yn_buf_text(&c->pem);
}

static yn_tls_identity *issue(const yn_lab_certificates *c, const char *name)
{
    yn_lab_flaw flaw = yn_lab_flaw_of(yonder_text_of(name));
    char elsewhere[max_name + 16];
    snprintf(elsewhere, sizeof elsewhere, "elsewhere.%s", c->domain);
    const char *const names[] = {flaw == YN_LAB_MISNAMED ? elsewhere : name, "localhost"};
    int64_t now = (int64_t)time(NULL);
    const yn_leaf leaf = {
        .names = names,
        .name_count = flaw == YN_LAB_MISNAMED ? 1 : 2,
        .loopback = flaw != YN_LAB_MISNAMED,
        .not_before = flaw == YN_LAB_EXPIRED ? now - (int64_t)20 * day : now - 1800,
        .not_after = flaw == YN_LAB_EXPIRED ? now - (int64_t)10 * day : now + (int64_t)20 * day,
    };
    yn_buf chain = yn_buf_make(max_pem, NULL), key = yn_buf_make(max_pem, NULL);
    yn_buf message = yn_buf_make(max_pem, NULL);
    yn_tls_identity *identity = NULL;
    if (yn_authority_issue(flaw == YN_LAB_UNTRUSTED ? c->stranger : c->authority, &leaf, &chain,
                           &key))
        identity = yn_tls_identity_new(yn_buf_text(&chain), yn_buf_text(&key), &message);
    yn_buf_free(&chain);
    yn_buf_free(&key);
    yn_buf_free(&message);
    return identity;
}

// The name as a certificate has it: in lower case, without a dot at the end. That of the domain
// where it is not the lab's.
static void canonical(const yn_lab_certificates *c, yonder_text name, char out[max_name + 1])
{
    yonder_text domain = yonder_text_of(c->domain);
    if (name.len && name.ptr[name.len - 1] == '.')
        name = yn_slice(name, 0, name.len - 1);
    bool ours = name.len > domain.len + 1 && name.len <= max_name &&
                yn_equal_nocase(yn_skip(name, name.len - domain.len), domain) &&
                name.ptr[name.len - domain.len - 1] == '.';
    if (!ours)
        name = domain;
    for (size_t i = 0; i < name.len; i++)
        out[i] = yn_lower(name.ptr[i]);
    out[name.len] = '\0';
}

// The one for this name, made if it is not there.
static const yn_tls_identity *find(yn_lab_certificates *c, const char wanted[max_name + 1])
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->entries[i].name, wanted) == 0)
            return c->entries[i].identity;
    yn_tls_identity *identity = issue(c, wanted);
    if (!identity)
        return NULL;
    entry *place = &c->entries[c->next];
    c->next = (c->next + 1) % kept;
    if (c->count < kept)
        c->count++;
    else
        yn_tls_identity_free(place->identity);
    memcpy(place->name, wanted, max_name + 1);
    place->identity = identity;
    return identity;
}

size_t yn_lab_certificates_choose(void *context, yonder_text name,
                                  const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES])
{
    yn_lab_certificates *c = context;
    char wanted[max_name + 1];
    canonical(c, name, wanted);
    out[0] = find(c, wanted);
    return out[0] != NULL;
}
