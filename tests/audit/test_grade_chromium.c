// SPDX-License-Identifier: MIT
// What the preload list's checker says of a site: codes in its order, errors then warnings.
#include "audit/scene.h"

#define D    "example.test"
#define H    "http://example.test"
#define S    "https://example.test"
#define W    "https://www.example.test"
#define YEAR "max-age=31536000"
#define GOOD "max-age=63072000; includeSubDomains; preload"
#define GCM  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
#define CBC  "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"

typedef struct row {
    const char *name;
    scene scene;
    const char *codes;
    yn_grade_options options;
    bool unknown;
} row;

#define HTTP_OK                                                                                    \
    {                                                                                              \
        .url = H "/", .status = 301, .location = S "/"                                             \
    }
#define HTTPS_OK                                                                                   \
    {                                                                                              \
        .url = S "/", .status = 200, .sts = GOOD                                                   \
    }
#define WWW_OK                                                                                     \
    {                                                                                              \
        .url = W "/", .status = 200                                                                \
    }
#define NO_WWW .absent = "www.example.test"

static const row rows[] = {
    {"all is well", {.domain = D, .answers = {HTTP_OK, HTTPS_OK, WWW_OK}}, ""},
    // ---- names
    {"a dot before it", {.domain = ".example.test", .ascii = ""}, "domain.format.begins_with_dot"},
    {"a dot behind it", {.domain = "example.test.", .ascii = D}, "domain.format.ends_with_dot"},
    {"two dots", {.domain = "example..test", .ascii = ""}, "domain.format.contains_double_dot"},
    {"a suffix",
     {.domain = "github.io", .suffix = "github.io", .registrable = ""},
     "domain.format.public_suffix"},
    {"one label", {.domain = "localhost", .registrable = ""}, "domain.format.public_suffix"},
    {"nothing", {.domain = "", .ascii = ""}, "domain.format.public_suffix"},
    {"an underscore",
     {.domain = "a_b.test", .ascii = "a_b.test"},
     "domain.format.invalid_characters"},
    {"a script of its own",
     {.domain = "m\xc3\xbcnchen.test", .ascii = "xn--mnchen-3ya.test"},
     "domain.format.invalid_characters"},
    {"a port", {.domain = "example.test:443", .ascii = ""}, "domain.format.invalid_characters"},
    {"an address", {.domain = "192.0.2.1", .ascii = ""}, "domain.format.is_ip_address"},
    {"an address of IPv6", {.domain = "2001:db8::1.", .ascii = ""}, "domain.format.ends_with_dot"},
    {"no address by Go's book",
     {.domain = "192.0.2.01", .ascii = ""},
     "domain.is_subdomain domain.tls.cannot_connect"},
    {"a sub-domain",
     {.domain = "a.example.test",
      .registrable = D,
      .answers = {{"http://a.example.test/", 301, "https://a.example.test/"},
                  {"https://a.example.test/", 200, .sts = GOOD},
                  {"https://www.a.example.test/", .error = YN_FETCH_TLS_HANDSHAKE}}},
     "domain.is_subdomain"},
    // ---- the connection
    {"nobody listens",
     {.domain = D, .answers = {HTTP_OK, {S "/"}}, NO_WWW},
     "domain.tls.cannot_connect"},
    {"no time",
     {.domain = D, .answers = {HTTP_OK, {S "/", .error = YN_FETCH_TIMEOUT}}},
     "domain.tls.cannot_connect",
     .unknown = true},
    {"no name server told of the name",
     {.domain = D, .answers = {HTTP_OK, {S "/", .error = YN_FETCH_DNS}}},
     "domain.tls.cannot_connect",
     .unknown = true},
    {"a bad certificate",
     {.domain = D,
      .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .distrust = YN_DISTRUST_EXPIRED}}},
     "domain.tls.invalid_cert_chain"},
    {"TLS 1.1",
     {.domain = D,
      .answers = {HTTP_OK,
                  {S "/", 200, .sts = GOOD, .version = "TLSv1.1",
                   .cipher = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}}},
     "domain.tls.cannot_connect"},
    {"DHE",
     {.domain = D,
      .answers = {HTTP_OK,
                  {S "/", 200, .sts = GOOD, .version = "TLSv1.2",
                   .cipher = "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"}}},
     "domain.tls.cannot_connect"},
    {"https with a Location that is no URL",
     {.domain = D, .answers = {HTTP_OK, {S "/", 301, "http://[::1", GOOD}}},
     "domain.tls.cannot_connect"},
    {"SHA-1",
     {.domain = D,
      .answers = {HTTP_OK,
                  {S "/", 200, .sts = GOOD, .signature = "sha1WithRSAEncryption"},
                  WWW_OK}},
     "domain.tls.sha1"},
    {"ECDHE with CBC",
     {.domain = D,
      .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .version = "TLSv1.2", .cipher = CBC}, WWW_OK}},
     "/ tls.obsolete_cipher_suite"},
    {"ECDHE with GCM",
     {.domain = D,
      .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .version = "TLSv1.2", .cipher = GCM}, WWW_OK}},
     ""},
    {"a status is no matter",
     {.domain = D, .answers = {HTTP_OK, {S "/", 500, .sts = GOOD}, WWW_OK}},
     ""},
    // ---- the header
    {"no header", {.domain = D, .answers = {HTTP_OK, {S "/", 200}, WWW_OK}}, "response.no_header"},
    {"two headers",
     {.domain = D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .sts2 = GOOD}, WWW_OK}},
     "response.multiple_headers"},
    {"a header of little use",
     {.domain = D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=0; preload; x"}, WWW_OK}},
     "header.preloadable.include_sub_domains.missing header.preloadable.max_age.zero / "
     "header.parse.unknown_directive"},
    {"eighteen weeks, by the rules of now",
     {.domain = D,
      .answers = {HTTP_OK,
                  {S "/", 200, .sts = "max-age=10886400; includeSubDomains; preload"},
                  WWW_OK}},
     "header.preloadable.max_age.below_1_year"},
    {"eighteen weeks, by the rules of then: the first redirect is asked for a year (Q1)",
     {.domain = D,
      .answers = {HTTP_OK,
                  {S "/", 200, .sts = "max-age=10886400; includeSubDomains; preload"},
                  WWW_OK}},
     "redirects.http.first_redirect.no_hsts",
     {.policy = "bulk-18-weeks"}},
    {"eighteen weeks, without http",
     {.domain = D,
      .answers = {{H "/"},
                  {S "/", 200, .sts = "max-age=10886400; includeSubDomains; preload"},
                  WWW_OK}},
     "/ redirects.http.does_not_exist",
     {.policy = "bulk-18-weeks"}},
    {"less than eighteen weeks",
     {.domain = D,
      .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=1; includeSubDomains; preload"}, WWW_OK}},
     "header.preloadable.max_age.below_18_weeks",
     {.policy = "bulk-18-weeks"}},
    // ---- http
    {"no http",
     {.domain = D, .answers = {{H "/"}, HTTPS_OK, WWW_OK}},
     "/ redirects.http.does_not_exist"},
    {"http with a Location that is no URL",
     {.domain = D, .answers = {{H "/", 301, "https://[x"}, HTTPS_OK, WWW_OK}},
     "/ redirects.http.does_not_exist"},
    {"http in no time",
     {.domain = D, .answers = {{H "/", .error = YN_FETCH_TIMEOUT}, HTTPS_OK, WWW_OK}},
     "/ redirects.http.does_not_exist",
     .unknown = true},
    {"the header over http",
     {.domain = D, .answers = {{H "/", 301, S "/", GOOD}, HTTPS_OK, WWW_OK}},
     "/ redirects.http.useless_header"},
    {"http stays",
     {.domain = D, .answers = {{H "/", 200, .sts = GOOD}, HTTPS_OK, WWW_OK}},
     "redirects.http.no_redirect / redirects.http.useless_header"},
    // Go reads these as URLs, and fails when it is to ask for them.
    {"http to https of no host",
     {.domain = D, .answers = {{H "/", 301, "https:/a"}, HTTPS_OK, WWW_OK}},
     "redirects.follow_error redirects.http.first_redirect.insecure"},
    {"http to a port that there is not",
     {.domain = D, .answers = {{H "/", 301, S ":65536/"}, HTTPS_OK, WWW_OK}},
     "redirects.follow_error redirects.http.first_redirect.invalid"},
    {"http to www and a port that there is not",
     {.domain = D, .answers = {{H "/", 301, "//u:p@www.example.test:65536"}, HTTPS_OK, WWW_OK}},
     "redirects.follow_error redirects.http.www_first"},
    {"https to https of no host",
     {.domain = D, .answers = {HTTP_OK, {S "/", 302, "https:a", .sts = GOOD}, WWW_OK}},
     "redirects.follow_error redirects.follow_error"},
    {"https to http of no host",
     {.domain = D, .answers = {HTTP_OK, {S "/", 302, "http:///a", .sts = GOOD}, WWW_OK}},
     "redirects.follow_error redirects.insecure.subsequent redirects.follow_error "
     "redirects.insecure.initial"},
    {"https of no host with a broken escape in its path",
     {.domain = D, .answers = {HTTP_OK, {S "/", 302, "https:/%zz", .sts = GOOD}, WWW_OK}},
     "domain.tls.cannot_connect"},
    {"a domain in upper case is asked for in lower case",
     {.domain = "Example.TEST",
      .ascii = D,
      .registrable = D,
      .answers = {HTTP_OK, HTTPS_OK, WWW_OK}},
     ""},
    {"a redirect without Location",
     {.domain = D, .answers = {{H "/", 301}, HTTPS_OK, WWW_OK}},
     "redirects.http.no_redirect"},
    {"a status that nobody follows",
     {.domain = D, .answers = {{H "/", 300, S "/"}, HTTPS_OK, WWW_OK}},
     "redirects.http.no_redirect"},
    {"to www over https",
     {.domain = D, .answers = {{H "/", 301, W "/"}, HTTPS_OK, WWW_OK}},
     "redirects.http.www_first"},
    {"to www over http",
     {.domain = D,
      .answers = {{H "/", 301, "http://www.example.test/"},
                  {"http://www.example.test/", 301, W "/"},
                  HTTPS_OK,
                  WWW_OK}},
     "redirects.http.www_first"},
    {"to http on the same host",
     {.domain = D, .answers = {{H "/", 301, "/a"}, {H "/a", 301, S "/"}, HTTPS_OK, WWW_OK}},
     "redirects.http.first_redirect.insecure"},
    {"to another host",
     {.domain = D,
      .answers = {{H "/", 301, "https://other.test/"},
                  {"https://other.test/", 200, .sts = GOOD},
                  HTTPS_OK,
                  WWW_OK}},
     "redirects.http.first_redirect.insecure"},
    {"the host in another case",
     {.domain = D, .answers = {{H "/", 301, "https://Example.test/"}, HTTPS_OK, WWW_OK}},
     "redirects.http.first_redirect.insecure"},
    {"www in another case",
     {.domain = D, .answers = {{H "/", 301, "https://WWW.example.test/"}, HTTPS_OK, WWW_OK}},
     "redirects.http.first_redirect.insecure"},
    {"the scheme in another case, and a user",
     {.domain = D, .answers = {{H "/", 301, "HTTPS://example.test/"}, HTTPS_OK, WWW_OK}},
     ""},
    {"another port",
     {.domain = D,
      .answers = {{H "/", 301, S ":8443/"}, {S ":8443/", 200, .sts = GOOD}, HTTPS_OK, WWW_OK}},
     ""},
    {"the same host without a scheme",
     {.domain = D, .answers = {{H "/", 301, "//example.test/a"}, {H "/a", 200}, HTTPS_OK, WWW_OK}},
     "redirects.http.first_redirect.insecure"},
    // ---- the first redirect
    {"the first redirect fails",
     {.domain = D, .answers = {{H "/", 301, S "/a"}, {S "/a"}, HTTPS_OK, WWW_OK}},
     "redirects.follow_error redirects.http.first_redirect.invalid"},
    {"the first redirect has no header",
     {.domain = D, .answers = {{H "/", 301, S "/a"}, {S "/a", 200}, HTTPS_OK, WWW_OK}},
     "redirects.http.first_redirect.no_hsts"},
    {"the first redirect is not asked where the header is wrong already",
     {.domain = D, .answers = {{H "/", 301, S "/a"}, {S "/a", 200}, {S "/", 200}, WWW_OK}},
     "response.no_header"},
    {"a bad certificate further on",
     {.domain = D,
      .answers = {HTTP_OK,
                  {S "/", 301, "https://b.test/", GOOD},
                  {"https://b.test/", 200, .distrust = YN_DISTRUST_NAME},
                  WWW_OK}},
     "redirects.follow_error redirects.follow_error"},
    // ---- chains
    {"three redirects",
     {.domain = D,
      .answers = {HTTP_OK, {S "/", 302, "/a", GOOD}, {S "/a", 307, "/b"}, {S "/b", 200}, WWW_OK}},
     ""},
    {"four redirects, of which https has three",
     {.domain = D,
      .answers = {HTTP_OK,
                  {S "/", 302, "/a", GOOD},
                  {S "/a", 303, "/b"},
                  {S "/b", 308, "/c"},
                  {S "/c", 200},
                  WWW_OK}},
     "redirects.too_many"},
    {"a loop",
     {.domain = D, .answers = {HTTP_OK, {S "/", 302, "/", GOOD}, WWW_OK}},
     "redirects.too_many redirects.too_many"},
    {"https to http",
     {.domain = D,
      .answers = {HTTP_OK, {S "/", 302, "http://b.test/", GOOD}, {"http://b.test/", 200}, WWW_OK}},
     "redirects.insecure.subsequent redirects.insecure.initial"},
    {"https to http later on",
     {.domain = D,
      .answers = {{H "/"},
                  {S "/", 302, "/a", GOOD},
                  {S "/a", 302, "http://b.test/"},
                  {"http://b.test/", 302, "http://c.test/"},
                  {"http://c.test/", 200},
                  WWW_OK}},
     "redirects.insecure.subsequent / redirects.http.does_not_exist"},
    {"out of the web",
     {.domain = D, .answers = {{H "/"}, {S "/", 302, "ftp://b.test/", GOOD}, WWW_OK}},
     "redirects.follow_error redirects.insecure.initial / redirects.http.does_not_exist"},
    {"what was not collected is not known",
     {.domain = D, .answers = {{H "/"}, {S "/", 302, "/a", GOOD}, WWW_OK}},
     "/ redirects.http.does_not_exist",
     .unknown = true},
    // ---- www
    {"www without a handshake",
     {.domain = D, .answers = {HTTP_OK, HTTPS_OK, {W "/", .error = YN_FETCH_TLS_HANDSHAKE}}},
     "domain.www.no_tls"},
    {"www with another's certificate",
     {.domain = D, .answers = {HTTP_OK, HTTPS_OK, {W "/", 200, .distrust = YN_DISTRUST_NAME}}},
     "domain.www.no_tls"},
    {"www that is closed", {.domain = D, .answers = {HTTP_OK, HTTPS_OK, {W "/"}}}, ""},
    {"www that is not there", {.domain = D, .answers = {HTTP_OK, HTTPS_OK}, NO_WWW}, ""},
    {"www of appspot.com",
     {.domain = "a.appspot.com",
      .suffix = "appspot.com",
      .answers = {{"http://a.appspot.com/", 301, "https://a.appspot.com/"},
                  {"https://a.appspot.com/", 200, .sts = GOOD},
                  {"https://www.a.appspot.com/", .error = YN_FETCH_TLS_HANDSHAKE}}},
     ""},
    // ---- removal
    {"removable: only the first response counts, and no name is refused",
     {.domain = "a.example.test",
      .registrable = D,
      .answers = {{"https://a.example.test/", 200, .sts = "max-age=0;; x"}}},
     "",
     {.removal = true}},
    {"not removable",
     {.domain = D, .answers = {HTTPS_OK}},
     "header.removable.contains.preload",
     {.removal = true}},
    {"not removable without max-age",
     {.domain = D, .answers = {{S "/", 200, .sts = "preload=1"}}},
     "header.removable.missing.max_age",
     {.removal = true}},
    {"not removable without a header",
     {.domain = D, .answers = {{S "/", 200}}},
     "response.no_header",
     {.removal = true}},
};

static void sites_get_the_codes_of_the_checker_in_its_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_audit audit = scene_audit(&rows[i].scene, &arena);
        yn_grade grade;
        const yn_grader *grader = yn_grader_find(YN_TEXT("chromium"));
        assert_int_equal(grader->grade(&audit, &rows[i].options, &arena, &grade), YONDER_OK);
        assert_text(rows[i].name, scene_codes(&grade, &arena), rows[i].codes);
        assert_row(rows[i].name, grade.unknown == rows[i].unknown);
        bool errors = rows[i].codes[0] && rows[i].codes[0] != '/';
        assert_row(rows[i].name, grade.passed == (!errors && !rows[i].unknown));
        for (size_t k = 0; k < grade.count; k++)
            assert_row(rows[i].name, grade.issues[k].message.len > 0);
        yn_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_get_the_codes_of_the_checker_in_its_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
