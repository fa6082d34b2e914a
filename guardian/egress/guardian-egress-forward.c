/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A request that is passed on: of a program that asked its proxy for http://…, or out of a tunnel
 * that is looked into. Trusts: libsoup and libcurl to read HTTP. Refuses: another Host than the
 * request's, headers that end the message, what the core refuses. Known gaps: an answer that begins
 * before the request ended waits for that end. */

#include "guardian/egress/guardian-egress-forward-private.h"

#include "guardian/egress/guardian-egress-exchange.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define LIMIT_WAITING (64u * 1024u) /* bytes of a body, in each direction */
#define IDLE_SECONDS 3600u          /* streams of events may be silent for long */

typedef GuardianEgressForward Forward;

static void
end_flow (Forward *forward, const char *reason)
{
  if (forward->fetch != NULL)
    {
      guardian_egress_fetch_count (forward->fetch, &forward->flow.sent, &forward->flow.received);
      g_strlcpy (forward->flow.address, guardian_egress_fetch_address (forward->fetch),
                 sizeof forward->flow.address);
    }
  g_clear_pointer (&forward->fetch, guardian_egress_fetch_free);
  guardian_egress_flow_end (&forward->flow, reason);
}

static void
forward_free (GuardianEgressErrand *errand)
{
  Forward *forward = (Forward *) (gpointer) errand;
  GuardianEgressSession *session = guardian_egress_visitor_session (errand->visitor);

  guardian_egress_desk_cancel (guardian_egress_session_desk (session), forward->waiter);
  guardian_egress_resolver_cancel (guardian_egress_session_context (session)->resolver,
                                   forward->question);
  guardian_egress_credentials_forget (guardian_egress_session_context (session)->credentials,
                                      forward->wait);
  guardian_egress_forward_look_end (forward);
  end_flow (forward, "the program does not wait any more");
  guardian_egress_errand_end (errand);
  g_queue_clear_full (&forward->body, (GDestroyNotify) g_bytes_unref);
  g_free (forward->url);
  if (forward->line != NULL)
    explicit_bzero (forward->line, strlen (forward->line)); /* a secret may be in it */
  g_free (forward->line);
  g_clear_pointer (&forward->secret, cardea_secret_unref);
  guardian_egress_strip_free (forward->strip);
  guardian_egress_restore_free (forward->restore);
  g_clear_pointer (&forward->names, g_bytes_unref);
  g_clear_pointer (&forward->meter, guardian_egress_meter_unref);
  if (forward->head != NULL)
    {
      explicit_bzero (forward->head->data, forward->head->len);
      g_byte_array_unref (forward->head);
    }
  g_free (forward);
}

/* Before anything was answered; after it the connection is broken off. */
void
guardian_egress_forward_fail (Forward *forward, guint status, const char *code, const char *reason)
{
  g_autoptr (SoupServerMessage) message = g_object_ref (forward->errand.message);
  gboolean answered = forward->answered;
  g_autofree char *text = g_strdup_printf ("%s: %s", forward->target.name.text, reason);

  end_flow (forward, reason);
  if (answered)
    guardian_egress_visitor_close (forward->errand.visitor);
  forward_free (&forward->errand);
  if (!answered)
    guardian_egress_visitor_refuse (message, status, code, text);
  soup_server_message_unpause (message);
}

static void
cut_cb (GuardianEgressFlow *flow, const char *reason)
{
  Forward *forward = (Forward *) (gpointer) ((char *) flow - G_STRUCT_OFFSET (Forward, flow));
  guardian_egress_forward_fail (forward, SOUP_STATUS_FORBIDDEN, "denied", reason);
}

/* --- the answer --- */

static void
pass_head (const Forward *forward, guint status, const GPtrArray *headers)
{
  SoupServerMessage *message = forward->errand.message;
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (message);
  goffset length = -1;

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_remove (answer, "Date"); /* libsoup's; the host's is there, or none */
  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      guint64 size;
      if (forward->restore != NULL && g_ascii_strcasecmp (header->name, "Content-Length") == 0)
        continue;
      if (g_ascii_strcasecmp (header->name, "Content-Length") == 0
          && g_ascii_string_to_unsigned (header->value, 10, 0, G_MAXINT64, &size, NULL))
        length = (goffset) size;
      else if (!guardian_egress_credential_is_in (forward->secret, header->value))
        soup_message_headers_append (answer, header->name, header->value);
    }
  if (status == SOUP_STATUS_NO_CONTENT || status == SOUP_STATUS_NOT_MODIFIED)
    soup_message_headers_set_encoding (answer, SOUP_ENCODING_NONE);
  else if (length >= 0)
    soup_message_headers_set_content_length (answer, length);
  else if (soup_server_message_get_http_version (message) == SOUP_HTTP_1_0)
    soup_message_headers_set_encoding (answer, SOUP_ENCODING_EOF);
  else
    soup_message_headers_set_encoding (answer, SOUP_ENCODING_CHUNKED);
}

