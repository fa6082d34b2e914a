/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-resolver.h"
#include "guardian/egress/guardian-egress-trust.h"

/* HTTP/1.1 towards the world, by libcurl: what was decided and resolved, to exactly the addresses
 * that were checked. No redirect is followed, nothing is decompressed, no proxy is used. */
typedef struct _GuardianEgressFetches GuardianEgressFetches;
typedef struct _GuardianEgressFetch GuardianEgressFetch;

#define GUARDIAN_EGRESS_FETCH_HEADERS 100u
#define GUARDIAN_EGRESS_FETCH_HEADER_BYTES (64u * 1024u)
#define GUARDIAN_EGRESS_FETCH_CONNECT_SECONDS 20
#define GUARDIAN_EGRESS_FETCH_SPARE                                                                \
  16 /* connections that wait for another request, of a session                                    \
      */
#define GUARDIAN_EGRESS_FETCH_SPARE_SECONDS 60
#define GUARDIAN_EGRESS_FETCH_ABORT (-2)

typedef struct {
  char *name;
  char *value;
} GuardianEgressHeader;

void guardian_egress_header_free (GuardianEgressHeader *header);
GuardianEgressHeader *guardian_egress_header_new (const char *name, const char *value);
/* A token and a value in the sense of RFC 9110, 5. */
gboolean guardian_egress_header_is_good (const char *name, const char *value);
/* Concerns one connection (RFC 9110, 7.6.1), or is made anew for each: never passed on. */
gboolean guardian_egress_header_is_hop (const char *name);

/* Without those, and those that Connection names; but with Content-Length. */
void guardian_egress_header_drop_hops (GPtrArray *headers);

typedef struct {
  const char *method;
  gboolean tls;
  GuardianEgressName name;
  guint16 port;
  const char *target; /* of the request line: path and query */
  const GuardianEgressAddresses *addresses;
  const GPtrArray *headers; /* GuardianEgressHeader; good ones, none that is a hop's */
  gint64 body_size;         /* 0: no body; -1: it is not known */
  guint idle_seconds;       /* without a byte */
  gboolean raw; /* only connect: done without why means that it is; then send and receive */
} GuardianEgressFetchPlan;

/* Called from inside libcurl: nothing may be freed there, but in done. */
typedef struct {
  /* Once, before any data. headers: GuardianEgressHeader, as after
   * guardian_egress_header_drop_hops(); borrowed. */
  void (*head) (GuardianEgressFetch *fetch, guint status, const GPtrArray *headers,
                gpointer user_data);
  /* FALSE: not taken; it comes again after guardian_egress_fetch_continue(). */
  gboolean (*data) (GuardianEgressFetch *fetch, const void *bytes, gsize size, gpointer user_data);
  /* The body that is sent: bytes written, 0 at its end, -1: none yet, as data;
   * GUARDIAN_EGRESS_FETCH_ABORT: the request is broken off. */
  gssize (*body) (GuardianEgressFetch *fetch, void *bytes, gsize size, gpointer user_data);
  /* Last, never from inside guardian_egress_fetch_new(). why NULL: whole. */
  void (*done) (GuardianEgressFetch *fetch, const char *why, gpointer user_data);
} GuardianEgressFetchHandler;

/* trust is borrowed. */
GuardianEgressFetches *guardian_egress_fetches_new (GuardianEgressTrust *trust);
/* When none is left. */
void guardian_egress_fetches_free (GuardianEgressFetches *fetches);
/* Connections that wait are closed; those in use when they are done. */
void guardian_egress_fetches_forget (GuardianEgressFetches *fetches);

gboolean guardian_egress_fetches_is_idle (const GuardianEgressFetches *fetches);

/* NULL: it cannot be sent. handler is borrowed. */
GuardianEgressFetch *guardian_egress_fetch_new (GuardianEgressFetches *fetches,
                                                const GuardianEgressFetchPlan *plan,
                                                const GuardianEgressFetchHandler *handler,
                                                gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* Closes its connection when it is not done; done is not called. */
void guardian_egress_fetch_free (GuardianEgressFetch *fetch);
void guardian_egress_fetch_continue (GuardianEgressFetch *fetch);
/* From inside head or data: it is done with afterwards, and done says that it broke off. */
void guardian_egress_fetch_break (GuardianEgressFetch *fetch);

/* Of a raw one that is connected; nothing blocks. FALSE: the connection is over. */
int guardian_egress_fetch_socket (const GuardianEgressFetch *fetch);
gboolean guardian_egress_fetch_send (GuardianEgressFetch *fetch, const void *bytes, gsize size,
                                     gsize *ret_sent) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_egress_fetch_receive (GuardianEgressFetch *fetch, void *bytes, gsize size,
                                        gsize *ret_got) G_GNUC_WARN_UNUSED_RESULT;

/* The address that was dialled; empty before. */
const char *guardian_egress_fetch_address (GuardianEgressFetch *fetch);
void guardian_egress_fetch_count (const GuardianEgressFetch *fetch, guint64 *ret_sent,
                                  guint64 *ret_received);
