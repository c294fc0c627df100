// SPDX-License-Identifier: MIT
// Arguments of RewriteRule and RewriteCond: what they say, and texts with variables as targets.
#include "base/text.h"
#include "dialects/apache.h"
#include "dialects/regexp.h"

/* ---- patterns -------------------------------------------------------------------------------- */

static bool read_pattern(yn_apache *a, const yn_directive *where, yonder_text text, yn_regexp *out)
{
    if (yn_regexp_read(out, text))
        return true;
    yn_plan_note(a->plan, YN_NOTE_ERROR, where->file, where->line,
                 "the parentheses of its regular expression do not go in pairs");
    return false;
}

bool yn_apache_path_pattern(yn_apache *a, const yn_directive *where, yonder_text text,
                            yonder_text *out)
{
    yn_regexp pattern;
    if (!read_pattern(a, where, text, &pattern))
        return false;
    yn_regexp_write(&a->plan->scratch, text, YN_REGEXP_DECODED);
    *out = yn_plan_written(a->plan);
    return true;
}

static bool starts_with_dots(yonder_text t)
{
    return yn_starts_with(t, YN_TEXT(".*")) || yn_starts_with(t, YN_TEXT("(.*)"));
}

static bool has_start(yonder_text text)
{
    for (yn_regexp_token token; (token = yn_regexp_next(&text)).kind != YN_REGEXP_END;)
        if (token.kind == YN_REGEXP_START)
            return true;
    return false;
}

// In a folder "^a" is "^/a", and "^" elsewhere is just behind the folder's slash.
static bool folder_pattern(yn_apache *a, const yn_apache_place *place, const yn_directive *where,
                           yonder_text text, yonder_text *out)
{
    yn_regexp pattern;
    yn_buf *buf = &a->plan->scratch;
    if (!read_pattern(a, where, text, &pattern))
        return false;
    bool start = has_start(pattern.anchored ? yn_skip(text, 1) : text);
    if (start && place->folder.len > 1) {
        yn_plan_note(a->plan, YN_NOTE_LOST, where->file, where->line,
                     "a '^' inside its regular expression, in a folder of its own");
        return false;
    }
    yn_buf_char(buf, '^');
    yn_regexp_quote(buf, place->folder);
    if (pattern.anchored)
        text = yn_skip(text, 1);
    else if (!pattern.alternates && starts_with_dots(text))
        ;
    else if (text.len)
        yn_buf_str(buf, ".*?");
    bool wrap = pattern.alternates;
    yn_buf_str(buf, wrap ? "(?:" : "");
    yn_regexp_write(buf, text, YN_REGEXP_DECODED | (start ? YN_REGEXP_AFTER_SLASH : 0));
    yn_buf_str(buf, wrap ? ")" : "");
    *out = yn_plan_written(a->plan);
    return true;
}

bool yn_apache_pattern(yn_apache *a, const yn_apache_place *place, const yn_directive *where,
                       yonder_text text, yonder_text *out)
{
    return place->in_folder ? folder_pattern(a, place, where, text, out)
                            : yn_apache_path_pattern(a, where, text, out);
}

/* ---- flags ----------------------------------------------------------------------------------- */

static const struct {
    yonder_text word;
    int status;
} statuses[] = {
    {YN_TEXT_INIT("permanent"), 301},
    {YN_TEXT_INIT("temp"), 302},
    {YN_TEXT_INIT("seeother"), 303},
};

static int read_status(yonder_text value)
{
    uint64_t number;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (yn_equal_nocase(statuses[i].word, value))
            return statuses[i].status;
    return yn_parse_number(value, 999, &number) && number ? (int)number : 302;
}

static bool is_flag(yonder_text name, const char *letter, const char *word)
{
    return yn_equal_nocase(name, yonder_text_of(letter)) ||
           yn_equal_nocase(name, yonder_text_of(word));
}

// What goes with other things than redirects.
static bool is_idle_flag(yonder_text name)
{
    static const char *const idle[] = {"E",
                                       "env",
                                       "CO",
                                       "cookie",
                                       "NS",
                                       "nosubreq",
                                       "DPI",
                                       "T",
                                       "type",
                                       "H",
                                       "handler",
                                       "QSL",
                                       "qslast",
                                       "BNP",
                                       "backrefnoplus",
                                       "discardpath",
                                       "UnsafeAllow3F",
                                       "UnsafePrefixStat",
                                       "UNC",
                                       "BCTLS",
                                       "BNE"};
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        if (yn_equal_nocase(name, yonder_text_of(idle[i])))
            return true;
    return false;
}