static void
head_cb (GuardianEgressFetch *fetch, guint status, const GPtrArray *headers, gpointer user_data)
{
  Forward *forward = user_data;
  SoupServerMessage *message = forward->errand.message;

  forward->broken
      = guardian_egress_credential_refusal (forward->secret, forward->target.method, headers);
  if (forward->broken == NULL)
    forward->broken = guardian_egress_meter_head (forward->meter, status, headers);
  if (forward->broken != NULL)
    {
      guardian_egress_fetch_break (fetch);
      return;
    }
  guardian_egress_credentials_heard (
      guardian_egress_session_context (guardian_egress_visitor_session (forward->errand.visitor))
          ->credentials,
      &forward->target.name, forward->target.port, headers);
  forward->strip = guardian_egress_strip_new (forward->secret);
  forward->restore = guardian_egress_restore_begin (forward->names, headers);
  forward->answered = TRUE;
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  pass_head (forward, status, headers);
  soup_server_message_unpause (message);
}

static void
append_as_it_is (Forward *forward, const void *bytes, gsize size)
{
  SoupServerMessage *message = forward->errand.message;

  if (size == 0)
    return;
  forward->answer_bytes += size;
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_COPY,
                            bytes, size);
}

/* last: nothing more comes. */
static void
append (Forward *forward, const void *bytes, gsize size, gboolean last)
{
  if (forward->restore == NULL)
    {
      append_as_it_is (forward, bytes, size);
      return;
    }
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guardian_egress_restore_feed (forward->restore, bytes, size, out);
  if (last)
    guardian_egress_restore_finish (forward->restore, out);
  append_as_it_is (forward, out->data, out->len);
}

static gboolean
data_cb (GuardianEgressFetch *fetch, const void *bytes, gsize size, gpointer user_data)
{
  Forward *forward = user_data;

  if (forward->answer_bytes > 0 && forward->answer_bytes + size > LIMIT_WAITING)
    {
      forward->answer_waits = TRUE;
      return FALSE;
    }
  forward->broken = guardian_egress_meter_received (forward->meter, &forward->use, size,
                                                    g_get_monotonic_time ());
  if (forward->broken != NULL)
    {
      guardian_egress_fetch_break (fetch);
      return TRUE;
    }
  if (forward->strip != NULL)
    bytes = guardian_egress_strip_feed (forward->strip, bytes, size, &size);
  append (forward, bytes, size, FALSE);
  soup_server_message_unpause (forward->errand.message);
  return TRUE;
}

static void
wrote_cb (SoupServerMessage *message, guint size, gpointer user_data)
{
  Forward *forward = user_data;

  forward->answer_bytes -= MIN (size, forward->answer_bytes);
  if (!forward->answer_waits || forward->answer_bytes > LIMIT_WAITING / 2 || forward->fetch == NULL)
    return;
  forward->answer_waits = FALSE;
  guardian_egress_fetch_continue (forward->fetch);
}

static void
done_cb (GuardianEgressFetch *fetch, const char *why, gpointer user_data)
{
  Forward *forward = user_data;
  SoupServerMessage *message = forward->errand.message;

  if (forward->broken != NULL)
    {
      guardian_egress_forward_fail (forward, SOUP_STATUS_FORBIDDEN, "denied", forward->broken);
      return;
    }
  if (why != NULL || !forward->answered)
    {
      guardian_egress_forward_fail (forward, SOUP_STATUS_BAD_GATEWAY, "unavailable",
                                    why != NULL ? why : "the host did not answer");
      return;
    }
  end_flow (forward, NULL);
  gsize rest = 0;
  const guint8 *bytes
      = forward->strip != NULL ? guardian_egress_strip_finish (forward->strip, &rest) : NULL;
  append (forward, bytes, rest, TRUE);
  soup_message_body_complete (soup_server_message_get_response_body (message));
  soup_server_message_unpause (message);
}

