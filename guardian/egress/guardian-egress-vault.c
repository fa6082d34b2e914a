/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the Vault that the person named, for what a secret is. Refuses: one that is no line of a
 * header, leases with anything odd in their names; nothing of its own words is repeated. Known
 * gaps: JSON holds what is sent and what comes in memory that is not locked. */

#include "guardian/egress/guardian-egress-vault.h"

#include "guardian/egress/guardian-egress-token.h"

#include <string.h>

#define API "/v1/"
#define FIELD "token"
#define LIMIT_LEASE 512u

struct _GuardianEgressVault {
  GuardianEgressPoster *poster;
  CardeaUrl *url;
  CardeaUrl *login; /* AppRole's; NULL: the key is a token */
  char *client;     /* the role's id */
  char *field;
  CardeaSecret *key;
  CardeaSecret *token; /* with which the Vault is asked */
  gint64 token_us;     /* until then; 0: for ever */
  CardeaSecret *value; /* that is leased */
  char *lease;
  gboolean renewable;
  GuardianEgressPost *post;
  GuardianEgressVaultGot got;
  gpointer user_data;
};

GuardianEgressVault *
guardian_egress_vault_new (const CardeaJson *json, GuardianEgressPoster *poster)
{
  const char *field = cardea_json_get_string (json, "field");
  gboolean is_vault = FALSE;

  if (!cardea_json_get_boolean (json, "vault", &is_vault) || !is_vault)
    return NULL;
  GuardianEgressVault *vault = g_new0 (GuardianEgressVault, 1);
  vault->poster = poster;
  vault->url = guardian_egress_post_address (json, "url");
  vault->login = guardian_egress_post_address (json, "login");
  vault->client = g_strdup (cardea_json_get_string (json, "client"));
  vault->field = g_strdup (field != NULL ? field : FIELD);
  if (vault->url != NULL && g_str_has_prefix (vault->url->path, API)
      && (vault->login != NULL) == (cardea_json_get (json, "login") != NULL)
      && (vault->login == NULL || vault->client != NULL))
    return vault;
  guardian_egress_vault_free (vault);
  return NULL;
}

static void
forget_lease (GuardianEgressVault *vault)
{
  g_clear_pointer (&vault->value, cardea_secret_unref);
  g_clear_pointer (&vault->lease, g_free);
}

void
guardian_egress_vault_free (GuardianEgressVault *vault)
{
  if (vault == NULL)
    return;
  g_clear_pointer (&vault->post, guardian_egress_post_cancel);
  forget_lease (vault);
  g_clear_pointer (&vault->key, cardea_secret_unref);
  g_clear_pointer (&vault->token, cardea_secret_unref);
  cardea_url_free (vault->url);
  cardea_url_free (vault->login);
  g_free (vault->client);
  g_free (vault->field);
  g_free (vault);
}

gboolean
guardian_egress_vault_is_busy (const GuardianEgressVault *vault)
{
  return vault->post != NULL;
}

/* --- what is sent --- */

static GPtrArray *
make_headers (const CardeaSecret *token)
{
  GPtrArray *headers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_header_free);

  g_ptr_array_add (headers, guardian_egress_header_new ("X-Vault-Request", "true"));
  if (token == NULL)
    return headers;
  char *text = guardian_egress_post_spell (token);
  g_ptr_array_add (headers, guardian_egress_header_new ("X-Vault-Token", text));
  guardian_egress_post_wipe (text);
  return headers;
}

/* Pairs of a name and a value, as an object; NULL at the end. */
static GByteArray *
make_body (const char *name, const char *value, const char *other, const char *other_value)
{
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  GByteArray *body = g_byte_array_new ();
  gsize size = 0;

  if (name != NULL)
    cardea_json_set_string (json, name, value);
  if (other != NULL)
    cardea_json_set_string (json, other, other_value);
  char *text = cardea_json_write (json, &size, NULL);
  if (text != NULL)
    {
      g_byte_array_append (body, (const guint8 *) text, (guint) size);
      guardian_egress_post_wipe (text);
    }
  return body;
}

