// SPDX-License-Identifier: MIT
// Sets with changes: they answer as their text would with the same edits, and so do they merged.
#include "rules/answers.h"
#include "rules/failing.h"
#include "rules/naive.h"
#include "rules/random_rules.h"

#include "base/buf.h"

enum {
    file_count = 2,
    most_lines = 256,
    most_added = 64,
    most_changes = 4,
};

static const char *const file_names[file_count] = {"first", "second"};

// A text as a list of lines; each line of `added` is a file of its own.
typedef struct added_line {
    char text[1024];
    const section_row *section;
} added_line;

typedef struct model {
    char *line[file_count][most_lines];
    const section_row *section[file_count][most_lines]; // of rules; NULL for other lines
    size_t line_count[file_count];
    added_line added[most_added];
    size_t added_count;
    writing writing; // what makes new lines
} model;

static bool is_rule_line(const char *line)
{
    return strchr("/~hH", line[0]) && line[0] &&
           !yn_starts_with(yonder_text_of(line), YN_TEXT("hsts ")) &&
           !yn_starts_with(yonder_text_of(line), YN_TEXT("http10 ")) &&
           !yn_starts_with(yonder_text_of(line), YN_TEXT("https "));
}

static void make_model(model *m, chance *c)
{
    static page p;
    writing w = writing_of(c, below(c, 2), true);
    *m = (model){.added_count = 0};
    for (size_t f = 0; f < file_count; f++) {
        const section_row *section = section_rows;
        put_file(&w, &p, 16);
        char *rest = p.text;
        for (char *line; (line = strsep(&rest, "\n")) && rest;) {
            size_t n = m->line_count[f]++;
            assert_true(n < most_lines);
            if (*line && line[strlen(line) - 1] == '\r')
                line[strlen(line) - 1] = '\0';
            for (size_t i = 1; i < sizeof section_rows / sizeof *section_rows; i++)
                if (strcmp(line, section_rows[i].line) == 0)
                    section = &section_rows[i];
            m->line[f][n] = strdup(line);
            m->section[f][n] = is_rule_line(line) ? section : NULL;
        }
    }
    m->writing = w;
}

static void free_model(model *m)
{
    for (size_t f = 0; f < file_count; f++)
        for (size_t n = 0; n < m->line_count[f]; n++)
            free(m->line[f][n]);
}

// The edited text, read anew. What was added is named "+N", and stands in line 2.
static yonder_rules *read_model(const model *m)
{
    static char names[most_added][8];
    yn_buf texts[file_count + most_added];
    yonder_rules_source sources[file_count + most_added] = {{{NULL, 0}, {NULL, 0}}};
    size_t count = file_count + m->added_count;
    yonder_rules *rules = NULL;
    for (size_t f = 0; f < count; f++) {
        texts[f] = yn_buf_make(1 << 20, NULL);
        for (size_t n = 0; f < file_count && n < m->line_count[f]; n++)
            yn_buf_printf(&texts[f], "%s\n", m->line[f][n]);
        if (f < file_count) {
            sources[f].name = yonder_text_of(file_names[f]);
        } else {
            const added_line *a = &m->added[f - file_count];
            yn_buf_printf(&texts[f], "%s\n%s\n", a->section->line, a->text);
            snprintf(names[f - file_count], sizeof names[0], "+%zu", f - file_count + 1);
            sources[f].name = yonder_text_of(names[f - file_count]);
        }
        sources[f].text = yn_buf_text(&texts[f]);
    }
    assert_int_equal(yonder_rules_read(&rules, sources, count,
                                       &(yonder_rules_reading){.report = print_diagnostic}),
                     YONDER_OK);
    for (size_t f = 0; f < count; f++)
        yn_buf_free(&texts[f]);
    return rules;
}

/* ---- edits ----------------------------------------------------------------------------------- */

typedef struct edit {
    yonder_rules_change change;
    char text[1024], hosts[128];
    const struct edit *batch; // the edits before this one
    size_t number;
} edit;

static bool is_edited(const edit *e, const char *file, size_t line)
{
    for (size_t i = 0; i < e->number; i++)
        if (e->batch[i].change.line == line &&
            yn_equal(e->batch[i].change.file, yonder_text_of(file)))
            return true;
    return false;
}

