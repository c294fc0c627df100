// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/text.h"
#include "report/explain.h"

enum {
    page_width = 80, // where the output sets no limit of its own, or a wider one
    least_width = 60,
    indent = 2,
    gap = 2,
    label_width = 17, // of the longest, with a gap
    cell_size = 16,
    names_size = 1024,
};

typedef struct page {
    yn_buf *out;
    const yn_style *style;
    size_t width;
} page;

static page page_for(yn_buf *out, const yn_style *style)
{
    size_t width = style->width && style->width < page_width ? style->width : page_width;
    return (page){out, style, width < least_width ? least_width : width};
}

static void put_looking(const page *p, yn_look look, const char *text)
{
    yn_look_begin(p->out, p->style, look);
    yn_buf_str(p->out, text);
    yn_look_end(p->out, p->style, look);
}

// `text` in a column of that width.
static void put_cell(const page *p, yn_look look, const char *text, size_t width)
{
    size_t columns = yn_columns(yonder_text_of(text));
    put_looking(p, look, text);
    yn_put_spaces(p->out, columns < width ? width - columns : 0);
}

static void put_paragraph(const page *p, const char *text)
{
    yn_put_wrapped(p->out, text, 0, 0, p->width);
    yn_buf_char(p->out, '\n');
}

static void put_labelled(const page *p, const char *label, const char *text)
{
    put_cell(p, YN_BOLD, label, label_width);
    yn_put_wrapped(p->out, text, label_width, label_width, p->width);
    yn_buf_char(p->out, '\n');
}

// ---- who does what ------------------------------------------------------------------------------

// What becomes of a request: "POST+", "GET", "-".
static void name_fate(const yn_fate *fate, char cell[cell_size])
{
    if (fate->follows)
        snprintf(cell, cell_size, "%.*s%s", YN_PRINT(fate->method), fate->body ? "+" : "");
    else
        snprintf(cell, cell_size, "-");
}

static bool same_fate(const yn_fate *a, const yn_fate *b)
{
    return a->follows == b->follows && a->body == b->body && yn_equal(a->method, b->method);
}

static bool same_fates(const yn_explained_client *a, const yn_explained_client *b)
{
    for (size_t i = 0; i < YN_EXPLAIN_METHOD_COUNT; i++)
        if (!same_fate(&a->fates[i], &b->fates[i]))
            return false;
    return true;
}

static void add_name(char names[names_size], const char *name)
{
    size_t len = strlen(names);
    snprintf(names + len, names_size - len, "%s%s", len ? ", " : "", name);
}

// Those who do as client `i` does; false if one before it does.
static bool name_group(const yn_explanation *e, size_t i, char names[names_size])
{
    names[0] = '\0';
    for (size_t k = 0; k < e->client_count; k++) {
        if (!same_fates(&e->clients[k], &e->clients[i]))
            continue;
        if (k < i)
            return false;
        add_name(names, yonder_client_name(e->clients[k].client));
    }
    return true;
}

static size_t column_width(const yn_explanation *e, size_t column)
{
    bool has_body;
    size_t width = yn_explain_method(column, &has_body).len;
    for (size_t i = 0; i < e->client_count; i++) {
        char cell[cell_size];
        name_fate(&e->clients[i].fates[column], cell);
        width = strlen(cell) > width ? strlen(cell) : width;
    }
    return width + gap;
}

static void put_heading(const page *p, const yn_explanation *e)
{
    yn_put_spaces(p->out, indent);
    for (size_t i = 0; i < YN_EXPLAIN_METHOD_COUNT; i++) {
        bool has_body;
        put_cell(p, YN_DIM, yn_explain_method(i, &has_body).ptr, column_width(e, i));
    }
    put_looking(p, YN_DIM, "as");
    yn_buf_char(p->out, '\n');
}

static yn_look fate_look(const yn_fate *fate, size_t column)
{
    bool has_body;
    if (!fate->follows)
        return YN_DIM;
    bool intact = yn_equal(fate->method, yn_explain_method(column, &has_body));
    return intact && fate->body == has_body ? YN_PLAIN : YN_NOTICE;
}