/* Another place of the same Vault; the caller owns it. */
static CardeaUrl *
place_of (const GuardianEgressVault *vault, const char *path)
{
  CardeaUrl *url = g_new0 (CardeaUrl, 1);

  url->secure = vault->url->secure;
  url->host = g_strdup (vault->url->host);
  url->port = vault->url->port;
  url->path = g_strconcat (API, path, NULL);
  return url;
}

static GuardianEgressPost *
put (const GuardianEgressVault *vault, const char *path, const char *name, const char *value,
     GuardianEgressPosted done, gpointer user_data)
{
  g_autoptr (CardeaUrl) url = place_of (vault, path);

  return guardian_egress_post_new_json (vault->poster, "PUT", url, make_headers (vault->token),
                                        make_body (name, value, NULL, NULL), done, user_data);
}

/* --- what comes back --- */

void
guardian_egress_vault_answer_clear (GuardianEgressVaultAnswer *answer)
{
  g_clear_pointer (&answer->value, cardea_secret_unref);
  g_clear_pointer (&answer->lease, g_free);
  g_clear_pointer (&answer->problem, g_free);
}

static guint
take_seconds (const CardeaJson *json)
{
  gint64 seconds = 0;
  return cardea_json_get_int (json, "lease_duration", &seconds) && seconds > 0
             ? (guint) MIN (seconds, (gint64) GUARDIAN_EGRESS_TOKEN_MOST)
             : GUARDIAN_EGRESS_VAULT_SECONDS;
}

/* Version 2 of its store of keys and values has the data in data. */
static const CardeaJson *
find_data (const CardeaJson *json)
{
  const CardeaJson *data = cardea_json_get (json, "data");
  const CardeaJson *inner = data != NULL && cardea_json_type (data) == CARDEA_JSON_OBJECT
                                ? cardea_json_get (data, "data")
                                : NULL;

  return inner != NULL && cardea_json_type (inner) == CARDEA_JSON_OBJECT ? inner : data;
}

static char *
take_lease (const CardeaJson *json)
{
  const char *lease = cardea_json_get_string (json, "lease_id");
  gsize size = lease != NULL ? strlen (lease) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isgraph (lease[i]))
      return NULL;
  return size > 0 && size <= LIMIT_LEASE ? g_strdup (lease) : NULL;
}

void
guardian_egress_vault_read (guint status, const guint8 *bytes, gsize size, const char *field,
                            GuardianEgressVaultAnswer *ret_answer)
{
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) bytes, size, NULL);
  const CardeaJson *data
      = status == 200 && json != NULL && cardea_json_type (json) == CARDEA_JSON_OBJECT
            ? find_data (json)
            : NULL;

  *ret_answer = (GuardianEgressVaultAnswer){ 0 };
  if (data != NULL && cardea_json_type (data) == CARDEA_JSON_OBJECT)
    ret_answer->value = guardian_egress_token_take_line (cardea_json_get_string (data, field));
  if (ret_answer->value == NULL)
    {
      ret_answer->problem
          = status == 200 ? g_strdup ("the vault gave no secret of that name that can be sent")
                          : g_strdup_printf ("the vault answered with status %u", status);
      return;
    }
  ret_answer->lease = take_lease (json);
  ret_answer->seconds = take_seconds (json);
  (void) cardea_json_get_boolean (json, "renewable", &ret_answer->renewable);
}

static void
finish (GuardianEgressVault *vault, guint seconds, const char *problem)
{
  vault->got (problem == NULL ? cardea_secret_ref (vault->value) : NULL, seconds, problem,
              vault->user_data);
}

static void
fail (GuardianEgressVault *vault, const char *why)
{
  g_autofree char *problem = g_strdup_printf ("the vault: %s", why);
  finish (vault, 0, problem);
}

static void
read_cb (const GuardianEgressPostAnswer *posted, gpointer user_data)
{
  GuardianEgressVault *vault = user_data;
  g_auto (GuardianEgressVaultAnswer) answer = { 0 };

  vault->post = NULL;
  if (posted->why != NULL)
    {
      fail (vault, posted->why);
      return;
    }
  guardian_egress_vault_read (posted->status, posted->bytes, posted->size, vault->field, &answer);
  if (answer.value != NULL)
    {
      vault->value = g_steal_pointer (&answer.value);
      vault->lease = g_steal_pointer (&answer.lease);
      vault->renewable = answer.renewable;
    }
  finish (vault, answer.seconds, answer.problem);
}

