/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the person, for the server. Refuses: codes with anything in them that a terminal or a
 * window would take for something else, addresses that are no clear URL, a login that leaves
 * nothing to be kept. Known gaps: none. */

#include "guardian/egress/guardian-egress-login.h"

#include "common/base/cardea-host.h"
#include "common/protocol/cardea-descriptor.h"

#include <string.h>

#define GRANT "urn:ietf:params:oauth:grant-type:device_code"
#define LIMIT_CODE 64u
#define SLOWER 5u /* seconds; RFC 8628, 3.5 */

typedef struct {
  GuardianEgressLogins *logins;
  char *name;
  CardeaMessage *request; /* until it is answered */
  CardeaUrl *url;
  CardeaUrl *place; /* where the code comes from */
  char *client;
  char *scope;
  GuardianEgressProof *proof; /* NULL: tokens are not bound */
  CardeaSecret *device;
  guint interval;
  gint64 until_us;
  guint timer;
  gboolean again; /* with the nonce that the server named, at once */
  GuardianEgressPost *post;
} Login;

struct _GuardianEgressLogins {
  GuardianEgressPoster *poster;
  GHashTable *all; /* name → Login */
  void (*send) (CardeaMessage *taken, gpointer user_data);
  gpointer user_data;
};

static void
login_free (gpointer data)
{
  Login *login = data;

  g_clear_handle_id (&login->timer, g_source_remove);
  g_clear_pointer (&login->post, guardian_egress_post_cancel);
  g_clear_pointer (&login->request, cardea_message_unref);
  g_clear_pointer (&login->device, cardea_secret_unref);
  guardian_egress_proof_free (login->proof);
  cardea_url_free (login->url);
  cardea_url_free (login->place);
  g_free (login->client);
  g_free (login->scope);
  g_free (login->name);
  g_free (login);
}

GuardianEgressLogins *
guardian_egress_logins_new (GuardianEgressPoster *poster,
                            void (*send) (CardeaMessage *taken, gpointer user_data),
                            gpointer user_data)
{
  GuardianEgressLogins *logins = g_new0 (GuardianEgressLogins, 1);

  logins->poster = poster;
  logins->send = send;
  logins->user_data = user_data;
  logins->all = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, login_free);
  return logins;
}

void
guardian_egress_logins_free (GuardianEgressLogins *logins)
{
  g_hash_table_unref (logins->all);
  g_free (logins);
}

void
guardian_egress_logins_stop (GuardianEgressLogins *logins, const char *name)
{
  g_hash_table_remove (logins->all, name);
}

/* --- its end --- */

/* Takes fd (-1: reason says why there is none). login is gone afterwards. */
static void
finish (Login *login, int fd, const char *reason)
{
  GuardianEgressLogins *logins = login->logins;
  gboolean early = login->request != NULL;
  CardeaMessage *message = early
                               ? cardea_message_new_refusal (login->request, "unavailable", reason)
                               : cardea_message_new ("egress.logged");

  if (!early)
    {
      cardea_message_set_string (message, "name", login->name);
      cardea_message_set_string (message, "problem", reason);
    }
  if (fd >= 0)
    cardea_message_set_fd (message, "secret", fd);
  g_hash_table_remove (logins->all, login->name);
  logins->send (message, logins->user_data);
}

/* As guardian_egress_token_set_key() takes it. */
static int
seal (const Login *login, const CardeaSecret *refresh)
{
  gsize size = cardea_secret_size (refresh);
  g_autofree char *key = login->proof != NULL ? guardian_egress_proof_save (login->proof) : NULL;
  gsize more = key != NULL ? strlen (key) + 1 : 0;
  g_autoptr (CardeaSecret) both = cardea_secret_new (size + more);
  int fd = -1;

  if (both != NULL && (login->proof == NULL) == (key == NULL))
    {
      guint8 *bytes = cardea_secret_writable (both);
      memcpy (bytes, cardea_secret_bytes (refresh), size);
      if (more > 0)
        {
          bytes[size] = ' ';
          memcpy (bytes + size + 1, key, more - 1);
        }
      fd = cardea_descriptor_new_memfd ("cardea-refresh", bytes, size + more);
    }
  if (key != NULL)
    explicit_bzero (key, strlen (key));
  return fd;
}

