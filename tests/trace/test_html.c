// SPDX-License-Identifier: MIT
// Pages, and the refresh they declare.
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "trace/html.h"

#define GO "<meta http-equiv=refresh content='3;url=/go'>"

static const struct {
    const char *name, *page;
    const char *url; // NULL: it declares none
} rows[] = {
    {"in the head", "<!doctype html><head><title>x</title>" GO, "/go"},
    {"no head at all", GO, "/go"},
    {"in the body", "<body><p>x" GO, "/go"},
    {"any case, any quotes", "<META HTTP-EQUIV=\"ReFresh\" CONTENT=3;URL=/go>", "/go"},
    {"attributes in the other order", "<meta content='3;url=/go' http-equiv=refresh>", "/go"},
    {"closed as in XML", "<html><head><meta http-equiv='refresh' content='3;url=/go' /></head>",
     "/go"},
    {"character references", "<meta http-equiv=refresh content='3;url=/a?b&amp;c=&#x64;'>",
     "/a?b&c=d"},
    {"another pragma", "<meta http-equiv=content-type content='3;url=/go'>", NULL},
    {"blanks in the name of the pragma", "<meta http-equiv=' refresh' content='3;url=/go'>", NULL},
    {"no content", "<meta http-equiv=refresh>", NULL},
    {"empty content", "<meta http-equiv=refresh content=''>", NULL},
    {"a name, no pragma", "<meta name=refresh content='3;url=/go'>", NULL},
    {"the first that can be read counts",
     "<meta http-equiv=refresh content=x>" GO "<meta http-equiv=refresh content='0;url=/later'>",
     "/go"},
    {"a reload is a refresh, too", "<meta http-equiv=refresh content=9>" GO, "/d/page"},
    {"in a comment", "<!-- " GO " -->", NULL},
    {"in a script", "<script>'" GO "'</script>", NULL},
    {"in a title", "<title>" GO "</title>", NULL},
    {"in a textarea", "<textarea>" GO "</textarea>", NULL},
    {"in a style", "<style>" GO "</style>", NULL},
    {"in an attribute", "<p title=\"" GO "\">", NULL},
    {"in a template", "<template>" GO "</template>", NULL},
    {"in SVG it is another element", "<svg><desc></desc><g><title></title></g></svg>", NULL},
    {"in a noscript", "<noscript>" GO "</noscript>", NULL},
    {"in a noscript of the body", "<body><noscript>" GO "</noscript>", NULL},
    {"after a noscript", "<noscript>x</noscript>" GO, "/go"},
    {"a noscript of the head that a parser without scripts closes early",
     "<head><noscript><img src=x>" GO "</noscript></head>", NULL},
    {"a noscript that is never closed", "<noscript>" GO, NULL},
    {"an end tag with blanks", "<noscript></noscript >" GO, "/go"},
    {"a longer name is no end tag", "<noscript></noscriptx>" GO "</noscript>", NULL},
    {"a base before",
     "<base href=/x/y/>"
     "<meta http-equiv=refresh content='0;go'>",
     "/x/y/go"},
    {"a base after", "<meta http-equiv=refresh content='0;go'><base href=/x/>", "/d/go"},
    {"the first base", "<base href=/x/><base href=/y/><meta http-equiv=refresh content='0;go'>",
     "/x/go"},
    {"a base without href",
     "<base target=_top><base href=/y/>"
     "<meta http-equiv=refresh content='0;go'>",
     "/y/go"},
    {"a base that is none", "<base href='data:,x'><meta http-equiv=refresh content='0;go'>",
     "/d/go"},
    {"a base in a noscript",
     "<noscript><base href=/x/></noscript>"
     "<meta http-equiv=refresh content='0;go'>",
     "/d/go"},
    {"a byte order mark", "\xEF\xBB\xBF" GO, "/go"},
    {"UTF-8", "<meta http-equiv=refresh content='0;/\xC3\xA9'>", "/%C3%A9"},
    {"windows-1252", "<meta http-equiv=refresh content='0;/\xE9\x80'>....", "/%C3%A9%E2%82%AC"},
    {"nothing", "", NULL},
    {"a script address", "<meta http-equiv=refresh content='0;url=javascript:x'>", NULL},
};

static void the_first_refresh_of_a_page_is_found(void **state)
{
    (void)state;
    yonder_url document;
    assert_int_equal(yonder_url_parse(&document, YN_TEXT("http://a.test/d/page"), NULL, NULL),
                     YONDER_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_refresh refresh;
        int found = yn_html_refresh(NULL, yonder_text_of(rows[i].page), &document, NULL, &refresh);
        assert_row(rows[i].name, found == (rows[i].url != NULL));
        if (!found)
            continue;
        yonder_text href = yonder_url_href(&refresh.url);
        assert_text(rows[i].name, yn_skip(href, strlen("http://a.test")), rows[i].url);
        yonder_url_free(&refresh.url, NULL);
    }
    yonder_url_free(&document, NULL);
}

// As much of a page as is read, all of it one thing inside the other or one after the other.
static void a_page_of_any_depth_is_walked(void **state)
{
    (void)state;
    static const char *const units[] = {"<div>",
                                        "<b>",
                                        "<noscript>",
                                        "<meta content=x>",
                                        "<p>",
                                        "<table>",
                                        "<noscript><meta content=1 http-equiv=x>"};
    enum {
        size = 256 * 1024
    };
    yonder_url document;
    char *page = malloc(size);
    assert_non_null(page);
    assert_int_equal(yonder_url_parse(&document, YN_TEXT("http://a.test/"), NULL, NULL), YONDER_OK);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        yonder_refresh refresh;
        for (size_t at = 0; at < size; at++)
            page[at] = units[i][at % strlen(units[i])];
        int found = yn_html_refresh(NULL, (yonder_text){page, size}, &document, NULL, &refresh);
        assert_row(units[i], found == 0);
    }
    free(page);
    yonder_url_free(&document, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_refresh_of_a_page_is_found),
        cmocka_unit_test(a_page_of_any_depth_is_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
