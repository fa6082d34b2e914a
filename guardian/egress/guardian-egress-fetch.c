/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: libcurl, to read what hosts answer; the system's authorities.
 * Refuses: every address that was not checked for this very request, a host whose certificate is
 * not its name's, answers with too many headers. Known gaps: HTTP/2 is not spoken. */

#include "guardian/egress/guardian-egress-fetch.h"

#include "guardian/egress/guardian-egress-multi.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER 32768L
#define SLOW_BYTES 1L /* a second, is idle */

struct _GuardianEgressFetch {
  GuardianEgressFetches *fetches;
  CURL *easy;
  struct curl_slist *headers;
  struct curl_slist *pinned;
  GuardianEgressAddresses addresses;
  char address[GUARDIAN_EGRESS_ADDRESS_TEXT];
  GPtrArray *answered; /* headers of the answer so far */
  gsize answered_bytes;
  gboolean added;
  gboolean has_head;
  const char *why; /* we broke it off */
  gboolean broken; /* our caller did */
  const GuardianEgressFetchHandler *handler;
  gpointer user_data;
};

/* --- what libcurl calls --- */

/* libcurl asks for a socket to an address: it gets one for those that were checked only. */
static curl_socket_t
open_socket (void *data, curlsocktype purpose, struct curl_sockaddr *wanted)
{
  GuardianEgressFetch *fetch = data;
  GuardianEgressAddress address = { 0 };

  if (wanted->addrlen <= sizeof address)
    memcpy (&address, &wanted->addr, wanted->addrlen);
  for (guint i = 0; i < fetch->addresses.count; i++)
    if (guardian_egress_address_equal (&address, &fetch->addresses.list[i]))
      {
        guardian_egress_address_print (&address, fetch->address);
        return socket (wanted->family, wanted->socktype | SOCK_CLOEXEC, wanted->protocol);
      }
  fetch->why = "an address that was not checked was to be dialled";
  return CURL_SOCKET_BAD;
}

static CURLcode
set_up_tls (CURL *easy, void *context, void *data)
{
  const GuardianEgressFetch *fetch = data;

  return guardian_egress_trust_apply (guardian_egress_fetches_trust (fetch->fetches), context)
             ? CURLE_OK
             : CURLE_SSL_CACERT_BADFILE;
}

static gboolean
add_header (GuardianEgressFetch *fetch, const char *line, gsize size)
{
  const char *colon = memchr (line, ':', size);

  fetch->answered_bytes += size;
  if (fetch->answered->len >= GUARDIAN_EGRESS_FETCH_HEADERS
      || fetch->answered_bytes > GUARDIAN_EGRESS_FETCH_HEADER_BYTES)
    {
      fetch->why = "the host answered with too many headers";
      return FALSE;
    }
  if (colon == NULL)
    return TRUE;
  g_autofree char *name = g_strndup (line, (gsize) (colon - line));
  g_autofree char *value = g_strndup (colon + 1, size - (gsize) (colon + 1 - line));
  g_strstrip (value);
  if (guardian_egress_header_is_good (name, value) && g_utf8_validate (value, -1, NULL))
    g_ptr_array_add (fetch->answered, guardian_egress_header_new (name, value));
  return TRUE;
}

