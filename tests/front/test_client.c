// SPDX-License-Identifier: MIT
#include "front/client.h"

#include "../test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "base/text.h"

typedef struct row {
    const char *what, *peer;
    const char *fields[8];
    const char *address;
    bool tls, local, inside, http_1_0; // of a connection without TLS, and with YN_REACH_PRIVATE
} row;

// 203.0.113.0/24 and 10.1.0.0/16 are trusted proxies.
static const row rows[] = {
    {"from this machine", "127.0.0.1", {"Host", "localhost:8080"}, "127.0.0.1", false, true, true},
    {"by its address", "::1", {"Host", "[::1]:8080"}, "::1", false, true, true},
    {"by a name of anybody's",
     "127.0.0.1",
     {"Host", "evil.test"},
     "127.0.0.1",
     false,
     false,
     false},
    {"by a name that looks like ours",
     "127.0.0.1",
     {"Host", "localhost.evil.test"},
     "127.0.0.1",
     false,
     false,
     false},
    {"a private network",
     "192.168.1.9",
     {"Host", "192.168.1.1"},
     "192.168.1.9",
     false,
     false,
     true},
    {"link-local", "fe80::1", {"Host", "192.168.1.1"}, "fe80::1", false, false, true},
    {"172.16/12 ends", "172.32.0.1", {"Host", "127.0.0.1"}, "172.32.0.1", false, false, false},
    {"from afar", "198.51.100.7", {"Host", "127.0.0.1"}, "198.51.100.7", false, false, false},
    {"who tells of others is not believed",
     "127.0.0.1",
     {"Host", "localhost", "X-Forwarded-For", "192.0.2.1"},
     "127.0.0.1",
     false,
     false,
     false},
    {"nor is one from afar who claims to be near",
     "198.51.100.7",
     {"Host", "localhost", "X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "https"},
     "198.51.100.7",
     false,
     false,
     false},
    {"a trusted proxy tells",
     "203.0.113.5",
     {"Host", "d.test", "X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "https"},
     "192.0.2.1",
     true,
     false,
     false},
    {"of two trusted proxies",
     "203.0.113.5",
     {"Host", "d.test", "X-Forwarded-For", "192.0.2.1, 10.1.2.3"},
     "192.0.2.1",
     false,
     false,
     false},
    {"what stands before an untrusted one is not believed",
     "203.0.113.5",
     {"Host", "localhost", "X-Forwarded-For", "127.0.0.1, 192.0.2.1"},
     "192.0.2.1",
     false,
     false,
     false},
    {"nor, of a private client, that it is nearer still",
     "203.0.113.5",
     {"Host", "localhost", "X-Forwarded-For", "127.0.0.1, 192.168.0.1"},
     "192.168.0.1",
     false,
     false,
     false},
    {"a private client of a trusted proxy",
     "203.0.113.5",
     {"Host", "localhost", "X-Forwarded-For", "192.168.0.1"},
     "192.168.0.1",
     false,
     false,
     true},
    {"Forwarded",
     "203.0.113.5",
     {"Host", "d.test", "Forwarded", "for=\"[2001:db8::7]:1234\";proto=https"},
     "2001:db8::7",
     true,
     false,
     false},
    {"both kinds: one may be the client's own",
     "203.0.113.5",
     {"Host", "localhost", "Forwarded", "for=127.0.0.1", "X-Forwarded-For", "127.0.0.1"},
     "203.0.113.5",
     false,
     false,
     false},
    {"nonsense",
     "10.1.0.1",
     {"Host", "localhost", "Forwarded", "for="},
     "10.1.0.1",
     false,
     false,
     false},
    {"a hidden client",
     "10.1.0.1",
     {"Host", "localhost", "Forwarded", "for=_hidden"},
     "10.1.0.1",
     false,
     false,
     false},
    {"a proxy that tells of nobody",
     "127.0.0.1",
     {"Host", "127.0.0.1:8080"},
     "127.0.0.1",
     .http_1_0 = true},
    {"a trusted one", "10.1.0.1", {"Host", "127.0.0.1:8080"}, "10.1.0.1", .http_1_0 = true},
    {"a trusted one that tells",
     "203.0.113.5",
     {"Host", "localhost", "X-Forwarded-For", "192.168.0.1", "Via", "1.0 p"},
     "192.168.0.1",
     .inside = true,
     .http_1_0 = true},
    {"Via", "127.0.0.1", {"Host", "127.0.0.1", "via", "1.1 p"}, "127.0.0.1"},
    {"X-Real-IP", "127.0.0.1", {"Host", "127.0.0.1", "x-real-ip", "127.0.0.1"}, "127.0.0.1"},
    {"X-Forwarded-Host", "::1", {"Host", "[::1]", "X-forwarded-host", "localhost"}, "::1"},
    {"a trusted one that tells of nobody", "10.1.0.1", {"Host", "10.1.0.2"}, "10.1.0.1"},
};

static size_t fields_of(const row *r, yn_web_field out[4])
{
    size_t count = 0;
    for (size_t i = 0; i + 1 < 8 && r->fields[i]; i += 2)
        out[count++] =
            (yn_web_field){yonder_text_of(r->fields[i]), yonder_text_of(r->fields[i + 1])};
    return count;
}

static void find(const row *r, yn_client_reach reach, bool tls, yn_client_found *out)
{
    yn_cidr trusted[2];
    yn_address peer;
    yn_web_field fields[4];
    size_t count = fields_of(r, fields);
    assert_true(yn_cidr_parse(&trusted[0], YN_TEXT("203.0.113.0/24")));
    assert_true(yn_cidr_parse(&trusted[1], YN_TEXT("10.1.0.0/16")));
    assert_true(yn_address_read_ip(&peer, yonder_text_of(r->peer), 1234));
    yn_client_find(&(yn_client_rules){.trusted = trusted, .trusted_count = 2, .reach = reach},
                   &peer, tls, 80, r->http_1_0, fields, count, out);
}

static void clients_are_known_as_far_as_proxies_are_trusted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_client_found found;
        char address[YN_ADDRESS_TEXT];
        find(&rows[i], YN_REACH_PRIVATE, false, &found);
        yn_client_print(&found.address, address);
        assert_text(rows[i].what, yonder_text_of(address), rows[i].address);
        assert_row(rows[i].what, found.tls == rows[i].tls);
        assert_row(rows[i].what, found.local == rows[i].local);
        assert_row(rows[i].what, found.inside == rows[i].inside);
    }
}