static void read_flag(yn_apache_rule *r, yonder_text name, yonder_text value)
{
    uint64_t number = 0;
    if (is_flag(name, "R", "redirect"))
        r->status = read_status(value);
    else if (is_flag(name, "G", "gone"))
        r->status = 410, r->last = true;
    else if (is_flag(name, "F", "forbidden"))
        r->status = 403, r->last = true;
    else if (is_flag(name, "L", "last"))
        r->last = true;
    else if (is_flag(name, "END", "END"))
        r->last = r->end = true;
    else if (is_flag(name, "NC", "nocase"))
        r->ignore_case = true;
    else if (is_flag(name, "NE", "noescape"))
        r->no_escape = true;
    else if (is_flag(name, "QSA", "qsappend"))
        r->query_append = true;
    else if (is_flag(name, "QSD", "qsdiscard"))
        r->query_drop = true;
    else if (is_flag(name, "B", "escapebackreferences"))
        r->escapes_back = true;
    else if (is_flag(name, "C", "chain"))
        r->chains = true;
    else if (is_flag(name, "N", "next"))
        r->next = true;
    else if (is_flag(name, "P", "proxy"))
        r->proxy = r->last = true;
    else if (is_flag(name, "PT", "passthrough"))
        r->passes_through = r->last = true;
    else if (is_flag(name, "S", "skip") && yn_parse_number(value, 1000, &number))
        r->skip = (unsigned)number;
    else
        r->is_unknown = r->is_unknown || !is_idle_flag(name);
}

// "[R=301,L]"
static bool read_flags(yn_apache_rule *r, yonder_text flags)
{
    if (flags.len < 2 || flags.ptr[0] != '[' || flags.ptr[flags.len - 1] != ']')
        return false;
    flags = yn_slice(flags, 1, flags.len - 1);
    while (flags.len) {
        size_t end = yn_find_char(flags, ',');
        yonder_text flag = yn_trim(yn_slice(flags, 0, end), " \t");
        size_t equals = yn_find_char(flag, '=');
        yonder_text value = equals < flag.len ? yn_skip(flag, equals + 1) : (yonder_text){0};
        read_flag(r, yn_slice(flag, 0, equals), value);
        flags = yn_skip(flags, end < flags.len ? end + 1 : end);
    }
    return true;
}

bool yn_apache_rule_read(yn_apache *a, const yn_directive *d, yn_apache_rule *out)
{
    *out = (yn_apache_rule){.where = d};
    if (d->count < 3 || d->count > 4 || (d->count == 4 && !read_flags(out, d->words[3]))) {
        yn_plan_note(a->plan, YN_NOTE_ERROR, d->file, d->line,
                     "a pattern, a target and [flags] are what it takes");
        return false;
    }
    out->pattern = d->words[1];
    out->to = d->words[2];
    if (out->pattern.len && out->pattern.ptr[0] == '!') {
        out->negative = true;
        out->pattern = yn_skip(out->pattern, 1);
    }
    if (out->is_unknown)
        yn_plan_note(a->plan, YN_NOTE_ERROR, d->file, d->line, "a flag that there is not");
    return true;
}

bool yn_apache_cond_read(yn_apache *a, const yn_directive *d, yn_apache_cond *out)
{
    yn_apache_rule flags = {0};
    *out = (yn_apache_cond){.where = d};
    if (d->count < 3 || d->count > 4 ||
        (d->count == 4 && !read_flags(&flags, d->words[3]) &&
         !yn_equal_nocase(d->words[1], YN_TEXT("expr")))) {
        yn_plan_note(a->plan, YN_NOTE_ERROR, d->file, d->line,
                     "a text, a pattern and [flags] are what it takes");
        return false;
    }
    out->test = d->words[1];
    out->pattern = d->words[2];
    out->ignore_case = flags.ignore_case;
    yonder_text text = d->count == 4 ? d->words[3] : (yonder_text){0};
    for (size_t i = 0; i + 1 < text.len; i++) // [OR], [NC,OR], [ornext]
        out->or_next = out->or_next || (yn_equal_nocase(yn_slice(text, i, i + 2), YN_TEXT("or")) &&
                                        strchr("[, ", i ? text.ptr[i - 1] : ' ') != NULL);
    if (out->pattern.len && out->pattern.ptr[0] == '!') {
        out->negative = true;
        out->pattern = yn_skip(out->pattern, 1);
    }
    return true;
}

/* ---- texts as targets ------------------------------------------------------------------------ */

static const struct {
    yonder_text name;
    yn_part_of_to kind;
} variables[] = {
    {YN_TEXT_INIT("HTTP_HOST"), YN_TO_AUTHORITY},   {YN_TEXT_INIT("SERVER_NAME"), YN_TO_HOST},
    {YN_TEXT_INIT("REQUEST_URI"), YN_TO_PATH},      {YN_TEXT_INIT("QUERY_STRING"), YN_TO_QUERY},
    {YN_TEXT_INIT("REQUEST_SCHEME"), YN_TO_SCHEME},
};

static void add_variable(yn_apache *a, const yn_apache_env *env, yn_to *to, yonder_text name)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        if (!yn_equal_nocase(variables[i].name, name))
            continue;
        if (variables[i].kind == YN_TO_PATH && env->fixed.len)
            yn_to_add(a->plan, to, YN_TO_TEXT, env->fixed);
        else
            yn_to_add(a->plan, to, variables[i].kind, (yonder_text){0});
        return;
    }
    yn_to_add(a->plan, to, YN_TO_UNKNOWN, name);
}

