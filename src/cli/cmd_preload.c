// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <unistd.h>

#include <yonder/preload.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/batch.h"
#include "cli/cli.h"
#include "cli/file.h"
#include "cli/preload_file.h"
#include "cli/preload_verbs.h"
#include "cli/print.h"

enum {
    list_max = 1 << 30, // bytes
    ascii_max = 512,
};

// ---- build --------------------------------------------------------------------------------------

static int write_image(const yn_preload_list *list, const char *path, const char *output)
{
    void *image;
    size_t size, bad;
    int error = yonder_preload_build(list->entries, list->count, NULL, &image, &size, &bad);
    if (error == YONDER_INVALID_HOST) {
        yn_list_problem problem;
        yn_preload_list_bad_name(&list->entries[bad], &problem);
        return yn_listing_complain(path, &problem);
    }
    if (error) {
        fprintf(stderr, "yonder preload: %s: %s\n", path, yonder_strerror(error));
        return YN_EXIT_FAILED;
    }
    bool done = yn_file_replace(output, (yonder_text){image, size});
    yn_free(NULL, image);
    return done ? YN_EXIT_OK : YN_EXIT_FAILED;
}

static int build(const yn_preload_options *options, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("preload", "build takes one LIST");
    if (!options->output)
        return yn_usage_error("preload", "build needs --output IMAGE");
    yn_buf text = yn_buf_make(list_max, NULL);
    yn_preload_list list;
    yn_list_problem problem;
    int code = YN_EXIT_USAGE;
    if (yn_file_read(arguments[0], &text)) {
        int error = yn_preload_list_read(&list, yn_buf_text(&text), &problem);
        if (!error) {
            code = write_image(&list, arguments[0], options->output);
            yn_preload_list_free(&list);
        } else {
            yn_listing_complain(arguments[0], &problem);
            code = error == YONDER_NO_MEMORY ? YN_EXIT_FAILED : YN_EXIT_USAGE;
        }
    }
    yn_buf_free(&text);
    return code;
}

// ---- query --------------------------------------------------------------------------------------

static void write_match(yn_json *out, const yonder_preload_match *match)
{
    yn_json_bool(out, "preloaded", match->preloaded);
    if (match->preloaded)
        yn_json_text(out, "matched", match->matched);
    else
        yn_json_null(out, "matched");
    yn_json_bool(out, "include_subdomains", match->preloaded && match->include_subdomains);
}

// The name that decided, in lower case as the list has it.
static void lower_name(yonder_preload_match *match, char *name)
{
    for (size_t i = 0; i < match->matched.len; i++)
        name[i] = yn_lower(match->matched.ptr[i]);
    if (match->matched.len && name[match->matched.len - 1] == '.')
        match->matched.len--;
    match->matched.ptr = name;
}

static const char *answer_line(void *context, const json_t *line, yn_json *out,
                               const yonder_mem *mem)
{
    (void)mem;
    char ascii[ascii_max], name[ascii_max];
    yonder_text host = {NULL, 0};
    if (!yn_batch_text(line, "host", &host) || !host.ptr)
        return "\"host\" must be a string";
    yonder_preload_match match;
    yn_preload_file_query(context, host, ascii, &match);
    lower_name(&match, name);
    write_match(out, &match);
    return NULL;
}

static void print_match(const char *host, const yonder_preload_match *match)
{
    printf("%s: %s", host, match->preloaded ? "preloaded" : "not preloaded");
    if (match->found)
        printf(", by the entry %.*s%s", YN_PRINT(match->matched),
               match->include_subdomains ? ", subdomains included" : "");
    putchar('\n');
}

