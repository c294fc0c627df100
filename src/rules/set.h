// SPDX-License-Identifier: MIT
// The compiled rule set: what build.c makes and match.c reads. It is one block of bytes, the image,
// whose parts refer to each other by number, never by pointer. 0 refers to nothing.
//
//   scope  which requests: those of a section's hosts, or of a URL's scheme, host and port. Scope 0
//          serves any host.
//   rule   one record: header, key, target, captures, all adjacent, so that a look-up that finds
//          its rule has at once what it has to answer.
//   chain  the rules of one FROM: the first is in a table or at a node, each other one follows the
//          one before it in file order.
//   node   one segment of a pattern; each scope with patterns has a tree of them. What stands
//   behind
//          a splat has a tree of its own, from the end of the path to its start.
//   shape  which query pairs a rule asks for, and how; the rules of one node and one shape differ
//          in the values only.
#ifndef YN_RULES_SET_H
#define YN_RULES_SET_H

#include <yonder/rules.h>

#include "base/buf.h"
#include "base/text.h"
#include "rules/regex.h"
#include "rules/site.h"
#include "rules/slots.h"

/** No rule has this place in file order. */
#define YN_NO_ORDER UINT32_MAX

/* ---- rules ----------------------------------------------------------------------------------- */

enum {
    YN_RULE_CHAINED = 1,      /**< another rule of the same FROM comes after this one */
    YN_RULE_MORE = 2,         /**< a yn_rule_more follows */
    YN_RULE_IN_NODE = 4,      /**< found through a node, not through the table of exact paths */
    YN_RULE_CAPTURES = 8,     /**< the target holds captures */
    YN_RULE_OWN_QUERY = 16,   /**< the target says what the query is */
    YN_RULE_CONDITIONAL = 32, /**< a capture in the authority may keep the rule from firing */
    YN_RULE_LOCAL = 64,       /**< the target is a path and must stay one */
    YN_RULE_REGEX = 128,      /**< the key is a regular expression */
};

/** A place (4 bytes) follows where YN_RULE_PLACED says so, a yn_rule_more where the flags do; then
 *  key, target, captures and conditions without gaps, and zeros up to a multiple of 4 bytes. */
typedef struct yn_rule {
    uint32_t order;   /**< the number of its line through all sources, from 1 */
    uint16_t key_len; /**< exact path: the path; shape: the literal values; regular expression: the
                           pattern; otherwise 0 */
    uint16_t target_len;
    uint16_t prefix; /**< what stands before the target: a number of set->prefixes, or 0; and
                          YN_RULE_PLACED */
    uint8_t status;  /**< a row of yn_statuses */
    uint8_t flags;
} yn_rule;

enum {
    YN_RULE_PLACED = 0x8000, /**< of `prefix` */
    YN_MOST_PREFIXES = 0x7fff,
};

/** What plain rules do without. */
typedef struct yn_rule_more {
    uint32_t shape;
    uint32_t regex;          /**< its number in set->regexes */
    uint16_t query_at;       /**< where in the target the request's query goes */
    uint16_t conditions_len; /**< bytes of what yn_condition_read() wrote */
    uint16_t capture_count;
    uint8_t has_language; /**< one of the conditions is about languages */
    uint8_t at_splat;     /**< the path may go on after the node */
    uint8_t ignore_case;  /**< of a regular expression */
    uint8_t reserved[3];
} yn_rule_more;

typedef enum yn_capture_kind {
    YN_CAPTURE_SEGMENT, /**< the n-th segment of the path, from 0 */
    YN_CAPTURE_BACK,    /**< the n-th segment from the end of the path, which is number 0 */
    YN_CAPTURE_SPLAT,   /**< from the n-th segment on, but for the last `behind` ones */
    YN_CAPTURE_PAIR,    /**< the value of the n-th pair of the shape */
    YN_CAPTURE_GROUP,   /**< the n-th group of the regular expression */
} yn_capture_kind;

