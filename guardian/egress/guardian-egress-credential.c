/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what is bound to which host. Refuses: to add a secret elsewhere, or without
 * TLS where the person did not say so; a header of a bound kind with something foreign in it, to a
 * host that has a secret of the person's (data would leave to somebody else's account there); a
 * placeholder whose secret cannot be had. Known gaps: while a request is on its way its header is
 * in libcurl's memory, which is not locked. */

#include "guardian/egress/guardian-egress-credential-private.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-host.h"
#include "common/protocol/cardea-descriptor.h"

#include <string.h>
#include <sys/stat.h>

#define PLAIN "http://"
#define RENEW_PART 80   /* percent of a token's life after which it is not used any more */
#define AGAIN_SECONDS 5 /* after one could not be got */

typedef struct {
  GuardianEgressCredentials *credentials;
  guint id;
  GuardianEgressPlace place;
  GuardianEgressCredentialsReady ready;
  gpointer user_data;
  guint source; /* it is told, or it is late */
} Waiter;

static void
place_free (gpointer data)
{
  GuardianEgressCredentialPlace *place = data;

  g_free (place->host);
  g_free (place);
}

static void
credential_free (gpointer data)
{
  GuardianEgressCredential *credential = data;

  if (credential->token != NULL && credential->secret != NULL)
    guardian_egress_token_revoke (credential->token, credential->secret);
  guardian_egress_token_free (credential->token);
  g_free (credential->name);
  g_ptr_array_unref (credential->places);
  g_free (credential->header);
  g_free (credential->scheme);
  g_free (credential->placeholder);
  g_clear_pointer (&credential->secret, cardea_secret_unref);
  g_free (credential->problem);
  g_free (credential);
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  g_clear_handle_id (&waiter->source, g_source_remove);
  g_free (waiter);
}

GuardianEgressCredentials *
guardian_egress_credentials_new (GuardianEgressResolver *resolver, GuardianEgressTrust *trust,
                                 void (*send) (CardeaMessage *taken, gpointer user_data),
                                 gpointer user_data)
{
  GuardianEgressCredentials *credentials = g_new0 (GuardianEgressCredentials, 1);

  credentials->poster = guardian_egress_poster_new (resolver, trust);
  credentials->send = send;
  credentials->user_data = user_data;
  credentials->all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, credential_free);
  credentials->waiters = g_ptr_array_new_with_free_func (waiter_free);
  return credentials;
}

void
guardian_egress_credentials_free (GuardianEgressCredentials *credentials)
{
  g_ptr_array_unref (credentials->waiters);
  g_hash_table_unref (credentials->all);
  guardian_egress_poster_free (credentials->poster);
  g_free (credentials);
}

static gboolean
read_place (const char *text, GPtrArray *places)
{
  gboolean plain = g_str_has_prefix (text, PLAIN);
  GuardianEgressCredentialPlace *place = g_new0 (GuardianEgressCredentialPlace, 1);

  place->plain = plain;
  g_ptr_array_add (places, place);
  return cardea_host_parse (plain ? text + strlen (PLAIN) : text, &place->host, &place->port,
                            &place->below, NULL);
}

static gboolean
read_places (const CardeaJson *hosts, GPtrArray *places)
{
  for (guint i = 0; i < cardea_json_size (hosts); i++)
    if (!read_place (cardea_json_string (cardea_json_nth (hosts, i)), places))
      return FALSE;
  return places->len > 0;
}

/* Without what an editor puts at the end; a header has one line. */
static CardeaSecret *
read_secret (int fd)
{
  struct stat st;
  g_autoptr (CardeaSecret) whole = NULL;

  if (fstat (fd, &st) != 0 || st.st_size < 1 || st.st_size > (off_t) GUARDIAN_EGRESS_CREDENTIAL_MAX
      || (whole = cardea_secret_new ((gsize) st.st_size)) == NULL
      || pread (fd, cardea_secret_writable (whole), (gsize) st.st_size, 0) != st.st_size)
    return NULL;
  const guint8 *bytes = cardea_secret_bytes (whole);
  gsize size = cardea_secret_size (whole);
  while (size > 0 && (bytes[size - 1] == '\n' || bytes[size - 1] == '\r'))
    size--;
  for (gsize i = 0; i < size; i++)
    if (bytes[i] < 0x20 || bytes[i] > 0x7e)
      return NULL;
  CardeaSecret *secret = size > 0 ? cardea_secret_new (size) : NULL;
  if (secret != NULL)
    memcpy (cardea_secret_writable (secret), bytes, size);
  return secret;
}

/* --- those who wait --- */