static void put_group(const page *p, const yn_explanation *e, size_t client, const char *names)
{
    size_t at = indent;
    yn_put_spaces(p->out, indent);
    for (size_t i = 0; i < YN_EXPLAIN_METHOD_COUNT; i++) {
        const yn_fate *fate = &e->clients[client].fates[i];
        char cell[cell_size];
        name_fate(fate, cell);
        put_cell(p, fate_look(fate, i), cell, column_width(e, i));
        at += column_width(e, i);
    }
    yn_put_wrapped(p->out, names, at, at, p->width);
    yn_buf_char(p->out, '\n');
}

static void put_note(const page *p, const char *text)
{
    yn_put_spaces(p->out, indent);
    yn_put_wrapped(p->out, text, indent, indent, p->width);
    yn_buf_char(p->out, '\n');
}

// Which requests the columns stand for.
static void put_requests(const page *p, const yn_explanation *e)
{
    char names[names_size] = "", text[2 * names_size] = "";
    for (size_t i = 0; i < YN_EXPLAIN_METHOD_COUNT; i++) {
        bool has_body;
        const char *method = yn_explain_method(i, &has_body).ptr;
        if (has_body)
            add_name(names, method);
    }
    snprintf(text, sizeof text, "With a body: %s; without: the others.", names);
    put_note(p, text);
    names[0] = '\0';
    for (size_t i = 0; i < e->client_count; i++)
        if (e->clients[i].names_methods)
            add_name(names, yonder_client_name(e->clients[i].client));
    snprintf(text, sizeof text,
             "As %s: POST is -d, PUT -T, HEAD -I; PATCH, DELETE and OPTIONS "
             "are named with -X.",
             names);
    put_note(p, text);
}

// What becomes of a method that the user has named: "with -X PUT: GET, without its body".
static void name_change(const yn_explained_client *c, size_t method, char change[6 * cell_size])
{
    const yn_fate *fate = &c->named[method];
    bool has_body;
    const char *name = yn_explain_method(method, &has_body).ptr;
    if (fate->follows)
        snprintf(change, 6 * cell_size, "with -X %s: %.*s%s", name, YN_PRINT(fate->method),
                 has_body && !fate->body ? ", without its body" : "");
    else
        snprintf(change, 6 * cell_size, "with -X %s: not followed", name);
}

// Only where that makes a difference.
static void put_named_methods(const page *p, const yn_explanation *e)
{
    for (size_t i = 0; i < e->client_count; i++) {
        const yn_explained_client *c = &e->clients[i];
        char change[6 * cell_size], text[names_size];
        size_t count = 0;
        int len = snprintf(text, sizeof text, "As %s", yonder_client_name(c->client));
        for (size_t k = 0; k < YN_EXPLAIN_METHOD_COUNT; k++) {
            if (same_fate(&c->named[k], &c->fates[k]))
                continue;
            name_change(c, k, change);
            len += snprintf(text + len, sizeof text - (size_t)len, "%s %s", count++ ? ";" : ",",
                            change);
        }
        snprintf(text + len, sizeof text - (size_t)len, ".");
        if (count)
            put_note(p, text);
    }
}

static void put_table(const page *p, const yn_explanation *e)
{
    put_paragraph(p, e->page->kind == YN_STATUS_NO_REDIRECT
                         ? "With a Location all the same (+ with its body, - not followed):"
                         : "What becomes of a request (+ with its body, - not followed):");
    put_heading(p, e);
    for (size_t i = 0; i < e->client_count; i++) {
        char names[names_size];
        if (name_group(e, i, names))
            put_group(p, e, i, names);
    }
    put_requests(p, e);
    put_named_methods(p, e);
    yn_buf_char(p->out, '\n');
}

// ---- the internal redirect ----------------------------------------------------------------------

static const char *learnt_word(const yn_explained_hsts *hsts)
{
    return !hsts->learnt ? "no" : hsts->support == YONDER_HSTS_OPT_IN ? "if told to" : "yes";
}