// A rule for the section, often with the FROM of the last one.
static void write_rule(model *m, const section_row *section, char *text, size_t size)
{
    static page p;
    p.len = 0;
    m->writing.out = &p;
    if (m->writing.section->list != section->list)
        m->writing.has_from = false;
    m->writing.section = section;
    put_rule(&m->writing);
    assert_true(p.len < size);
    memcpy(text, p.text, p.len + 1);
}

// Takes the FROM of a line, to write another rule of it; TO then has no captures.
static void take_from(model *m, const section_row *section, const char *line)
{
    static naive_files files;
    writing *w = &m->writing;
    yonder_text text = yonder_text_of(line);
    naive_read(&files, &text, 1);
    if (!files.line_count)
        return;
    const naive_line *l = &files.line[0];
    const char *to = l->word[naive_to(l)].ptr;
    w->section = section;
    snprintf(w->from, sizeof w->from, "%.*s", (int)(to - 1 - l->text.ptr), l->text.ptr);
    w->bound = w->groups = 0;
    w->splat = w->named = false;
    w->has_from = true;
}

static bool edit_file(model *m, chance *c, edit *e)
{
    size_t f = below(c, file_count), n = below(c, (unsigned)m->line_count[f]), other;
    if (!m->section[f][n] || is_edited(e, file_names[f], n + 1))
        return false;
    other = below(c, (unsigned)m->line_count[f]);
    if (m->section[f][other] == m->section[f][n] && below(c, 2))
        take_from(m, m->section[f][n], m->line[f][other]);
    e->text[0] = '\0';
    if (below(c, 4))
        write_rule(m, m->section[f][n], e->text, sizeof e->text);
    else
        m->section[f][n] = NULL;
    free(m->line[f][n]);
    m->line[f][n] = strdup(e->text);
    e->change =
        (yonder_rules_change){.file = yonder_text_of(file_names[f]), .line = (uint32_t)n + 1};
    return true;
}

static bool edit_added(model *m, chance *c, edit *e, size_t before)
{
    size_t n = before ? below(c, (unsigned)before) : 0;
    if (!before || !m->added[n].text[0] || is_edited(e, "added", n + 1))
        return false;
    e->text[0] = '\0';
    if (below(c, 3))
        write_rule(m, m->added[n].section, e->text, sizeof e->text);
    memcpy(m->added[n].text, e->text, sizeof e->text);
    e->change = (yonder_rules_change){.file = YN_TEXT("added"), .line = (uint32_t)n + 1};
    return true;
}

static bool add_line(model *m, chance *c, edit *e)
{
    const section_row *section =
        &section_rows[below(c, 3) ? below(c, sizeof section_rows / sizeof *section_rows) : 0];
    if (m->added_count == most_added)
        return false;
    size_t f = below(c, file_count), n = below(c, (unsigned)m->line_count[f]);
    if (m->section[f][n] && below(c, 2)) {
        section = m->section[f][n];
        take_from(m, section, m->line[f][n]);
    }
    write_rule(m, section, e->text, sizeof e->text);
    added_line *a = &m->added[m->added_count++];
    memcpy(a->text, e->text, sizeof e->text);
    a->section = section;
    e->change = (yonder_rules_change){.file = YN_TEXT("added")};
    snprintf(e->hosts, sizeof e->hosts, "%s", section->list ? section->line + 1 : "");
    if (section->list)
        *strrchr(e->hosts, ']') = '\0';
    e->change.hosts = yonder_text_of(e->hosts);
    return true;
}

// Each line at most once at a time: which one of two would hold is not said.
static size_t make_edits(model *m, chance *c, edit *edits, yonder_rules_change *changes)
{
    size_t count = 0, before = m->added_count;
    for (unsigned tries = 1 + below(c, most_changes); tries; tries--) {
        edit *e = &edits[count];
        unsigned kind = below(c, 4);
        e->batch = edits;
        e->number = count;
        bool made = kind < 2    ? edit_file(m, c, e)
                    : kind == 2 ? edit_added(m, c, e, before)
                                : add_line(m, c, e);
        if (!made)
            continue;
        e->change.text = yonder_text_of(e->text);
        changes[count++] = e->change;
    }
    return count;
}

