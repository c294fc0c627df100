// SPDX-License-Identifier: MIT
#include "cli/convert_files.h"

#include <glob.h>

#include "base/text.h"
#include "cli/file.h"

void yn_convert_files_begin(yn_convert_files *files)
{
    files->sources = yn_buf_make(SIZE_MAX / 4, NULL);
    files->names = yn_arena_make(NULL);
}

void yn_convert_files_end(yn_convert_files *files)
{
    yn_buf_free(&files->sources);
    yn_arena_free(&files->names);
}

// Keeps what was read. False when memory is out.
static bool keep(yn_convert_files *files, const char *path, const yn_buf *text,
                 yonder_rules_source *out)
{
    yonder_text name = strcmp(path, "-") == 0 ? YN_TEXT("stdin") : yonder_text_of(path);
    out->name = yn_arena_text(&files->names, name);
    out->text = yn_arena_text(&files->names, yn_buf_text(text));
    return out->name.ptr && out->text.ptr;
}

bool yn_convert_files_add(yn_convert_files *files, const char *path)
{
    yn_buf text = yn_buf_make(SIZE_MAX / 4, NULL);
    yonder_rules_source source;
    bool done = yn_file_read(path, &text) && keep(files, path, &text, &source);
    if (done)
        yn_buf_put(&files->sources, (yonder_text){(const char *)&source, sizeof source});
    yn_buf_free(&text);
    return done && !files->sources.error;
}

// Where the name leads: as it is if it is absolute, otherwise beside the file that has it.
static void put_path(yn_buf *out, yonder_text from_file, yonder_text name)
{
    size_t folder = from_file.len;
    while (folder && from_file.ptr[folder - 1] != '/')
        folder--;
    if (!yn_starts_with(name, YN_TEXT("/")))
        yn_buf_put(out, yn_slice(from_file, 0, folder));
    yn_buf_put(out, name);
    yn_buf_char(out, '\0');
}

bool yn_convert_include(void *context, yonder_text from_file, yonder_text name,
                        void (*take)(void *take_context, const yonder_rules_source *source),
                        void *take_context)
{
    yn_convert_files *files = context;
    yn_buf pattern = yn_buf_make(1 << 16, NULL);
    glob_t found = {.gl_pathc = 0};
    bool any = false;
    put_path(&pattern, from_file, name);
    if (!pattern.error && glob(pattern.ptr, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            yn_buf text = yn_buf_make(SIZE_MAX / 4, NULL);
            yonder_rules_source source;
            bool read = yn_file_take(found.gl_pathv[i], &text) == 0 &&
                        keep(files, found.gl_pathv[i], &text, &source);
            yn_buf_free(&text);
            if (read)
                take(take_context, &source);
            any = any || read;
        }
        globfree(&found);
    }
    yn_buf_free(&pattern);
    return any;
}
