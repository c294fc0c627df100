// SPDX-License-Identifier: MIT
#include <stdint.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli/directory_verbs.h"
#include "report/style.h"

#define REACH " cacert resolve connect-to"

static const struct {
    const char *name, *takes; // the options beside --db, with a blank before each
    yn_directory_verb *run;
} verbs[] = {
    {"serve", " signing-key new-key" REACH, yn_directory_serve}, // and those of its own
    {"import", " policy no-subdomains reason json", yn_directory_import},
    {"add", " policy no-subdomains reason json", yn_directory_add},
    {"status", " json", yn_directory_status},
    {"history", " limit json", yn_directory_history},
    {"list", " json", yn_directory_list},
    {"reject", " reason json", yn_directory_reject},
    {"remove", " reason json", yn_directory_remove},
    {"allow", " reason json", yn_directory_allow},
    {"policy", " reason json", yn_directory_policy},
    {"settings", " json", yn_directory_set},
    {"scan", " everyone limit json" REACH, yn_directory_scan},
    {"sweep", " dry-run json", yn_directory_sweep},
    {"publish", " dry-run even-if-same at-least signing-key new-key json" REACH,
     yn_directory_publish},
    {"rebuild", " json", yn_directory_rebuild},
    {"backup", " json", yn_directory_backup},
    {"key", " signing-key new-key json", yn_directory_key},
};

#define AT(member) offsetof(yn_directory_options, member)

static const yn_option options[] = {
    {0, "db", YN_VALUE, "FILE", AT(db),
     "the database; always needed; serve, import, add and key make it where it is not there", 0, 0,
     0},
    {0, "json", YN_FLAG, NULL, AT(json), "all but serve: print JSON, one object a line", 0, 0, 0},
    {0, "reason", YN_VALUE, "TEXT", AT(reason),
     "reject, remove, add, allow, policy, import: why, for the history; the first three need it", 0,
     0, 0},
    {0, "policy", YN_VALUE, "POLICY", AT(policy),
     "add, import: the policy of entries that come without (default: custom, which is not scanned)",
     0, 0, 0},
    {0, "no-subdomains", YN_FLAG, NULL, AT(no_subdomains),
     "add, import of plain names: the names alone, and not those below them", 0, 0, 0},
    {0, "everyone", YN_FLAG, NULL, AT(everyone), "scan: all members, be they due or not", 0, 0, 0},
    {0, "limit", YN_NUMBER, "N", AT(limit),
     "scan: so many members at most; history: so many events (default: all)", 0, 0, 1L << 30},
    {0, "dry-run", YN_FLAG, NULL, AT(dry_run),
     "sweep, publish: say what would happen, and have nothing happen", 0, 0, 0},
    {0, "even-if-same", YN_FLAG, NULL, AT(even_if_same),
     "publish: make a version that differs in nothing, too", 0, 0, 0},
    {0, "at-least", YN_NUMBER, "N", AT(at_least),
     "publish: give the version this number or a higher one: after a restore, one more than "
     "clients "
     "have seen",
     0, 1, 1L << 53},
    {0, "signing-key", YN_VALUE, "FILE", AT(signing_key),
     "serve, publish, key: the Ed25519 key that versions are signed with, in PEM; made where "
     "nothing "
     "was signed yet (default: "
     "beside the database, FILE.key)",
     0, 0, 0},
    {0, "new-key", YN_FLAG, NULL, AT(new_key),
     "serve, publish, key: go on with a key that is not the one of the newest version, made where "
     "it "
     "is not there; clients have to be told",
     0, 0, 0},
    {0, "cacert", YN_VALUE, "FILE", AT(ca_file),
     "serve, scan, publish: trust the certificates in this file (PEM) beside those of the system",
     0, 0, 0},
    {0, "resolve", YN_LIST, "HOST:PORT:ADDRESS", AT(resolve),
     "use this address for a host and port and ask no name server", 0, 0, 0},
    {0, "connect-to", YN_LIST, "HOST1:PORT1:HOST2:PORT2", AT(connect_to),
     "connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part stands for any, or for "
     "no change",
     0, 0, 0},
    YN_DIRECTORY_SERVE_OPTIONS(yn_directory_options, serve),
    {0},
};

/* ---- the verb ----------------------------------------------------------------------------------
 */

static bool is_given(const yn_option *row, const char *values)
{
    const char *at = values + row->offset;
    switch (row->kind) {
    case YN_FLAG:
        return *(const bool *)(const void *)at;
    case YN_VALUE:
        return *(const char *const *)(const void *)at;
    case YN_NUMBER:
        return *(const long *)(const void *)at != row->initial;
    case YN_LIST:
        return ((const yn_list *)(const void *)at)->count;
    }
    return false;
}

static bool verb_takes(size_t verb, const yn_option *row)
{
    size_t into = row->offset - AT(serve); // beyond the size where it is not of `serve`
    if (into < sizeof(yn_directory_serve_options))
        return verbs[verb].run == yn_directory_serve;
    return row->offset == AT(db) || yn_option_among(verbs[verb].takes, row->name);
}

static bool takes(const char *verb, const yn_option *row)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verb, verbs[i].name) == 0)
            return verb_takes(i, row);
    return false;
}

// An option that was given and that the verb does not take; NULL if there is none.
static const char *foreign_option(const void *values, size_t verb)
{
    for (const yn_option *row = options; row->name; row++)
        if (!verb_takes(verb, row) && is_given(row, values))
            return row->name;
    return NULL;
}

