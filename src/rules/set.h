// SPDX-License-Identifier: MIT
// The compiled rule set: what build.c makes and match.c reads. References are numbers, never
// pointers, into a few large blocks. 0 refers to nothing in each of them.
//
//   scope  which requests: those of a section's hosts, or of a URL's scheme, host and port. Scope 0
//          serves any host.
//   rule   one record: header, key, target, captures, all adjacent, so that a look-up that finds
//          its rule has at once what it has to answer.
//   node   one segment of a pattern; each scope with patterns has a tree of them.
//   shape  which query pairs a rule asks for, and how; the rules of one node and one shape differ
//          in the values only.
#ifndef YN_RULES_SET_H
#define YN_RULES_SET_H

#include <yonder/rules.h>

#include "base/buf.h"
#include "rules/slots.h"

#define YN_NO_ORDER UINT32_MAX

enum {
    YN_RULE_IN_NODE = 1,      /**< found through a node, not through the table of exact paths */
    YN_RULE_SPLAT = 2,        /**< the path may go on after the node */
    YN_RULE_CAPTURES = 4,     /**< the target holds captures */
    YN_RULE_OWN_QUERY = 8,    /**< the target says what the query is */
    YN_RULE_CONDITIONAL = 16, /**< a capture in the authority may keep the rule from firing */
    YN_RULE_LOCAL = 32,       /**< the target is a path and must stay one */
};

/** The key, the target and the captures follow, in this order and without gaps. */
typedef struct yn_rule {
    uint32_t order; /**< place in file order, from 0 */
    uint32_t line;
    uint32_t next;  /**< the rule to try where this one does not fire; while building, the record
                         before this one */
    uint32_t place; /**< a node, or the scope of an exact path */
    uint32_t shape;
    uint16_t key_len; /**< exact path: the path; shape: the literal values; otherwise 0 */
    uint16_t target_len;
    uint16_t query_at; /**< where in the target the request's query goes */
    uint16_t status;
    uint8_t flags;
    uint8_t capture_count;
} yn_rule;

typedef enum yn_capture_kind {
    YN_CAPTURE_SEGMENT, /**< the n-th segment of the path */
    YN_CAPTURE_SPLAT,   /**< everything from the n-th segment on */
    YN_CAPTURE_PAIR,    /**< the value of the n-th pair of the shape */
} yn_capture_kind;

typedef struct yn_capture {
    uint16_t kind;
    uint16_t n;
} yn_capture;

/** A text of the pool; shorter than 64 KiB. */
typedef struct yn_span {
    uint64_t at : 48;
    uint64_t len : 16;
} yn_span;

/** The rules that share a pattern: those without query pairs, and the shapes of the others. */
typedef struct yn_place {
    uint32_t rule;
    uint32_t shape;
} yn_place;

typedef struct yn_node {
    yn_span segment; /**< canonical; empty for a placeholder and for a root */
    uint32_t parent;
    uint32_t placeholder; /**< the child that takes any segment but an empty one */
    uint32_t min_order;   /**< no rule at or below this node comes earlier in the files */
    bool is_placeholder;
    bool has_literals; /**< some child is a literal segment */
    yn_place end;      /**< fires where the path ends here */
    yn_place splat;    /**< fires where it ends here or goes on */
} yn_node;

typedef enum yn_pair_kind {
    YN_PAIR_LITERAL,
    YN_PAIR_BOUND, /**< any value that is not empty */
    YN_PAIR_EMPTY, /**< an empty value, or no such pair */
} yn_pair_kind;

typedef struct yn_shape {
    uint64_t names; /**< in the pool: for each pair a kind (1 byte), a length (2), a name */
    uint32_t names_len;
    uint32_t node;
    uint32_t next; /**< of the same place, in file order */
    uint32_t min_order;
    bool splat;
} yn_shape;

typedef struct yn_scope {
    uint32_t root;
    bool has_exact;
    bool has_urls; /**< URLs narrow it further */
} yn_scope;

/** A name a section or a URL gave. Wildcards are named by what follows the "*": ".example.com". */
typedef struct yn_host {
    yn_span name;
    uint32_t section; /**< which section named it last; while building */
    uint32_t scopes;  /**< of the sections that name it: an index of set->host_scopes */
    uint32_t scope_count;
} yn_host;

/** A scope inside another one: of rules whose FROM is a URL. */
typedef struct yn_url_scope {
    uint32_t parent;
    uint32_t host;
    int32_t port; /**< -1: any */
    uint32_t https;
    uint32_t scope;
} yn_url_scope;

typedef struct yn_source_name {
    uint64_t at; /**< in the pool */
    uint32_t len;
    uint32_t first_order; /**< of its first rule */
} yn_source_name;