/* --- the request's body --- */

static gssize
body_cb (GuardianEgressFetch *fetch, void *bytes, gsize size, gpointer user_data)
{
  Forward *forward = user_data;
  gsize filled = 0;

  while (filled < size && forward->body.head != NULL)
    {
      g_autoptr (GBytes) first = g_queue_pop_head (&forward->body);
      gsize there = g_bytes_get_size (first);
      gsize taken = MIN (there, size - filled);
      memcpy ((char *) bytes + filled, g_bytes_get_data (first, NULL), taken);
      filled += taken;
      if (taken < there)
        g_queue_push_head (&forward->body, g_bytes_new_from_bytes (first, taken, there - taken));
    }
  forward->body_bytes -= filled;
  forward->broken
      = guardian_egress_meter_sent (forward->meter, &forward->use, filled, g_get_monotonic_time ());
  if (forward->broken != NULL)
    return GUARDIAN_EGRESS_FETCH_ABORT;
  if (forward->guest_waits && forward->body_bytes <= LIMIT_WAITING / 2)
    {
      forward->guest_waits = FALSE;
      soup_server_message_unpause (forward->errand.message);
    }
  forward->body_waits = filled == 0 && !forward->body_ended;
  return forward->body_waits ? -1 : (gssize) filled;
}

static void
go_on (Forward *forward)
{
  if (!forward->body_waits || forward->fetch == NULL)
    return;
  forward->body_waits = FALSE;
  guardian_egress_fetch_continue (forward->fetch);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Forward *forward = user_data;

  if (g_bytes_get_size (chunk) == 0 || guardian_egress_forward_look_chunk (forward, chunk))
    return;
  if (forward->fetch == NULL)
    return; /* nobody wants it any more */
  g_queue_push_tail (&forward->body, g_bytes_ref (chunk));
  forward->body_bytes += g_bytes_get_size (chunk);
  if (forward->body_bytes > LIMIT_WAITING)
    {
      forward->guest_waits = TRUE;
      soup_server_message_pause (message);
    }
  go_on (forward);
}

static void
got_body_cb (SoupServerMessage *message, gpointer user_data)
{
  Forward *forward = user_data;

  forward->body_ended = TRUE;
  if (!guardian_egress_forward_look_body (forward))
    go_on (forward);
}

/* --- the request --- */

typedef struct {
  GPtrArray *headers;
  SoupMessageHeaders *all;
  gboolean good;
} Collect;

static void
collect_cb (const char *name, const char *value, gpointer user_data)
{
  Collect *collect = user_data;

  if (guardian_egress_header_is_hop (name)
      || soup_message_headers_header_contains (collect->all, "Connection", name))
    return;
  collect->good = collect->good && guardian_egress_header_is_good (name, value)
                  && collect->headers->len < GUARDIAN_EGRESS_FETCH_HEADERS;
  if (collect->good)
    g_ptr_array_add (collect->headers, guardian_egress_header_new (name, value));
}

GPtrArray *
guardian_egress_forward_headers (const Forward *forward)
{
  g_autoptr (GPtrArray) headers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_header_free);
  SoupMessageHeaders *all = soup_server_message_get_request_headers (forward->errand.message);
  Collect collect = { headers, all, TRUE };

  soup_message_headers_foreach (all, collect_cb, &collect);
  return collect.good ? g_steal_pointer (&headers) : NULL;
}

static gint64
body_size (SoupMessageHeaders *headers)
{
  switch (soup_message_headers_get_encoding (headers))
    {
    case SOUP_ENCODING_CONTENT_LENGTH:
      return soup_message_headers_get_content_length (headers);
    case SOUP_ENCODING_CHUNKED:
      return -1;
    default:
      return 0;
    }
}

static GuardianEgressCredentials *
credentials_of (const Forward *forward)
{
  return guardian_egress_session_context (guardian_egress_visitor_session (forward->errand.visitor))
      ->credentials;
}

static GuardianEgressPlace
place_of (const Forward *forward)
{
  return (GuardianEgressPlace){ forward->target.name, forward->target.port, forward->tls,
                                forward->target.method, forward->more ? NULL : &forward->body };
}

