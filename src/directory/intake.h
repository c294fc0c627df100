// SPDX-License-Identifier: MIT
// What owners of domains ask for, and anyone may look up: checked here, decided by life.h, kept by
// the store. The API and the page are two faces of this.
//
// The authorisation to list a domain, and to take it from the list, is the header that the domain
// itself sends over valid TLS; nobody else is asked.
#ifndef YN_DIRECTORY_INTAKE_H
#define YN_DIRECTORY_INTAKE_H

#include "directory/assess.h"

/** A domain as somebody wrote it, as the list has it: through IDNA, in lower case, without a dot at
 *  the end. @return false, with a sentence in `message`, where it is no domain name: empty, an
 *  address, one label of which no list would take it is no error here */
bool yn_intake_domain(yonder_text written, yn_buf *domain, yn_buf *message);

/** The same as the API takes it, whose answer to a malformed name ("a..b", "example.com.", "a b",
 *  "192.0.2.1") is an issue of the check: put into `name` is what yn_intake_domain() would, less
 *  that a dot at the end stays, or else the text in ASCII and lower case, with `*malformed` set. No
 *  such name is ever on the list, or asked. @return false, with a sentence in `message`: it is
 *  empty, too long, has control characters in it, or cannot be put into ASCII */
bool yn_intake_name(yonder_text written, yn_buf *name, bool *malformed, yn_buf *message);

typedef enum yn_intake_wish {
    YN_INTAKE_PRELOADABLE, /**< a look only */
    YN_INTAKE_REMOVABLE,   /**< a look only */
    YN_INTAKE_SUBMIT,
    YN_INTAKE_REMOVE,
} yn_intake_wish;

/** Who asks. */
typedef struct yn_intake_asker {
    yn_actor actor;
    yonder_text address;
    bool inside;             /**< may have addresses asked that are not public */
    const atomic_bool *stop; /**< set where a check is to end early; NULL: never */
} yn_intake_asker;

/** One line of an answer: a code with its words. */
typedef struct yn_intake_issue {
    yonder_text code, summary, message;
} yn_intake_issue;

typedef struct yn_intake_answer {
    yn_intake_issue *errors, *warnings;
    size_t error_count, warning_count;
    bool accepted;        /**< submit, remove: the state changed */
    bool checked;         /**< `assessed` is set: the domain was asked */
    yn_assessed assessed; /**< in the arena */
    yn_life life;         /**< as it stands now */
    yn_joint *joint;      /**< that `assessed` is of, where it is shared; or NULL */
} yn_intake_answer;

/**
 * Does it. `domain` is one of yn_intake_domain() or of yn_intake_name(). What has been accepted is
 * in the store for good. `removable` has the early ends of the existing service:
 * server.removable.subdomain, server.removable.preloaded_tld, server.removable.protected.
 *
 * Looks of the same domain at the same time share one visit (joint.h); submit and remove have their
 * own.
 *
 * @return YONDER_OK with `*out` set, in the arena, and to be given to yn_intake_end(); a code of
 * the store; YONDER_NO_MEMORY
 */
int yn_intake(const yn_directory *directory, yn_intake_wish wish, yonder_text domain,
              const yn_intake_asker *asker, yn_arena *arena, yn_intake_answer *out);

/** What has been found is not looked at any more. */
void yn_intake_end(yn_intake_answer *answer);

/** {"errors":[…],"warnings":[…]} */
void yn_intake_write(yn_buf *out, const yn_intake_answer *answer, bool pretty);

/** How a domain stands. */
typedef struct yn_intake_status {
    yn_life life; /**< its own, or with `preloaded_domain` of an ancestor, that one's state */
    yonder_text message;          /**< why it was rejected, or fails; may be empty; in the arena */
    bool bulk;                    /**< of a policy that is scanned; false for what is not listed */
    yonder_text preloaded_domain; /**< the entry that covers it: itself or an ancestor; or empty */
} yn_intake_status;

/** Why a domain whose removal was requested leaves: "Its owner asked for it.", or what the operator
 *  said. `request` is that event. */
void yn_intake_put_request(yn_buf *out, const yn_store_event *request);

int yn_intake_look(const yn_directory *directory, yonder_text domain, yn_arena *arena,
                   yn_intake_status *out);

#endif
