// SPDX-License-Identifier: MIT
// The elements of one array of a JSON object, one after the other: of a list of a million names the
// whole tree would be ten times the text.
#ifndef YN_LISTS_JSON_ELEMENTS_H
#define YN_LISTS_JSON_ELEMENTS_H

#include <jansson.h>

#include "lists/preload_list.h"

/** Takes an element. Its errors end the reading. */
typedef int yn_json_element_fn(void *context, const json_t *element, yn_list_problem *problem);

/**
 * Reads the JSON object `text`, and gives `each` the elements of the array that is its member
 * `name`, which may be there once. What stands behind what is wrong has been given to nobody.
 *
 * @return YONDER_OK; YONDER_INVALID_ARGUMENT with `*problem` set where the text is no JSON object,
 * or has no such array; what `each` returned
 */
int yn_json_elements(yonder_text text, const char *name, yn_json_element_fn *each, void *context,
                     yn_list_problem *problem);

#endif
