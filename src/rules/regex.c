// SPDX-License-Identifier: MIT
// Compiling and matching. What can be told from a pattern alone is in regex_prefix.c and
// regex_risk.c.
#include "rules/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdalign.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/utf8.h"
#include "rules/pattern.h"

struct yn_regex {
    const yonder_mem *mem;
    pcre2_code *code;
    size_t group_count;
    bool anchored; // it can match at the start of a subject only
    char first;    // what every match starts with, in lower case; 0: no such byte is known
    bool compiled; // to machine code
};

// What one match may take; doc/why/regex.md has the times. PCRE2 counts steps anew at each place
// where a match might start.
enum {
    STEPS = 250000,         // at one place
    ALL_STEPS = 1000000,    // at all places together
    HEAP_KIB = 1024,        // without machine code
    JIT_STACK = 512 * 1024, // with it
};

// ---- memory -------------------------------------------------------------------------------------

static void *compile_malloc(size_t size, void *mem)
{
    return yn_alloc(mem, size);
}

static void compile_free(void *ptr, void *mem)
{
    yn_free(mem, ptr);
}

// What a match needs lies on the stack: some 2 KB at most with YN_REGEX_MAX_GROUPS. What does not
// fit is the backtracking of a match without machine code.
typedef struct space {
    alignas(max_align_t) char bytes[3072];
    size_t used;
} space;

static bool is_inside(const space *s, const void *ptr)
{
    return (uintptr_t)ptr >= (uintptr_t)s->bytes &&
           (uintptr_t)ptr < (uintptr_t)s->bytes + sizeof s->bytes;
}

static void *match_malloc(size_t size, void *context)
{
    space *s = context;
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (size > sizeof s->bytes - s->used)
        return yn_alloc(NULL, size);
    s->used += size;
    return s->bytes + s->used - size;
}

static void match_free(void *ptr, void *context)
{
    if (!is_inside(context, ptr))
        yn_free(NULL, ptr);
}

// ---- compiling ----------------------------------------------------------------------------------

static int tell(const yn_problems *problems, yonder_text pattern, int code, size_t at)
{
    PCRE2_UCHAR message[200];
    if (pcre2_get_error_message(code, message, sizeof message) < 0)
        memcpy(message, "it is wrong", sizeof "it is wrong");
    return yn_problem(problems, pattern.ptr + (at < pattern.len ? at : pattern.len),
                      "regular expression: %s", (const char *)message);
}

static int compile(yn_regex *re, yonder_text pattern, bool ignore_case, const yn_problems *problems,
                   pcre2_compile_context *context)
{
    const uint32_t options = PCRE2_UTF | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
                             PCRE2_NEVER_BACKSLASH_C | (ignore_case ? PCRE2_CASELESS : 0);
    int code = 0;
    PCRE2_SIZE at = 0;
    uint32_t groups = 0, all_options = 0, first_type = 0, first = 0;
    const char *text = pattern.len ? pattern.ptr : "";
    re->code = pcre2_compile((PCRE2_SPTR)text, pattern.len, options, &code, &at, context);
    if (!re->code)
        return code == PCRE2_ERROR_HEAP_FAILED ? YONDER_NO_MEMORY
                                               : tell(problems, pattern, code, at);
    pcre2_pattern_info(re->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    pcre2_pattern_info(re->code, PCRE2_INFO_ALLOPTIONS, &all_options);
    if (groups > YN_REGEX_MAX_GROUPS)
        return yn_problem(problems, pattern.ptr, "more than %d groups in a regular expression",
                          YN_REGEX_MAX_GROUPS);
    re->group_count = groups;
    re->anchored = all_options & PCRE2_ANCHORED;
    pcre2_pattern_info(re->code, PCRE2_INFO_FIRSTCODETYPE, &first_type);
    pcre2_pattern_info(re->code, PCRE2_INFO_FIRSTCODEUNIT, &first);
    re->first = first_type == 1 ? yn_lower((char)first) : 0;
    re->compiled = pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE) == 0;
    return YONDER_OK;
}

int yn_regex_compile(yn_regex **out, yonder_text pattern, bool ignore_case,
                     const yn_problems *problems, const yonder_mem *mem)
{
    const char *forbidden_at;
    const char *forbidden = yn_pattern_forbidden(pattern, &forbidden_at);
    if (forbidden)
        return yn_problem(problems, forbidden_at, "%s", forbidden);
    yn_regex *re = yn_alloc(mem, sizeof *re);
    pcre2_general_context *general =
        re ? pcre2_general_context_create(compile_malloc, compile_free, (void *)mem) : NULL;
    pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
    int error = YONDER_NO_MEMORY;
    if (re)
        *re = (yn_regex){.mem = mem};
    if (context)
        error = compile(re, pattern, ignore_case, problems, context);
    pcre2_compile_context_free(context);
    pcre2_general_context_free(general);
    if (error)
        yn_regex_free(re);
    else
        *out = re;
    return error;
}

