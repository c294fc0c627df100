// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "lists/seal.h"

static void bytes_of(const char *hex, uint8_t *out)
{
    for (size_t i = 0; hex[2 * i]; i++)
        out[i] = (uint8_t)(yn_hex_value((unsigned char)hex[2 * i]) << 4 |
                           yn_hex_value((unsigned char)hex[2 * i + 1]));
}

static void the_signatures_of_the_standard_are_verified(void **state)
{
    (void)state;
    static const struct { // RFC 8032 section 7.1, TEST 1 to 3
        const char *key, *message, *signature;
    } rows[] = {
        {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
         "c"
         "f9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "\x72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
         "0"
         "f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "\xaf\x82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7609"
         "8"
         "4dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t key[YN_SEAL_PUBLIC], signature[YN_SEAL_SIGNATURE];
        bytes_of(rows[i].key, key);
        bytes_of(rows[i].signature, signature);
        const yonder_text message = yonder_text_of(rows[i].message);
        assert_row(rows[i].key, yn_seal_verify(key, message, signature));
        assert_row(rows[i].key, !yn_seal_verify(key, YN_TEXT("other"), signature));
        for (size_t bit = 0; bit < 8 * sizeof signature; bit += 37) {
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_row(rows[i].key, !yn_seal_verify(key, message, signature));
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        key[7] ^= 1;
        assert_row(rows[i].key, !yn_seal_verify(key, message, signature));
    }
}

static void a_key_for_which_anybody_can_sign_is_none(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA=",
        "JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/AU=",
        "xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA/o=",
        "7f///////////////////////////////////////38=",
    };
    uint8_t key[YN_SEAL_PUBLIC];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i], !yn_seal_public_read(yonder_text_of(rows[i]), key));
}

static void a_key_goes_through_text_and_back(void **state)
{
    (void)state;
    yn_buf pem = yn_buf_make(4096, NULL), line = yn_buf_make(4096, NULL);
    uint8_t public_key[YN_SEAL_PUBLIC], again[YN_SEAL_PUBLIC];
    uint8_t signature[YN_SEAL_SIGNATURE], read[YN_SEAL_SIGNATURE];
    yn_seal_key *key = yn_seal_key_new();
    assert_non_null(key);
    assert_true(yn_seal_key_write(key, &pem));
    yn_seal_key *same = yn_seal_key_read(yn_buf_text(&pem));
    assert_non_null(same);
    yn_seal_public(key, public_key);
    yn_seal_public(same, again);
    assert_memory_equal(public_key, again, sizeof again);
    assert_true(yn_seal_sign(same, YN_TEXT("a list"), signature));
    assert_true(yn_seal_verify(public_key, YN_TEXT("a list"), signature));
    yn_seal_signature_write(signature, &line);
    assert_int_equal(line.len, 88);
    yn_buf_char(&line, '\n');
    assert_true(yn_seal_signature_read(yn_buf_text(&line), read));
    assert_memory_equal(signature, read, sizeof read);
    line.len = 0;
    yn_buf_str(&line, " \t");
    yn_seal_public_write(public_key, &line);
    yn_buf_str(&line, "\r\n");
    assert_int_equal(line.len, 44 + 4);
    assert_true(yn_seal_public_read(yn_buf_text(&line), again));
    assert_memory_equal(public_key, again, sizeof again);
    yn_seal_key_free(key);
    yn_seal_key_free(same);
    yn_seal_key_free(NULL);
    yn_buf_free(&pem);
    yn_buf_free(&line);
}

// The keys of RFC 8410 section 10, and one of another kind.
#define PUBLIC_PEM                                                                                 \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"                               \
    "-----END PUBLIC KEY-----\n"
#define PRIVATE_PEM                                                                                \
    "-----BEGIN PRIVATE KEY-----\n"                                                                \
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"                           \
    "-----END PRIVATE KEY-----\n"
#define PUBLIC_P256                                                                                \
    "-----BEGIN PUBLIC KEY-----\n"                                                                 \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"                           \
    "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n"                               \
    "-----END PUBLIC KEY-----\n"

static void keys_are_read_as_others_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {PUBLIC_PEM, true},
        {"\n" PUBLIC_PEM "\n", true},
        {"Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=", true},
        {" Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n", true},
        {"Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE", false},
        {"Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuEA", false},
        {"Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZg==", false},
        {"", false},
        {PUBLIC_P256, false},
        {PRIVATE_PEM, false},
        {"-----BEGIN PUBLIC KEY-----\n", false},
    };
    uint8_t expected[YN_SEAL_PUBLIC], got[YN_SEAL_PUBLIC];
    bytes_of("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1", expected);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memset(got, 0, sizeof got);
        assert_row(rows[i].text,
                   yn_seal_public_read(yonder_text_of(rows[i].text), got) == rows[i].good);
        assert_row(rows[i].text, (memcmp(got, expected, sizeof got) == 0) == rows[i].good);
    }
    yn_seal_key *key = yn_seal_key_read(YN_TEXT(PRIVATE_PEM));
    assert_non_null(key);
    yn_seal_public(key, got);
    assert_memory_equal(got, expected, sizeof got);
    yn_seal_key_free(key);
    assert_null(yn_seal_key_read(YN_TEXT(PUBLIC_PEM)));
    assert_null(yn_seal_key_read(YN_TEXT("")));
    assert_null(yn_seal_key_read(YN_TEXT("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMA==\n")));
}

static void digests_are_those_of_the_standard(void **state)
{
    (void)state;
    char out[YN_SEAL_DIGEST]; // FIPS 180-4's examples
    assert_true(yn_seal_digest(YN_TEXT("abc"), out));
    assert_text("abc", ((yonder_text){out, sizeof out}),
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(yn_seal_digest(YN_TEXT(""), out));
    assert_text("nothing", ((yonder_text){out, sizeof out}),
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signatures_of_the_standard_are_verified),
        cmocka_unit_test(a_key_for_which_anybody_can_sign_is_none),
        cmocka_unit_test(a_key_goes_through_text_and_back),
        cmocka_unit_test(keys_are_read_as_others_write_them),
        cmocka_unit_test(digests_are_those_of_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
