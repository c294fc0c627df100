// SPDX-License-Identifier: MIT
// Batch mode: one JSON object a line on stdin, one a line on stdout, in the same order. Lines that
// are empty or blank are passed over. Answers are out before more input is waited for, so that a
// program may hold a conversation through two pipes. Nowhere else is JSON read, and jansson seen.
#ifndef YN_CLI_BATCH_H
#define YN_CLI_BATCH_H

#include <jansson.h>

#include <yonder/base.h>

#include "base/json.h"

/**
 * Answers one input object: writes members into the object that is open in `out`. `mem` is an arena
 * for the line: nothing taken from it need be freed. Returns NULL, or a static or arena-held
 * message saying what is wrong with the input; what was written is then thrown away and {"error":
 * message} stands in its place.
 */
typedef const char *yn_batch_fn(void *context, const json_t *input, yn_json *out,
                                const yonder_mem *mem);

/* What the pages of such commands say of it. */
#define YN_BATCH_INPUT                                                                             \
    "Each line of stdin is a JSON object with these members; others are ignored. Lines that are "  \
    "empty or blank are passed over."
#define YN_BATCH_OUTPUT                                                                            \
    "With --json one JSON object is written, in batch mode one for each line, in order:"
#define YN_BATCH_ERROR "in batch mode, and the only member: what is wrong with the line"

/** Runs until stdin ends. Returns an exit code: YN_EXIT_USAGE if any line was in error. */
int yn_batch_run(yn_batch_fn *answer, void *context);

/* Members by name. `*out` is set and true returned if the member is there and of the kind, or, for
 * an absent or null one, left alone and true returned; false if it is of another kind. */
bool yn_batch_text(const json_t *object, const char *name, yonder_text *out);
bool yn_batch_int(const json_t *object, const char *name, int64_t *out);
bool yn_batch_bool(const json_t *object, const char *name, bool *out);

/** Header fields: an array of [name, value], taken from `mem`. Returns NULL, or what is wrong. */
const char *yn_batch_fields(const json_t *object, const char *name, yonder_field **fields,
                            size_t *count, const yonder_mem *mem);

#endif
