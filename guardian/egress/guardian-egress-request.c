/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, that this may be sent; libcurl to read what a host answers.
 * Refuses: addresses that were not meant, headers that are another's to set, a secret on its way to
 * a host it is not bound to or without TLS, answers beyond their limit. Known gaps: those
 * of guardian-egress-strip.h. */

#include "guardian/egress/guardian-egress-request.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-url.h"
#include "guardian/egress/guardian-egress-credential.h"
#include "guardian/egress/guardian-egress-meter.h"
#include "guardian/egress/guardian-egress-restore.h"
#include "guardian/egress/guardian-egress-strip.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define IDLE_SECONDS 120
#define LIMIT_POOLS 32u /* of connections, before those that rest are closed */
#define PIPE_SIZE (256 * 1024)
#define LIMIT_NAMES (1024u * 1024u) /* bytes of what is put back */

static const GQueue no_body = G_QUEUE_INIT;

typedef struct {
  GuardianEgressRequests *requests;
  CardeaMessage *message; /* the core's */
  GuardianEgressName name;
  guint16 port;
  gboolean tls;
  gboolean inside;
  char *line; /* of the request: path and query */
  GPtrArray *headers;
  CardeaSecret *secret;           /* that is in them; NULL: none */
  GuardianEgressStrip *strip;     /* takes it out of the answer */
  GBytes *names;                  /* of what was taken out of it; NULL: nothing was */
  GuardianEgressRestore *restore; /* puts that back into the answer */
  int body;
  gsize body_size;
  gsize body_sent;
  guint question;
  guint wait; /* for a token */
  GuardianEgressFetch *fetch;
  int pipe; /* towards the core; -1 before the answer and after its end */
  guint watch;
  GByteArray *rest; /* that the pipe did not take */
  guint64 received;
  guint64 limit;
  GuardianEgressMeter *meter; /* keeps to what is limited there; NULL: nothing is */
  GuardianEgressMeterUse use;
  gboolean over; /* it does not go on for what is limited */
  gboolean answered;
  gboolean ended;  /* the host's part; the rest waits for the pipe */
  const char *why; /* it broke off */
} Request;

struct _GuardianEgressRequests {
  const GuardianEgressContext *context;
  GHashTable *fetches; /* session, and whether inside → GuardianEgressFetches */
  GHashTable *all;     /* id → Request */
  GuardianEgressMeters *meters;
};

static void
request_free (gpointer data)
{
  Request *request = data;

  guardian_egress_resolver_cancel (request->requests->context->resolver, request->question);
  guardian_egress_credentials_forget (request->requests->context->credentials, request->wait);
  g_clear_pointer (&request->fetch, guardian_egress_fetch_free);
  g_clear_handle_id (&request->watch, g_source_remove);
  cardea_fd_clear (&request->pipe);
  cardea_fd_clear (&request->body);
  g_clear_pointer (&request->secret, cardea_secret_unref);
  guardian_egress_strip_free (request->strip);
  if (request->names != NULL)
    explicit_bzero ((void *) g_bytes_get_data (request->names, NULL),
                    g_bytes_get_size (request->names)); /* nobody else has it */
  g_clear_pointer (&request->names, g_bytes_unref);
  guardian_egress_restore_free (request->restore);
  g_byte_array_unref (request->rest);
  g_clear_pointer (&request->meter, guardian_egress_meter_unref);
  g_ptr_array_unref (request->headers);
  if (request->line != NULL)
    explicit_bzero (request->line, strlen (request->line)); /* a secret may be in it */
  g_free (request->line);
  cardea_message_unref (request->message);
  g_free (request);
}

static void
send_message (const Request *request, CardeaMessage *taken)
{
  const GuardianEgressContext *context = request->requests->context;
  context->send (taken, context->user_data);
}

