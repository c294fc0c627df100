// SPDX-License-Identifier: MIT
#include "cli/directory_renew.h"
#include "cli/directory_verbs.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/text.h"
#include "cli/file.h"
#include "front/dispatch.h"

enum {
    file_max = 1 << 20,
    message_max = 4096,
};

/* ---- reading -----------------------------------------------------------------------------------
 */

static int read_pem(const char *path, yn_buf *out)
{
    if (!yn_file_read(path, out))
        return YN_EXIT_USAGE;
    yn_buf_char(out, '\0');
    return out->error ? YN_EXIT_FAILED : YN_EXIT_OK;
}

static int read_pair(const yn_directory_serve_options *o, yn_buf *certificate, yn_buf *key)
{
    int code = o->certificate ? read_pem(o->certificate, certificate) : YN_EXIT_OK;
    return code || !o->certificate ? code : read_pem(o->key, key);
}

// NULL where there is none, or it is no good; `*wrong` then says which.
static const char *read_token(const yn_directory_serve_options *o, yn_arena *arena, bool *wrong)
{
    const char *given = getenv("YONDER_DIRECTORY_TOKEN");
    yn_buf file = yn_buf_make(file_max, NULL);
    bool there = !o->token_file || yn_file_read(o->token_file, &file);
    if (o->token_file)
        yn_directory_warn_of_readers(o->token_file);
    yonder_text token =
        yn_trim(o->token_file ? yn_buf_text(&file) : yonder_text_of(given ? given : ""), " \t\r\n");
    bool good = there && yn_dispatch_token_valid(token);
    const char *kept = good ? yn_arena_text(arena, token).ptr : NULL;
    yn_buf_free(&file);
    *wrong = !kept && (o->token_file || given);
    if (*wrong && there)
        yn_usage_error("directory", "the operator's token has 16 to 256 characters: letters, "
                                    "digits and -._~+/=");
    return kept;
}

static uint64_t add_state(uint64_t state, const char *path)
{
    struct stat st = {0};
    if (!path || stat(path, &st) != 0)
        return state * 31;
    state = state * 31 + (uint64_t)st.st_ino;
    state = state * 31 + (uint64_t)st.st_size;
    return state * 31 + (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
}

static int64_t state_of(const yn_directory_serve_options *o)
{
    return (int64_t)add_state(add_state(add_state(1, o->certificate), o->key), o->token_file);
}

int yn_directory_secrets_read(yn_directory_secrets *s, const yn_directory_serve_options *options)
{
    bool wrong;
    *s = (yn_directory_secrets){.options = options,
                                .certificate = yn_buf_make(file_max, NULL),
                                .key = yn_buf_make(file_max, NULL),
                                .arena = yn_arena_make(NULL)};
    s->seen = s->before = state_of(options);
    int code = read_pair(options, &s->certificate, &s->key);
    if (code)
        return code;
    s->token = read_token(options, &s->arena, &wrong);
    return wrong ? YN_EXIT_USAGE : YN_EXIT_OK;
}

static void wipe(yn_buf *secret)
{
    if (secret->ptr)
        explicit_bzero(secret->ptr, secret->len);
    yn_buf_free(secret);
}

void yn_directory_secrets_free(yn_directory_secrets *s)
{
    yn_buf_free(&s->certificate);
    wipe(&s->key);
    yn_arena_free(&s->arena);
}

/* ---- reading again -----------------------------------------------------------------------------
 */

static void swap(yn_buf *a, yn_buf *b)
{
    yn_buf kept = *a;
    *a = *b;
    *b = kept;
}

static void renew_certificate(yn_directory_secrets *s, yn_serve *serve)
{
    yn_buf certificate = yn_buf_make(file_max, NULL), key = yn_buf_make(file_max, NULL);
    yn_buf message = yn_buf_make(message_max, NULL);
    if (read_pair(s->options, &certificate, &key)) {
        yn_log(YN_LOG_ERROR, "the certificate stays as it was: it cannot be read anew");
    } else if (yn_equal(yn_buf_text(&certificate), yn_buf_text(&s->certificate)) &&
               yn_equal(yn_buf_text(&key), yn_buf_text(&s->key))) {
        yn_log(YN_LOG_INFO, "the certificate is the same as before");
    } else if (yn_serve_set_certificate(serve, certificate.ptr, key.ptr, &message)) {
        yn_log(YN_LOG_INFO, "the certificate was renewed");
        swap(&certificate, &s->certificate);
        swap(&key, &s->key);
    } else {
        yn_log(YN_LOG_ERROR, "the certificate stays as it was: %.*s",
               YN_PRINT(yn_buf_text(&message)));
    }
    yn_buf_free(&certificate);
    wipe(&key);
    yn_buf_free(&message);
}

static void renew_token(yn_directory_secrets *s, yn_serve *serve)
{
    bool wrong;
    const char *token = read_token(s->options, &s->arena, &wrong);
    if (!token) {
        yn_log(YN_LOG_ERROR, "the operator's token stays as it was");
    } else if (!s->token || strcmp(token, s->token) != 0) {
        s->token = token;
        yn_serve_set_token(serve, token);
        yn_log(YN_LOG_INFO, "the operator's token was renewed");
    }
}

void yn_directory_secrets_renew(yn_directory_secrets *s, yn_serve *serve)
{
    s->seen = s->before = state_of(s->options);
    if (s->options->certificate)
        renew_certificate(s, serve);
    if (s->options->token_file)
        renew_token(s, serve);
}

void yn_directory_secrets_look(yn_directory_secrets *s, yn_serve *serve)
{
    int64_t state = state_of(s->options);
    if (state != s->seen && state == s->before)
        yn_directory_secrets_renew(s, serve);
    s->before = state;
}
