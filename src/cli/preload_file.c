// SPDX-License-Identifier: MIT
#include "cli/preload_file.h"

#include <stdio.h>

#include "cli/cli.h"
#include "cli/file.h"
#include "core/host.h"

int yn_preload_file_open(yn_preload_file *out, const char *path)
{
    yn_preload_file file = {0};
    if (!yn_file_map(path, &file.image))
        return YN_EXIT_USAGE;
    int error = yonder_preload_open(&file.set, file.image.ptr, file.image.len, NULL);
    if (error) {
        fprintf(stderr, "yonder: %s: %s\n", path, yonder_strerror(error));
        yn_file_unmap(file.image);
        return error == YONDER_INVALID_IMAGE ? YN_EXIT_USAGE : YN_EXIT_FAILED;
    }
    *out = file;
    return YN_EXIT_OK;
}

void yn_preload_file_close(yn_preload_file *file)
{
    yonder_preload_close(file->set);
    yn_file_unmap(file->image);
}

static bool is_ascii(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] >= 0x80)
            return false;
    return true;
}

void yn_preload_file_query(const yn_preload_file *file, yonder_text host, char ascii[512],
                           yonder_preload_match *match)
{
    int32_t port;
    *match = (yonder_preload_match){0};
    if (!is_ascii(host) && (yn_host_canonical(host, ascii, 512, &host, &port) || port != -1))
        return;
    yonder_preload_query(file->set, host, match);
}
