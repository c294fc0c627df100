// SPDX-License-Identifier: MIT
#include "cli/check_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/file.h"

enum {
    read_size = 1 << 16,
    wait_ms = 100,
    line_max = 1 << 20,
};

static const char blanks[] = " \t\r\n";

// A line's domain; empty where it has none.
static yonder_text domain_of(yonder_text line)
{
    yonder_text t = yn_trim(line, blanks);
    return t.len && t.ptr[0] == '#' ? yn_slice(t, 0, 0) : t;
}

// The lines of a regular file that have a domain; those of a pipe are not known before they come.
static int count_lines(yn_check_input *in)
{
    struct stat status;
    yonder_text all;
    if (fstat(in->fd, &status) != 0 || !S_ISREG(status.st_mode) || strcmp(in->path, "-") == 0)
        return YN_EXIT_OK;
    in->total = in->argument_count;
    if (!yn_file_map(in->path, &all))
        return YN_EXIT_USAGE;
    for (yonder_text rest = all; rest.len;) {
        size_t end = yn_find_char(rest, '\n');
        in->total += domain_of(yn_slice(rest, 0, end)).len > 0;
        rest = yn_skip(rest, end + (end < rest.len));
    }
    yn_file_unmap(all);
    return YN_EXIT_OK;
}

int yn_check_input_open(yn_check_input *out, char *const *arguments, size_t count, const char *path)
{
    *out = (yn_check_input){.arguments = arguments,
                            .argument_count = count,
                            .path = path,
                            .fd = -1,
                            .ended = !path,
                            .buffer = yn_buf_make(line_max, NULL),
                            .total = path ? 0 : count};
    if (!path)
        return YN_EXIT_OK;
    out->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (out->fd >= 0)
        return count_lines(out);
    fprintf(stderr, "yonder check: cannot read %s: %s\n", path, strerror(errno));
    return YN_EXIT_USAGE;
}

void yn_check_input_close(yn_check_input *in)
{
    if (in->fd > STDIN_FILENO)
        close(in->fd);
    yn_buf_free(&in->buffer);
}

// Moves what is left to the front and reads on.
static yn_check_line_state read_more(yn_check_input *in)
{
    struct pollfd ready = {.fd = in->fd, .events = POLLIN};
    size_t left = in->buffer.len - in->at;
    if (poll(&ready, 1, wait_ms) == 0)
        return YN_CHECK_LINE_WAIT;
    if (in->at)
        memmove(in->buffer.ptr, in->buffer.ptr + in->at, left);
    in->buffer.len = left;
    in->at = 0;
    if (!yn_buf_reserve(&in->buffer, read_size)) {
        in->error = EFBIG; // a line without end
        in->ended = true;
        return YN_CHECK_LINE_END;
    }
    ssize_t n = read(in->fd, in->buffer.ptr + left, read_size);
    if (n > 0)
        in->buffer.len += (size_t)n;
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
        in->ended = true;
    if (n < 0 && in->ended)
        in->error = errno;
    return YN_CHECK_LINE_GIVEN;
}

// The next line of what was read; at the end of it all also one without an end.
static bool take_line(yn_check_input *in, yonder_text *line)
{
    yonder_text rest = yn_skip(yn_buf_text(&in->buffer), in->at);
    size_t end = yn_find_char(rest, '\n');
    if (end == rest.len && (!in->ended || !end))
        return false;
    *line = yn_slice(rest, 0, end);
    in->at += end + (end < rest.len);
    return true;
}

yn_check_line_state yn_check_input_next(yn_check_input *in, yn_buf *out)
{
    yonder_text line;
    if (in->next < in->argument_count) {
        yn_buf_str(out, in->arguments[in->next++]);
        return YN_CHECK_LINE_GIVEN;
    }
    while (in->fd >= 0) {
        while (take_line(in, &line)) {
            yonder_text domain = domain_of(line);
            yn_buf_put(out, domain);
            if (domain.len)
                return YN_CHECK_LINE_GIVEN;
        }
        if (in->ended)
            break;
        if (read_more(in) == YN_CHECK_LINE_WAIT)
            return YN_CHECK_LINE_WAIT;
    }
    return YN_CHECK_LINE_END;
}