static int no_verb(const char *given)
{
    yn_buf names = yn_buf_make(1 << 12, NULL), shown = yn_buf_make(1 << 16, NULL);
    const size_t count = sizeof verbs / sizeof *verbs;
    for (size_t i = 0; i < count; i++)
        yn_buf_printf(&names, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", verbs[i].name);
    yn_put_untrusted(&shown, yonder_text_of(given));
    int code = yn_usage_error("directory", "'%.*s' is not %.*s", YN_PRINT(yn_buf_text(&shown)),
                              YN_PRINT(yn_buf_text(&names)));
    yn_buf_free(&names);
    yn_buf_free(&shown);
    return code;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(arguments[0], verbs[i].name) != 0)
            continue;
        const char *foreign = foreign_option(values, i);
        if (foreign)
            return yn_usage_error("directory", "%s takes no --%s", verbs[i].name, foreign);
        return verbs[i].run(values, argument_count - 1, arguments + 1);
    }
    return no_verb(arguments[0]);
}

static const yn_example examples[] = {
    {"yonder directory serve --db list.db", "serves on http://127.0.0.1:8080/"},
    {"yonder directory import transport_security_state_static.json --db list.db",
     "takes over Chromium's list, with its policies"},
    {"yonder directory status example.com --db list.db", "says how a domain stands, and why"},
    {"yonder directory reject example.com --reason 'It is not ours.' --db list.db",
     "takes a domain from those that wait for the next version"},
    {"yonder directory sweep --dry-run --db list.db", "names the members that fail for too long"},
    {"yonder directory publish --db list.db", "makes the next version and signs it"},
    {0},
};

static const yn_term status_members[] = {
    {"domain, status", "the state: \"unknown\", \"pending\", \"preloaded\", \"rejected\", "
                       "\"removed\", \"pending-removal\" or \"pending-automated-removal\""},
    {"policy, include_subdomains", "of the entry; the policy is null where there is none"},
    {"preloaded_domain", "the entry that covers the domain, itself or an ancestor; or null"},
    {"barred", "whether the operator rejected or removed it, and nobody else can bring it back"},
    {"submitted, changed", "the last submission and change of state, in UTC; or null"},
    {"failing, failing_since, failing_at", "how many scans in a row have failed, and when the "
                                           "first and last of these did"},
    {"message", "why it was rejected or is removed, or since when it fails; or null"},
    {0},
};

static const yn_term event_members[] = {
    {"id, domain, at", "events are numbered as they come; when, in UTC"},
    {"event", "\"submitted\", \"rejected\", \"published\", \"imported\", "
              "\"removal-requested\", \"scan-failed\", \"scan-passed\", \"marked\", "
              "\"spared\", \"withdrawn\", \"policy-set\" or \"allowed\""},
    {"from, to", "the state before and after"},
    {"actor", "\"visitor\", \"operator\", \"scanner\" or \"publisher\""},
    {"reason, issues, version", "a sentence; \"errors\" and \"warnings\" of the check, or null; "
                                "the number of the version, or null"},
    {"policy, include_subdomains", "submitted, imported: as what; policy-set: the policy"},
    {"address", "whence a request came, for as long as address.days says; else \"\""},
    {0},
};

static const yn_section sections[] = {
    {"Verbs",
     "'serve' answers HTTP: a page for people, and the API of the browsers' own list under "
     "/api/v2. It scans, sweeps and publishes by itself. SIGTERM and SIGINT end it after what is "
     "under way.\n\n"
     "The others work on the database, be it served at the same time or not. 'import LIST' takes "
     "over the entries of another list or image, or names, one a line; all or none; members that "
     "are "
     "the same stay as they are. What is imported counts as listed at once, and is published with "
     "the next version. 'add NAME…' enters names of your own, be they of one label. "
     "'status "
     "DOMAIN…', 'history DOMAIN' and 'list STATE' look.\n\n"
     "'reject DOMAIN', 'remove DOMAIN' and 'policy DOMAIN POLICY' are the operator's decisions, "
     "and "
     "become events of the domain's history like all else. What was rejected or removed so, or is "
     "rejected before anybody submitted it, is barred: only 'allow DOMAIN' lifts that. A removal "
     "is "
     "in effect with the next version.\n\n"
     "'scan' checks the members that are due, 'sweep' marks those that fail for too long, "
     "'publish' makes and signs the next version. 'settings' names the rules, 'settings NAME "
     "VALUE' changes one; site.name and site.contact are what pages say of who keeps the list.\n\n"
     "'backup FILE' copies the database while it is served; the signing key is not in it. After a "
     "restore, and before it is served again, publish with --at-least, or numbers that clients "
     "have "
     "seen are signed twice.\n\n"
     "'rebuild' makes the table of members anew from the events, and says how many rows were not "
     "what these come to. 'key' prints the public key that readers of the list verify it with.",
     NULL},
    {"Machine output", "'status' prints for each domain:", status_members},
    {"",
     "'history', 'reject', 'remove', 'allow' and 'policy' print for each event:", event_members},
    {0},
};

const yn_command yn_cmd_directory = {
    .name = "directory",
    .arguments = "serve|import|add|status|history|list|reject|remove|allow|policy|settings|scan|"
                 "sweep|publish|rebuild|backup|key [LIST|DOMAIN…|STATE|NAME|FILE]",
    .summary = "keep a preload list that domains submit to",
    .description = "Keeps a list of domains that are reached over HTTPS alone: checks what is "
                   "submitted, watches members, publishes numbered and signed versions.",
    .options = options,
    .options_size = sizeof(yn_directory_options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .takes = takes,
    .examples = examples,
    .sections = sections,
    .negative =
        "status: a domain is on the list neither itself nor by an entry above it; history: there "
        "is none; reject, "
        "remove, allow, policy: the domain is in another state; scan, publish: too many could "
        "not be reached; rebuild: a row differed",
};