/* It is gone afterwards. */
static void
finish (Request *request)
{
  const char *id = cardea_message_request (request->message);
  guint64 sent = 0;
  guint64 received = 0;

  CardeaMessage *message = cardea_message_new ("egress.finished");
  if (request->fetch != NULL)
    guardian_egress_fetch_count (request->fetch, &sent, &received);
  if (cardea_message_session (request->message) != NULL)
    cardea_message_set_session (message, cardea_message_session (request->message));
  cardea_message_set_string (message, "target", id);
  cardea_message_set_int64 (message, "sent", (gint64) sent);
  cardea_message_set_int64 (message, "received", (gint64) received);
  cardea_message_set_string (message, "reason", request->why);
  cardea_fd_clear (&request->pipe); /* the end of the answer is there before its news */
  send_message (request, message);
  g_hash_table_remove (request->requests->all, id);
}

/* Before there is an answer; it is gone afterwards. */
static void
refuse (Request *request, const char *code, const char *why)
{
  g_autofree char *reason = g_strdup_printf ("%s: %s", request->name.text, why);

  send_message (request, cardea_message_new_refusal (request->message, code, reason));
  g_hash_table_remove (request->requests->all, cardea_message_request (request->message));
}

/* --- the answer --- */

static CardeaJson *
describe (const Request *request, const GPtrArray *headers)
{
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      if (guardian_egress_credential_is_in (request->secret, header->value)
          || (request->restore != NULL && g_ascii_strcasecmp (header->name, "Content-Length") == 0))
        continue;
      CardeaJson *object = cardea_json_new_object ();
      cardea_json_set_string (object, "name", header->name);
      cardea_json_set_string (object, "value", header->value);
      cardea_json_append (array, object);
    }
  return array;
}

/* why: of the meter, or NULL. FALSE: it does not go on. */
static gboolean
is_within (Request *request, const char *why)
{
  if (why == NULL)
    return TRUE;
  request->why = why;
  request->over = TRUE;
  return FALSE;
}

static void
head_cb (GuardianEgressFetch *fetch, guint status, const GPtrArray *headers, gpointer user_data)
{
  Request *request = user_data;
  int ends[2];

  request->why = guardian_egress_credential_refusal (
      request->secret, cardea_message_get_string (request->message, "method"), headers);
  if (request->why == NULL
      && !is_within (request, guardian_egress_meter_head (request->meter, status, headers)))
    g_debug ("%s: %s", request->name.text, request->why);
  if (request->why != NULL)
    {
      guardian_egress_fetch_break (fetch);
      return;
    }
  guardian_egress_credentials_heard (request->requests->context->credentials, &request->name,
                                     request->port, headers);
  request->strip = guardian_egress_strip_new (request->secret);
  if (pipe2 (ends, O_CLOEXEC) != 0)
    {
      request->why = "too much is under way";
      guardian_egress_fetch_break (fetch);
      return;
    }
  if (!g_unix_set_fd_nonblocking (ends[1], TRUE, NULL)
      || fcntl (ends[1], F_SETPIPE_SZ, PIPE_SIZE) < 0)
    g_debug ("a pipe stays small: %s", g_strerror (errno));
  request->pipe = ends[1];
  request->answered = TRUE;
  request->restore = guardian_egress_restore_begin (request->names, headers);
  CardeaMessage *reply = cardea_message_new_reply (request->message, "egress.response");
  cardea_message_set_int (reply, "status", status);
  cardea_message_set_json (reply, "headers", describe (request, headers));
  cardea_message_set_string (reply, "address", guardian_egress_fetch_address (fetch));
  cardea_message_set_fd (reply, "body", ends[0]);
  send_message (request, reply);
}

/* FALSE: some of it waits now, or nobody reads. */
static gboolean
put (Request *request, const guint8 *bytes, gsize size, gsize *ret_written)
{
  ssize_t written = 0;

  *ret_written = 0;
  while (*ret_written < size)
    {
      written = write (request->pipe, bytes + *ret_written, size - *ret_written);
      if (written < 0 && errno != EINTR)
        break;
      *ret_written += written > 0 ? (gsize) written : 0;
    }
  if (written < 0 && errno != EAGAIN)
    request->why = "nobody reads the answer any more";
  return *ret_written == size;
}