static void add_group(yn_apache *a, const yn_apache_env *env, yn_to *to, char kind, char digit)
{
    int number = digit - '0';
    if (kind == '$' && env->fixed.len)
        yn_to_add(a->plan, to, YN_TO_TEXT, env->rule_groups[number]);
    else if (kind == '$' && env->rule_id)
        yn_to_add_group(a->plan, to, env->rule_id, (uint32_t)number);
    else if (kind == '%' && env->has_texts)
        yn_to_add(a->plan, to, YN_TO_TEXT, env->cond_texts[number]);
    else if (kind == '%' && env->cond_names[number].len)
        yn_to_add(a->plan, to, YN_TO_ARGUMENT, env->cond_names[number]);
    else if (kind == '%' && env->cond_id)
        yn_to_add_group(a->plan, to, env->cond_id, (uint32_t)number);
}

static void add_text(yn_apache *a, yn_to *to, yonder_text text, bool escape, bool *in_query)
{
    yn_buf *out = &a->plan->scratch;
    for (size_t i = 0; i < text.len; i++) {
        *in_query = *in_query || text.ptr[i] == '?';
        if (escape && !*in_query && (text.ptr[i] == '%' || text.ptr[i] == '#'))
            yn_buf_printf(out, "%%%02X", (unsigned)(unsigned char)text.ptr[i]);
        else
            yn_buf_char(out, text.ptr[i]);
    }
    yn_to_add(a->plan, to, YN_TO_TEXT, yn_plan_written(a->plan));
}

// The end of "%{…}" at the start of `t`, or 0.
static size_t variable_end(yonder_text t)
{
    if (!yn_starts_with(t, YN_TEXT("%{")))
        return 0;
    size_t end = yn_find_char(t, '}');
    return end < t.len ? end + 1 : 0;
}

yn_to yn_apache_value(yn_apache *a, const yn_apache_env *env, yonder_text text, bool escape)
{
    yn_to to = {0};
    bool in_query = false;
    // Drupal's way to keep the scheme.
    if (yn_starts_with(text, YN_TEXT("http%{ENV:protossl}"))) {
        yn_to_add(a->plan, &to, YN_TO_SCHEME, (yonder_text){0});
        text = yn_skip(text, strlen("http%{ENV:protossl}"));
    }
    while (text.len) {
        char c = text.ptr[0], next = text.len > 1 ? text.ptr[1] : '\0';
        size_t end = variable_end(text);
        if (end) {
            add_variable(a, env, &to, yn_slice(text, 2, end - 1));
        } else if ((c == '$' || c == '%') && yn_is_digit((unsigned char)next)) {
            add_group(a, env, &to, c, next);
            end = 2;
        } else if (c == '\\' && next) {
            add_text(a, &to, yn_slice(text, 1, 2), escape, &in_query);
            end = 2;
        } else {
            for (end = 1; end < text.len && !strchr("$%\\", text.ptr[end]);)
                end++;
            add_text(a, &to, yn_slice(text, 0, end), escape, &in_query);
        }
        text = yn_skip(text, end);
    }
    return to;
}

/* ---- maps ------------------------------------------------------------------------------------ */

bool yn_apache_find_map(yonder_text text, size_t *at, size_t *length, yonder_text *name,
                        yonder_text *key, yonder_text *fallback)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.ptr[i] != '$' || text.ptr[i + 1] != '{')
            continue;
        size_t depth = 0, end = i + 1, colon = 0, bar = 0;
        for (; end < text.len; end++) {
            depth += text.ptr[end] == '{';
            depth -= text.ptr[end] == '}';
            if (!depth)
                break;
            if (text.ptr[end] == ':' && depth == 1 && !colon)
                colon = end;
            if (text.ptr[end] == '|' && depth == 1 && !bar)
                bar = end;
        }
        if (end == text.len || !colon)
            return false;
        *at = i;
        *length = end + 1 - i;
        *name = yn_slice(text, i + 2, colon);
        *key = yn_slice(text, colon + 1, bar ? bar : end);
        *fallback = bar ? yn_slice(text, bar + 1, end) : (yonder_text){0};
        return true;
    }
    return false;
}

const yn_apache_map *yn_apache_map_find(const yn_apache *a, yonder_text name)
{
    for (size_t i = 0; i < a->map_count; i++)
        if (yn_equal(a->maps[i].name, name))
            return &a->maps[i];
    return NULL;
}

bool yn_apache_map_next(yonder_text *rest, yonder_text *key, yonder_text *value)
{
    while (rest->len) {
        size_t end = yn_find_char(*rest, '\n');
        yonder_text line = yn_trim(yn_slice(*rest, 0, end), " \t\r");
        *rest = yn_skip(*rest, end < rest->len ? end + 1 : end);
        if (!line.len || line.ptr[0] == '#')
            continue;
        size_t gap = 0;
        while (gap < line.len && line.ptr[gap] != ' ' && line.ptr[gap] != '\t')
            gap++;
        *key = yn_slice(line, 0, gap);
        yonder_text more = yn_trim(yn_skip(line, gap), " \t");
        gap = 0;
        while (gap < more.len && more.ptr[gap] != ' ' && more.ptr[gap] != '\t')
            gap++;
        *value = yn_slice(more, 0, gap);
        if (value->len)
            return true;
    }
    return false;
}
