// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/convert_files.h"
#include "cli/convert_guess.h"
#include "cli/file.h"

typedef struct options {
    const char *from, *to, *columns, *output;
    bool json, list;
} options;

// What becomes of a conversion: the sink counts what passes through to the writer's.
typedef struct conversion {
    const options *options;
    const yn_dialect *from, *to;
    yn_convert_files files;
    const yn_sink *sink; // of the writer
    yn_buf text, report;
    yn_json json; // into report
    size_t rules, counts[3];
} conversion;

static const char *const kinds[] = {
    [YN_NOTE_ERROR] = "error", [YN_NOTE_LOST] = "lost", [YN_NOTE_CHANGED] = "changed"};

/* ---- notes ----------------------------------------------------------------------------------- */

static void take_note(void *context, const yn_note *note)
{
    conversion *c = context;
    c->counts[note->kind]++;
    if (!c->options->json) {
        fprintf(stderr, "%.*s:", YN_PRINT(note->file));
        if (note->line)
            fprintf(stderr, "%u:", (unsigned)note->line);
        fprintf(stderr, " %s: %.*s\n", kinds[note->kind], YN_PRINT(note->message));
        return;
    }
    yn_json_object(&c->json, NULL);
    yn_json_str(&c->json, "kind", kinds[note->kind]);
    yn_json_text(&c->json, "file", note->file);
    if (note->line)
        yn_json_int(&c->json, "line", note->line);
    else
        yn_json_null(&c->json, "line");
    yn_json_text(&c->json, "message", note->message);
    yn_json_object_end(&c->json);
}

static void begin_report(conversion *c)
{
    c->json = yn_json_make(&c->report, true);
    yn_json_object(&c->json, NULL);
    yn_json_str(&c->json, "from", c->from->name);
    yn_json_str(&c->json, "to", c->to->name);
    yn_json_array(&c->json, "notes");
}

// The document goes where the converted file does not.
static void end_report(conversion *c)
{
    if (!c->options->json) {
        fprintf(stderr,
                "yonder convert: from %s to %s: %zu rules, %zu lost, %zu in error, %zu changed\n",
                c->from->name, c->to->name, c->rules, c->counts[YN_NOTE_LOST],
                c->counts[YN_NOTE_ERROR], c->counts[YN_NOTE_CHANGED]);
        return;
    }
    yn_json_array_end(&c->json);
    yn_json_int(&c->json, "rules", (int64_t)c->rules);
    yn_json_int(&c->json, "lost", (int64_t)c->counts[YN_NOTE_LOST]);
    yn_json_int(&c->json, "errors", (int64_t)c->counts[YN_NOTE_ERROR]);
    yn_json_int(&c->json, "changed", (int64_t)c->counts[YN_NOTE_CHANGED]);
    yn_json_object_end(&c->json);
    yn_buf_char(&c->report, '\n');
    if (!c->report.error)
        fwrite(c->report.ptr, 1, c->report.len, c->options->output ? stdout : stderr);
}

/* ---- the sink between ------------------------------------------------------------------------ */

static int pass_source(void *context, yonder_text name)
{
    conversion *c = context;
    return c->sink->source ? c->sink->source(c->sink->context, name) : YONDER_OK;
}

static int pass_section(void *context, yonder_text hosts, uint32_t line)
{
    conversion *c = context;
    return c->sink->section ? c->sink->section(c->sink->context, hosts, line) : YONDER_OK;
}

static int pass_site(void *context, const yn_draft_site *site)
{
    conversion *c = context;
    return c->sink->site ? c->sink->site(c->sink->context, site) : YONDER_OK;
}

static int pass_rule(void *context, const yn_draft *draft)
{
    conversion *c = context;
    int error = c->sink->rule(c->sink->context, draft);
    c->rules += error == YONDER_OK;
    return error;
}

/* ---- the work -------------------------------------------------------------------------------- */

static int convert(conversion *c)
{
    yn_notes notes = {take_note, c};
    yn_writer writer;
    int error = c->to->write(&writer, &c->text, &notes, NULL);
    if (error)
        return error;
    c->sink = &writer.sink;
    yn_sink between = {pass_source, pass_section, pass_site, pass_rule, c};
    yn_dialect_input input = {
        .sources = (const yonder_rules_source *)(const void *)c->files.sources.ptr,
        .source_count = c->files.sources.len / sizeof(yonder_rules_source),
        .include = yn_convert_include,
        .include_context = &c->files,
        .columns = yonder_text_of(c->options->columns),
    };
    begin_report(c);
    error = c->from->read(&input, &between, &notes);
    int finished = writer.finish(writer.sink.context);
    error = error ? error : finished;
    if (!error)
        end_report(c);
    return error;
}

static int put_out(const conversion *c)
{
    if (c->options->output)
        return yn_file_replace(c->options->output, yn_buf_text(&c->text)) ? YN_EXIT_OK
                                                                          : YN_EXIT_FAILED;
    if (c->text.len)
        fwrite(c->text.ptr, 1, c->text.len, stdout); // main() sees whether that went well
    return YN_EXIT_OK;
}

