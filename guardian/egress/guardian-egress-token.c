/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the token endpoint that the person named, for what a token is. Refuses: one that is no
 * line of a header, another type than was asked for; words of the server's that are not RFC 6749's
 * own. Known gap: JSON and libcurl hold a token in memory that is not locked until it is
 * overwritten. */

#include "guardian/egress/guardian-egress-token.h"

#include "common/base/cardea-encoding.h"
#include "guardian/egress/guardian-egress-credential.h"
#include "guardian/egress/guardian-egress-vault.h"

#include <stdarg.h>
#include <string.h>

#define EXCHANGE "urn:ietf:params:oauth:grant-type:token-exchange"
#define ACCESS_TOKEN "urn:ietf:params:oauth:token-type:access_token"

struct _GuardianEgressToken {
  CardeaUrl *url;
  CardeaUrl *revoke; /* NULL: it takes nothing back */
  char *client;
  char *scope;                /* NULL: the server's own */
  char *audience;             /* of the token that it is exchanged for; NULL: it is not */
  gboolean logged_in;         /* the key is a refresh token of the person's */
  CardeaSecret *key;          /* NULL: not yet */
  GuardianEgressProof *proof; /* NULL: tokens are not bound */
  GuardianEgressRole *role;   /* keys of AWS; NULL: it is not */
  GuardianEgressVault *vault; /* a secret that is leased; NULL: it is not */
  guint idle;                 /* until the key itself is given */
  GuardianEgressPoster *poster;
  GuardianEgressPost *post; /* under way; NULL */
  CardeaSecret *subject;    /* the token that is being exchanged; NULL: it is asked for */
  CardeaSecret *refresh;    /* that came with it; NULL */
  gboolean again;           /* once more, with the server's nonce */
  GuardianEgressTokenGot got;
  gpointer user_data;
};

GuardianEgressToken *
guardian_egress_token_new (const CardeaJson *json, GuardianEgressPoster *poster)
{
  GuardianEgressToken *token = g_new0 (GuardianEgressToken, 1);
  gboolean bound = FALSE;

  token->url = guardian_egress_post_address (json, "url");
  token->revoke = guardian_egress_post_address (json, "revoke");
  token->client = g_strdup (cardea_json_get_string (json, "client"));
  token->scope = g_strdup (cardea_json_get_string (json, "scope"));
  token->audience = g_strdup (cardea_json_get_string (json, "audience"));
  token->logged_in = cardea_json_get (json, "device") != NULL;
  token->poster = poster;
  token->role = guardian_egress_role_new (json);
  token->vault = guardian_egress_vault_new (json, poster);
  if (cardea_json_get_boolean (json, "dpop", &bound) && bound)
    token->proof = guardian_egress_proof_new ();
  if (token->url != NULL && (token->client != NULL || token->vault != NULL)
      && bound == (token->proof != NULL)
      && (token->vault != NULL) == (cardea_json_get (json, "vault") != NULL)
      && (token->revoke != NULL) == (cardea_json_get (json, "revoke") != NULL))
    return token;
  guardian_egress_token_free (token);
  return NULL;
}

void
guardian_egress_token_free (GuardianEgressToken *token)
{
  if (token == NULL)
    return;
  g_clear_pointer (&token->post, guardian_egress_post_cancel);
  g_clear_pointer (&token->key, cardea_secret_unref);
  g_clear_pointer (&token->subject, cardea_secret_unref);
  g_clear_pointer (&token->refresh, cardea_secret_unref);
  g_clear_handle_id (&token->idle, g_source_remove);
  guardian_egress_proof_free (token->proof);
  guardian_egress_role_free (token->role);
  guardian_egress_vault_free (token->vault);
  cardea_url_free (token->url);
  cardea_url_free (token->revoke);
  g_free (token->client);
  g_free (token->scope);
  g_free (token->audience);
  g_free (token);
}

gboolean
guardian_egress_token_is_busy (const GuardianEgressToken *token)
{
  return token->post != NULL || token->idle != 0
         || (token->vault != NULL && guardian_egress_vault_is_busy (token->vault));
}

const GuardianEgressRole *
guardian_egress_token_role (const GuardianEgressToken *token)
{
  return token->role;
}

gboolean
guardian_egress_token_has_key (const GuardianEgressToken *token)
{
  return token->key != NULL;
}

GuardianEgressProof *
guardian_egress_token_proof (const GuardianEgressToken *token)
{
  return token->proof;
}

static CardeaSecret *
take_bytes (const void *bytes, gsize size)
{
  CardeaSecret *secret = size > 0 ? cardea_secret_new (size) : NULL;

  if (secret != NULL)
    memcpy (cardea_secret_writable (secret), bytes, size);
  return secret;
}