/* A line at a time; an empty one ends a head, which may be of an interim answer. */
static size_t
take_header (char *line, size_t one, size_t size, void *data)
{
  GuardianEgressFetch *fetch = data;
  long status = 0;
  gsize length = size;

  while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
    length--;
  if (fetch->has_head) /* trailers */
    return size;
  if (length >= 5 && memcmp (line, "HTTP/", 5) == 0 && memchr (line, ':', length) == NULL)
    {
      g_ptr_array_set_size (fetch->answered, 0);
      fetch->answered_bytes = 0;
      return size;
    }
  if (length > 0)
    return add_header (fetch, line, length) ? size : 0;
  if (curl_easy_getinfo (fetch->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status < 200)
    return size;
  fetch->has_head = TRUE;
  guardian_egress_header_drop_hops (fetch->answered);
  fetch->handler->head (fetch, (guint) status, fetch->answered, fetch->user_data);
  return fetch->broken ? 0 : size;
}

static size_t
take_data (char *bytes, size_t one, size_t size, void *data)
{
  GuardianEgressFetch *fetch = data;
  gboolean taken = fetch->handler->data (fetch, bytes, size, fetch->user_data);

  return fetch->broken ? 0 : taken ? size : CURL_WRITEFUNC_PAUSE;
}

static size_t
give_body (char *bytes, size_t one, size_t size, void *data)
{
  GuardianEgressFetch *fetch = data;
  gssize given = fetch->handler->body (fetch, bytes, one * size, fetch->user_data);
  if (given == GUARDIAN_EGRESS_FETCH_ABORT)
    return CURL_READFUNC_ABORT;
  return given >= 0 ? (size_t) given : CURL_READFUNC_PAUSE;
}

/* --- the request --- */

static void
add_line (struct curl_slist **list, const char *line)
{
  struct curl_slist *longer = curl_slist_append (*list, line);

  if (longer == NULL)
    g_error ("out of memory");
  *list = longer;
}

/* What libcurl would say by itself is said by the program, or not at all. */
static void
add_headers (GuardianEgressFetch *fetch, const GPtrArray *headers)
{
  static const char *const own[] = { "Accept", "Expect", "User-Agent", "Content-Type" };

  for (gsize i = 0; i < G_N_ELEMENTS (own); i++)
    {
      gboolean given = FALSE;
      for (guint k = 0; k < headers->len; k++)
        given = given
                || g_ascii_strcasecmp (((const GuardianEgressHeader *) headers->pdata[k])->name,
                                       own[i])
                       == 0;
      g_autofree char *none = g_strconcat (own[i], ":", NULL);
      if (!given)
        add_line (&fetch->headers, none);
    }
  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      /* "NAME;" is libcurl's form of a header without value. */
      g_autofree char *line = header->value[0] != '\0'
                                  ? g_strconcat (header->name, ": ", header->value, NULL)
                                  : g_strconcat (header->name, ";", NULL);
      add_line (&fetch->headers, line);
      explicit_bzero (line, strlen (line));
    }
}

static void
pin (GuardianEgressFetch *fetch, const GuardianEgressFetchPlan *plan)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (plan->name.is_address)
    return;
  g_string_printf (line, "%s:%u:", plan->name.text, plan->port);
  for (guint i = 0; i < fetch->addresses.count; i++)
    {
      char text[GUARDIAN_EGRESS_ADDRESS_TEXT];
      guardian_egress_address_print (&fetch->addresses.list[i], text);
      gboolean brackets = strchr (text, ':') != NULL;
      g_string_append_printf (line, brackets ? "%s[%s]" : "%s%s", i > 0 ? "," : "", text);
    }
  add_line (&fetch->pinned, line->str);
}

#define SET(option, value) (good = good && curl_easy_setopt (easy, option, value) == CURLE_OK)

static gboolean
set_body (CURL *easy, const GuardianEgressFetchPlan *plan)
{
  gboolean good = TRUE;

  if (strcmp (plan->method, "HEAD") == 0)
    SET (CURLOPT_NOBODY, 1L);
  else if (plan->body_size != 0 || strcmp (plan->method, "POST") == 0
           || strcmp (plan->method, "PUT") == 0)
    {
      SET (CURLOPT_UPLOAD, 1L);
      SET (CURLOPT_INFILESIZE_LARGE, (curl_off_t) plan->body_size);
    }
  SET (CURLOPT_CUSTOMREQUEST, plan->method);
  return good;
}

static gboolean
set_callbacks (GuardianEgressFetch *fetch)
{
  CURL *easy = fetch->easy;
  gboolean good = TRUE;

  SET (CURLOPT_PRIVATE, fetch);
  SET (CURLOPT_OPENSOCKETFUNCTION, open_socket);
  SET (CURLOPT_OPENSOCKETDATA, fetch);
  SET (CURLOPT_SSL_CTX_FUNCTION, set_up_tls);
  SET (CURLOPT_SSL_CTX_DATA, fetch);
  SET (CURLOPT_HEADERFUNCTION, take_header);
  SET (CURLOPT_HEADERDATA, fetch);
  SET (CURLOPT_WRITEFUNCTION, take_data);
  SET (CURLOPT_WRITEDATA, fetch);
  SET (CURLOPT_READFUNCTION, give_body);
  SET (CURLOPT_READDATA, fetch);
  return good;
}