static void a_host_is_ours_by_its_name_where_that_is_known(void **state)
{
    (void)state;
    static const yonder_text names[] = {YN_TEXT_INIT("lists.corp.example"), YN_TEXT_INIT("lists")};
    static const struct {
        const char *host, *peer;
        bool inside, elsewhere, inside_unnamed;
    } hosts[] = {
        {"lists.corp.example", "10.2.3.4", true, false, false},
        {"LISTS.corp.example.:8080", "10.2.3.4", true, false, false},
        {"lists", "fd00::7", true, false, false},
        {"lists.corp.example", "198.51.100.7", false, false, false},
        {"lists.corp.example.evil.test", "10.2.3.4", false, true, false},
        {"evil.test", "10.2.3.4", false, true, false},
        {"evil.test", "198.51.100.7", false, true, false},
        {"", "10.2.3.4", false, true, false},
        {".", "10.2.3.4", false, true, false},
        {"10.0.0.9:8080", "10.2.3.4", true, false, true},
        {"[fd00::9]:8080", "fd00::7", true, false, true},
        {"localhost:8080", "127.0.0.1", true, false, true},
    };
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        yn_client_found found;
        yn_address peer;
        const yn_web_field field = {YN_TEXT("host"), yonder_text_of(hosts[i].host)};
        assert_true(yn_address_read_ip(&peer, yonder_text_of(hosts[i].peer), 1234));
        yn_client_find(
            &(yn_client_rules){.reach = YN_REACH_PRIVATE, .names = names, .name_count = 2}, &peer,
            false, 80, false, &field, 1, &found);
        assert_row(hosts[i].host, found.inside == hosts[i].inside);
        assert_row(hosts[i].host, found.elsewhere == hosts[i].elsewhere);
        yn_client_find(&(yn_client_rules){.reach = YN_REACH_PRIVATE}, &peer, false, 80, false,
                       &field, 1, &found);
        assert_row(hosts[i].host, found.inside == hosts[i].inside_unnamed && !found.elsewhere);
    }
}

static bool is_own(const yn_address *peer, uint16_t port)
{
    char address[YN_ADDRESS_TEXT];
    yn_client_print(peer, address);
    return port == 80 && strcmp(address, "127.0.0.2") != 0;
}

