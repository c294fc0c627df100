// SPDX-License-Identifier: MIT
#include "lab/answer.h"

#include "base/text.h"

static bool path_fits(const char *pattern, yonder_text path, uint64_t *number)
{
    if (strcmp(pattern, "#") == 0)
        return yn_parse_number(path, 1 << 20, number) && *number > 0;
    return yn_equal(path, yonder_text_of(pattern));
}

static const yn_lab_page *page_of(const yn_lab_where *where, yonder_text path, uint64_t *number)
{
    const yn_lab_page *pages = where->item->pages;
    yn_lab_scheme scheme = where->secure ? YN_LAB_SECURE : YN_LAB_PLAIN;
    for (size_t i = 0; i < YN_LAB_PAGES && pages[i].path; i++)
        if ((pages[i].on == YN_LAB_ANY || pages[i].on == scheme) &&
            path_fits(pages[i].path, path, number))
            return &pages[i];
    return NULL;
}

int yn_lab_answer(yn_buf *fields, const yn_lab_where *where, yonder_text path)
{
    uint64_t number = 1;
    const yn_lab_page *page = page_of(where, path, &number);
    if (!page) { // where walks end; asked anew each time, so that every visit shows
        yn_buf_str(fields, "Cache-Control: no-store\r\n");
        return 200;
    }
    yn_lab_where here = *where;
    here.number = number - 1;
    for (const char *line = page->fields ? page->fields : ""; *line;) {
        const char *end = strchr(line, '\n');
        char one[512];
        size_t len = (size_t)(end - line);
        memcpy(one, line, len);
        one[len] = '\0';
        yn_lab_expand(fields, one, &here);
        yn_buf_str(fields, "\r\n");
        line = end + 1;
    }
    return page->status;
}

yn_lab_flaw yn_lab_flaw_of(yonder_text hostname)
{
    static const char *const labels[] = {
        [YN_LAB_EXPIRED] = "expired",
        [YN_LAB_MISNAMED] = "misnamed",
        [YN_LAB_UNTRUSTED] = "untrusted",
    };
    yonder_text label = yn_slice(hostname, 0, yn_find_char(hostname, '.'));
    for (size_t i = YN_LAB_EXPIRED; i <= YN_LAB_UNTRUSTED; i++)
        if (yn_equal_nocase(label, yonder_text_of(labels[i])))
            return (yn_lab_flaw)i;
    return YN_LAB_SOUND;
}