/* NULL: good. */
static const char *
add_credential (Forward *forward, GPtrArray *headers)
{
  GuardianEgressCredentials *credentials = credentials_of (forward);
  const GuardianEgressPlace place = place_of (forward);
  const char *why = guardian_egress_credentials_apply (credentials, &place, NULL, headers,
                                                       &forward->line, &forward->secret);

  if (why == NULL)
    why = guardian_egress_credentials_apply_body (credentials, &place, headers, &forward->body,
                                                  &forward->secret, &forward->replaced);
  if (why == NULL && forward->replaced >= 0)
    forward->body_bytes = (gsize) forward->replaced;
  if (why == NULL && forward->secret != NULL)
    forward->flow.credential
        = g_strdup (guardian_egress_credentials_name (credentials, forward->secret));
  return why;
}

/* --- WebSockets --- */

static gboolean
wants_websocket (const Forward *forward)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (forward->errand.message);

  return strcmp (forward->target.method, "GET") == 0
         && soup_message_headers_header_contains (headers, "Connection", "upgrade")
         && soup_message_headers_header_equals (headers, "Upgrade", "websocket");
}

/* The request as it goes out; everything in it was checked. */
static GByteArray *
write_head (const Forward *forward, const GPtrArray *headers)
{
  gboolean usual = forward->target.port == (forward->tls ? 443 : 80);
  g_autofree char *host
      = cardea_host_format (forward->target.name.text, usual ? 0 : forward->target.port);
  g_autofree char *first = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\n"
                                            "Upgrade: websocket\r\n",
                                            forward->line, host);
  GByteArray *head = g_byte_array_new ();

  g_byte_array_append (head, (const guint8 *) first, (guint) strlen (first));
  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      const char *const parts[] = { header->name, ": ", header->value, "\r\n" };
      if (g_ascii_strcasecmp (header->name, "Sec-WebSocket-Extensions") == 0)
        continue; /* frames are looked at: nothing is packed in them */
      for (gsize k = 0; k < G_N_ELEMENTS (parts); k++)
        g_byte_array_append (head, (const guint8 *) parts[k], (guint) strlen (parts[k]));
    }
  g_byte_array_append (head, (const guint8 *) "\r\n", 2);
  return head;
}

/* It is connected: libsoup lets go, and from here on nobody reads HTTP. */
static void
connected_cb (GuardianEgressFetch *fetch, const char *why, gpointer user_data)
{
  Forward *forward = user_data;

  if (why != NULL)
    {
      guardian_egress_forward_fail (forward, SOUP_STATUS_BAD_GATEWAY, "unavailable", why);
      return;
    }
  g_autoptr (SoupServerMessage) message = g_object_ref (forward->errand.message);
  int fd = guardian_egress_visitor_steal_fd (forward->errand.visitor);
  GuardianEgressFetch *connected = g_steal_pointer (&forward->fetch);
  GByteArray *head = g_steal_pointer (&forward->head);
  GuardianEgressFlow flow = { 0 };
  gboolean tls = forward->tls;
  guardian_egress_flow_move (&flow, &forward->flow, cut_cb);
  forward_free (&forward->errand);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  guardian_egress_exchange_start (&flow, connected, tls, fd, head);
}

static const GuardianEgressFetchHandler raw_handler = { NULL, NULL, NULL, connected_cb };

/* --- sending --- */

static const GuardianEgressFetchHandler handler = { head_cb, data_cb, body_cb, done_cb };