static int query_hosts(const yn_preload_file *file, bool json, size_t count, char **hosts)
{
    int code = YN_EXIT_OK;
    yn_buf line = yn_buf_make(1 << 20, NULL);
    for (size_t i = 0; i < count; i++) {
        char ascii[ascii_max], name[ascii_max];
        yonder_preload_match match;
        yn_preload_file_query(file, yonder_text_of(hosts[i]), ascii, &match);
        lower_name(&match, name);
        if (json) {
            yn_json out = yn_json_make(&line, false);
            yn_json_object(&out, NULL);
            yn_json_str(&out, "host", hosts[i]);
            write_match(&out, &match);
            yn_json_object_end(&out);
            yn_print_line(&line);
        } else {
            print_match(hosts[i], &match);
        }
        code = match.preloaded ? code : YN_EXIT_NEGATIVE;
    }
    yn_buf_free(&line);
    return code;
}

static int query(const yn_preload_options *options, size_t count, char **hosts)
{
    if (!options->preload)
        return yn_usage_error("preload", "query needs --preload IMAGE");
    if (options->batch && count)
        return yn_usage_error("preload", "--batch reads its input from stdin, not '%s'", hosts[0]);
    bool batch = options->batch || (!count && !isatty(STDIN_FILENO));
    if (!batch && !count)
        return yn_usage_error("preload", "HOST is missing");
    yn_preload_file file;
    int code = yn_preload_file_open(&file, options->preload);
    if (code)
        return code;
    code =
        batch ? yn_batch_run(answer_line, &file) : query_hosts(&file, options->json, count, hosts);
    yn_preload_file_close(&file);
    return code;
}

// ---- dump ---------------------------------------------------------------------------------------

static int dump_text(void *context, const yonder_preload_entry *entry)
{
    (void)context;
    printf("%.*s %s%s\n", YN_PRINT(entry->name), entry->force_https ? "force-https" : "-",
           entry->include_subdomains ? " include-subdomains" : "");
    return ferror(stdout);
}

static int dump_json(void *context, const yonder_preload_entry *entry)
{
    yn_json out = yn_json_make(context, false);
    yn_json_object(&out, NULL);
    yn_json_text(&out, "name", entry->name);
    yn_json_bool(&out, "force_https", entry->force_https);
    yn_json_bool(&out, "include_subdomains", entry->include_subdomains);
    yn_json_object_end(&out);
    yn_print_line(context);
    return ferror(stdout);
}

static int print_dump(const yn_preload_file *file, bool json)
{
    yn_buf line = yn_buf_make(1 << 16, NULL);
    int stopped = yonder_preload_each(file->set, json ? dump_json : dump_text, &line);
    yn_buf_free(&line);
    return stopped ? YN_EXIT_FAILED : YN_EXIT_OK; // main() says why
}

static int dump(const yn_preload_options *options, size_t count, char **arguments)
{
    const char *path = options->preload ? options->preload : count ? arguments[0] : NULL;
    if (!path || count > (options->preload ? 0 : 1))
        return yn_usage_error("preload", "dump takes one IMAGE");
    yn_preload_file file;
    int code = yn_preload_file_open(&file, path);
    if (code)
        return code;
    code = print_dump(&file, options->json);
    yn_preload_file_close(&file);
    return code;
}

// ---- the command --------------------------------------------------------------------------------

static const struct {
    const char *name, *takes; // the options, with a blank before each
    yn_preload_verb *run;
} verbs[] = {
    {"build", " output", build},
    {"query", " preload json batch", query},
    {"stats", " preload json", yn_preload_stats},
    {"dump", " preload json", dump},
    {"fetch", " output from key cacert resolve connect-to timeout max-shrink min-names json",
     yn_preload_fetch},
    {"diff", " json jsonl", yn_preload_diff},
    {"status", " preload chromium firefox directory json batch", yn_preload_status},
};

// An option that was given and that a verb with those does not take; NULL if there is none.
static const char *foreign_option(const yn_preload_options *o, const char *takes)
{
    const struct {
        const char *name;
        bool given;
    } rows[] = {
        {"output", o->output},
        {"preload", o->preload},
        {"json", o->json},
        {"jsonl", o->jsonl},
        {"batch", o->batch},
        {"from", o->from},
        {"key", o->key},
        {"cacert", o->ca_file},
        {"resolve", o->resolve.count},
        {"connect-to", o->connect_to.count},
        {"timeout", o->timeout >= 0},
        {"max-shrink", o->max_shrink >= 0},
        {"min-names", o->min_names >= 0},
        {"chromium", o->chromium},
        {"firefox", o->firefox},
        {"directory", o->directory},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].given && !yn_option_among(takes, rows[i].name))
            return rows[i].name;
    return NULL;
}