typedef struct yn_capture {
    uint16_t kind;
    uint16_t n;
    uint16_t behind;
} yn_capture;

/** The statuses a rule can have, by row. Row 0 is none. */
typedef struct yn_status_row {
    yonder_text word; /**< empty: it is written as a number */
    uint16_t status;
    bool has_location;
} yn_status_row;

extern const yn_status_row yn_statuses[];
extern const uint8_t yn_status_count;

/** The row of a status written as a word or a number, or 0. */
uint8_t yn_status_find(yonder_text word);
/** The row of a status, or 0. */
uint8_t yn_status_row_of(int status);

/* ---- the other items ------------------------------------------------------------------------- */

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

/** The segment's text follows, then zeros up to a multiple of 8 bytes. Nodes are named by their
 *  place in units of 8 bytes; a child comes after its parent. */
typedef struct yn_node {
    uint32_t parent;
    uint32_t placeholder; /**< the child that takes any segment but an empty one */
    uint32_t behind;    /**< the root of what stands behind a splat at this place, the last segment
                             first */
    uint32_t min_order; /**< no rule at or below this node comes earlier */
    yn_place end;       /**< fires where the path ends here */
    yn_place splat;     /**< fires where it ends here or goes on */
    uint32_t scope;
    uint16_t len;
    uint8_t is_placeholder;
    uint8_t is_behind;    /**< its tree is read from the end of the path */
    uint8_t has_literals; /**< some child is a literal segment */
    uint8_t has_named;    /**< some shape of `end` or `splat` is in the table shape_names */
    uint8_t reserved[6];
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
    uint32_t next; /**< of those of the place with the same first name that needs a value, or of
                        those without such a name; in file order */
    uint32_t min_order;
    uint32_t splat;
    uint32_t reserved;
} yn_shape;

typedef enum yn_scheme {
    YN_SCHEME_ANY,
    YN_SCHEME_HTTP,
    YN_SCHEME_HTTPS,
} yn_scheme;

typedef struct yn_scope {
    uint32_t root;
    uint32_t members; /**< its section's hosts: an index of set->members */
    uint32_t member_count;
    uint32_t url;     /**< what makes it narrower than its parent, or 0 */
    uint32_t sites;   /**< the last of its site lines, or 0 */
    uint32_t lengths; /**< in the pool: 32 bytes with a bit for each length that the literal
                           prefixes of its regular expressions have; 0: it has none */
    uint8_t has_exact;
    uint8_t has_urls; /**< URLs narrow it further */
    uint8_t slash_ignored, case_ignored;
    uint8_t reserved[4];
} yn_scope;

/** A name a section or a URL gave. Wildcards are named by what follows the "*": ".example.com". */
typedef struct yn_host {
    yn_span name;     /**< `at` counts only where it is not in `start` */
    uint32_t section; /**< which section named it last; while building */
    uint32_t scopes;  /**< of the sections that name it: an index of set->host_scopes */
    uint32_t scope_count;
    uint32_t urls;  /**< the first of the URLs of this host, or 0 */
    char start[40]; /**< the name, where it is no longer: it is at hand then */
} yn_host;

/** A scope inside another one: of rules whose FROM is a URL. */
typedef struct yn_url_scope {
    uint32_t parent;
    uint32_t host;
    int32_t port; /**< -1: any */
    uint32_t scheme;
    uint32_t scope;
    uint32_t next; /**< of the same host */
} yn_url_scope;

typedef struct yn_source_name {
    uint64_t at; /**< in the pool */
    uint32_t len;
    uint32_t first_order; /**< of its first line here */
    uint32_t first_line; /**< which number that has: more than 1 where lines were added to a file */
    uint32_t reserved;
} yn_source_name;

/** A site line; its text is in the pool. */
typedef struct yn_site_row {
    uint64_t text;
    uint32_t text_len;
    uint32_t order;
    uint32_t next; /**< of the same scope */
    uint32_t seconds;
    uint16_t status;
    uint8_t line; /**< yn_site_line */
    uint8_t off, ignore, drop;
    uint8_t reserved[2];
} yn_site_row;