static gboolean
writable_cb (gint fd, GIOCondition condition, gpointer user_data)
{
  Request *request = user_data;
  gsize written = 0;
  gboolean whole = put (request, request->rest->data, request->rest->len, &written);

  g_byte_array_remove_range (request->rest, 0, (guint) written);
  if (!whole && request->why == NULL)
    return G_SOURCE_CONTINUE;
  request->watch = 0;
  if (request->ended || request->why != NULL)
    finish (request);
  else
    guardian_egress_fetch_continue (request->fetch);
  return G_SOURCE_REMOVE;
}

/* What the pipe does not take waits. */
static void
pass (Request *request, const guint8 *bytes, gsize size)
{
  gsize written = 0;

  if (request->watch == 0 && (put (request, bytes, size, &written) || request->why != NULL))
    return;
  g_byte_array_append (request->rest, bytes + written, (guint) (size - written));
  if (request->watch == 0)
    request->watch = g_unix_fd_add (request->pipe, G_IO_OUT, writable_cb, request);
}

/* bytes NULL: it ended. */
static void
pass_restored (Request *request, const void *bytes, gsize size)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (request->restore == NULL)
    {
      if (bytes != NULL)
        pass (request, bytes, size);
      return;
    }
  if (bytes != NULL)
    guardian_egress_restore_feed (request->restore, bytes, size, out);
  else
    guardian_egress_restore_finish (request->restore, out);
  if (out->len > 0)
    pass (request, out->data, out->len);
  if (out->len > 0)
    explicit_bzero (out->data, out->len);
}

/* What might have been the beginning of a secret or placeholder, and was not. */
static void
pass_end (Request *request)
{
  gsize size = 0;
  const guint8 *bytes
      = request->strip != NULL ? guardian_egress_strip_finish (request->strip, &size) : NULL;

  if (size > 0)
    pass_restored (request, bytes, size);
  pass_restored (request, NULL, 0);
}

static gboolean
data_cb (GuardianEgressFetch *fetch, const void *bytes, gsize size, gpointer user_data)
{
  Request *request = user_data;

  if (request->watch != 0)
    return FALSE;
  if (!is_within (request, guardian_egress_meter_received (request->meter, &request->use, size,
                                                           g_get_monotonic_time ())))
    {
      guardian_egress_fetch_break (fetch);
      return TRUE;
    }
  gboolean over = size > request->limit - request->received;
  size = over ? (gsize) (request->limit - request->received) : size;
  request->received += size;
  if (request->strip != NULL)
    bytes = guardian_egress_strip_feed (request->strip, bytes, size, &size);
  pass_restored (request, bytes, size);
  if (over && request->why == NULL)
    request->why = "the answer is larger than was allowed";
  if (request->why != NULL)
    guardian_egress_fetch_break (fetch);
  return TRUE;
}

static gssize
body_cb (GuardianEgressFetch *fetch, void *bytes, gsize size, gpointer user_data)
{
  Request *request = user_data;
  gsize left = request->body_size - request->body_sent;
  ssize_t got
      = left > 0 ? pread (request->body, bytes, MIN (size, left), (off_t) request->body_sent) : 0;

  request->body_sent += got > 0 ? (gsize) got : 0;
  if (!is_within (request,
                  guardian_egress_meter_sent (request->meter, &request->use, (gsize) MAX (got, 0),
                                              g_get_monotonic_time ())))
    return GUARDIAN_EGRESS_FETCH_ABORT;
  return MAX (got, 0);
}

static void
done_cb (GuardianEgressFetch *fetch, const char *why, gpointer user_data)
{
  Request *request = user_data;

  if (request->why == NULL)
    request->why = why;
  request->ended = TRUE;
  if (request->answered && request->why == NULL)
    pass_end (request);
  if (!request->answered)
    refuse (request, request->over ? "denied" : "unavailable",
            request->why != NULL ? request->why : "the host did not answer");
  else if (request->watch == 0)
    finish (request);
}

/* --- the request --- */

static const GuardianEgressFetchHandler handler = { head_cb, data_cb, body_cb, done_cb };