static void put_upgrade(const page *p, const yn_explained_client *c)
{
    bool does = c->hsts.learnt || c->hsts.preloaded;
    yn_put_spaces(p->out, indent);
    put_cell(p, YN_PLAIN, yonder_client_name(c->client), 13);
    put_cell(p, does ? YN_PLAIN : YN_DIM, learnt_word(&c->hsts), 14);
    put_cell(p, does ? YN_PLAIN : YN_DIM, c->hsts.preloaded ? "yes" : "no", 11);
    if (c->hsts.phrase)
        yn_buf_printf(p->out, "307 %s\n", c->hsts.phrase);
    else
        yn_buf_str(p->out, does ? "https from the start\n" : "-\n");
}

static void put_upgrades(const page *p, const yn_explanation *e)
{
    put_paragraph(p, "Who does it, for a host that it has learnt of or that is preloaded, and "
                     "what it shows:");
    yn_put_spaces(p->out, indent);
    put_looking(p, YN_DIM, "as           once learnt   preloaded  shows\n");
    for (size_t i = 0; i < e->client_count; i++)
        put_upgrade(p, &e->clients[i]);
    yn_buf_char(p->out, '\n');
}

// ---- the cache ----------------------------------------------------------------------------------

// How a client comes to keep a response, by the least it takes: X(name, what is said of it).
#define KEEPINGS(X)                                                                                \
    X(UNASKED, "Kept unasked and without end")                                                     \
    X(BY_AGE, "Kept unasked for a tenth of the time since Last-Modified, if it is there")          \
    X(IF_TOLD, "Kept only where max-age or Expires says so")                                       \
    X(IF_EXPIRES, "Kept only where Expires says so")                                               \
    X(NEVER, "Asked for anew whatever it says")

typedef enum keeping {
#define KEEPING_ENUM(name, prose) name,
    KEEPINGS(KEEPING_ENUM)
#undef KEEPING_ENUM
    keeping_count
} keeping;

static keeping keeping_of(const yn_explained_client *c)
{
    return c->kept.cacheable    ? UNASKED
           : c->aged.cacheable  ? BY_AGE
           : c->kept_if_told    ? IF_TOLD
           : c->kept_if_expires ? IF_EXPIRES
                                : NEVER;
}

// Ten years are so long that a bound shows.
static void name_keeper(char name[cell_size * 4], const yn_explained_client *c)
{
    enum {
        day = 86400,
        tenth_of_ten_years = 3653 * day / 10,
    };
    const char *client = yonder_client_name(c->client);
    if (keeping_of(c) == BY_AGE && c->aged.seconds < tenth_of_ten_years)
        snprintf(name, cell_size * 4, "%s (%lld days at most)", client,
                 (long long)c->aged.seconds / day);
    else
        snprintf(name, cell_size * 4, "%s", client);
}

// The standard's word, and then who keeps it.
static void put_cache(const page *p, const yn_explanation *e)
{
    static const char *const prose[] = {
#define KEEPING_PROSE(name, prose) prose,
        KEEPINGS(KEEPING_PROSE)
#undef KEEPING_PROSE
    };
    bool asked = e->page->kind == YN_STATUS_REDIRECT || e->page->kind == YN_STATUS_CHOICE;
    yn_buf text = yn_buf_make(p->out->max, p->out->mem);
    yn_buf_str(&text, e->page->cache);
    for (int k = 0; asked && k < keeping_count; k++) {
        char names[names_size] = "";
        for (size_t i = 0; i < e->client_count; i++) {
            char name[cell_size * 4];
            if (keeping_of(&e->clients[i]) != (keeping)k)
                continue;
            name_keeper(name, &e->clients[i]);
            add_name(names, name);
        }
        if (*names)
            yn_buf_printf(&text, " %s: %s.", prose[k], names);
    }
    yn_buf_char(&text, '\0');
    if (text.error)
        p->out->error = text.error;
    else
        put_labelled(p, "Cache", text.ptr);
    yn_buf_free(&text);
}

// ---- one page -----------------------------------------------------------------------------------

