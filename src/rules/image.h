// SPDX-License-Identifier: MIT
// A compiled set as one block of bytes.
#ifndef YN_RULES_IMAGE_H
#define YN_RULES_IMAGE_H

#include "rules/set.h"

typedef enum yn_part_name {
#define YN_PART_ENUM(name, type) YN_PART_##name,
    YN_PARTS(YN_PART_ENUM)
#undef YN_PART_ENUM
    YN_PART_COUNT,
} yn_part_name;

enum {
    YN_IMAGE_VERSION = 1,
    YN_IMAGE_BYTE_ORDER = 0x01020304,
};

/** At the start of the block. The parts follow in their order, each at a multiple of 8 bytes. */
typedef struct yn_image_header {
    char magic[8];
    uint32_t version;
    uint32_t byte_order;
    uint64_t size;  /**< of the whole block */
    uint64_t count; /**< of rules */
    uint32_t end_order;
    uint8_t has_wildcards, has_sites, has_conditions, reserved;
    struct {
        uint64_t at;    /**< from the start of the block */
        uint64_t count; /**< of items */
    } parts[YN_PART_COUNT];
    uint64_t body_hash;   /**< of all that follows the header */
    uint64_t header_hash; /**< of the header up to here */
} yn_image_header;

/** Bytes of one item of each part. */
extern const uint8_t yn_part_sizes[YN_PART_COUNT];

/** Sets the parts of `set` from the header of its image, which was checked. */
void yn_image_view(yonder_rules *set);

/** Fills in the hashes. */
void yn_image_seal(char *image);

/** Checks all but the records and the tables that lead to them. @return YONDER_OK;
 *  YONDER_INVALID_IMAGE; YONDER_NO_MEMORY */
int yn_image_check(const yonder_rules *set);

#endif