/* --- asking --- */

static void poll_server (Login *login);

static gboolean
poll_cb (gpointer user_data)
{
  Login *login = user_data;

  login->timer = 0;
  poll_server (login);
  return G_SOURCE_REMOVE;
}

/* The server wants a nonce in the proof (RFC 9449, 8). */
static gboolean
wants_nonce (Login *login, const GuardianEgressPostAnswer *posted, const char *error)
{
  if (login->proof == NULL || posted->nonce == NULL)
    return FALSE;
  guardian_egress_proof_set_nonce (login->proof, posted->nonce);
  gboolean again = !login->again && g_strcmp0 (error, "use_dpop_nonce") == 0;
  login->again = again;
  return again;
}

static void
settle (Login *login, const GuardianEgressTokenAnswer *answer)
{
  gboolean slower = g_strcmp0 (answer->error, "slow_down") == 0;

  if (answer->access == NULL && (slower || g_strcmp0 (answer->error, "authorization_pending") == 0))
    {
      login->interval
          = MIN (login->interval + (slower ? SLOWER : 0), GUARDIAN_EGRESS_LOGIN_INTERVAL_MOST);
      login->timer = g_timeout_add_seconds (login->interval, poll_cb, login);
      return;
    }
  if (answer->access == NULL)
    {
      finish (login, -1, answer->problem);
      return;
    }
  int fd = answer->refresh != NULL ? seal (login, answer->refresh) : -1;
  finish (login, fd,
          fd >= 0
              ? NULL
              : "the server gave no refresh token: it may want another scope, as offline_access");
}

static void
polled_cb (const GuardianEgressPostAnswer *posted, gpointer user_data)
{
  Login *login = user_data;
  g_auto (GuardianEgressTokenAnswer) answer = { 0 };

  login->post = NULL;
  if (posted->why != NULL) /* RFC 8628, 3.5: a network is away for a while */
    answer.error = g_strdup ("authorization_pending");
  else
    guardian_egress_token_read (posted->status, posted->bytes, posted->size, login->proof != NULL,
                                &answer);
  if (wants_nonce (login, posted, answer.error))
    poll_server (login);
  else
    settle (login, &answer);
}

static void
poll_server (Login *login)
{
  if (g_get_monotonic_time () >= login->until_us)
    {
      finish (login, -1, "nobody logged in in time");
      return;
    }
  char *device = g_strndup ((const char *) cardea_secret_bytes (login->device),
                            cardea_secret_size (login->device));
  login->post = guardian_egress_post_new (
      login->logins->poster, login->url,
      guardian_egress_token_headers (NULL, login->proof, login->url),
      guardian_egress_token_form ("grant_type", GRANT, "device_code", device, "client_id",
                                  login->client, NULL),
      polled_cb, login);
  explicit_bzero (device, strlen (device));
  g_free (device);
}

/* --- the code --- */

void
guardian_egress_login_code_clear (GuardianEgressLoginCode *code)
{
  g_clear_pointer (&code->device, cardea_secret_unref);
  g_clear_pointer (&code->code, g_free);
  g_clear_pointer (&code->url, g_free);
  g_clear_pointer (&code->whole, g_free);
}

static char *
take_url (const CardeaJson *json, const char *name)
{
  const char *text = cardea_json_get_string (json, name);
  g_autoptr (CardeaUrl) url = text != NULL ? cardea_url_parse (text, NULL) : NULL;

  return url != NULL && (url->secure || cardea_host_is_loopback (url->host))
             ? cardea_url_format (url)
             : NULL;
}

static char *
take_code (const CardeaJson *json)
{
  const char *text = cardea_json_get_string (json, "user_code");
  gsize size = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isprint (text[i]))
      return NULL;
  return size > 0 && size <= LIMIT_CODE ? g_strdup (text) : NULL;
}

static guint
take_seconds (const CardeaJson *json, const char *name, guint otherwise, guint most)
{
  gint64 seconds = 0;
  return cardea_json_get_int (json, name, &seconds) && seconds > 0
             ? (guint) MIN (seconds, (gint64) most)
             : otherwise;
}

