// SPDX-License-Identifier: MIT
#include "rules/likely.h"

#include "base/text.h"

enum {
    LONGEST = 32
};

static char plain(char c)
{
    return c == '_' ? '-' : yn_lower(c);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

// How many letters were left out, added, changed, or swapped with the next.
static unsigned distance(yonder_text a, yonder_text b)
{
    unsigned rows[3][LONGEST + 1];
    for (unsigned k = 0; k <= b.len; k++)
        rows[0][k] = k;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (unsigned k = 1; k <= b.len; k++) {
            char x = plain(a.ptr[i - 1]), y = plain(b.ptr[k - 1]);
            row[k] = least(above[k - 1] + (x != y), least(above[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && x == plain(b.ptr[k - 2]) && y == plain(a.ptr[i - 2]))
                row[k] = least(row[k], above2[k - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

int yn_likely(yonder_text typed, const char *const *words, size_t count)
{
    int best = -1;
    unsigned best_distance = typed.len < 5 ? 2 : 3; // what is not less is no slip any more
    if (typed.len == 0 || typed.len > LONGEST)
        return -1;
    for (size_t i = 0; i < count; i++) {
        yonder_text word = yonder_text_of(words[i]);
        if (word.len > LONGEST)
            continue;
        unsigned d = distance(typed, word);
        if (typed.len >= 3 && word.len > typed.len && d == word.len - typed.len &&
            yn_equal_nocase(yn_slice(word, 0, typed.len), typed))
            d = 1; // its beginning
        if (d < best_distance) {
            best = (int)i;
            best_distance = d;
        }
    }
    return best;
}