static void
read_anew (GuardianEgressVault *vault)
{
  if (vault->lease != NULL)
    put (vault, "sys/leases/revoke", "lease_id", vault->lease, NULL, NULL);
  forget_lease (vault);
  vault->post = guardian_egress_post_new_json (vault->poster, "GET", vault->url,
                                               make_headers (vault->token), g_byte_array_new (),
                                               read_cb, vault);
}

static void
renewed_cb (const GuardianEgressPostAnswer *posted, gpointer user_data)
{
  GuardianEgressVault *vault = user_data;
  g_autoptr (CardeaJson) json
      = posted->why == NULL && posted->status == 200
            ? cardea_json_parse ((const char *) posted->bytes, posted->size, NULL)
            : NULL;
  gint64 seconds = 0;

  vault->post = NULL;
  if (json != NULL && cardea_json_get_int (json, "lease_duration", &seconds) && seconds > 0)
    finish (vault, take_seconds (json), NULL);
  else
    read_anew (vault); /* it cannot be renewed for ever */
}

static void
ask (GuardianEgressVault *vault)
{
  if (vault->value != NULL && vault->lease != NULL && vault->renewable)
    vault->post = put (vault, "sys/leases/renew", "lease_id", vault->lease, renewed_cb, vault);
  else
    read_anew (vault);
}

/* --- asking --- */

static void
logged_in_cb (const GuardianEgressPostAnswer *posted, gpointer user_data)
{
  GuardianEgressVault *vault = user_data;
  g_autoptr (CardeaJson) json
      = posted->why == NULL && posted->status == 200
            ? cardea_json_parse ((const char *) posted->bytes, posted->size, NULL)
            : NULL;
  const CardeaJson *auth = json != NULL ? cardea_json_get (json, "auth") : NULL;

  vault->post = NULL;
  if (auth != NULL && cardea_json_type (auth) == CARDEA_JSON_OBJECT)
    vault->token = guardian_egress_token_take_line (cardea_json_get_string (auth, "client_token"));
  if (vault->token == NULL)
    {
      fail (vault, posted->why != NULL ? posted->why : "it does not take the role and its secret");
      return;
    }
  /* Not to the last second, so that what was leased with it can be given back. */
  vault->token_us
      = g_get_monotonic_time () + (gint64) take_seconds (auth) * G_USEC_PER_SEC * 8 / 10;
  ask (vault);
}

static void
log_in (GuardianEgressVault *vault)
{
  char *secret = guardian_egress_post_spell (vault->key);

  forget_lease (vault); /* it ended with the token that it was leased with */
  g_clear_pointer (&vault->token, cardea_secret_unref);
  vault->post = guardian_egress_post_new_json (
      vault->poster, "POST", vault->login, make_headers (NULL),
      make_body ("role_id", vault->client, "secret_id", secret), logged_in_cb, vault);
  guardian_egress_post_wipe (secret);
}

void
guardian_egress_vault_get (GuardianEgressVault *vault, const CardeaSecret *key,
                           GuardianEgressVaultGot got, gpointer user_data)
{
  vault->got = got;
  vault->user_data = user_data;
  g_clear_pointer (&vault->key, cardea_secret_unref);
  vault->key = cardea_secret_ref ((CardeaSecret *) key);
  if (vault->login == NULL)
    {
      g_clear_pointer (&vault->token, cardea_secret_unref);
      vault->token = cardea_secret_ref ((CardeaSecret *) key);
      ask (vault);
    }
  else if (vault->token != NULL && g_get_monotonic_time () < vault->token_us)
    ask (vault);
  else
    log_in (vault);
}

void
guardian_egress_vault_revoke (GuardianEgressVault *vault)
{
  if (vault->token == NULL)
    return;
  if (vault->login != NULL) /* with it goes what was leased with it */
    put (vault, "auth/token/revoke-self", NULL, NULL, NULL, NULL);
  else if (vault->lease != NULL)
    put (vault, "sys/leases/revoke", "lease_id", vault->lease, NULL, NULL);
  forget_lease (vault);
}
