/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the token endpoint that the person named, for what a token is. Refuses: one that is no
 * line of a header, another type than Bearer; words of the server's that are not RFC 6749's own.
 * Known gap: JSON and libcurl hold a token in memory that is not locked until it is overwritten. */

#include "guardian/egress/guardian-egress-token.h"

#include "common/base/cardea-encoding.h"
#include "guardian/egress/guardian-egress-credential.h"

#include <string.h>

#define LIMIT_ERROR 64u
#define GET "grant_type=client_credentials"

struct _GuardianEgressToken {
  CardeaUrl *url;
  CardeaUrl *revoke; /* NULL: it takes nothing back */
  char *client;
  char *scope; /* NULL: the server's own */
  GuardianEgressPoster *poster;
  GuardianEgressPost *post; /* under way; NULL */
  GuardianEgressTokenGot got;
  gpointer user_data;
};

static CardeaUrl *
read_url (const CardeaJson *json, const char *name)
{
  const char *text = cardea_json_get_string (json, name);
  return text != NULL ? cardea_url_parse (text, NULL) : NULL;
}

GuardianEgressToken *
guardian_egress_token_new (const CardeaJson *json, GuardianEgressPoster *poster)
{
  GuardianEgressToken *token = g_new0 (GuardianEgressToken, 1);

  token->url = read_url (json, "url");
  token->revoke = read_url (json, "revoke");
  token->client = g_strdup (cardea_json_get_string (json, "client"));
  token->scope = g_strdup (cardea_json_get_string (json, "scope"));
  token->poster = poster;
  if (token->url != NULL && token->client != NULL
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
  cardea_url_free (token->url);
  cardea_url_free (token->revoke);
  g_free (token->client);
  g_free (token->scope);
  g_free (token);
}

gboolean
guardian_egress_token_is_busy (const GuardianEgressToken *token)
{
  return token->post != NULL;
}

/* --- what is sent --- */

static void
wipe_text (char *text)
{
  explicit_bzero (text, strlen (text));
  g_free (text);
}

/* RFC 6749, 2.3.1: both parts as in a form, then RFC 7617. */
static char *
make_basic (const GuardianEgressToken *token, const CardeaSecret *key)
{
  g_autofree char *client = g_uri_escape_string (token->client, NULL, FALSE);
  char *secret = g_uri_escape_bytes (cardea_secret_bytes (key), cardea_secret_size (key), NULL);
  char *pair = g_strconcat (client, ":", secret, NULL);
  char *coded = cardea_base64_encode ((const guint8 *) pair, strlen (pair));
  char *basic = g_strconcat ("Basic ", coded, NULL);

  wipe_text (secret);
  wipe_text (pair);
  wipe_text (coded);
  return basic;
}

static GByteArray *
make_form (const char *begin, const char *name, const char *value)
{
  char *escaped = value != NULL ? g_uri_escape_string (value, NULL, FALSE) : g_strdup ("");
  char *text = g_strconcat (begin, value != NULL ? name : "", escaped, NULL);
  GByteArray *form = g_byte_array_sized_new ((guint) strlen (text));

  g_byte_array_append (form, (const guint8 *) text, (guint) strlen (text));
  wipe_text (escaped);
  wipe_text (text);
  return form;
}

/* --- what comes back --- */

/* RFC 6749, 5.2: letters and underscores; nothing else of a server's is repeated. */
static char *
describe_refusal (const CardeaJson *json, guint status)
{
  const char *code = json != NULL ? cardea_json_get_string (json, "error") : NULL;
  gboolean plain = code != NULL && code[0] != '\0' && strlen (code) <= LIMIT_ERROR;

  for (const char *c = code; plain && *c != '\0'; c++)
    plain = g_ascii_isalpha (*c) || *c == '_';
  return plain ? g_strdup_printf ("the token server says %s", code)
               : g_strdup_printf ("the token server answered with status %u", status);
}

static CardeaSecret *
take_access (const CardeaJson *json)
{
  const char *access = cardea_json_get_string (json, "access_token");
  gsize size = access != NULL ? strlen (access) : 0;

  for (gsize i = 0; i < size; i++)
    if ((guchar) access[i] <= 0x20 || (guchar) access[i] > 0x7e)
      return NULL;
  CardeaSecret *secret
      = size > 0 && size <= GUARDIAN_EGRESS_CREDENTIAL_MAX ? cardea_secret_new (size) : NULL;
  if (secret != NULL)
    memcpy (cardea_secret_writable (secret), access, size);
  return secret;
}

CardeaSecret *
guardian_egress_token_read (guint status, const guint8 *bytes, gsize size, guint *ret_seconds,
                            char **ret_problem)
{
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) bytes, size, NULL);
  const char *type = json != NULL ? cardea_json_get_string (json, "token_type") : NULL;
  gint64 seconds = GUARDIAN_EGRESS_TOKEN_SECONDS;

  *ret_problem = NULL;
  *ret_seconds = 0;
  if (status != 200 || json == NULL)
    {
      *ret_problem = status != 200 ? describe_refusal (json, status)
                                   : g_strdup ("the token server’s answer cannot be read");
      return NULL;
    }
  gboolean timed = cardea_json_get (json, "expires_in") == NULL
                   || (cardea_json_get_int (json, "expires_in", &seconds) && seconds > 0);
  CardeaSecret *access = type != NULL && g_ascii_strcasecmp (type, "bearer") == 0 && timed
                             ? take_access (json)
                             : NULL;
  if (access == NULL)
    *ret_problem = g_strdup ("the token server gave no bearer token that can be sent");
  else
    *ret_seconds = (guint) MIN (seconds, GUARDIAN_EGRESS_TOKEN_MOST);
  return access;
}

static void
posted_cb (guint status, const guint8 *bytes, gsize size, const char *why, gpointer user_data)
{
  GuardianEgressToken *token = user_data;
  g_autofree char *problem = why != NULL ? g_strdup_printf ("the token server: %s", why) : NULL;
  guint seconds = 0;

  token->post = NULL;
  CardeaSecret *access
      = why == NULL ? guardian_egress_token_read (status, bytes, size, &seconds, &problem) : NULL;
  token->got (access, seconds, problem, token->user_data);
}

void
guardian_egress_token_get (GuardianEgressToken *token, const CardeaSecret *key,
                           GuardianEgressTokenGot got, gpointer user_data)
{
  token->got = got;
  token->user_data = user_data;
  token->post
      = guardian_egress_post_new (token->poster, token->url, make_basic (token, key),
                                  make_form (GET, "&scope=", token->scope), posted_cb, token);
}

void
guardian_egress_token_revoke (const GuardianEgressToken *token, const CardeaSecret *key,
                              const CardeaSecret *access)
{
  if (token->revoke == NULL)
    return;
  char *text = g_strndup ((const char *) cardea_secret_bytes (access), cardea_secret_size (access));
  guardian_egress_post_new (token->poster, token->revoke, make_basic (token, key),
                            make_form ("token_type_hint=access_token", "&token=", text), NULL,
                            NULL);
  wipe_text (text);
}