gboolean
guardian_egress_token_set_key (GuardianEgressToken *token, CardeaSecret *key)
{
  const char *text = (const char *) cardea_secret_bytes (key);
  gsize size = cardea_secret_size (key);
  const char *blank = token->logged_in ? memchr (text, ' ', size) : NULL;
  gsize first = blank != NULL ? (gsize) (blank - text) : size;

  if ((blank != NULL) != (token->logged_in && token->proof != NULL))
    return FALSE;
  if (blank != NULL)
    {
      g_clear_pointer (&token->proof, guardian_egress_proof_free);
      token->proof = guardian_egress_proof_load (blank + 1, size - first - 1);
      if (token->proof == NULL)
        return FALSE;
    }
  g_clear_pointer (&token->key, cardea_secret_unref);
  token->key = take_bytes (text, first);
  return token->key != NULL;
}

/* --- what is sent --- */

/* RFC 6749, 2.3.1: both parts as in a form, then RFC 7617. NULL: the client has no secret. */
static char *
make_basic (const GuardianEgressToken *token)
{
  if (token->logged_in)
    return NULL;
  g_autofree char *client = g_uri_escape_string (token->client, NULL, FALSE);
  char *secret = g_uri_escape_bytes (cardea_secret_bytes (token->key),
                                     cardea_secret_size (token->key), NULL);
  char *pair = g_strconcat (client, ":", secret, NULL);
  char *coded = cardea_base64_encode ((const guint8 *) pair, strlen (pair));
  char *basic = g_strconcat ("Basic ", coded, NULL);

  guardian_egress_post_wipe (secret);
  guardian_egress_post_wipe (pair);
  guardian_egress_post_wipe (coded);
  return basic;
}

static void
append (GByteArray *form, const char *text)
{
  g_byte_array_append (form, (const guint8 *) text, (guint) strlen (text));
}

GByteArray *
guardian_egress_token_form (const char *name, ...)
{
  /* Not moved while it grows: no part of it is left behind. */
  GByteArray *form = g_byte_array_sized_new (4 * GUARDIAN_EGRESS_CREDENTIAL_MAX);
  va_list list;

  va_start (list, name);
  for (; name != NULL; name = va_arg (list, const char *))
    {
      const char *value = va_arg (list, const char *);
      char *escaped = value != NULL ? g_uri_escape_string (value, NULL, FALSE) : NULL;
      if (escaped == NULL)
        continue;
      append (form, form->len > 0 ? "&" : "");
      append (form, name);
      append (form, "=");
      append (form, escaped);
      guardian_egress_post_wipe (escaped);
    }
  va_end (list);
  return form;
}

static void
add_header (GPtrArray *headers, const char *name, char *taken)
{
  if (taken == NULL)
    return;
  g_ptr_array_add (headers, guardian_egress_header_new (name, taken));
  guardian_egress_post_wipe (taken);
}

GPtrArray *
guardian_egress_token_headers (char *authorization, const GuardianEgressProof *proof,
                               const CardeaUrl *url)
{
  GPtrArray *headers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_header_free);
  g_autofree char *text = cardea_url_format (url);

  add_header (headers, "Authorization", authorization);
  if (proof != NULL)
    add_header (headers, "DPoP", guardian_egress_proof_make (proof, "POST", text, NULL));
  return headers;
}

static GPtrArray *
make_headers (const GuardianEgressToken *token, const CardeaUrl *url)
{
  return guardian_egress_token_headers (make_basic (token), token->proof, url);
}

static GByteArray *
make_form (const GuardianEgressToken *token)
{
  /* A client without a secret says its name in the form (RFC 6749, 3.2.1). */
  const char *client = token->logged_in ? token->client : NULL;
  char *secret = token->subject != NULL ? guardian_egress_post_spell (token->subject)
                 : token->logged_in     ? guardian_egress_post_spell (token->key)
                                        : NULL;
  GByteArray *form
      = token->subject != NULL ? guardian_egress_token_form (
            "grant_type", EXCHANGE, "subject_token", secret, "subject_token_type", ACCESS_TOKEN,
            "audience", token->audience, "scope", token->scope, "client_id", client, NULL)
        : token->logged_in ? guardian_egress_token_form (
              "grant_type", "refresh_token", "refresh_token", secret, "client_id", client, NULL)
                           : guardian_egress_token_form ("grant_type", "client_credentials",
                                                         "scope", token->scope, NULL);

  if (secret != NULL)
    guardian_egress_post_wipe (secret);
  return form;
}

/* --- what comes back --- */

