// SPDX-License-Identifier: MIT
// The load's side of TLS 1.3: what it sends and receives as plain bytes, over a socket that does
// not block. All connections have the same wishes: TLS 1.3, HTTP/1.1, www.example.com. The
// certificate is not looked at; that the server has its key is, as ever.
#ifndef BENCH_TLS_CLIENT_H
#define BENCH_TLS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct tls_client tls_client;

// A session to go on with, or NULL; owned by whoever keeps the place.
typedef void *tls_session;

bool tls_client_init(void);

// A connection over `fd`. With `session`, it goes on with the session that is there, if any, and
// leaves there the newest that the server gives. `session` must outlive it.
tls_client *tls_client_open(int fd, tls_session *session);

void tls_client_close(tls_client *client);

typedef enum tls_progress {
    TLS_WAITING,
    TLS_DONE,
    TLS_FAILED
} tls_progress;

tls_progress tls_client_handshake(tls_client *client);

// Like send() and recv(), but all or nothing, and errno is EAGAIN or EPROTO.
ssize_t tls_client_send(tls_client *client, const void *bytes, size_t count);
ssize_t tls_client_receive(tls_client *client, void *to, size_t most);

// Whether the handshake was one with the session it had. True where it had none.
bool tls_client_kept_session(const tls_client *client);

#endif