static bool takes(const char *verb, const yn_option *option)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verb, verbs[i].name) == 0)
            return yn_option_among(verbs[i].takes, option->name);
    return false;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    const yn_preload_options *o = values;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(arguments[0], verbs[i].name) != 0)
            continue;
        const char *foreign = foreign_option(o, verbs[i].takes);
        if (foreign)
            return yn_usage_error("preload", "%s takes no --%s", verbs[i].name, foreign);
        return verbs[i].run(o, argument_count - 1, arguments + 1);
    }
    return yn_usage_error("preload", "'%s' is not build, fetch, query, status, stats, diff or dump",
                          arguments[0]);
}

#define AT(member) offsetof(yn_preload_options, member)

static const yn_option options[] = {
    {'o', "output", YN_VALUE, "IMAGE", AT(output),
     "build, fetch: the file to write; what it held before stays until the new image is whole. "
     "fetch has a place of its own for it",
     0, 0, 0},
    {0, "preload", YN_VALUE, "IMAGE", AT(preload),
     "query, stats, dump, status: the image to look into", 0, 0, 0},
    {0, "chromium", YN_VALUE, "LIST", AT(chromium),
     "status: Chromium's list, an image or as it is published", 0, 0, 0},
    {0, "firefox", YN_VALUE, "LIST", AT(firefox), "status: Firefox's list, likewise", 0, 0, 0},
    {0, "directory", YN_VALUE, "LIST", AT(directory),
     "status: that of a directory (yonder directory), likewise", 0, 0, 0},
    {0, "from", YN_VALUE, "URL", AT(from),
     "fetch: where the list is, an https URL or a path (default: where the browser's makers "
     "publish it); without a BROWSER, the URL of a directory",
     0, 0, 0},
    {0, "key", YN_VALUE, "KEY", AT(key),
     "fetch: the public key of the directory, in 44 characters, or a file that holds it (default: "
     "the one that is known from the last time, or else the one that the directory says it has)",
     0, 0, 0},
    {0, "max-shrink", YN_NUMBER, "PERCENT", AT(max_shrink),
     "fetch: refuse a list that has lost more than this share of its names (default: 20; of a "
     "directory's of less than 1000 names 100)",
     -1, 0, 100},
    {0, "min-names", YN_NUMBER, "N", AT(min_names),
     "fetch: refuse a list of fewer names (default: 1000; of a directory 0)", -1, 0, 1L << 30},
    {0, "cacert", YN_VALUE, "FILE", AT(ca_file),
     "fetch: trust the certificates in this file (PEM) beside those of the system", 0, 0, 0},
    {0, "resolve", YN_LIST, "HOST:PORT:ADDRESS", AT(resolve),
     "fetch: use this address for a host and port and ask no name server", 0, 0, 0},
    {0, "connect-to", YN_LIST, "HOST1:PORT1:HOST2:PORT2", AT(connect_to),
     "fetch: connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part stands for any, "
     "or for no change",
     0, 0, 0},
    {0, "timeout", YN_NUMBER, "SECONDS", AT(timeout),
     "fetch: how long each request may take (default: 120)", -1, 1, 86400},
    {0, "json", YN_FLAG, NULL, AT(json), "print JSON, one object a line; diff: one document", 0, 0,
     0},
    {0, "jsonl", YN_FLAG, NULL, AT(jsonl), "diff: print JSON, one change a line", 0, 0, 0},
    {0, "batch", YN_FLAG, NULL, AT(batch),
     "query, status: read one JSON object a line from stdin; this is the default where there is "
     "no HOST and stdin is not a terminal",
     0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder preload fetch", "gets the lists of both browsers, if they have changed"},
    {"yonder preload fetch --from https://lists.example.com/",
     "gets the newest version of a directory's list, if it is newer than the one that is here"},
    {"yonder preload status example.com www.example.org",
     "says for each browser whether the domain is listed, by which entry and since when"},
    {"yonder preload build transport_security_state_static.json -o preload.img",
     "makes an image of Chromium's list"},
    {"yonder preload query --preload preload.img mail.example.com example.org",
     "says for each host whether it is preloaded, and by which entry"},
    {"echo '{\"host\":\"example.com\"}' | yonder preload query --preload preload.img --batch",
     "answers each line of stdin with a line of JSON"},
    {"yonder preload stats preload.img", "says how many names there are and what they take"},
    {"yonder preload diff --jsonl old.img new.json | jq -r 'select(.change==\"removed\").name'",
     "the names that are gone"},
    {0},
};

static const yn_term fetched[] = {
    {"browser", "\"chromium\", \"firefox\" or \"directory\""},
    {"result", "\"new\", \"updated\", or \"unchanged\": the image is as it was"},
    {"source, image", "where the list came from, and the file"},
    {"names", "how many names ask for HTTPS"},
    {"added, removed, changed", "entries, as diff counts them; null where there was nothing to "
                                "compare with"},
    {"expires", "when the browser begins to pass over the list, in UTC; null if that is not told"},
    {"version", "of a directory's list only, as are the next two: its number"},
    {"delta", "whether it was made from the version that was here"},
    {"bytes", "of all documents that were fetched"},
    {0},
};

static const yn_term stats_members[] = {
    {"names, with_subdomains, without_subdomains", "names that ask for HTTPS"},
    {"shields", "entries without HTTPS that hide a broader one"},
    {"tlds", "top-level domains of all of these"},
    {"bytes, bits_per_name", "of the image"},
    {"entries", "how many the LIST has, be they twice or without effect; null for an IMAGE"},
    {"labels", "how many names have so many labels"},
    {"policies", "an array of \"policy\" and \"names\"; null if they are not known"},
    {"top_tlds", "an array of \"tld\" and \"names\": the ten with the most entries"},
    {"expires", "as above"},
    {0},
};

static const yn_term diff_members[] = {
    {"schema", "1; another number if ever the meaning of a member changes"},
    {"added, removed, changed", "how many"},
    {"old_names, new_names", "how many names ask for HTTPS"},
    {"changes", "an array, by name, of what --jsonl prints a line each: \"change\" (\"added\", "
                "\"removed\", \"changed\"), \"name\", \"old\" and \"new\" (null or an object of "
                "\"force_https\", \"include_subdomains\" and \"policy\")"},
    {0},
};

static const yn_term status_members[] = {
    {"domain", "as it was given"},
    {"lists", "an array with an entry for each list"},
    {"browser", "\"chromium\", \"firefox\" or \"directory\""},
    {"listed", "whether the browser reads it so"},
    {"matched", "the name of the entry that decides, be it against; or null"},
    {"policy, include_subdomains", "of that entry; the policy is null if it is not known"},
    {"since", "when the list was fetched that had it first, in UTC; null if that is not known"},
    {"since_or_before", "true if that was the first list that was fetched"},
    {"service", "for Chromium, \"listed\" and \"matched\" as the preload list's own service "
                "reads its list; else null"},
    {"list", "\"source\", \"fetched\", \"names\", \"expires\", and whether it is \"expired\""},
    {0},
};

static const yn_section sections[] = {
    {"Lists that are fetched",
     "'fetch chromium' and 'fetch firefox' get that list alone, 'fetch' both. The image is "
     "preload/chromium.img or preload/firefox.img in $XDG_CACHE_HOME/yonder or ~/.cache/yonder. "
     "Beside it, in a file that ends in .about, stands what the image does not hold: the source, "
     "what to ask with whether there is a newer list, and for each entry its policy and since "
     "which list it is there. Whoever moves an image takes it along.\n\n"
     "Chromium's list may come as JSON or in Base64, as from gitiles (?format=TEXT). The list is "
     "checked before it takes the place of the old one: it must be whole, well-formed, of that "
     "browser, have at least --min-names names and not have lost more than --max-shrink percent. "
     "The old image stays otherwise, and at any moment, even if the program is killed, there is "
     "the old one or the new one. Redirects are followed, but to https only.",
     NULL},
    {"Lists of a directory",
     "'fetch --from URL', without a browser, gets the list that a directory publishes, such as one "
     "of 'yonder directory'. The image is preload/directory.img, in the folder of the others, and "
     "is used like these. Each version has a number and a statement, signed by the directory's "
     "key (Ed25519), of what belongs to it. What is not signed so is refused, and so is a version "
     "that is older than the one that is here. From the version that is here the next is made by "
     "a delta, if the directory has one; otherwise the whole list is fetched. Either way the "
     "image must be, to the byte, the one that was signed.\n\n"
     "Without --key the key is asked for the first time, by https or on this machine only, said "
     "on standard error, and kept in the file that ends in .about. From then on no other is "
     "believed, unless --key says so. Plain http to another machine takes --key every time. A "
     "version that has expired (18 weeks after it was published) is taken, with a warning: "
     "either the directory has come to rest, or somebody keeps newer versions back.",
     NULL},
    {"The two readings",
     "For a browser the most specific entry for a host or its ancestors decides: an entry of an "
     "ancestor that does not include subdomains hides a broader one that does. The preload list's "
     "own service takes the entry of that name or else the closest one that includes subdomains. "
     "'status' answers as the browser and tells where the service would answer otherwise.",
     NULL},
    {"Machine output", "'fetch' prints for each list:", fetched},
    {"", "'stats':", stats_members},
    {"", "'diff', with --json:", diff_members},
    {"", "'status', also in batch mode, whose lines have the member \"domain\":", status_members},
    {0},
};

const yn_command yn_cmd_preload = {
    .name = "preload",
    .arguments = "build|fetch|query|status|stats|diff|dump [LIST|HOST…|IMAGE]",
    .summary = "look hosts up in the browsers' HSTS preload lists",
    .description =
        "The browsers ship a list of names that they visit by HTTPS only, even the first time. "
        "'build LIST' makes an image of it that answers at once, by file or by memory map. LIST "
        "is Chromium's transport_security_state_static.json or Firefox's nsSTSPreloadList.inc, or "
        "'-' for stdin; which of the two is seen from the text. 'fetch' gets the lists from where "
        "they are published, or with --from URL that of a directory.\n\n"
        "'query HOST' says whether each HOST is preloaded, and exits with 1 where one is not. "
        "The most specific entry for a host and its ancestors decides, as in Chromium; that of an "
        "ancestor counts only if it includes subdomains. In batch mode each line of stdin is a "
        "JSON object with the member \"host\", and is answered by a line with the members "
        "\"preloaded\", \"matched\" (the name of the entry, or null) and "
        "\"include_subdomains\".\n\n"
        "'status DOMAIN' says for the list of each browser whether DOMAIN is listed, by which "
        "entry, with which policy and since which list. The lists are those that were fetched, or "
        "those that --chromium, --firefox and --directory name.\n\n"
        "'stats' counts what is in an image or list, and 'dump IMAGE' prints the entries, one a "
        "line. 'diff OLD NEW' names what is different between two lists or images. An entry that "
        "is on the list for other reasons than HTTPS is in the image only where it hides a "
        "broader one.\n\n"
        "A damaged or truncated image is refused.",
    .negative = "query: a host is not preloaded; status: a domain is not on one of the lists; not "
                "in batch mode, whose answers say so; diff: there are differences; fetch: the list "
                "is too short, or what a directory sends is refused",
    .options = options,
    .options_size = sizeof(yn_preload_options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .takes = takes,
    .examples = examples,
    .sections = sections,
};