static gboolean
is_idle_cb (gpointer key, gpointer fetches, gpointer user_data)
{
  return guardian_egress_fetches_is_idle (fetches);
}

/* Connections are one session's, and inner ones are kept apart: guardian-egress-session.h. */
static GuardianEgressFetches *
find_fetches (const Request *request)
{
  GuardianEgressRequests *requests = request->requests;
  const char *session = cardea_message_session (request->message);
  g_autofree char *key
      = g_strconcat (session != NULL ? session : "", request->inside ? " inside" : "", NULL);
  GuardianEgressFetches *fetches = g_hash_table_lookup (requests->fetches, key);

  if (fetches != NULL)
    return fetches;
  if (g_hash_table_size (requests->fetches) >= LIMIT_POOLS)
    g_hash_table_foreach_remove (requests->fetches, is_idle_cb, NULL);
  fetches = guardian_egress_fetches_new (requests->context->trust);
  g_hash_table_insert (requests->fetches, g_steal_pointer (&key), fetches);
  return fetches;
}

static void
resolved_cb (const GuardianEgressAddresses *addresses, gpointer user_data)
{
  Request *request = user_data;
  const GuardianEgressFetchPlan plan = {
    .method = cardea_message_get_string (request->message, "method"),
    .tls = request->tls,
    .name = request->name,
    .port = request->port,
    .target = request->line,
    .addresses = addresses,
    .headers = request->headers,
    .body_size = (gint64) request->body_size,
    .idle_seconds = (guint) cardea_message_get_int (request->message, "timeout", IDLE_SECONDS),
  };

  request->question = 0;
  if (addresses->count == 0)
    {
      refuse (request, addresses->refused ? "denied" : "unavailable", addresses->why);
      return;
    }
  if (!is_within (request, guardian_egress_meter_begin (request->meter, (gint64) request->body_size,
                                                        g_get_monotonic_time ())))
    {
      refuse (request, "denied", request->why);
      return;
    }
  request->fetch = guardian_egress_fetch_new (find_fetches (request), &plan, &handler, request);
  g_ptr_array_set_size (request->headers, 0); /* and wiped */
  if (request->fetch == NULL)
    refuse (request, "unsuitable", "this cannot be sent");
}

static gboolean
read_url (Request *request, const char *text)
{
  g_autoptr (CardeaUrl) url = cardea_url_parse (text, NULL);

  if (url == NULL
      || !guardian_egress_name_parse (url->host, strlen (url->host), &request->name, NULL))
    return FALSE;
  request->tls = url->secure;
  request->port = (guint16) url->port;
  request->line = g_strconcat (url->path, url->query != NULL ? "?" : NULL, url->query, NULL);
  return TRUE;
}

static gboolean
read_headers (Request *request)
{
  const CardeaJson *list = cardea_message_get_json (request->message, "headers");

  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const CardeaJson *object = cardea_json_nth (list, i);
      const char *name = cardea_json_get_string (object, "name");
      const char *value = cardea_json_get_string (object, "value");
      if (name == NULL || value == NULL || !guardian_egress_header_is_good (name, value)
          || guardian_egress_header_is_hop (name))
        return FALSE;
      g_ptr_array_add (request->headers, guardian_egress_header_new (name, value));
    }
  return TRUE;
}

/* NULL: good. */
static const char *
add_credential (Request *request)
{
  const GuardianEgressPlace place = { request->name, request->port, request->tls,
                                      cardea_message_get_string (request->message, "method"),
                                      request->body < 0 ? &no_body : NULL };

  return guardian_egress_credentials_apply (
      request->requests->context->credentials, &place,
      cardea_message_get_string (request->message, "credential"), request->headers, &request->line,
      &request->secret);
}

/* FALSE: what is to be put back cannot be read, and nothing is sent. */
static gboolean
read_names (Request *request)
{
  cardea_autofd int names = cardea_message_take_fd (request->message, "names");
  struct stat st;

  if (names < 0)
    return TRUE;
  if (fstat (names, &st) != 0 || st.st_size < 0 || st.st_size > (goffset) LIMIT_NAMES)
    return FALSE;
  g_autofree char *text = g_malloc0 ((gsize) st.st_size + 1);
  if (pread (names, text, (gsize) st.st_size, 0) != st.st_size)
    return FALSE;
  request->names = g_bytes_new_take (g_steal_pointer (&text), (gsize) st.st_size);
  return TRUE;
}