/* ---- answers --------------------------------------------------------------------------------- */

static char scratch_a[YONDER_RULES_SCRATCH(1 << 16)], scratch_b[YONDER_RULES_SCRATCH(1 << 16)];

static bool same_place(const yonder_rules_answer *expected, const yonder_rules_answer *given)
{
    if (!expected->file.len || expected->file.ptr[0] != '+')
        return yn_equal(expected->file, given->file) && expected->line == given->line;
    uint64_t number = 0;
    return yn_parse_number(yn_skip(expected->file, 1), most_added, &number) &&
           yn_equal(given->file, YN_TEXT("added")) && given->line == number && expected->line == 2;
}

static void print_model(const model *m)
{
    for (size_t f = 0; f < file_count; f++) {
        print_error("--- %s\n", file_names[f]);
        for (size_t n = 0; n < m->line_count[f]; n++)
            print_error("%s\n", m->line[f][n]);
    }
    for (size_t n = 0; n < m->added_count; n++)
        print_error("--- added %zu %s\n%s\n", n + 1, m->added[n].section->line, m->added[n].text);
}

static void compare(const model *m, const yonder_rules *anew, const yonder_rules *changed,
                    const yonder_rules_request *r, const char *what)
{
    yonder_rules_answer a, b;
    size_t size = YONDER_RULES_SCRATCH(r->target.len);
    int x = yonder_rules_match(anew, r, scratch_a, size, &a);
    int y = yonder_rules_match(changed, r, scratch_b, size, &b);
    if (x == y && (x < 0 || (a.cause == b.cause && a.status == b.status && same_place(&a, &b) &&
                             yn_equal(a.location, b.location) && yn_equal(a.vary, b.vary) &&
                             yn_equal(a.cache_control, b.cache_control) &&
                             yn_equal(a.hsts, b.hsts) && a.retry_after == b.retry_after)))
        return;
    print_model(m);
    print_error("%s: %s://%.*s%.*s: %d %.*s %.*s:%u vary %.*s, but %d %.*s %.*s:%u vary %.*s\n",
                what, r->https ? "https" : "http", YN_PRINT(r->host), YN_PRINT(r->target), a.status,
                YN_PRINT(a.location), YN_PRINT(a.file), a.line, YN_PRINT(a.vary), b.status,
                YN_PRINT(b.location), YN_PRINT(b.file), b.line, YN_PRINT(b.vary));
    fail();
}

static void compare_all(const model *m, const yonder_rules *changed, chance *c)
{
    static random_request r;
    yonder_rules *anew = read_model(m), *merged = NULL;
    assert_int_equal(yonder_rules_merge(&merged, changed, NULL), YONDER_OK);
    assert_int_equal(yonder_rules_count(changed), yonder_rules_count(anew));
    assert_int_equal(yonder_rules_count(merged), yonder_rules_count(anew));
    for (unsigned i = 0; i < 30; i++) {
        make_request(&r, c);
        compare(m, anew, changed, &r.request, "changed");
        compare(m, anew, merged, &r.request, "merged");
    }
    yonder_rules_free(merged);
    yonder_rules_free(anew);
}

static void changes_answer_as_the_edited_text_would(void **state)
{
    (void)state;
    static model m;
    static edit edits[most_changes];
    yonder_rules_change changes[most_changes];
    yonder_rules *sets[16];
    const yonder_rules_reading how = {.report = print_diagnostic};
    chance c = {7};
    for (unsigned i = 0; i < 400; i++) {
        size_t count = 0, steps = 1 + below(&c, 14);
        make_model(&m, &c);
        sets[count++] = read_model(&m);
        for (; count < steps + 1; count++) {
            yonder_rules *next = NULL, *base = sets[count - 1];
            size_t n = make_edits(&m, &c, edits, changes);
            int error =
                below(&c, 6) ? yonder_rules_change_set(&next, base, changes, n, &how) : YONDER_OK;
            if (!next && !error) { // merged before it goes on
                yonder_rules *merged = NULL;
                assert_int_equal(yonder_rules_merge(&merged, base, NULL), YONDER_OK);
                error = yonder_rules_change_set(&next, merged, changes, n, &how);
                // `next` lies on `merged`, which has to stay.
                sets[count++] = merged;
                if (count == 15)
                    steps = 0;
            }
            if (error)
                print_model(&m);
            assert_int_equal(error, YONDER_OK);
            sets[count] = next;
            compare_all(&m, next, &c);
        }
        while (count)
            yonder_rules_free(sets[--count]);
        free_model(&m);
    }
}