static gboolean
is_awaited (const GuardianEgressCredentials *credentials, const GuardianEgressPlace *place)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const GuardianEgressCredential *credential = value;
      gboolean comes
          = credential->token != NULL && guardian_egress_token_has_key (credential->token)
                ? guardian_egress_token_is_busy (credential->token)
                : credential->secret == NULL && credential->problem == NULL;
      if (comes && guardian_egress_credential_is_bound (credential, &place->name, place->port))
        return TRUE;
    }
  return FALSE;
}

static gboolean
tell_cb (gpointer user_data)
{
  Waiter *waiter = user_data;
  GuardianEgressCredentials *credentials = waiter->credentials;
  GuardianEgressCredentialsReady ready = waiter->ready;
  gpointer data = waiter->user_data;

  waiter->source = 0;
  g_ptr_array_remove (credentials->waiters, waiter);
  ready (data);
  return G_SOURCE_REMOVE;
}

static void
tell (GuardianEgressCredentials *credentials)
{
  for (guint i = 0; i < credentials->waiters->len; i++)
    {
      Waiter *waiter = credentials->waiters->pdata[i];
      if (is_awaited (credentials, &waiter->place))
        continue;
      g_clear_handle_id (&waiter->source, g_source_remove);
      waiter->source = g_idle_add_full (G_PRIORITY_DEFAULT, tell_cb, waiter, NULL);
    }
}

/* --- tokens --- */

static void
tell_core (const GuardianEgressCredential *credential, guint seconds)
{
  const GuardianEgressCredentials *credentials = credential->credentials;
  CardeaMessage *message = cardea_message_new ("egress.token");

  cardea_message_set_string (message, "name", credential->name);
  cardea_message_set_int (message, "seconds", seconds);
  cardea_message_set_string (message, "problem", credential->problem);
  credentials->send (message, credentials->user_data);
}

/* A refresh token that is good once was used: its follower is kept in its place. */
static void
keep_refresh (const GuardianEgressCredential *credential, const CardeaSecret *refresh)
{
  const GuardianEgressCredentials *credentials = credential->credentials;
  int fd = cardea_descriptor_new_memfd ("cardea-refresh", cardea_secret_bytes (refresh),
                                        cardea_secret_size (refresh));

  if (fd < 0)
    return;
  CardeaMessage *message = cardea_message_new ("egress.renewed");
  cardea_message_set_string (message, "name", credential->name);
  cardea_message_set_fd (message, "secret", fd);
  credentials->send (message, credentials->user_data);
}

static void
got_cb (CardeaSecret *access, CardeaSecret *refresh_taken, guint seconds, const char *problem,
        gpointer user_data)
{
  GuardianEgressCredential *credential = user_data;
  g_autoptr (CardeaSecret) refresh = refresh_taken;
  gint64 good = access != NULL ? (gint64) seconds * RENEW_PART / 100 : AGAIN_SECONDS;

  g_clear_pointer (&credential->secret, cardea_secret_unref);
  g_free (credential->problem);
  credential->secret = access;
  credential->problem = g_strdup (problem);
  credential->until_us = g_get_monotonic_time () + good * G_USEC_PER_SEC;
  if (refresh != NULL)
    keep_refresh (credential, refresh);
  tell_core (credential, seconds);
  tell (credential->credentials);
}

/* One that is used up, or was not given a while ago, is got anew. */
static void
renew (GuardianEgressCredentials *credentials, const GuardianEgressPlace *place)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GuardianEgressCredential *credential = value;
      if (credential->token != NULL && guardian_egress_token_has_key (credential->token)
          && !guardian_egress_token_is_busy (credential->token)
          && g_get_monotonic_time () >= credential->until_us
          && guardian_egress_credential_is_bound (credential, &place->name, place->port))
        guardian_egress_token_get (credential->token, got_cb, credential);
    }
}

guint
guardian_egress_credentials_wait (GuardianEgressCredentials *credentials,
                                  const GuardianEgressPlace *place,
                                  GuardianEgressCredentialsReady ready, gpointer user_data)
{
  renew (credentials, place);
  if (!is_awaited (credentials, place))
    return 0;
  Waiter *waiter = g_new0 (Waiter, 1);
  credentials->next = credentials->next % G_MAXINT32 + 1;
  waiter->credentials = credentials;
  waiter->id = credentials->next;
  waiter->place = *place;
  waiter->ready = ready;
  waiter->user_data = user_data;
  waiter->source = g_timeout_add_seconds (GUARDIAN_EGRESS_CREDENTIAL_SECONDS, tell_cb, waiter);
  g_ptr_array_add (credentials->waiters, waiter);
  return waiter->id;
}

