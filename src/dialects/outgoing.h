// SPDX-License-Identifier: MIT
// Rules on their way to another server: kept until all are there, taken apart, and put in the order
// in which they are to be asked. What writers of such formats share.
#ifndef YN_DIALECTS_OUTGOING_H
#define YN_DIALECTS_OUTGOING_H

#include "dialects/plan.h"

typedef enum yn_out_kind {
    YN_OUT_TEXT,
    YN_OUT_GROUP, /**< group `number` of the rule's pattern */
    YN_OUT_PAIR,  /**< the value of the parameter `text` */
} yn_out_kind;

/** A piece of a target. */
typedef struct yn_out_piece {
    struct yn_out_piece *next;
    yn_out_kind kind;
    yonder_text text;
    size_t number;
} yn_out_piece;

typedef struct yn_out_rule {
    struct yn_out_rule *next;
    yonder_text file;
    uint32_t line;
    int status;
    yonder_text scheme; /**< "http" or "https" where FROM names one, */
    yonder_text host;   /**< and its host, in lower case; "*.example.com" */
    bool exact;
    yonder_text path;    /**< of an exact rule: as regular expressions see it */
    yonder_text pattern; /**< of the others, and of exact ones as well */
    bool ignore_case;
    bool own_pattern; /**< it was a regular expression before */
    const yn_draft_pair *pairs, *conditions;
    size_t pair_count, condition_count;
    bool leads; /**< it has a target: path or URL, then the query, then the fragment */
    yn_out_piece *to, *query, *fragment;
    bool passes_query; /**< the request's */
} yn_out_rule;

typedef struct yn_out_site {
    struct yn_out_site *next;
    yonder_text name, value, file;
    uint32_t line;
} yn_out_site;

typedef struct yn_out_section {
    struct yn_out_section *next;
    yonder_text hosts; /**< empty: any */
    yn_out_rule *rules, **rules_end;
    yn_out_site *sites, **sites_end;
    size_t rule_count;
} yn_out_section;

enum {
    YN_OUT_MOST_SECTIONS = 64 /**< that one host can be in */
};

/** Hosts that are in the same sections. */
typedef struct yn_out_block {
    struct yn_out_block *next;
    yonder_text *hosts;
    size_t host_count;
    bool wildcard;
    const yn_out_section *sections[YN_OUT_MOST_SECTIONS];
    size_t section_count;
} yn_out_block;

typedef struct yn_outgoing yn_outgoing;

/** Writes what has come together to `out`. */
typedef void yn_out_write_fn(yn_outgoing *o, yn_buf *out);

struct yn_outgoing {
    yn_plan plan; /**< for its arena, scratch buffer and notes */
    yn_buf *out;
    yn_out_write_fn *write;
    const void *how; /**< the writer's own */
    yonder_text file;
    yn_out_section *sections, **sections_end; /**< the first is for any host */
    yn_out_section *section;
    yn_map places;  /**< numbers of sections by their hosts, */
    yn_buf table;   /**< and the sections by their numbers */
    size_t counter; /**< for names */
};

/** A writer that calls `write` in the end. */
int yn_outgoing_begin(yn_writer *writer, yn_buf *out, const yn_notes *notes, const yonder_mem *mem,
                      yonder_text program, yn_out_write_fn *write, const void *how);

/** Blocks in the order of their precedence: named hosts, then wildcards, the longest first. */
yn_out_block *yn_out_blocks(yn_outgoing *o);

void yn_out_note(yn_outgoing *o, yn_note_kind kind, const yn_out_rule *rule, const char *why);
/** Likewise of the site lines not among `known`, which ends with NULL, but for those that say
 *  nothing new. */
void yn_out_tell_sites(yn_outgoing *o, const char *const *known);

/** The site line of that name that counts for these sections: the last one, or NULL. */
const yn_out_site *yn_out_site_find(const yn_out_section *const *sections, size_t count,
                                    const char *name);
/** Whether the line is there, and with that value; or not with the value "off". */
bool yn_out_site_is(const yn_out_site *site, const char *value);
bool yn_out_site_on(const yn_out_site *site);
/** Of the answer a line `https` stands for. */
int yn_out_https_status(const yn_out_site *https);

/** What hosts of the block are in, that for any host first; of `block` NULL that alone.
 *  @return how many */
size_t yn_out_sections_of(const yn_outgoing *o, const yn_out_block *block,
                          const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1]);

/** Whether the rule answers every request that gets to it. */
bool yn_out_answers_all(const yn_out_rule *rule);

/** The methods of a condition `method=`, HEAD among them where GET is: a rule takes it for that. */
yonder_text yn_out_methods(yn_outgoing *o, yonder_text list);

/** A host as a regular expression: "*.a.test" is ".+\.a\.test". */
void yn_out_put_host(yn_buf *out, yonder_text host);
/** A glob as a regular expression, from end to end. */
void yn_out_put_glob(yn_buf *out, yonder_text glob);
/** Names parted by commas as what stands between "(?:" and ")". */
void yn_out_put_alternatives(yn_buf *out, yonder_text list);
/** Of the field Cookie: that it has one whose value fits the glob, or one of these names. */
void yn_out_put_cookie(yn_buf *out, yonder_text name, yonder_text glob);
void yn_out_put_cookies(yn_buf *out, yonder_text names);

enum {
    YN_OUT_RAW = 1,   /**< held against a path as it was sent, in canonical form */
    YN_OUT_NAMED = 2, /**< groups have the names y1, y2 … */
};

/** The pattern as it is held against decoded paths, or with YN_OUT_RAW against raw ones. False
 *  where that makes a difference that cannot be put right. */
bool yn_out_put_pattern(yn_buf *out, const yn_out_rule *rule, unsigned how);

/** An exact path, decoded. False where decoding would make it another. */
bool yn_out_put_path(yn_buf *out, yonder_text path);

#endif