/* ---- lines by their numbers ------------------------------------------------------------------ */

static yonder_rules *change_one(const yonder_rules *base, const char *file, uint32_t line,
                                const char *text, const char *hosts)
{
    yonder_rules *out = NULL;
    yonder_rules_change change = {yonder_text_of(file), line, yonder_text_of(text),
                                  yonder_text_of(hosts)};
    assert_int_equal(yonder_rules_change_set(&out, base, &change, 1,
                                             &(yonder_rules_reading){.report = print_diagnostic}),
                     YONDER_OK);
    return out;
}

// Files go on where they end, merged or not: no two lines have one number.
static void lines_that_come_go_on_with_their_file(void **state)
{
    (void)state;
    static const struct {
        const char *file, *rule, *answer;
    } rows[] = {
        {"test.rules", "/b /c", "301 /c line 4"}, {"x", "/x1 /1", "301 /1 line 1"},
        {"x", "/x2 /2", "301 /2 line 2"},         {"y", "/y1 /1", "301 /1 line 1"},
        {"x", "/x3 /3", "301 /3 line 3"},         {"y", "/y2 /2", "301 /2 line 2"},
        {"test.rules", "/c /d", "301 /d line 5"},
    };
    for (int merging = 0; merging < 3; merging++) {
        yonder_rules *sets[16] = {rules_of("base", YN_TEXT("# c\n\n/a /b\n# d\n"))};
        size_t count = 1;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            sets[count] = change_one(sets[count - 1], rows[i].file, 0, rows[i].rule, "");
            count++;
            if (merging && i % (size_t)merging == 0) {
                assert_int_equal(yonder_rules_merge(&sets[count], sets[count - 1], NULL), 0);
                count++;
            }
            for (size_t k = 0; k <= i; k++) {
                char target[8];
                snprintf(target, sizeof target, "%.*s", (int)strcspn(rows[k].rule, " "),
                         rows[k].rule);
                assert_string_equal(answer_to(sets[count - 1], "h", target), rows[k].answer);
            }
        }
        yonder_rules *last = change_one(sets[count - 1], "x", 3, "/x3 /changed", "");
        assert_string_equal(answer_to(last, "h", "/x3"), "301 /changed line 3");
        assert_string_equal(answer_to(last, "h", "/x1"), "301 /1 line 1");
        yonder_rules_free(last);
        while (count)
            yonder_rules_free(sets[--count]);
    }
}

/* ---- languages ------------------------------------------------------------------------------- */

static const char *answer_in_german(const yonder_rules *rules)
{
    static char out[longest_answer];
    static const yonder_field field = {YN_TEXT_INIT("Accept-Language"),
                                       YN_TEXT_INIT("en;q=0.1, de;q=0.5, fr")};
    answer_in_full(
        out, rules,
        &(yonder_rules_request){.target = YN_TEXT("/a"), .fields = &field, .field_count = 1});
    return out;
}

static void the_choice_of_a_language_reaches_through_all_layers(void **state)
{
    (void)state;
    yonder_rules *base = rules_of("base", YN_TEXT("/a /en language=en\n/b /c\n/a /all\n"));
#define WITH "vary='Accept-Language' cache='no-store' hsts='' retry=0"
    assert_string_equal(answer_in_german(base), "rule: 301 '/en' test.rules:1 " WITH);
    yonder_rules *de = change_one(base, "test.rules", 2, "/a /de language=de", "");
    assert_string_equal(answer_in_german(de), "rule: 301 '/de' test.rules:2 " WITH);
    yonder_rules *late = change_one(de, "+", 0, "/a /fr language=fr", "");
    assert_string_equal(answer_in_german(late), "rule: 301 '/de' test.rules:2 " WITH);
    yonder_rules *open = change_one(late, "test.rules", 3, "", "");
    assert_string_equal(answer_in_german(open), "rule: 301 '/fr' +:1 " WITH);
    yonder_rules *merged = NULL;
    assert_int_equal(yonder_rules_merge(&merged, open, NULL), YONDER_OK);
    assert_string_equal(answer_in_german(merged), "rule: 301 '/fr' +:1 " WITH);
    yonder_rules *sets[] = {merged, open, late, de, base};
    for (size_t i = 0; i < 5; i++)
        yonder_rules_free(sets[i]);
}