/* Each yn_buf is an array of what its comment names. */
struct yonder_rules {
    yonder_mem mem_value;
    const yonder_mem *mem; /**< &mem_value, or NULL for malloc */
    size_t count;
    yn_buf records;     /**< yn_rule with what follows it; referred to in units of 8 bytes */
    yn_buf pool;        /**< bytes */
    yn_buf nodes;       /**< yn_node */
    yn_buf shapes;      /**< yn_shape */
    yn_buf scopes;      /**< yn_scope; number 0 is a real one */
    yn_buf hosts;       /**< yn_host */
    yn_buf host_scopes; /**< uint32_t: scopes */
    yn_buf urls;        /**< yn_url_scope */
    yn_buf sources;     /**< yn_source_name */
    yn_slots exact;     /**< (scope, path) → rule */
    yn_slots literals;  /**< (node, segment) → node */
    yn_slots values;    /**< (shape, literal values) → rule */
    yn_slots host_index;
    yn_slots url_index;
    bool has_wildcards;
};

static inline yn_rule *yn_set_rule(const yonder_rules *set, uint32_t ref)
{
    return (yn_rule *)(void *)(set->records.ptr + 8 * (size_t)ref);
}

/* An item of one of the arrays above; good until the array grows. */
#define YN_SET_ITEM(type, name, array)                                                             \
    static inline type *name(const yonder_rules *set, uint32_t n)                                  \
    {                                                                                              \
        return (type *)(void *)set->array.ptr + n;                                                 \
    }
YN_SET_ITEM(yn_node, yn_set_node, nodes)
YN_SET_ITEM(yn_shape, yn_set_shape, shapes)
YN_SET_ITEM(yn_scope, yn_set_scope, scopes)
YN_SET_ITEM(yn_host, yn_set_host, hosts)
YN_SET_ITEM(yn_url_scope, yn_set_url, urls)
YN_SET_ITEM(yn_source_name, yn_set_source, sources)
YN_SET_ITEM(uint32_t, yn_set_host_scope, host_scopes)
#undef YN_SET_ITEM

static inline yonder_text yn_set_text(const yonder_rules *set, yn_span span)
{
    return (yonder_text){set->pool.ptr + span.at, span.len};
}

static inline yonder_text yn_rule_key(const yn_rule *rule)
{
    return (yonder_text){(const char *)(rule + 1), rule->key_len};
}

static inline yonder_text yn_rule_target(const yn_rule *rule)
{
    return (yonder_text){(const char *)(rule + 1) + rule->key_len, rule->target_len};
}

static inline yn_capture yn_rule_capture(const yn_rule *rule, size_t n)
{
    yn_capture c;
    memcpy(&c, (const char *)(rule + 1) + rule->key_len + rule->target_len + n * sizeof c,
           sizeof c);
    return c;
}

/** One pair of a shape. */
typedef struct yn_shape_pair {
    yn_pair_kind kind;
    yonder_text name; /**< decoded */
} yn_shape_pair;

/** The pairs of a shape in text form, to be taken from the front; they are sorted by name. */
static inline yonder_text yn_shape_names(const yonder_rules *set, const yn_shape *shape)
{
    return (yonder_text){set->pool.ptr + shape->names, shape->names_len};
}

static inline bool yn_shape_next(yonder_text *names, yn_shape_pair *pair)
{
    if (!names->len)
        return false;
    uint16_t len;
    memcpy(&len, names->ptr + 1, sizeof len);
    *pair = (yn_shape_pair){(yn_pair_kind)names->ptr[0], {names->ptr + 3, len}};
    names->ptr += 3 + len;
    names->len -= 3 + (size_t)len;
    return true;
}

/* What the tables hash. */

/** The literal values of a shape's pairs, each after its length (2 bytes). */
static inline uint32_t yn_values_hash(uint32_t shape, yonder_text values)
{
    uint64_t hash = shape;
    while (values.len) {
        uint16_t len;
        memcpy(&len, values.ptr, sizeof len);
        hash = yn_hash((yonder_text){values.ptr + 2, len}, hash);
        values.ptr += 2 + len;
        values.len -= 2 + (size_t)len;
    }
    return (uint32_t)(hash >> 32 ^ hash);
}

static inline uint32_t yn_url_hash(uint32_t parent, uint32_t host, bool https, int32_t port)
{
    uint32_t key[] = {host, (uint32_t)port, https};
    return yn_slots_hash((yonder_text){(const char *)key, sizeof key}, parent);
}

/** The names of a shape, and which place it belongs to. */
static inline uint32_t yn_shape_hash(uint32_t node, bool splat, yonder_text names)
{
    return (uint32_t)(yn_hash(names, (uint64_t)node << 1 | splat) >> 32);
}

/** The host of this name, or 0. */
uint32_t yn_set_find_host(const yonder_rules *set, yonder_text name);

/** The scope inside `parent` of these URLs, or 0. */
uint32_t yn_set_find_url(const yonder_rules *set, uint32_t parent, uint32_t host, bool https,
                         int32_t port);

/** The child of `node` for a literal segment, or 0. */
uint32_t yn_set_find_child(const yonder_rules *set, uint32_t node, yonder_text segment);

#endif