static bool guess(conversion *c, const char *path)
{
    const yonder_rules_source *first =
        (const yonder_rules_source *)(const void *)c->files.sources.ptr;
    c->from = yn_convert_guess(path, first->text);
    if (c->from)
        fprintf(stderr, "yonder convert: %s is taken for '%s' (--from)\n", path, c->from->name);
    return c->from != NULL;
}

static int convert_files(conversion *c, size_t count, char **paths)
{
    for (size_t i = 0; i < count; i++)
        if (!yn_convert_files_add(&c->files, paths[i]))
            return YN_EXIT_USAGE;
    if (!c->from && !guess(c, paths[0]))
        return yn_usage_error("convert", "what format %s has is not plain: --from says it",
                              paths[0]);
    if (!c->from->read)
        return yn_usage_error("convert", "'%s' can be written and not read", c->from->name);
    int error = convert(c);
    if (error) {
        fprintf(stderr, "yonder convert: %s\n", yonder_strerror(error));
        return YN_EXIT_FAILED;
    }
    int code = put_out(c);
    if (code == YN_EXIT_OK && (c->counts[YN_NOTE_LOST] || c->counts[YN_NOTE_ERROR]))
        code = YN_EXIT_NEGATIVE;
    return code;
}

static int list_formats(void)
{
    for (const yn_dialect *const *d = yn_dialects; *d; d++)
        printf("%-16s %-11s %s\n", (*d)->name,
               !(*d)->read    ? "write"
               : !(*d)->write ? "read"
                              : "read, write",
               (*d)->summary);
    return YN_EXIT_OK;
}

static int run(const void *opaque, size_t count, char **paths)
{
    const options *o = opaque;
    conversion c = {.options = o};
    if (o->list)
        return list_formats();
    if (!count)
        return yn_usage_error("convert", "FILE is missing");
    if (o->from && !(c.from = yn_dialect_find(yonder_text_of(o->from))))
        return yn_usage_error("convert", "there is no format '%s': --list shows them", o->from);
    c.to = yn_dialect_find(yonder_text_of(o->to ? o->to : "yonder"));
    if (!c.to || !c.to->write)
        return yn_usage_error("convert", "'%s' is no format that can be written: --list shows them",
                              o->to);
    c.text = c.report = yn_buf_make(SIZE_MAX / 4, NULL);
    yn_convert_files_begin(&c.files);
    int code = convert_files(&c, count, paths);
    yn_convert_files_end(&c.files);
    yn_buf_free(&c.text);
    yn_buf_free(&c.report);
    return code;
}

static const yn_option option_table[] = {
    {'f', "from", YN_VALUE, "FORMAT", offsetof(options, from),
     "the format of FILE; without it, it is told from the file's name and text", 0, 0, 0},
    {'t', "to", YN_VALUE, "FORMAT", offsetof(options, to),
     "the format to write; without it, yonder-rules(5)", 0, 0, 0},
    {0, "columns", YN_VALUE, "MAP", offsetof(options, columns),
     "of a table: which columns are what, by numbers or by the names in its first row, as in "
     "from=1,to=3,status=4",
     0, 0, 0},
    {'o', "output", YN_VALUE, "OUT", offsetof(options, output),
     "write the converted file there, at one stroke, and not to stdout", 0, 0, 0},
    {0, "json", YN_FLAG, NULL, offsetof(options, json),
     "tell what was not carried over as one JSON document, on stderr, or on stdout with --output",
     0, 0, 0},
    {0, "list", YN_FLAG, NULL, offsetof(options, list), "list the formats", 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder convert --from netlify _redirects > site.rules", "read as Netlify would"},
    {"yonder convert --from csv --columns 'from=Old URL,to=New URL' -o site.rules moved.csv",
     "a spreadsheet's columns by their names"},
    {"yonder convert --from vercel --to csv vercel.json", "without a rule file between"},
    {0},
};

static const yn_term notes_of[] = {
    {"error", "the line is none of the format: it would not work there either"},
    {"lost", "the rule could not be carried over, and why"},
    {"changed", "the rule was carried over, and what it now means that it did not"},
    {0},
};

static const yn_term members[] = {
    {"from, to", "the formats"},
    {"notes", "a list of objects: \"kind\" (\"error\", \"lost\", \"changed\"), \"file\", \"line\" "
              "(null where the file as a whole is meant) and \"message\""},
    {"rules", "how many rules were written"},
    {"lost, errors, changed", "how many notes there are of each kind"},
    {0},
};

static const yn_section sections[] = {
    {"Notes",
     "Nothing is dropped in silence. On stderr stands a line for each thing that is to be known, "
     "with file, line, and one of these words:",
     notes_of},
    {"Machine output", "With --json one JSON object is written:", members},
    {0},
};

const yn_command yn_cmd_convert = {
    .name = "convert",
    .arguments = "FILE…",
    .summary = "convert redirects from one format to another",
    .description =
        "Reads the redirects of other programs and services, and writes rules that answer as these "
        "would; or writes rules for them. Several files are read in order, as if one stood behind "
        "the "
        "other. '-' is stdin.",
    .options = option_table,
    .options_size = sizeof(options),
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "a rule was lost or a line in error",
};