static gboolean
set_up (GuardianEgressFetch *fetch, const GuardianEgressFetchPlan *plan)
{
  CURL *easy = fetch->easy;
  gboolean brackets = strchr (plan->name.text, ':') != NULL;
  g_autofree char *url
      = g_strdup_printf (brackets ? "%s://[%s]:%u/" : "%s://%s:%u/", plan->tls ? "https" : "http",
                         plan->name.text, plan->port);
  gboolean good = set_callbacks (fetch) && set_body (easy, plan);

  SET (CURLOPT_URL, url);
  SET (CURLOPT_REQUEST_TARGET, plan->target);
  SET (CURLOPT_PROTOCOLS_STR, plan->tls ? "https" : "http");
  SET (CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
  SET (CURLOPT_HTTPHEADER, fetch->headers);
  SET (CURLOPT_RESOLVE, fetch->pinned);
  SET (CURLOPT_PROXY, "");
  SET (CURLOPT_CAINFO, NULL);
  SET (CURLOPT_CAPATH, NULL);
  SET (CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  SET (CURLOPT_NOSIGNAL, 1L);
  SET (CURLOPT_BUFFERSIZE, BUFFER);
  SET (CURLOPT_CONNECTTIMEOUT, (long) GUARDIAN_EGRESS_FETCH_CONNECT_SECONDS);
  SET (CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
  SET (CURLOPT_LOW_SPEED_TIME, (long) plan->idle_seconds);
  SET (CURLOPT_MAXAGE_CONN, (long) GUARDIAN_EGRESS_FETCH_SPARE_SECONDS);
  SET (CURLOPT_TCP_KEEPALIVE, 1L);
  SET (CURLOPT_CONNECT_ONLY, plan->raw ? 1L : 0L);
  return good;
}

/* Every byte that goes into the request line. */
static gboolean
is_good_line (const GuardianEgressFetchPlan *plan)
{
  for (const char *at = plan->method; *at != '\0'; at++)
    if (!g_ascii_isupper (*at))
      return FALSE;
  for (const char *at = plan->target; *at != '\0'; at++)
    if ((guchar) *at <= 0x20 || (guchar) *at == 0x7f)
      return FALSE;
  return plan->method[0] != '\0' && (plan->target[0] == '/' || strcmp (plan->target, "*") == 0);
}

GuardianEgressFetch *
guardian_egress_fetch_new (GuardianEgressFetches *fetches, const GuardianEgressFetchPlan *plan,
                           const GuardianEgressFetchHandler *handler, gpointer user_data)
{
  if (!is_good_line (plan))
    return NULL;
  GuardianEgressFetch *fetch = g_new0 (GuardianEgressFetch, 1);
  fetch->fetches = fetches;
  fetch->easy = curl_easy_init ();
  fetch->addresses = *plan->addresses;
  fetch->answered = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_header_free);
  fetch->handler = handler;
  fetch->user_data = user_data;
  add_headers (fetch, plan->headers);
  pin (fetch, plan);
  fetch->added = fetch->easy != NULL && set_up (fetch, plan)
                 && guardian_egress_fetches_add (fetches, fetch->easy);
  if (!fetch->added)
    {
      guardian_egress_fetch_free (fetch);
      return NULL;
    }
  return fetch;
}

void
guardian_egress_fetch_free (GuardianEgressFetch *fetch)
{
  if (fetch->added)
    guardian_egress_fetches_remove (fetch->fetches, fetch->easy);
  if (fetch->easy != NULL)
    curl_easy_cleanup (fetch->easy);
  for (struct curl_slist *at = fetch->headers; at != NULL; at = at->next)
    explicit_bzero (at->data, strlen (at->data)); /* one may be a secret */
  curl_slist_free_all (fetch->headers);
  curl_slist_free_all (fetch->pinned);
  g_ptr_array_unref (fetch->answered);
  g_free (fetch);
}

void
guardian_egress_fetch_continue (GuardianEgressFetch *fetch)
{
  if (curl_easy_pause (fetch->easy, CURLPAUSE_CONT) != CURLE_OK)
    g_debug ("a transfer that waited has ended"); /* done follows */
}

void
guardian_egress_fetch_break (GuardianEgressFetch *fetch)
{
  fetch->broken = TRUE;
}

int
guardian_egress_fetch_socket (const GuardianEgressFetch *fetch)
{
  curl_socket_t socket = CURL_SOCKET_BAD;

  return curl_easy_getinfo (fetch->easy, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK ? socket : -1;
}

gboolean
guardian_egress_fetch_send (GuardianEgressFetch *fetch, const void *bytes, gsize size,
                            gsize *ret_sent)
{
  size_t sent = 0;
  CURLcode code = curl_easy_send (fetch->easy, bytes, size, &sent);

  *ret_sent = code == CURLE_OK ? sent : 0;
  return code == CURLE_OK || code == CURLE_AGAIN;
}

gboolean
guardian_egress_fetch_receive (GuardianEgressFetch *fetch, void *bytes, gsize size, gsize *ret_got)
{
  size_t got = 0;
  CURLcode code = curl_easy_recv (fetch->easy, bytes, size, &got);

  *ret_got = code == CURLE_OK ? got : 0;
  return code == CURLE_AGAIN || (code == CURLE_OK && got > 0);
}

/* Of a connection that was made for an earlier request libcurl knows it. */
const char *
guardian_egress_fetch_address (GuardianEgressFetch *fetch)
{
  const char *used = NULL;

  if (fetch->address[0] == '\0'
      && curl_easy_getinfo (fetch->easy, CURLINFO_PRIMARY_IP, &used) == CURLE_OK && used != NULL)
    g_strlcpy (fetch->address, used, sizeof fetch->address);
  return fetch->address;
}

static guint64
get_size (const GuardianEgressFetch *fetch, CURLINFO info)
{
  curl_off_t size = 0;
  return curl_easy_getinfo (fetch->easy, info, &size) == CURLE_OK && size > 0 ? (guint64) size : 0;
}

void
guardian_egress_fetch_count (const GuardianEgressFetch *fetch, guint64 *ret_sent,
                             guint64 *ret_received)
{
  long head = 0;
  long answer = 0;

  curl_easy_getinfo (fetch->easy, CURLINFO_REQUEST_SIZE, &head);
  curl_easy_getinfo (fetch->easy, CURLINFO_HEADER_SIZE, &answer);
  *ret_sent = get_size (fetch, CURLINFO_SIZE_UPLOAD_T) + (guint64) head;
  *ret_received = get_size (fetch, CURLINFO_SIZE_DOWNLOAD_T) + (guint64) answer;
}

static const char *
explain (CURLcode code)
{
  static const struct {
    CURLcode code;
    const char *why;
  } reasons[] = {
    { CURLE_COULDNT_CONNECT, "the host cannot be connected to" },
    { CURLE_OPERATION_TIMEDOUT, "the host does not answer" },
    { CURLE_SSL_CONNECT_ERROR, "TLS with the host failed" },
    { CURLE_PEER_FAILED_VERIFICATION, "the host’s certificate is not trusted, or not its own" },
    { CURLE_SSL_CACERT_BADFILE, "this computer has no list of authorities to trust" },
    { CURLE_GOT_NOTHING, "the host closed the connection without an answer" },
    { CURLE_PARTIAL_FILE, "the host broke its answer off" },
    { CURLE_RECV_ERROR, "the host broke the connection off" },
    { CURLE_SEND_ERROR, "the host broke the connection off" },
    { CURLE_UNSUPPORTED_PROTOCOL, "the host does not speak HTTP" },
    { CURLE_WEIRD_SERVER_REPLY, "the host does not speak HTTP" },
    { CURLE_HTTP2, "the host does not speak HTTP/1.1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].code == code)
      return reasons[i].why;
  return curl_easy_strerror (code);
}

void
guardian_egress_fetch_done (GuardianEgressFetch *fetch, CURLcode code)
{
  const char *why = code == CURLE_OK ? NULL : fetch->why != NULL ? fetch->why : explain (code);
  fetch->handler->done (fetch, why, fetch->user_data);
}
