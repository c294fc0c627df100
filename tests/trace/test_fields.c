// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "trace/fields.h"

static void a_header_line_is_set_emptied_or_removed(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool ok;
        const char *name, *value;
        bool remove;
    } rows[] = {
        {"Name: value", true, "Name", "value", false},
        {"Name:value", true, "Name", "value", false},
        {"Name: \t a: b ", true, "Name", "a: b", false},
        {"Name: a\tb", true, "Name", "a\tb", false},
        {"Name: \xC3\xA9", true, "Name", "\xC3\xA9", false},
        {"Name:", true, "Name", "", true},
        {"Name:  ", true, "Name", "", true},
        {"Name;", true, "Name", "", false},
        {"Name: x;", true, "Name", "x;", false},
        {"Name", false, NULL, NULL, false},
        {"", false, NULL, NULL, false},
        {";", false, NULL, NULL, false},
        {": value", false, NULL, NULL, false},
        {"Na me: value", false, NULL, NULL, false},
        {"Name : value", false, NULL, NULL, false},
        {"Name: a\r\nB: c", false, NULL, NULL, false},
        {"Name: a\x7F", false, NULL, NULL, false},
        {"content-length: 5", false, NULL, NULL, false},
        {"Transfer-Encoding: chunked", false, NULL, NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_given_field field;
        const char *message = yn_given_field_parse(yonder_text_of(rows[i].line), &field);
        assert_row(rows[i].line, (message == NULL) == rows[i].ok);
        if (message)
            continue;
        assert_text(rows[i].line, field.field.name, rows[i].name);
        assert_text(rows[i].line, field.field.value, rows[i].value);
        assert_row(rows[i].line, field.remove == rows[i].remove);
    }
}

static const yonder_field *find(const yonder_field *fields, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (yn_equal_nocase(fields[i].name, yonder_text_of(name)))
            return &fields[i];
    return NULL;
}

static void what_the_user_gives_goes_before_what_the_client_sends(void **state)
{
    (void)state;
    const yonder_client *curl = yonder_client_find(YN_TEXT("curl"));
    const yn_given_field given[] = {
        {{YN_TEXT("user-agent"), YN_TEXT("mine")}, false},
        {{YN_TEXT("Accept"), YN_TEXT("")}, true},
        {{YN_TEXT("X-Twice"), YN_TEXT("1")}, false},
        {{YN_TEXT("X-Twice"), YN_TEXT("2")}, false},
    };
    yn_arena arena = yn_arena_make(NULL);
    yn_field_list list;
    const yonder_field *fields;
    size_t count;
    assert_int_equal(yn_fields_compose(curl, given, 4, true, &arena, &list), YONDER_OK);
    assert_int_equal(yn_fields_sent(&list, &arena, &fields, &count), YONDER_OK);
    assert_int_equal(count, 4);
    assert_text("own", find(fields, count, "User-Agent")->value, "mine");
    assert_null(find(fields, count, "Accept"));
    assert_text("order", fields[1].value, "1");
    assert_text("order", fields[2].value, "2");
    assert_text("a body has a type", find(fields, count, "Content-Type")->value,
                "application/x-www-form-urlencoded");
    yn_arena_free(&arena);
}

static void the_type_of_a_body_may_be_given_and_comes_only_with_one(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool has_body;
        yn_given_field given;
        const char *type; // NULL: none
    } rows[] = {
        {"no body", false, {{YN_TEXT_INIT("X"), YN_TEXT_INIT("1")}, false}, NULL},
        {"body",
         true,
         {{YN_TEXT_INIT("X"), YN_TEXT_INIT("1")}, false},
         "application/x-www-form-urlencoded"},
        {"given",
         true,
         {{YN_TEXT_INIT("content-type"), YN_TEXT_INIT("text/plain")}, false},
         "text/plain"},
        {"removed", true, {{YN_TEXT_INIT("Content-Type"), YN_TEXT_INIT("")}, true}, NULL},
    };
    const yonder_client *curl = yonder_client_find(YN_TEXT("curl"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_field_list list;
        const yonder_field *fields;
        size_t count;
        assert_int_equal(
            yn_fields_compose(curl, &rows[i].given, 1, rows[i].has_body, &arena, &list), YONDER_OK);
        assert_int_equal(yn_fields_sent(&list, &arena, &fields, &count), YONDER_OK);
        const yonder_field *type = find(fields, count, "Content-Type");
        assert_row(rows[i].name, (type != NULL) == (rows[i].type != NULL));
        if (type)
            assert_text(rows[i].name, type->value, rows[i].type);
        yn_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_line_is_set_emptied_or_removed),
        cmocka_unit_test(what_the_user_gives_goes_before_what_the_client_sends),
        cmocka_unit_test(the_type_of_a_body_may_be_given_and_comes_only_with_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