static void any_number_of_rules_can_share_a_from(void **state)
{
    (void)state;
    yn_buf text = yn_buf_make(1 << 20, NULL);
    for (unsigned i = 0; i < 1000; i++)
        yn_buf_str(&text, "/a /en language=en\n");
    yn_buf_str(&text, "/a /fr language=fr\n");
    yonder_rules *base = rules_of("many", yn_buf_text(&text));
    yonder_rules *changed = change_one(base, "+", 0, "/b /c", "");
    assert_string_equal(answer_in_german(base), "rule: 301 '/fr' test.rules:1001 " WITH);
    assert_string_equal(answer_in_german(changed), "rule: 301 '/fr' test.rules:1001 " WITH);
    yonder_rules_free(changed);
    yonder_rules_free(base);
    yn_buf_free(&text);
}

/* ---- errors ---------------------------------------------------------------------------------- */

typedef struct told {
    char all[1024];
    size_t len;
} told;

static void tell(void *context, const yonder_diagnostic *d)
{
    told *t = context;
    t->len += (size_t)snprintf(t->all + t->len, sizeof t->all - t->len, "%.*s:%u:%u [%.*s] %.*s\n",
                               YN_PRINT(d->file), (unsigned)d->line, (unsigned)d->column,
                               YN_PRINT(d->source_line), YN_PRINT(d->message));
}

static const struct {
    yonder_rules_change change;
    int error;
    const char *told;
} bad_rows[] = {
#define T YN_TEXT_INIT
    {{T("f"), 0, T("/x :y"), T("")},
     YONDER_INVALID_RULES,
     "f:2:4 [/x :y] neither a query pair ('name=value') nor a target ('/…', 'https://…' or "
     "'-')\n"},
    {{T("f"), 0, T("# c"), T("")}, YONDER_INVALID_RULES, "f:2:1 [# c] there is no rule here\n"},
    {{T("f"), 0, T(""), T("")}, YONDER_INVALID_RULES, "f:2:1 [] there is no rule here\n"},
    {{T("f"), 0, T("[a.test]"), T("")},
     YONDER_INVALID_RULES,
     "f:2:2 [[a.test]] a change is a rule, not a section\n"},
    {{T("f"), 0, T("https off"), T("")},
     YONDER_INVALID_RULES,
     "f:2:1 [https off] a change is a rule, not a line about a site\n"},
    {{T("f"), 0, T("/x /y\n/z /w"), T("")},
     YONDER_INVALID_RULES,
     "f:2:6 [/x /y\n/z /w] control character 0x0A\n"},
    {{T("f"), 0, T("/x /y"), T("a.test:80")},
     YONDER_INVALID_RULES,
     "f:2:1 [a.test:80] a section names hosts without a port\n"},
    {{T("f"), 0, T("/x /y"), T("a\nb")},
     YONDER_INVALID_RULES,
     "f:2:2 [a\nb] control character 0x0A\n"},
    {{T("f"), 0, T("//b.test/ /y"), T("a.test")},
     YONDER_INVALID_RULES,
     "f:2:1 [//b.test/ /y] the URL's host is not one of the section's: the rule can never "
     "fire\n"},
    {{T("test.rules"), 1, T(""), T("")}, YONDER_INVALID_ARGUMENT, ""}, // a comment
    {{T("test.rules"), 9, T(""), T("")}, YONDER_INVALID_ARGUMENT, ""},
    {{T("f"), 1, T("/x /y"), T("")}, YONDER_INVALID_ARGUMENT, ""},
    {{T("test.rules"), UINT32_MAX, T(""), T("")}, YONDER_INVALID_ARGUMENT, ""},
};