/** Every so many rules: where one lies. */
typedef struct yn_mark {
    uint32_t order;
    uint32_t rule;
} yn_mark;

enum {
    YN_MARK_EVERY = 128 /**< rules */
};

/** The parts of an image, once: X(member of yonder_rules, type of its items). The records come
 * first, right behind the header. */
#define YN_PARTS(X)                                                                                \
    X(records, uint32_t)                                                                           \
    X(pool, char)                                                                                  \
    X(nodes, uint64_t)                                                                             \
    X(shapes, yn_shape)                                                                            \
    X(scopes, yn_scope)                                                                            \
    X(members, uint32_t)                                                                           \
    X(hosts, yn_host)                                                                              \
    X(host_scopes, uint32_t)                                                                       \
    X(urls, yn_url_scope)                                                                          \
    X(sources, yn_source_name)                                                                     \
    X(prefixes, yn_span)                                                                           \
    X(sites, yn_site_row)                                                                          \
    X(regexes, uint32_t)                                                                           \
    X(marks, yn_mark)                                                                              \
    X(exact, yn_slot)                                                                              \
    X(chain, yn_slot)                                                                              \
    X(literals, yn_slot)                                                                           \
    X(values, yn_slot)                                                                             \
    X(shape_names, yn_slot)                                                                        \
    X(host_index, yn_slot)                                                                         \
    X(regex_index, yn_slot)

/* Each part: its items and how many there are. While a set is built they are views of the
 * builder's buffers. What the tables (yn_slot) hold:
 *   exact        (scope, path) → first rule
 *   chain        rule → the next one of its FROM
 *   literals     (node, segment) → node
 *   values       (shape, literal values) → first rule
 *   shape_names  (node, is it a splat, name) → first shape
 *   host_index   name → host
 *   regex_index  (scope, prefix, folded or not) → first rule */
struct yonder_rules {
    yonder_mem mem_value;
    const yonder_mem *mem; /**< &mem_value, or NULL for malloc */
    yonder_text image;
    bool owns_image;
    size_t count;       /**< of rules, all layers together */
    uint32_t end_order; /**< no line has this number or a higher one */
    bool has_wildcards, has_sites, has_conditions;
#define YN_PART_MEMBER(name, type)                                                                 \
    const type *name;                                                                              \
    size_t name##_count;
    YN_PARTS(YN_PART_MEMBER)
#undef YN_PART_MEMBER
    yn_regex **compiled; /**< of `regexes`, by number */
    // A set with changes: it is asked together with what lies below.
    const yonder_rules *below; /**< has none below itself */
    uint32_t *gone;            /**< orders of rules of `below` that are not to be, sorted */
    size_t gone_count;
};

/* An item; a number that is out of range, as in a damaged image, gives item 0, which is harmless.
 */