static gboolean
read_body (Request *request)
{
  struct stat st;

  request->body = cardea_message_take_fd (request->message, "body");
  if (request->body < 0)
    return TRUE;
  if (fstat (request->body, &st) != 0 || st.st_size < 0)
    return FALSE;
  request->body_size = (gsize) st.st_size;
  return TRUE;
}

/* FALSE: what is limited could not be kept to. */
static gboolean
find_meter (Request *request)
{
  return guardian_egress_meters_find (
      request->requests->meters, cardea_message_session (request->message), request->name.text,
      request->port, cardea_message_get_json (request->message, "limits"), &request->meter);
}

/* Every secret that is bound to that place is there, or will not come. */
static void
ready_cb (gpointer user_data)
{
  Request *request = user_data;
  const char *why = add_credential (request);

  request->wait = 0;
  if (why != NULL)
    refuse (request, "denied", why);
  else
    request->question
        = guardian_egress_resolver_ask (request->requests->context->resolver, &request->name,
                                        request->port, request->inside, resolved_cb, request);
}

static void
begin (Request *request)
{
  const GuardianEgressPlace place = { request->name, request->port, request->tls,
                                      cardea_message_get_string (request->message, "method"),
                                      request->body < 0 ? &no_body : NULL };

  request->wait = guardian_egress_credentials_wait (request->requests->context->credentials, &place,
                                                    ready_cb, request);
  if (request->wait == 0)
    ready_cb (request);
}

void
guardian_egress_requests_begin (GuardianEgressRequests *requests, CardeaMessage *message)
{
  Request *request = g_new0 (Request, 1);
  gint64 limit = cardea_message_get_int64 (message, "max_bytes", G_MAXINT64);

  request->requests = requests;
  request->message = cardea_message_ref (message);
  request->body = request->pipe = -1;
  request->rest = g_byte_array_new ();
  request->headers = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_header_free);
  request->inside = cardea_message_get_boolean (message, "inside");
  request->limit = (guint64) MAX (limit, 0);
  g_hash_table_insert (requests->all, g_strdup (cardea_message_request (message)), request);
  gboolean good = read_url (request, cardea_message_get_string (message, "url"))
                  && read_headers (request) && read_body (request) && read_names (request);
  if (!good)
    refuse (request, "unsuitable", "this cannot be sent");
  else if (g_hash_table_size (requests->all) > GUARDIAN_EGRESS_REQUESTS)
    refuse (request, "busy", "too much is under way");
  else if (!find_meter (request))
    refuse (request, "denied", "what is limited there cannot be kept to");
  else
    begin (request);
}

void
guardian_egress_requests_stop (GuardianEgressRequests *requests, const char *id)
{
  Request *request = g_hash_table_lookup (requests->all, id);

  if (request == NULL)
    return;
  request->why = "it was stopped";
  if (request->answered)
    finish (request);
  else
    refuse (request, "unavailable", request->why);
}

void
guardian_egress_requests_close (GuardianEgressRequests *requests, const char *session)
{
  guardian_egress_meters_forget (requests->meters, session);
}

GuardianEgressRequests *
guardian_egress_requests_new (const GuardianEgressContext *context)
{
  GuardianEgressRequests *requests = g_new0 (GuardianEgressRequests, 1);

  requests->context = context;
  requests->fetches = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify) guardian_egress_fetches_free);
  requests->all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, request_free);
  requests->meters = guardian_egress_meters_new ();
  return requests;
}

void
guardian_egress_requests_free (GuardianEgressRequests *requests)
{
  g_hash_table_unref (requests->all);
  g_hash_table_unref (requests->fetches);
  guardian_egress_meters_free (requests->meters);
  g_free (requests);
}
