// SPDX-License-Identifier: MIT
#define _POSIX_C_SOURCE 200809L
// Asks an image of a preload list whether hosts are to be reached by HTTPS only.
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yonder/preload.h>

static void ask(const yonder_preload *set, const char *host)
{
    yonder_preload_match match;
    yonder_preload_query(set, yonder_text_of(host), &match);
    printf("%s: %s", host, match.preloaded ? "HTTPS only" : "either");
    if (match.found)
        printf(", by %.*s", (int)match.matched.len, match.matched.ptr);
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct stat status = {0};
    yonder_preload *set = NULL;
    int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
    if (argc < 2 || fd < 0 || fstat(fd, &status) != 0) {
        fputs("usage: preload_query IMAGE HOST...\n", argc < 2 ? stdout : stderr);
        return argc < 2 ? 0 : 2;
    }
    // A new version is another file of the same name: this one stays as it is while it is mapped.
    size_t size = (size_t)status.st_size;
    void *image = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    int error =
        image == MAP_FAILED ? YONDER_INVALID_IMAGE : yonder_preload_open(&set, image, size, NULL);
    if (error) {
        fprintf(stderr, "%s: %s\n", argv[1], yonder_strerror(error));
        return 2;
    }
    for (int i = 2; i < argc; i++)
        ask(set, argv[i]);
    yonder_preload_close(set);
    munmap(image, size);
    return 0;
}
