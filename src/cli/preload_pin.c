// SPDX-License-Identifier: MIT
#include "cli/preload_pin.h"

#include <stdio.h>

#include "base/text.h"
#include "cli/file.h"

enum {
    key_max = 1 << 14, // bytes of an answer with a key
    file_max = 1 << 20,
};

static bool write_key(const uint8_t key[YN_SEAL_PUBLIC], char out[YN_PIN_TEXT + 1])
{
    yn_buf text = yn_buf_make(YN_PIN_TEXT, NULL);
    yn_seal_public_write(key, &text);
    const bool good = !text.error && text.len == YN_PIN_TEXT;
    if (good) {
        memcpy(out, text.ptr, YN_PIN_TEXT);
        out[YN_PIN_TEXT] = '\0';
    }
    yn_buf_free(&text);
    return good;
}

// What stands beside the image counts even where the image is damaged or gone: who can spoil that
// may not thereby have another key believed.
static int read_kept(yn_pin *pin, const yn_install *j, uint8_t key[YN_SEAL_PUBLIC])
{
    yn_preload_about about;
    const bool with_image = j->has_old && j->old.has_about;
    if (!with_image && !yn_listing_about_read(j->path.ptr, false, &about) &&
        !yn_listing_about_read(j->path.ptr, true, &about))
        return YN_EXIT_OK;
    const yn_preload_about *a = with_image ? &j->old.about : &about;
    int code = YN_EXIT_OK;
    if (a->key.len && yn_seal_public_read(a->key, key)) {
        pin->version = a->version;
        code = write_key(key, pin->kept) ? YN_EXIT_OK
                                         : yn_install_fail(j, yonder_strerror(YONDER_NO_MEMORY));
    } else if (a->key.len) {
        fprintf(stderr, "yonder preload: %s.about: the key in it is none\n", j->path.ptr);
        code = YN_EXIT_USAGE;
    }
    if (!with_image)
        yn_preload_about_free(&about);
    return code;
}

// A key, or a file with one.
static int read_given(const char *given, uint8_t key[YN_SEAL_PUBLIC])
{
    yn_buf text = yn_buf_make(file_max, NULL);
    if (yn_seal_public_read(yonder_text_of(given), key))
        return YN_EXIT_OK;
    int code = yn_file_read(given, &text) ? YN_EXIT_OK : YN_EXIT_USAGE;
    if (!code && !yn_seal_public_read(yn_buf_text(&text), key))
        code = yn_usage_error("preload",
                              "--key %s: neither the 44 characters of a public key nor a file "
                              "that holds them",
                              given);
    yn_buf_free(&text);
    return code;
}

// The key that the directory says is its own.
static int ask_key(yn_remote *remote, uint8_t key[YN_SEAL_PUBLIC])
{
    yonder_text text;
    int code = yn_remote_get(remote, "lists/key", key_max, &text);
    if (!code && !yn_seal_public_read(text, key))
        code = yn_remote_complain(remote, YN_EXIT_USAGE, "lists/key",
                                  "this is no public key (44 characters of Base64)");
    return code;
}

int yn_pin_choose(yn_pin *out, const yn_install *j, yn_remote *remote)
{
    yn_pin pin = {.version = 0};
    uint8_t kept[YN_SEAL_PUBLIC];
    int code = read_kept(&pin, j, kept);
    if (code)
        return code;
    if (j->options->key)
        code = read_given(j->options->key, pin.key);
    else if (*pin.kept)
        memcpy(pin.key, kept, sizeof kept);
    else
        code = ask_key(remote, pin.key);
    if (code)
        return code;
    if (!write_key(pin.key, pin.text))
        return yn_install_fail(j, yonder_strerror(YONDER_NO_MEMORY));
    if (strcmp(pin.text, pin.kept) != 0)
        pin.version = 0; // another key counts its own versions
    *out = pin;
    return YN_EXIT_OK;
}

void yn_pin_tell(const yn_pin *pin, const yn_install *j)
{
    if (!*pin->kept && !j->options->key)
        fprintf(stderr,
                "yonder preload: %s: its key is %s. From now on no other is believed; compare it "
                "with what those who run the directory say\n",
                j->source, pin->text);
    else if (*pin->kept && strcmp(pin->text, pin->kept) != 0)
        fprintf(stderr, "yonder preload: %s: the key was %s and is now %s, as --key says\n",
                j->source, pin->kept, pin->text);
}

int yn_pin_forged(const yn_pin *pin, const yn_install *j, yn_remote *remote, const char *path)
{
    uint8_t theirs[YN_SEAL_PUBLIC];
    char text[YN_PIN_TEXT + 1];
    (void)yn_remote_complain(remote, YN_EXIT_NEGATIVE, path,
                             "refused: it is not signed by the key %s", pin->text);
    if (ask_key(remote, theirs) || memcmp(theirs, pin->key, sizeof theirs) == 0 ||
        !write_key(theirs, text))
        return YN_EXIT_NEGATIVE;
    fprintf(stderr,
            "yonder preload: %s: the directory now says that its key is %s. Ask those who run it, "
            "by another way than this one; if it is so, say it once: --key %s\n",
            j->source, text, text);
    return YN_EXIT_NEGATIVE;
}