static void
send_request (Forward *forward, const GuardianEgressAddresses *addresses)
{
  SoupServerMessage *message = forward->errand.message;
  SoupMessageHeaders *all = soup_server_message_get_request_headers (message);
  g_autoptr (GPtrArray) headers = guardian_egress_forward_headers (forward);
  GuardianEgressFetchPlan plan = {
    .method = forward->target.method,
    .tls = forward->tls,
    .name = forward->target.name,
    .port = forward->target.port,
    .target = forward->line,
    .addresses = addresses,
    .headers = headers,
    .idle_seconds = IDLE_SECONDS,
  };

  forward->target.path = NULL; /* a secret may come into the line */
  const char *refusal
      = headers != NULL ? add_credential (forward, headers) : "the request cannot be passed on";
  if (refusal != NULL)
    {
      guardian_egress_forward_fail (forward, SOUP_STATUS_FORBIDDEN, "denied", refusal);
      return;
    }
  plan.target = forward->line; /* with a secret in it now, perhaps */
  plan.body_size = forward->replaced >= 0 ? forward->replaced : body_size (all);
  plan.raw = wants_websocket (forward);
  refusal
      = plan.raw && forward->meter != NULL
            ? "what is limited there cannot be kept to in a WebSocket"
            : guardian_egress_meter_begin (forward->meter, plan.body_size, g_get_monotonic_time ());
  if (refusal != NULL)
    {
      guardian_egress_forward_fail (forward, SOUP_STATUS_FORBIDDEN, "denied", refusal);
      return;
    }
  if (plan.raw)
    forward->head = write_head (forward, headers);
  forward->fetch = guardian_egress_fetch_new (
      guardian_egress_session_fetches (guardian_egress_visitor_session (forward->errand.visitor),
                                       forward->flow.inside),
      &plan, plan.raw ? &raw_handler : &handler, forward);
  if (forward->fetch == NULL)
    {
      guardian_egress_forward_fail (forward, SOUP_STATUS_BAD_REQUEST, "malformed",
                                    "the request cannot be passed on");
      return;
    }
  if (plan.raw)
    return;
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (wrote_cb), forward);
  /* What was gathered is there; what waits is let in when there is room. */
  if (!forward->body_ended && !forward->guest_waits)
    soup_server_message_unpause (message);
}

static void
resolved_cb (const GuardianEgressAddresses *addresses, gpointer user_data)
{
  Forward *forward = user_data;

  forward->question = 0;
  if (addresses->count > 0)
    send_request (forward, addresses);
  else
    guardian_egress_forward_fail (
        forward, addresses->refused ? SOUP_STATUS_FORBIDDEN : SOUP_STATUS_BAD_GATEWAY,
        addresses->refused ? "denied" : "unavailable", addresses->why);
}

static void
looked_at (Forward *forward)
{
  GuardianEgressSession *session = guardian_egress_visitor_session (forward->errand.visitor);

  forward->question = guardian_egress_resolver_ask (
      guardian_egress_session_context (session)->resolver, &forward->target.name,
      forward->target.port, forward->flow.inside, resolved_cb, forward);
}

/* Every secret that is bound to that place is there, or will not come. */
static void
ready_cb (gpointer user_data)
{
  Forward *forward = user_data;
  SoupServerMessage *message = forward->errand.message;

  forward->wait = 0;
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), forward);
  g_signal_connect (message, "got-body", G_CALLBACK (got_body_cb), forward);
  guardian_egress_forward_look (
      forward, body_size (soup_server_message_get_request_headers (message)) != 0, looked_at);
}

static void
decided_cb (const GuardianEgressVerdict *verdict, gpointer user_data)
{
  Forward *forward = user_data;
  GuardianEgressSession *session = guardian_egress_visitor_session (forward->errand.visitor);

  forward->waiter = 0;
  if (verdict->code != NULL)
    {
      guardian_egress_forward_fail (forward, SOUP_STATUS_FORBIDDEN, verdict->code, verdict->reason);
      return;
    }
  guardian_egress_flow_begin (&forward->flow, session, &forward->target, verdict, cut_cb);
  forward->meter = guardian_egress_meter_ref (verdict->meter);
  const GuardianEgressPlace place = place_of (forward);
  forward->wait
      = guardian_egress_credentials_wait (credentials_of (forward), &place, ready_cb, forward);
  if (forward->wait == 0)
    ready_cb (forward);
}

void
guardian_egress_forward_begin (GuardianEgressVisitor *visitor, SoupServerMessage *message)
{
  Forward *forward = g_new0 (Forward, 1);
  const char *why = NULL;
  forward->replaced = -1;
  guint status = guardian_egress_forward_head_read (forward, visitor, message, &why);

  guardian_egress_errand_begin (&forward->errand, visitor, message, forward_free);
  if (status != 0)
    {
      const char *host = g_uri_get_host (soup_server_message_get_uri (message));
      guardian_egress_session_report (guardian_egress_visitor_session (visitor), host,
                                      strlen (host), why);
      guardian_egress_forward_fail (forward, status, "malformed", why);
      return;
    }
  guint64 waiter = guardian_egress_desk_ask (
      guardian_egress_session_desk (guardian_egress_visitor_session (visitor)), &forward->target,
      decided_cb, forward);
  if (waiter != 0) /* else it may be gone */
    forward->waiter = waiter;
}