void
guardian_egress_login_read (const guint8 *bytes, gsize size, GuardianEgressLoginCode *ret_code)
{
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) bytes, size, NULL);

  *ret_code = (GuardianEgressLoginCode){ 0 };
  if (json == NULL)
    return;
  ret_code->code = take_code (json);
  ret_code->url = take_url (json, "verification_uri");
  ret_code->whole = take_url (json, "verification_uri_complete");
  ret_code->seconds = take_seconds (json, "expires_in", GUARDIAN_EGRESS_LOGIN_SECONDS,
                                    GUARDIAN_EGRESS_LOGIN_SECONDS);
  ret_code->interval = take_seconds (json, "interval", GUARDIAN_EGRESS_LOGIN_INTERVAL,
                                     GUARDIAN_EGRESS_LOGIN_INTERVAL_MOST);
  if (ret_code->code != NULL && ret_code->url != NULL)
    ret_code->device
        = guardian_egress_token_take_line (cardea_json_get_string (json, "device_code"));
}

static void
coded_cb (const GuardianEgressPostAnswer *posted, gpointer user_data)
{
  Login *login = user_data;
  GuardianEgressLogins *logins = login->logins;
  g_auto (GuardianEgressLoginCode) code = { 0 };
  g_auto (GuardianEgressTokenAnswer) answer = { 0 };

  login->post = NULL;
  if (posted->why == NULL && posted->status == 200)
    guardian_egress_login_read (posted->bytes, posted->size, &code);
  else if (posted->why == NULL)
    guardian_egress_token_read (posted->status, posted->bytes, posted->size, FALSE, &answer);
  if (code.device == NULL)
    {
      finish (login, -1,
              posted->why != NULL      ? posted->why
              : answer.problem != NULL ? answer.problem
                                       : "the server gave no code that can be shown");
      return;
    }
  login->device = g_steal_pointer (&code.device);
  login->interval = code.interval;
  login->until_us = g_get_monotonic_time () + (gint64) code.seconds * G_USEC_PER_SEC;
  login->timer = g_timeout_add_seconds (login->interval, poll_cb, login);
  g_autoptr (CardeaMessage) request = g_steal_pointer (&login->request);
  CardeaMessage *reply = cardea_message_new_reply (request, "egress.code");
  cardea_message_set_string (reply, "code", code.code);
  cardea_message_set_string (reply, "url", code.url);
  cardea_message_set_string (reply, "whole", code.whole);
  cardea_message_set_int (reply, "seconds", code.seconds);
  logins->send (reply, logins->user_data);
}

void
guardian_egress_logins_begin (GuardianEgressLogins *logins, CardeaMessage *request)
{
  const char *name = cardea_message_get_string (request, "name");
  const CardeaJson *token = cardea_message_get_json (request, "token");
  gboolean bound = FALSE;
  Login *login = g_new0 (Login, 1);

  g_hash_table_remove (logins->all, name);
  login->logins = logins;
  login->name = g_strdup (name);
  login->request = cardea_message_ref (request);
  login->url = guardian_egress_post_address (token, "url");
  login->place = guardian_egress_post_address (token, "device");
  login->client = g_strdup (cardea_json_get_string (token, "client"));
  login->scope = g_strdup (cardea_json_get_string (token, "scope"));
  if (cardea_json_get_boolean (token, "dpop", &bound) && bound)
    login->proof = guardian_egress_proof_new ();
  gboolean full = g_hash_table_size (logins->all) >= GUARDIAN_EGRESS_LOGINS;
  g_hash_table_insert (logins->all, login->name, login);
  if (full || login->url == NULL || login->place == NULL || login->client == NULL
      || bound != (login->proof != NULL))
    {
      finish (login, -1, full ? "too many log in at once" : "nobody can log in there");
      return;
    }
  login->post = guardian_egress_post_new (
      logins->poster, login->place, NULL,
      guardian_egress_token_form ("client_id", login->client, "scope", login->scope, NULL),
      coded_cb, login);
}