void yn_regex_free(yn_regex *regex)
{
    if (!regex)
        return;
    pcre2_code_free(regex->code);
    yn_free(regex->mem, regex);
}

size_t yn_regex_group_count(const yn_regex *regex)
{
    return regex->group_count;
}

size_t yn_regex_group(const yn_regex *regex, yonder_text name)
{
    char text[33]; // PCRE2's names have 32 bytes at most
    if (name.len == 0 || name.len >= sizeof text || memchr(name.ptr, 0, name.len))
        return 0;
    memcpy(text, name.ptr, name.len);
    text[name.len] = 0;
    int number = pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)text);
    return number > 0 ? (size_t)number : 0;
}

// ---- matching -----------------------------------------------------------------------------------

// PCRE2 relies on it. Nearly all subjects are ASCII.
static bool is_utf8(yonder_text t)
{
    for (size_t i = 0, taken; i < t.len; i += taken) {
        uint64_t eight;
        uint32_t c;
        taken = sizeof eight;
        if (t.len - i >= taken) {
            memcpy(&eight, t.ptr + i, taken);
            if (!(eight & UINT64_C(0x8080808080808080)))
                continue;
        }
        taken = yn_utf8_decode(yn_skip(t, i), &c);
        if (c == 0xFFFD && (taken != 3 || (unsigned char)t.ptr[i] != 0xEF))
            return false;
    }
    return true;
}

// At how many places of the subject a match might start.
static size_t count_starts(const yn_regex *re, yonder_text subject)
{
    size_t count = 0;
    if (re->anchored)
        return 1;
    if (!re->first)
        return subject.len + 1;
    for (size_t i = 0; i < subject.len; i++)
        count += yn_lower(subject.ptr[i]) == re->first;
    return count + 1;
}

static uint32_t steps_for(const yn_regex *re, yonder_text subject)
{
    size_t steps = ALL_STEPS / count_starts(re, subject);
    return steps < STEPS ? (uint32_t)steps : STEPS;
}

// Machine code has 32 KB of the thread's own stack. The few matches that need more get some of
// their own.
static int run_compiled(const yn_regex *re, yonder_text subject, pcre2_match_data *data,
                        pcre2_match_context *limits, pcre2_general_context *general)
{
    PCRE2_SPTR text = (PCRE2_SPTR)subject.ptr;
    int found = pcre2_jit_match(re->code, text, subject.len, 0, 0, data, limits);
    if (found != PCRE2_ERROR_JIT_STACKLIMIT)
        return found;
    pcre2_jit_stack *stack = pcre2_jit_stack_create(JIT_STACK / 8, JIT_STACK, general);
    if (stack) {
        pcre2_jit_stack_assign(limits, NULL, stack);
        found = pcre2_jit_match(re->code, text, subject.len, 0, 0, data, limits);
    }
    pcre2_jit_stack_free(stack);
    return found;
}

static int run(const yn_regex *re, yonder_text subject, pcre2_match_data *data,
               pcre2_match_context *limits, pcre2_general_context *general)
{
    uint32_t steps = steps_for(re, subject);
    if (!subject.ptr)
        subject.ptr = "";
    pcre2_set_match_limit(limits, steps);
    pcre2_set_depth_limit(limits, steps);
    pcre2_set_heap_limit(limits, HEAP_KIB);
    if (re->compiled)
        return run_compiled(re, subject, data, limits, general);
    return pcre2_match(re->code, (PCRE2_SPTR)subject.ptr, subject.len, 0, PCRE2_NO_UTF_CHECK, data,
                       limits);
}

static void take_groups(const pcre2_match_data *data, int found, yonder_text subject,
                        yonder_text *groups, size_t group_count)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer((pcre2_match_data *)data);
    for (size_t i = 0; i < group_count; i++) {
        bool took_part = i < (size_t)found && at[2 * i] != PCRE2_UNSET && at[2 * i] < at[2 * i + 1];
        groups[i] = took_part ? yn_slice(subject, at[2 * i], at[2 * i + 1])
                              : yn_slice(subject, subject.len, subject.len);
    }
}

yn_regex_result yn_regex_match(const yn_regex *regex, yonder_text subject, yonder_text *groups,
                               size_t group_count)
{
    space own;
    own.used = 0; // the bytes need no first value
    if (!is_utf8(subject))
        return YN_REGEX_NO;
    pcre2_general_context *general = pcre2_general_context_create(match_malloc, match_free, &own);
    pcre2_match_context *limits = pcre2_match_context_create(general);
    pcre2_match_data *data = pcre2_match_data_create((uint32_t)regex->group_count + 1, general);
    int found = PCRE2_ERROR_NOMEMORY;
    if (data && limits)
        found = run(regex, subject, data, limits, general);
    if (found > 0)
        take_groups(data, found, subject, groups, group_count);
    pcre2_match_data_free(data);
    pcre2_match_context_free(limits);
    pcre2_general_context_free(general);
    return found > 0 ? YN_REGEX_YES : found == PCRE2_ERROR_NOMATCH ? YN_REGEX_NO : YN_REGEX_GAVE_UP;
}
