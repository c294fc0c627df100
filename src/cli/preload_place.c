// SPDX-License-Identifier: MIT
// Where fetched lists are, and small things that the verbs print alike.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/preload_verbs.h"

// Makes the folder of the file `path`, and those above it that are not there.
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool good = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (!good)
            fprintf(stderr, "yonder: cannot make the folder %s: %s\n", path, strerror(errno));
        *slash = '/';
        if (!good)
            return false;
    }
    return true;
}

int yn_preload_default_path(yn_preload_layout browser, bool make, yn_buf *out)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    // One that is not absolute is to be passed over (XDG Base Directory Specification).
    if (cache && *cache == '/') {
        yn_buf_str(out, cache);
    } else if (home && *home == '/') {
        yn_buf_printf(out, "%s/.cache", home);
    } else {
        fprintf(stderr, "yonder preload: neither XDG_CACHE_HOME nor HOME says where lists are\n");
        return YN_EXIT_USAGE;
    }
    yn_buf_printf(out, "/yonder/preload/%s.img", yn_preload_browser(browser));
    yn_buf_char(out, '\0');
    if (out->error) {
        fprintf(stderr, "yonder preload: %s\n", yonder_strerror(out->error));
        return YN_EXIT_FAILED;
    }
    return !make || make_folders(out->ptr) ? YN_EXIT_OK : YN_EXIT_FAILED;
}

void yn_preload_date(int64_t moment, char out[11])
{
    yn_date_write(out, "YYYY-MM-DD", moment);
    out[10] = '\0';
}

void yn_preload_json_moment(yn_json *out, const char *name, int64_t moment)
{
    char text[] = YN_DATE_MOMENT;
    if (moment == 0) {
        yn_json_null(out, name);
        return;
    }
    yn_date_write(text, YN_DATE_MOMENT, moment);
    yn_json_str(out, name, text);
}

void yn_preload_json_known(yn_json *out, const char *name, yonder_text value)
{
    if (value.len)
        yn_json_text(out, name, value);
    else
        yn_json_null(out, name);
}
