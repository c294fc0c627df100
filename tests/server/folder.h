// SPDX-License-Identifier: MIT
// Files for the tests of what a server reads: a folder of their own, and certificates in it.
#ifndef YN_TESTS_FOLDER_H
#define YN_TESTS_FOLDER_H

#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/cert.h"

/** The test runs inside it. What is in it stays for the system to tidy up. */
static inline void yn_enter_folder(void)
{
    char name[] = "/tmp/yonder-test-XXXXXX";
    assert_non_null(mkdtemp(name));
    assert_int_equal(chdir(name), 0);
}

static inline void yn_write_file(const char *name, yonder_text bytes)
{
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

/** A certificate for names with blanks between them, good for so many hours, in two files. */
static inline void yn_write_pair(const char *names, int hours, const char *cert, const char *key)
{
    static yn_authority *authority;
    char copy[256], *rest = copy;
    const char *list[16];
    int64_t now = (int64_t)time(NULL);
    yn_leaf leaf = {.names = list, .not_before = now - 3600, .not_after = now + 3600 * hours};
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name; (name = strtok_r(rest, " ", &rest));)
        list[leaf.name_count++] = name;
    if (!authority)
        authority = yn_authority_new("test", "test", now);
    yn_buf chain = yn_buf_make(1 << 16, NULL), secret = yn_buf_make(1 << 16, NULL);
    assert_true(yn_authority_issue(authority, &leaf, &chain, &secret));
    yn_write_file(cert, yn_buf_text(&chain));
    yn_write_file(key, yn_buf_text(&secret));
    yn_buf_free(&chain);
    yn_buf_free(&secret);
}

#endif
