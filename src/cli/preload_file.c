// SPDX-License-Identifier: MIT
#include "cli/preload_file.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/file.h"
#include "core/host.h"
#include "core/preload_image.h"

enum {
    magic_len = sizeof YN_PRELOAD_MAGIC - 2, // but for the version
};

bool yn_preload_file_is_image(yonder_text bytes)
{
    return yn_starts_with(bytes, (yonder_text){YN_PRELOAD_MAGIC, magic_len});
}

static void complain(const char *path, yonder_text image, int error)
{
    const unsigned ours = YN_PRELOAD_MAGIC[magic_len];
    fprintf(stderr, "yonder: %s: %s", path, yonder_strerror(error));
    if (error == YONDER_INVALID_IMAGE && yn_preload_file_is_image(image) && image.len > magic_len &&
        (unsigned char)image.ptr[magic_len] != ours)
        fprintf(stderr, ": its format is %u and that of this program %u; build it again",
                (unsigned char)image.ptr[magic_len], ours);
    fputc('\n', stderr);
}

int yn_preload_file_open(yn_preload_file *out, const char *path)
{
    yn_preload_file file = {0};
    if (!yn_file_map(path, &file.image))
        return YN_EXIT_USAGE;
    int error = yonder_preload_open(&file.set, file.image.ptr, file.image.len, NULL);
    if (error) {
        complain(path, file.image, error);
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

yonder_text yn_preload_file_host(yonder_text host, char ascii[512])
{
    int32_t port;
    if (!is_ascii(host) && (yn_host_canonical(host, ascii, 512, &host, &port) || port != -1))
        return YN_TEXT("");
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    if (host.len > YONDER_PRELOAD_MAX_NAME)
        return YN_TEXT("");
    for (size_t i = 0; i < host.len; i++)
        ascii[i] = yn_lower(host.ptr[i]);
    return (yonder_text){ascii, host.len};
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