/* RFC 6749, 5.2: letters and underscores; nothing else of a server's is repeated. */
static char *
take_error (const CardeaJson *json)
{
  const char *code = json != NULL ? cardea_json_get_string (json, "error") : NULL;
  gboolean plain = code != NULL && code[0] != '\0' && strlen (code) <= GUARDIAN_EGRESS_TOKEN_ERROR;

  for (const char *c = code; plain && *c != '\0'; c++)
    plain = g_ascii_isalpha (*c) || *c == '_';
  return plain ? g_strdup (code) : NULL;
}

CardeaSecret *
guardian_egress_token_take_line (const char *text)
{
  gsize size = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isgraph (text[i]))
      return NULL;
  return size <= GUARDIAN_EGRESS_CREDENTIAL_MAX ? take_bytes (text, size) : NULL;
}

void
guardian_egress_token_answer_clear (GuardianEgressTokenAnswer *answer)
{
  g_clear_pointer (&answer->access, cardea_secret_unref);
  g_clear_pointer (&answer->refresh, cardea_secret_unref);
  g_clear_pointer (&answer->error, g_free);
  g_clear_pointer (&answer->problem, g_free);
}

static void
read_good (const CardeaJson *json, gboolean bound, GuardianEgressTokenAnswer *answer)
{
  const char *type = cardea_json_get_string (json, "token_type");
  gint64 seconds = GUARDIAN_EGRESS_TOKEN_SECONDS;
  gboolean timed = cardea_json_get (json, "expires_in") == NULL
                   || (cardea_json_get_int (json, "expires_in", &seconds) && seconds > 0);

  if (type != NULL && g_ascii_strcasecmp (type, bound ? "dpop" : "bearer") == 0 && timed)
    answer->access
        = guardian_egress_token_take_line (cardea_json_get_string (json, "access_token"));
  if (answer->access == NULL)
    {
      answer->problem = g_strdup_printf ("the token server gave no %s token that can be sent",
                                         bound ? "bound" : "bearer");
      return;
    }
  answer->refresh
      = guardian_egress_token_take_line (cardea_json_get_string (json, "refresh_token"));
  answer->seconds = (guint) MIN (seconds, GUARDIAN_EGRESS_TOKEN_MOST);
}

void
guardian_egress_token_read (guint status, const guint8 *bytes, gsize size, gboolean bound,
                            GuardianEgressTokenAnswer *ret_answer)
{
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) bytes, size, NULL);

  *ret_answer = (GuardianEgressTokenAnswer){ 0 };
  if (status == 200 && json != NULL)
    {
      read_good (json, bound, ret_answer);
      return;
    }
  ret_answer->error = status != 200 ? take_error (json) : NULL;
  ret_answer->problem
      = ret_answer->error != NULL ? g_strdup_printf ("the token server says %s", ret_answer->error)
        : status != 200 ? g_strdup_printf ("the token server answered with status %u", status)
                        : g_strdup ("the token server’s answer cannot be read");
}

static void posted_cb (const GuardianEgressPostAnswer *answer, gpointer user_data);

static void
post (GuardianEgressToken *token)
{
  token->post
      = guardian_egress_post_new (token->poster, token->url, make_headers (token, token->url),
                                  make_form (token), posted_cb, token);
}

/* What is kept from now on, in the form in which it comes back. */
static CardeaSecret *
make_kept (GuardianEgressToken *token)
{
  g_autoptr (CardeaSecret) refresh = g_steal_pointer (&token->refresh);

  if (refresh == NULL || !token->logged_in)
    return NULL;
  g_clear_pointer (&token->key, cardea_secret_unref);
  token->key = cardea_secret_ref (refresh);
  if (token->proof == NULL)
    return g_steal_pointer (&refresh);
  char *key = guardian_egress_proof_save (token->proof);
  char *first = guardian_egress_post_spell (refresh);
  char *both = g_strconcat (first, " ", key != NULL ? key : "", NULL);
  CardeaSecret *kept = key != NULL ? take_bytes (both, strlen (both)) : NULL;
  guardian_egress_post_wipe (both);
  guardian_egress_post_wipe (first);
  if (key != NULL)
    guardian_egress_post_wipe (key);
  return kept;
}

static void
finish (GuardianEgressToken *token, GuardianEgressTokenAnswer *answer)
{
  g_clear_pointer (&token->subject, cardea_secret_unref);
  token->got (g_steal_pointer (&answer->access), make_kept (token), answer->seconds,
              answer->problem, token->user_data);
}

/* RFC 9449, 8: the server wants a nonce of its own in the proof; once. */
static gboolean
try_again (GuardianEgressToken *token, const char *nonce, const char *error)
{
  if (token->proof == NULL || nonce == NULL)
    return FALSE;
  gboolean known = guardian_egress_proof_has_nonce (token->proof, nonce);
  guardian_egress_proof_set_nonce (token->proof, nonce);
  if (known || token->again || g_strcmp0 (error, "use_dpop_nonce") != 0)
    return FALSE;
  token->again = TRUE;
  post (token);
  return TRUE;
}

