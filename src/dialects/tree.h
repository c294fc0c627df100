// SPDX-License-Identifier: MIT
// JSON documents as a tree that knows its lines, for the formats that are JSON. Of the layers of
// rules only tree.c sees jansson.
#ifndef YN_DIALECTS_TREE_H
#define YN_DIALECTS_TREE_H

#include "dialects/carry.h"

typedef enum yn_node_kind {
    YN_NODE_NULL,
    YN_NODE_BOOL,
    YN_NODE_NUMBER,
    YN_NODE_TEXT,
    YN_NODE_ARRAY,
    YN_NODE_OBJECT,
} yn_node_kind;

typedef struct yn_node {
    yn_node_kind kind;
    yonder_text name; /**< of a member */
    yonder_text text; /**< may hold any code point */
    double number;
    bool truth;
    uint32_t line;         /**< where an object starts; 0: not known */
    struct yn_node *first; /**< of an array or an object, in the order of the document */
    struct yn_node *next;
} yn_node;

/** Reads the documents of `text`, one or several behind each other, as an array of them, into
 *  `arena`. NULL after a note, or when memory is out. */
yn_node *yn_tree_read(yn_carry *carry, yn_arena *arena, yonder_text text);

/** The member of an object, or NULL; also where `node` is NULL or no object. */
const yn_node *yn_tree_member(const yn_node *node, const char *name);

/** A text; the empty one where `node` is none. */
yonder_text yn_tree_text(const yn_node *node);

/** Whether it is true, a number other than 0, or "1" or "true". */
bool yn_tree_truth(const yn_node *node);

/** A whole number, as such or as a text. False for anything else. */
bool yn_tree_int(const yn_node *node, int *out);

#endif
