// SPDX-License-Identifier: MIT
#include "cli/check_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/file.h"

enum {
    message_max = 1 << 12,
};

static int cannot(const char *path)
{
    fprintf(stderr, "yonder check: cannot write %s: %s\n", path, strerror(errno));
    return YN_EXIT_FAILED;
}

/* ---- going on ----------------------------------------------------------------------------------
 */

int yn_check_output_resume(yn_check_output *out, const char *path, yn_earlier **earlier)
{
    yn_buf message = yn_buf_make(message_max, NULL);
    size_t good = 0;
    *earlier = NULL;
    out->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (out->fd < 0)
        return cannot(path);
    *earlier = yn_earlier_read(path, true, &good, &message);
    if (!*earlier)
        fprintf(stderr, "yonder check: --resume %.*s\n", YN_PRINT(yn_buf_text(&message)));
    yn_buf_free(&message);
    if (!*earlier)
        return YN_EXIT_USAGE;
    if (ftruncate(out->fd, (off_t)good) != 0 && errno != EINVAL)
        return cannot(path);
    const yn_earlier_domain *domain;
    for (size_t i = 0; (domain = yn_earlier_at(*earlier, i)); i++)
        out->results[domain->result]++;
    return YN_EXIT_OK;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

// All of it or an error.
static bool put(yn_check_output *out, yonder_text t)
{
    if (out->fd < 0)
        return fwrite(t.ptr, 1, t.len, stdout) == t.len;
    while (t.len) {
        ssize_t n = write(out->fd, t.ptr, t.len);
        if (n < 0 && errno != EINTR)
            return false;
        t = yn_skip(t, n > 0 ? (size_t)n : 0);
    }
    return true;
}

static bool put_str(yn_check_output *out, const char *s)
{
    return put(out, yonder_text_of(s));
}

static bool is_array(const yn_check_output *out)
{
    return out->several && out->how->format == YN_CHECK_JSON;
}

void yn_check_output_begin(yn_check_output *out)
{
    if (is_array(out))
        put_str(out, "{\"schema\":1,\"domains\":[\n");
    if (out->html)
        yn_check_html_begin(&out->page, out->expected);
}

static bool put_domain(yn_check_output *out, const yn_check_done *done)
{
    yonder_text text = yn_buf_text(&done->text);
    bool good = true;
    if (is_array(out)) {
        text.len--; // the line's end comes after the comma
        good = put_str(out, out->written ? ",\n" : "");
    } else if (out->how->format == YN_CHECK_TEXT && out->written) {
        good = put_str(out, "\n\n");
    }
    return good && put(out, text) && (out->fd >= 0 || fflush(stdout) == 0);
}

static void complain(yn_check_output *out, const yn_check_done *done)
{
    if (!done)
        fprintf(stderr, "yonder check: %s\n", yonder_strerror(YONDER_NO_MEMORY));
    else if (!out->failed)
        fprintf(stderr, "yonder check: %.*s\n", YN_PRINT(yn_buf_text(&done->complaint)));
    out->failed = true;
}

bool yn_check_output_take(void *context, void *result)
{
    yn_check_output *out = context;
    yn_check_done *done = result;
    bool good = false;
    yn_check_progress_hide(out->progress);
    if (!done || done->complaint.len)
        complain(out, done);
    if (done) {
        good = put_domain(out, done);
        out->written++;
        out->results[done->result]++;
        out->worse += done->changed;
        out->better += done->better;
        yn_buf_put(&out->page, yn_buf_text(&done->html));
    }
    if (done && !good && out->fd >= 0) {
        cannot("the file of --resume");
        out->failed = true;
    }
    yn_check_progress_show(out->progress);
    yn_check_done_free(done);
    return good;
}

/* ---- the end -----------------------------------------------------------------------------------
 */

static void put_sum(yn_check_output *out)
{
    yn_buf line = yn_buf_make(message_max, NULL);
    const size_t *r = out->results;
    yn_buf_printf(&line, "\n%zu domains: %zu passed, %zu failed, %zu not known\n",
                  r[YN_CHECK_PASSED] + r[YN_CHECK_FAILED] + r[YN_CHECK_UNKNOWN], r[YN_CHECK_PASSED],
                  r[YN_CHECK_FAILED], r[YN_CHECK_UNKNOWN]);
    if (out->how->baseline)
        yn_buf_printf(&line, "against the baseline: %zu domain%s worse, %zu finding%s gone\n",
                      out->worse, out->worse == 1 ? "" : "s", out->better,
                      out->better == 1 ? "" : "s");
    put(out, yn_buf_text(&line));
    yn_buf_free(&line);
}

static bool put_page(yn_check_output *out)
{
    yn_check_html_end(&out->page);
    if (out->page.error)
        fprintf(stderr, "yonder check: %s: %s\n", out->html, yonder_strerror(out->page.error));
    return !out->page.error && yn_file_replace(out->html, yn_buf_text(&out->page));
}

int yn_check_output_end(yn_check_output *out)
{
    bool text = out->how->format == YN_CHECK_TEXT || out->how->format == YN_CHECK_BRIEF;
    if (is_array(out))
        put_str(out, out->written ? "\n]}\n" : "]}\n");
    if (out->several && text)
        put_sum(out);
    if (out->html && !put_page(out))
        out->failed = true;
    yn_buf_free(&out->page);
    if (out->fd >= 0)
        close(out->fd);
    return out->failed                      ? YN_EXIT_FAILED
           : out->results[YN_CHECK_FAILED]  ? YN_EXIT_NEGATIVE
           : out->results[YN_CHECK_UNKNOWN] ? YN_EXIT_FAILED
                                            : YN_EXIT_OK;
}