static void
posted_cb (const GuardianEgressPostAnswer *posted, gpointer user_data)
{
  GuardianEgressToken *token = user_data;
  g_auto (GuardianEgressTokenAnswer) answer = { 0 };

  token->post = NULL;
  if (posted->why != NULL)
    answer.problem = g_strdup_printf ("the token server: %s", posted->why);
  else
    guardian_egress_token_read (posted->status, posted->bytes, posted->size, token->proof != NULL,
                                &answer);
  if (try_again (token, posted->nonce, answer.error))
    return;
  if (answer.refresh != NULL && token->subject == NULL)
    token->refresh = g_steal_pointer (&answer.refresh);
  if (answer.access == NULL || token->audience == NULL || token->subject != NULL)
    {
      finish (token, &answer);
      return;
    }
  token->subject = g_steal_pointer (&answer.access);
  token->again = FALSE;
  post (token);
}

/* --- keys of AWS --- */

/* As guardian_egress_sign_split() takes it. */
static CardeaSecret *
make_keys (const GuardianEgressToken *token)
{
  gsize first = strlen (token->client);
  gsize second = cardea_secret_size (token->key);
  CardeaSecret *keys = cardea_secret_new (first + 1 + second);

  if (keys == NULL)
    return NULL;
  guint8 *bytes = cardea_secret_writable (keys);
  memcpy (bytes, token->client, first);
  bytes[first] = ' ';
  memcpy (bytes + first + 1, cardea_secret_bytes (token->key), second);
  return keys;
}

static void
assumed_cb (const GuardianEgressPostAnswer *posted, gpointer user_data)
{
  GuardianEgressToken *token = user_data;
  guint seconds = 0;
  g_autofree char *problem
      = posted->why != NULL ? g_strdup_printf ("the role’s server: %s", posted->why) : NULL;

  token->post = NULL;
  CardeaSecret *keys = posted->why == NULL ? guardian_egress_role_read (
                           posted->status, posted->bytes, posted->size, &seconds, &problem)
                                           : NULL;
  token->got (keys, NULL, seconds, problem, token->user_data);
}

/* Where a role was named the long-lived key never signs but for that. */
static gboolean
given_cb (gpointer user_data)
{
  GuardianEgressToken *token = user_data;
  CardeaSecret *keys = token->role->role == NULL ? make_keys (token) : NULL;

  token->idle = 0;
  token->got (keys, NULL, keys != NULL ? GUARDIAN_EGRESS_TOKEN_MOST : 0,
              keys != NULL ? NULL : "the keys cannot be used for signing", token->user_data);
  return G_SOURCE_REMOVE;
}

static void
get_keys (GuardianEgressToken *token)
{
  g_autoptr (CardeaSecret) keys = token->role->role != NULL ? make_keys (token) : NULL;
  GByteArray *form = keys != NULL ? guardian_egress_role_form (token->role) : NULL;
  GPtrArray *headers
      = form != NULL ? guardian_egress_role_headers (token->role, token->url, keys, form) : NULL;

  if (headers == NULL)
    {
      g_clear_pointer (&form, g_byte_array_unref);
      token->idle = g_idle_add (given_cb, token);
      return;
    }
  token->post
      = guardian_egress_post_new (token->poster, token->url, headers, form, assumed_cb, token);
}

static void
leased_cb (CardeaSecret *value, guint seconds, const char *problem, gpointer user_data)
{
  GuardianEgressToken *token = user_data;
  token->got (value, NULL, seconds, problem, token->user_data);
}

void
guardian_egress_token_get (GuardianEgressToken *token, GuardianEgressTokenGot got,
                           gpointer user_data)
{
  token->got = got;
  token->user_data = user_data;
  token->again = FALSE;
  if (token->vault != NULL)
    guardian_egress_vault_get (token->vault, token->key, leased_cb, token);
  else if (token->role != NULL)
    get_keys (token);
  else
    post (token);
}

void
guardian_egress_token_revoke (const GuardianEgressToken *token, const CardeaSecret *access)
{
  if (token->vault != NULL)
    guardian_egress_vault_revoke (token->vault);
  if (token->vault != NULL || token->revoke == NULL || token->key == NULL || token->role != NULL)
    return;
  char *text = guardian_egress_post_spell (access);
  guardian_egress_post_new (
      token->poster, token->revoke, make_headers (token, token->revoke),
      guardian_egress_token_form ("token_type_hint", "access_token", "token", text, "client_id",
                                  token->logged_in ? token->client : NULL, NULL),
      NULL, NULL);
  guardian_egress_post_wipe (text);
}
