// SPDX-License-Identifier: MIT
// Header blocks of responses, RFC 7541. What is the same in one response after the other (status,
// date, type of content, the fields of a site) goes through the dynamic table and takes a byte;
// what differs (Location, Content-Length) stays out of it.
#ifndef YN_HTTP_HPACK_ENCODER_H
#define YN_HTTP_HPACK_ENCODER_H

#include <yonder/base.h>

/** Names the static table has, where they begin to count. */
typedef enum yn_hpack_name {
    YN_HPACK_STATUS = 8,
    YN_HPACK_ALLOW = 22,
    YN_HPACK_CACHE_CONTROL = 24,
    YN_HPACK_CONTENT_LENGTH = 28,
    YN_HPACK_CONTENT_TYPE = 31,
    YN_HPACK_DATE = 33,
    YN_HPACK_LOCATION = 46,
    YN_HPACK_RETRY_AFTER = 53,
    YN_HPACK_STRICT_TRANSPORT_SECURITY = 56,
    YN_HPACK_VARY = 59,
} yn_hpack_name;

enum {
    YN_HPACK_REMEMBERED = 48, /**< longer values stay out of the table */
    YN_HPACK_SLOTS = 4,
};

/** An entry of the table that may still be there. */
typedef struct yn_hpack_entry {
    uint64_t before; /**< bytes of all entries before it */
    uint32_t number; /**< which one it was; 0: none */
} yn_hpack_entry;

typedef struct yn_hpack_slot {
    yn_hpack_entry entry;
    uint8_t name, len;
    char value[YN_HPACK_REMEMBERED];
} yn_hpack_slot;

/** A connection's. */
typedef struct yn_hpack_encoder {
    uint64_t bytes; /**< of all entries there have been */
    uint32_t count; /**< of them */
    uint32_t size;  /**< how large the table may be */
    bool resized;   /**< the next block has to say so */
    int16_t status_value;
    yn_hpack_entry status, type, date;
    char date_value[29];
    uint8_t next_slot;
    yn_hpack_slot *slots; /**< of other fields, or NULL */
} yn_hpack_encoder;

void yn_hpack_encoder_init(yn_hpack_encoder *encoder);
void yn_hpack_encoder_free(yn_hpack_encoder *encoder);
/** The other side's SETTINGS_HEADER_TABLE_SIZE. It only ever makes the table smaller. */
void yn_hpack_encoder_resize(yn_hpack_encoder *encoder, uint32_t size);

/** The room that suffices for a field. */
#define YN_HPACK_ROOM(name_len, value_len) ((name_len) + (value_len) + 13)

/* Each returns where it stopped. */

/** First of all. */
char *yn_hpack_put_start(yn_hpack_encoder *encoder, char *to);
char *yn_hpack_put_status(yn_hpack_encoder *encoder, char *to, int status);
/** `type` is always the same text. */
char *yn_hpack_put_type(yn_hpack_encoder *encoder, char *to, yonder_text type);
/** Of 29 bytes. */
char *yn_hpack_put_date(yn_hpack_encoder *encoder, char *to, yonder_text date);
/** A field that may well come again. */
char *yn_hpack_put_again(yn_hpack_encoder *encoder, char *to, yn_hpack_name name,
                         yonder_text value);
/** One that will not; its value in two parts, either of which may be empty. */
char *yn_hpack_put_once(char *to, yn_hpack_name name, yonder_text value, yonder_text more);
/** Likewise, with a name in lower case. */
char *yn_hpack_put_named(char *to, yonder_text name, yonder_text value);

#endif