#define YN_SET_ITEM(type, name, array)                                                             \
    static inline const type *name(const yonder_rules *set, uint32_t n)                            \
    {                                                                                              \
        return &set->array[n < set->array##_count ? n : 0];                                        \
    }
YN_SET_ITEM(yn_shape, yn_set_shape, shapes)
YN_SET_ITEM(yn_scope, yn_set_scope, scopes)
YN_SET_ITEM(yn_host, yn_set_host, hosts)
YN_SET_ITEM(yn_url_scope, yn_set_url, urls)
YN_SET_ITEM(yn_source_name, yn_set_source, sources)
YN_SET_ITEM(yn_site_row, yn_set_site, sites)
YN_SET_ITEM(uint32_t, yn_set_host_scope, host_scopes)
YN_SET_ITEM(uint32_t, yn_set_member, members)
#undef YN_SET_ITEM

static inline const yn_node *yn_set_node(const yonder_rules *set, uint32_t n)
{
    return (const yn_node *)(const void *)(set->nodes + n);
}

static inline yonder_text yn_node_segment(const yn_node *node)
{
    return (yonder_text){(const char *)(node + 1), node->len};
}

/** The node a record names, and those above it: a record may be damaged, and name what is none. A
 *  node that does not lie in the part as a whole gives node 0. */
static inline const yn_node *yn_set_rule_node(const yonder_rules *set, uint32_t n)
{
    const yn_node *node = yn_set_node(set, n);
    size_t room = n < set->nodes_count ? (set->nodes_count - n) * sizeof(uint64_t) : 0;
    return room >= sizeof *node && node->len <= room - sizeof *node ? node : yn_set_node(set, 0);
}

/** The node above it, or 0. */
static inline uint32_t yn_set_rule_parent(const yonder_rules *set, uint32_t n)
{
    uint32_t parent = yn_set_rule_node(set, n)->parent;
    return parent < n ? parent : 0; // what goes down could go on for ever
}

static inline yonder_text yn_set_text(const yonder_rules *set, yn_span span)
{
    return (yonder_text){set->pool + span.at, span.len};
}

/** A node, or the scope of an exact path or a regular expression. */
static inline uint32_t yn_rule_place(const yn_rule *rule)
{
    return rule->prefix & YN_RULE_PLACED ? *(const uint32_t *)(rule + 1) : 0;
}

/** Bytes before those of the key. */
static inline size_t yn_rule_head(const yn_rule *rule)
{
    return sizeof *rule + (rule->prefix & YN_RULE_PLACED ? sizeof(uint32_t) : 0) +
           (rule->flags & YN_RULE_MORE ? sizeof(yn_rule_more) : 0);
}

static inline const char *yn_rule_bytes(const yn_rule *rule)
{
    return (const char *)rule + yn_rule_head(rule);
}

static inline yonder_text yn_host_name(const yonder_rules *set, uint32_t number)
{
    const yn_host *host = yn_set_host(set, number);
    return host->name.len <= sizeof host->start ? (yonder_text){host->start, host->name.len}
                                                : yn_set_text(set, host->name);
}

static inline const yn_rule_more *yn_rule_rest(const yn_rule *rule)
{
    static const yn_rule_more none;
    return rule->flags & YN_RULE_MORE
               ? (const yn_rule_more *)(const void *)(yn_rule_bytes(rule) - sizeof(yn_rule_more))
               : &none;
}

static inline yonder_text yn_rule_key(const yn_rule *rule)
{
    return (yonder_text){yn_rule_bytes(rule), rule->key_len};
}

static inline yonder_text yn_rule_target(const yn_rule *rule)
{
    return (yonder_text){yn_rule_bytes(rule) + rule->key_len, rule->target_len};
}

static inline yn_capture yn_rule_capture(const yn_rule *rule, size_t n)
{
    yn_capture c;
    memcpy(&c, yn_rule_bytes(rule) + rule->key_len + rule->target_len + n * sizeof c, sizeof c);
    return c;
}

static inline yonder_text yn_rule_conditions(const yn_rule *rule)
{
    const yn_rule_more *more = yn_rule_rest(rule);
    return (yonder_text){yn_rule_bytes(rule) + rule->key_len + rule->target_len +
                             more->capture_count * sizeof(yn_capture),
                         more->conditions_len};
}

/** What the key of a regular expression consists of: the length (2 bytes) of the pattern, which
 *  follows, and the literal values of its pairs. */
typedef struct yn_regex_key {
    yonder_text pattern, values;
    bool ignore_case;
} yn_regex_key;

static inline yn_regex_key yn_rule_regex_key(const yn_rule *rule)
{
    yonder_text key = yn_rule_key(rule);
    uint16_t len = 0;
    if (key.len >= sizeof len)
        memcpy(&len, key.ptr, sizeof len);
    if (key.len < sizeof len + (size_t)len)
        return (yn_regex_key){0};
    return (yn_regex_key){yn_slice(key, sizeof len, sizeof len + (size_t)len),
                          yn_skip(key, sizeof len + (size_t)len), yn_rule_rest(rule)->ignore_case};
}

/** Bytes of the whole record. */
static inline size_t yn_rule_size(const yn_rule *rule)
{
    const yn_rule_more *more = yn_rule_rest(rule);
    size_t size = yn_rule_head(rule) + rule->key_len + rule->target_len +
                  more->capture_count * sizeof(yn_capture) + more->conditions_len;
    return (size + 3) & ~(size_t)3;
}

/** The rule of this number, or NULL where there is none: 0, or in a damaged image. */
static inline const yn_rule *yn_set_rule(const yonder_rules *set, uint32_t ref)
{
    if (ref - 1 >= set->records_count) // 0 becomes the largest there is
        return NULL;
    size_t left = (set->records_count - ref) * sizeof(uint32_t);
    const yn_rule *rule = (const yn_rule *)(const void *)(set->records + ref);
    if (left < sizeof *rule || left < yn_rule_head(rule))
        return NULL;
    return yn_rule_size(rule) <= left ? rule : NULL;
}

/** What stands before the target, such as its scheme and host; its length is 0 for a path. */
static inline yonder_text yn_rule_prefix(const yonder_rules *set, const yn_rule *rule)
{
    uint16_t number = rule->prefix & YN_MOST_PREFIXES;
    return yn_set_text(set, set->prefixes[number < set->prefixes_count ? number : 0]);
}

/** The rule of the same FROM that comes after `ref`, or 0. */
uint32_t yn_set_next(const yonder_rules *set, uint32_t ref, const yn_rule *rule);

/** One pair of a shape. */
typedef struct yn_shape_pair {
    yn_pair_kind kind;
    yonder_text name; /**< decoded */
} yn_shape_pair;

/** The pairs of a shape in text form, to be taken from the front; they are sorted by name. */
static inline yonder_text yn_shape_names(const yonder_rules *set, const yn_shape *shape)
{
    return (yonder_text){set->pool + shape->names, shape->names_len};
}

bool yn_shape_next(yonder_text *names, yn_shape_pair *pair);

/** The first of these names that needs a value; false if there is none. */
bool yn_shape_first_name(yonder_text names, yonder_text *name);

/** The first of the shapes of a place whose first name that needs a value is `name`, or NULL. */
const yn_slot *yn_set_find_named(const yonder_rules *set, uint32_t node, bool splat,
                                 yonder_text name);

/* What the tables hash. */

/** The literal values of a shape's pairs, each after its length (2 bytes). */
uint32_t yn_values_hash(uint32_t shape, yonder_text values);

/** A permutation: two references never have the same hash. */
static inline uint32_t yn_chain_hash(uint32_t ref)
{
    ref = (ref ^ ref >> 16) * 0x85ebca6bu;
    ref = (ref ^ ref >> 13) * 0xc2b2ae35u;
    return ref ^ ref >> 16;
}

/** A shape by all its names, or the shapes by one. */
static inline uint32_t yn_shape_hash(uint32_t node, bool splat, yonder_text names)
{
    return (uint32_t)(yn_hash(names, (uint64_t)node << 1 | splat) >> 32);
}

static inline uint32_t yn_regex_hash(uint32_t scope, bool folded, yonder_text prefix)
{
    return (uint32_t)(yn_hash(prefix, (uint64_t)scope << 1 | folded) >> 32);
}

/** The host of this name, or 0. */
uint32_t yn_set_find_host(const yonder_rules *set, yonder_text name);

/** The child of `node` for a literal segment, or 0. */
uint32_t yn_set_find_child(const yonder_rules *set, uint32_t node, yonder_text segment);

/** Where a line stands: its source, and its number there. */
yonder_text yn_set_source_of(const yonder_rules *set, uint32_t order, uint32_t *line);

/** Whether a changed set took the rule of this place away. */
bool yn_set_is_gone(const yonder_rules *changed, uint32_t order);

#endif