void
guardian_egress_credentials_forget (GuardianEgressCredentials *credentials, guint wait)
{
  for (guint i = credentials->waiters->len; wait != 0 && i > 0; i--)
    if (((const Waiter *) credentials->waiters->pdata[i - 1])->id == wait)
      g_ptr_array_remove_index (credentials->waiters, i - 1);
}

/* --- taking --- */

/* NULL: it is of no use. */
static GuardianEgressCredential *
read_credential (GuardianEgressCredentials *credentials, CardeaMessage *message, int fd)
{
  const CardeaJson *token = cardea_message_get_json (message, "token");
  const char *header = cardea_message_get_string (message, "header");
  const char *scheme = cardea_message_get_string (message, "scheme");
  GuardianEgressCredential *credential = g_new0 (GuardianEgressCredential, 1);

  credential->places = g_ptr_array_new_with_free_func (place_free);
  credential->header = g_strdup (header);
  credential->scheme = g_strdup (scheme);
  credential->placeholder = g_strdup (cardea_message_get_string (message, "placeholder"));
  credential->problem = g_strdup (cardea_message_get_string (message, "problem"));
  credential->in_body = cardea_message_get_boolean (message, "body");
  CardeaSecret *secret = fd >= 0 ? read_secret (fd) : NULL;
  gboolean good = (secret != NULL) == (fd >= 0);
  credential->credentials = credentials;
  credential->name = g_strdup (cardea_message_get_string (message, "name"));
  credential->token = token != NULL ? guardian_egress_token_new (token, credentials->poster) : NULL;
  if (credential->token == NULL)
    credential->secret = secret;
  else if (secret != NULL)
    {
      good = guardian_egress_token_set_key (credential->token, secret) && good;
      cardea_secret_unref (secret);
    }
  if (good && (token != NULL) == (credential->token != NULL)
      && guardian_egress_header_is_good (header, scheme != NULL ? scheme : "")
      && !guardian_egress_header_is_hop (header)
      && read_places (cardea_message_get_json (message, "hosts"), credential->places))
    return credential;
  credential_free (credential);
  return NULL;
}

gboolean
guardian_egress_credentials_take (GuardianEgressCredentials *credentials, CardeaMessage *message)
{
  const char *name = cardea_message_get_string (message, "name");
  cardea_autofd int fd = cardea_message_take_fd (message, "secret");
  gboolean known = fd >= 0 || cardea_message_get_boolean (message, "awaited")
                   || cardea_message_get_string (message, "problem") != NULL;

  g_hash_table_remove (credentials->all, name);
  GuardianEgressCredential *credential = known ? read_credential (credentials, message, fd) : NULL;
  gboolean kept
      = credential != NULL && g_hash_table_size (credentials->all) < GUARDIAN_EGRESS_CREDENTIALS;
  if (kept)
    g_hash_table_insert (credentials->all, g_strdup (name), credential);
  else if (credential != NULL)
    credential_free (credential);
  tell (credentials);
  return kept || !known;
}

gboolean
guardian_egress_credential_is_at (const GuardianEgressCredentialPlace *place,
                                  const GuardianEgressName *name, guint16 port)
{
  return (place->port == 0 || place->port == port)
         && (place->below ? guardian_egress_name_lies_in (name, place->host)
                          : strcmp (name->text, place->host) == 0);
}

gboolean
guardian_egress_credential_is_bound (const GuardianEgressCredential *credential,
                                     const GuardianEgressName *name, guint16 port)
{
  for (guint i = 0; i < credential->places->len; i++)
    if (guardian_egress_credential_is_at (credential->places->pdata[i], name, port))
      return TRUE;
  return FALSE;
}

gboolean
guardian_egress_credentials_has (const GuardianEgressCredentials *credentials,
                                 const GuardianEgressName *name, guint16 port)
{
  GHashTableIter iter;
  gpointer credential;

  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, NULL, &credential))
    if (guardian_egress_credential_is_bound (credential, name, port))
      return TRUE;
  return FALSE;
}

const char *
guardian_egress_credentials_name (const GuardianEgressCredentials *credentials,
                                  const CardeaSecret *secret)
{
  GHashTableIter iter;
  gpointer name;
  gpointer credential;

  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, &name, &credential))
    if (((const GuardianEgressCredential *) credential)->secret == secret)
      return name;
  return NULL;
}

gboolean
guardian_egress_credential_is_in (const CardeaSecret *secret, const char *text)
{
  return secret != NULL
         && memmem (text, strlen (text), cardea_secret_bytes (secret), cardea_secret_size (secret))
                != NULL;
}