static void what_is_no_rule_is_told_and_changes_nothing(void **state)
{
    (void)state;
    yonder_rules *base = rules_of("base", YN_TEXT("# c\n/a /b\n"));
    for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
        yonder_rules_change changes[] = {{T("test.rules"), 2, T("/a /c"), T("")},
                                         bad_rows[i].change};
        yonder_rules *out = NULL;
        told t = {.len = 0};
        assert_int_equal(
            yonder_rules_change_set(&out, base, changes, 2,
                                    &(yonder_rules_reading){.report = tell, .report_context = &t}),
            bad_rows[i].error);
        assert_null(out);
        assert_string_equal(t.all, bad_rows[i].told);
        assert_string_equal(answer_to(base, "h", "/a"), "301 /b line 2");
    }
    yonder_rules_free(base);
}

static void no_change_at_all_is_a_set_too(void **state)
{
    (void)state;
    yonder_rules *base = rules_of("base", YN_TEXT("/a /b\n")), *same = NULL, *empty = NULL;
    assert_int_equal(yonder_rules_change_set(&same, base, NULL, 0, &(yonder_rules_reading){0}), 0);
    assert_string_equal(answer_to(same, "h", "/a"), "301 /b line 1");
    assert_int_equal(yonder_rules_image(same).len, 0);
    assert_int_equal(yonder_rules_verify(same), YONDER_OK);
    empty = change_one(same, "test.rules", 1, "", "");
    assert_int_equal(yonder_rules_count(empty), 0);
    assert_string_equal(answer_to(empty, "h", "/a"), "none");
    yonder_rules_free(empty);
    yonder_rules_free(same);
    yonder_rules_free(base);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static const char many_kinds[] =
    "hsts max-age=1\n/a /b language=de\n/a/:b/* //x.test/:b/:splat header:x=a*\n~^/r(.) /$1\n"
    "/p q=1 r=:v /:v\n[a.test *.a.test]\nslash ignore\nhttps 302\n/x /y\n//b.a.test/*/z /:splat\n";

static int change_it(void *base, const yonder_mem *mem, yonder_rules **out)
{
    static const yonder_rules_change changes[] = {
        {T("test.rules"), 2, T(""), T("")},
        {T("test.rules"), 3, T("/a/:b/c q=1 https://y.test/z/:b"), T("")},
        {T("added"), 0, T("~^/s(.) p=:v /$1/:v"), T("c.test *.a.test")},
        {T("added"), 0, T("/*/t /:splat country=DE"), T("a.test *.a.test")}};
    return yonder_rules_change_set(out, base, changes, 4, &(yonder_rules_reading){.mem = mem});
}

static int merge_it(void *changed, const yonder_mem *mem, yonder_rules **out)
{
    return yonder_rules_merge(out, changed, mem);
}

static int change_badly(void *base, const yonder_mem *mem, yonder_rules **out)
{
    static const yonder_rules_change bad = {T("added"), 0, T("/*/*/* /:x 999 a=b"), T("a b:1")};
    return yonder_rules_change_set(out, base, &bad, 1, &(yonder_rules_reading){.mem = mem});
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    yonder_rules *base = rules_of("base", yonder_text_of(many_kinds)), *once = NULL;
    assert_true(each_allocation_fails_once(change_it, base, YONDER_OK) > 20);
    assert_int_equal(change_it(base, NULL, &once), YONDER_OK);
    yonder_rules *twice = change_one(once, "added", 2, "/*/u /:splat", "");
    assert_true(each_allocation_fails_once(change_it, base, YONDER_OK) > 20);
    assert_true(each_allocation_fails_once(merge_it, twice, YONDER_OK) > 20);
    each_allocation_fails_once(change_badly, twice, YONDER_INVALID_RULES);
    yonder_rules_free(twice);
    yonder_rules_free(once);
    yonder_rules_free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_answer_as_the_edited_text_would),
        cmocka_unit_test(lines_that_come_go_on_with_their_file),
        cmocka_unit_test(the_choice_of_a_language_reaches_through_all_layers),
        cmocka_unit_test(any_number_of_rules_can_share_a_from),
        cmocka_unit_test(what_is_no_rule_is_told_and_changes_nothing),
        cmocka_unit_test(no_change_at_all_is_a_set_too),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