static void by_itself_our_own_user_alone_is_inside(void **state)
{
    (void)state;
    static const struct {
        const char *what, *peer, *host, *trusted, *told;
        bool inside, local, http_1_0;
    } asks[] = {
        {"a program of our user", "127.0.0.1", "127.0.0.1:80", NULL, NULL, true, true},
        {"localhost", "::1", "localhost", NULL, NULL, true, true},
        {"a name of ours", "::1", "lists.example", NULL, NULL, true, true},
        {"another name", "127.0.0.1", "evil.test", NULL, NULL, false, false},
        {"a proxy of another user's", "127.0.0.2", "127.0.0.1:80", NULL, NULL, false, true},
        {"nginx of our user's", "127.0.0.1", "127.0.0.1:80", NULL, NULL, false, false, true},
        {"a proxy that tells", "127.0.0.1", "127.0.0.1", NULL, "127.0.0.1", false, false},
        {"a trusted proxy that does not", "127.0.0.1", "127.0.0.1", "127.0.0.0/8", NULL, false,
         false},
        {"one that tells of our machine", "127.0.0.1", "localhost", "127.0.0.0/8", "127.0.0.3",
         false, false},
        {"beside a trusted proxy", "127.0.0.1", "localhost", "10.0.0.0/8", NULL, false, true},
        {"a private network", "10.0.0.7", "10.0.0.1", NULL, NULL, false, false},
    };
    static const yonder_text name = YN_TEXT_INIT("lists.example");
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        yn_client_found found;
        yn_address peer;
        yn_cidr trusted;
        yn_client_rules rules = {.names = &name, .name_count = 1, .is_own = is_own};
        const yn_web_field fields[] = {
            {YN_TEXT("Host"), yonder_text_of(asks[i].host)},
            {YN_TEXT("X-Forwarded-For"), yonder_text_of(asks[i].told ? asks[i].told : "")}};
        assert_true(yn_address_read_ip(&peer, yonder_text_of(asks[i].peer), 1234));
        if (asks[i].trusted) {
            assert_true(yn_cidr_parse(&trusted, yonder_text_of(asks[i].trusted)));
            rules.trusted = &trusted;
            rules.trusted_count = 1;
        }
        size_t count = asks[i].told ? 2 : 1;
        yn_client_find(&rules, &peer, false, 80, asks[i].http_1_0, fields, count, &found);
        assert_row(asks[i].what, found.inside == asks[i].inside);
        assert_row(asks[i].what, found.local == asks[i].local);
        yn_client_find(&rules, &peer, false, 81, asks[i].http_1_0, fields, count, &found);
        assert_row(asks[i].what, !found.inside); // a connection that cannot be found
    }
}

// A connection to ourselves; `at` listens on any port.
static void connect_to(const char *at, const char *to)
{
    yn_address server, client;
    struct sockaddr_in in;
    assert_true(yn_address_read_ip(&server, yonder_text_of(at), 0));
    int family = server.storage.ss_family, off = 0;
    int listener = socket(family, SOCK_STREAM, 0);
    if (family == AF_INET6)
        (void)setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(listener, (struct sockaddr *)&server.storage, server.len) && family == AF_INET6) {
        close(listener);
        print_message("without IPv6\n");
        return;
    }
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&server.storage, &server.len), 0);
    memcpy(&in, &server.storage, sizeof in);
    uint16_t port = ntohs(in.sin_port);
    assert_true(yn_address_read_ip(&server, yonder_text_of(to), port));
    int caller = socket(server.storage.ss_family, SOCK_STREAM, 0);
    assert_int_equal(connect(caller, (struct sockaddr *)&server.storage, server.len), 0);
    client.len = sizeof client.storage;
    int accepted = accept(listener, (struct sockaddr *)&client.storage, &client.len);
    assert_row(at, accepted >= 0 && yn_client_is_own(&client, port));
    assert_row(at, !yn_client_is_own(&client, (uint16_t)(port ^ 1)));
    if (geteuid() == 0 && seteuid(65534) == 0) { // as another user has it
        bool own = yn_client_is_own(&client, port);
        assert_int_equal(seteuid(0), 0);
        assert_row(at, !own);
    }
    close(caller);
    close(accepted);
    close(listener);
    assert_row(at, !yn_client_is_own(&client, port)); // nobody's any more
}

static void a_connection_of_our_own_is_known_by_its_user(void **state)
{
    (void)state;
    connect_to("127.0.0.1", "127.0.0.1");
    connect_to("::1", "::1");
    connect_to("::", "127.0.0.1"); // as ::ffff:127.0.0.1
}

static void the_operator_may_say_who_is_inside(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_client_found found;
        find(&rows[i], YN_REACH_PUBLIC, false, &found);
        assert_row(rows[i].what, !found.inside);
        find(&rows[i], YN_REACH_ANY, false, &found);
        assert_row(rows[i].what, found.inside);
    }
}

static void a_connection_of_ours_is_encrypted_or_not_whatever_is_said(void **state)
{
    (void)state;
    yn_client_found found;
    const row plain = {.peer = "198.51.100.7", .fields = {"X-Forwarded-Proto", "https"}};
    find(&plain, YN_REACH_AUTO, false, &found);
    assert_false(found.tls);
    find(&plain, YN_REACH_AUTO, true, &found);
    assert_true(found.tls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_are_known_as_far_as_proxies_are_trusted),
        cmocka_unit_test(a_host_is_ours_by_its_name_where_that_is_known),
        cmocka_unit_test(by_itself_our_own_user_alone_is_inside),
        cmocka_unit_test(a_connection_of_our_own_is_known_by_its_user),
        cmocka_unit_test(the_operator_may_say_who_is_inside),
        cmocka_unit_test(a_connection_of_ours_is_encrypted_or_not_whatever_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