void yn_explain_text(yn_buf *out, const yn_explanation *e, const yn_style *style)
{
    const page p = page_for(out, style);
    char title[cell_size * 4];
    snprintf(title, sizeof title, "%d %s", e->page->status, yn_status_page_phrase(e->page));
    put_looking(&p, YN_BOLD, title);
    yn_buf_printf(out, ": %s\n\n", yn_status_page_summary(e->page));
    put_paragraph(&p, e->page->meaning);
    yn_buf_char(out, '\n');
    if (e->page->kind == YN_STATUS_INTERNAL)
        put_upgrades(&p, e);
    else
        put_table(&p, e);
    put_cache(&p, e);
    put_labelled(&p, "Search engines", e->page->search_engine);
    put_labelled(&p, "Use it for", e->page->use_when);
    put_labelled(&p, "Instead", e->page->instead);
    for (size_t i = 0; i < YN_STATUS_SECTIONS && e->page->sections[i].title; i++)
        put_labelled(&p, e->page->sections[i].title, e->page->sections[i].text);
    put_labelled(&p, "Specified in", e->page->specification);
}

// ---- the overview -------------------------------------------------------------------------------

static void put_statuses(const page *p)
{
    const yn_status_page *s;
    enum {
        name_width = 10,
        phrase_width = 20,
        at = indent + name_width + phrase_width,
    };
    for (size_t i = 0; (s = yn_status_page_at(i)); i++) {
        yn_put_spaces(p->out, indent);
        put_cell(p, YN_BOLD, s->name, name_width);
        put_cell(p, YN_PLAIN, yn_status_page_phrase(s), phrase_width);
        yn_put_wrapped(p->out, yn_status_page_summary(s), at, at, p->width);
        yn_buf_char(p->out, '\n');
    }
}

static void put_choice(const page *p, const char *method, bool permanent)
{
    char cell[cell_size] = "-";
    for (const yn_status_choice *c = yn_status_choices; c->status; c++)
        if (strcmp(c->method, method) == 0 && c->permanent == permanent)
            snprintf(cell, sizeof cell, "%d", c->status);
    put_cell(p, YN_BOLD, cell, permanent ? 10 : 0);
}

static void put_choices(const page *p)
{
    static const char *const rows[][2] = {
        {"only reading matters", "may_change"},
        {"the method must be kept", "kept"},
        {"next comes a GET", "get"},
    };
    enum {
        column = 26
    };
    yn_put_spaces(p->out, indent + column);
    put_looking(p, YN_DIM, "for good  for now\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_put_spaces(p->out, indent);
        put_cell(p, YN_PLAIN, rows[i][0], column);
        put_choice(p, rows[i][1], true);
        put_choice(p, rows[i][1], false);
        yn_buf_char(p->out, '\n');
    }
}

static void put_clients(const page *p, const yonder_mem *mem)
{
    const yonder_client *client;
    for (size_t i = 0; (client = yonder_client_at(i)); i++) {
        yn_put_spaces(p->out, indent);
        put_cell(p, YN_BOLD, yonder_client_name(client), 13);
        yn_buf_printf(p->out, "%3u  %s\n", yn_explain_limit(client, mem),
                      yonder_client_version(client));
    }
}

void yn_explain_overview_text(yn_buf *out, const yn_style *style, const yonder_mem *mem)
{
    const page p = page_for(out, style);
    put_paragraph(&p, "The redirect statuses; 'yonder explain 307' tells all about one.");
    yn_buf_char(out, '\n');
    put_statuses(&p);
    yn_buf_char(out, '\n');
    put_looking(&p, YN_BOLD, "Which one do I want?");
    yn_buf_str(out, "\n\n");
    put_choices(&p);
    yn_buf_char(out, '\n');
    put_paragraph(&p, "A form was posted and a page is to show the result: 303. There is nothing "
                      "to go to any more: 410, which is no redirect. Not sure that it is for "
                      "good: begin with the one for now, browsers keep the other.");
    yn_buf_char(out, '\n');
    put_looking(&p, YN_BOLD, "As seen by");
    yn_buf_str(out, ", with the number of redirects it follows in a row:\n\n");
    put_clients(&p, mem);
}
