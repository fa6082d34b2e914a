/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the endpoint that the person named, for what the keys are. Refuses: keys that are no
 * plain words, or that have ended already. Known gaps: the answer is asked for as JSON, which AWS
 * and its kin give; XML is not read. */

#include "guardian/egress/guardian-egress-role.h"

#include "common/base/cardea-host.h"
#include "guardian/egress/guardian-egress-sign.h"
#include "guardian/egress/guardian-egress-token.h"

#include <string.h>

#define FORM_TYPE "application/x-www-form-urlencoded"
#define LIMIT_PART 4096u /* bytes of an id, a key, a token */
#define LIMIT_CODE 64u

GuardianEgressRole *
guardian_egress_role_new (const CardeaJson *json)
{
  const char *region = cardea_json_get_string (json, "region");
  gboolean aws = FALSE;

  if (!cardea_json_get_boolean (json, "aws", &aws) || !aws || region == NULL)
    return NULL;
  GuardianEgressRole *role = g_new0 (GuardianEgressRole, 1);
  role->region = g_strdup (region);
  role->role = g_strdup (cardea_json_get_string (json, "role"));
  role->policy = g_strdup (cardea_json_get_string (json, "policy"));
  return role;
}

void
guardian_egress_role_free (GuardianEgressRole *role)
{
  if (role == NULL)
    return;
  g_free (role->region);
  g_free (role->role);
  g_free (role->policy);
  g_free (role);
}

GByteArray *
guardian_egress_role_form (const GuardianEgressRole *role)
{
  g_autofree char *seconds = g_strdup_printf ("%u", GUARDIAN_EGRESS_ROLE_SECONDS);

  return guardian_egress_token_form ("Action", "AssumeRole", "Version", "2011-06-15", "RoleArn",
                                     role->role, "RoleSessionName", "cardea", "DurationSeconds",
                                     seconds, "Policy", role->policy, NULL);
}

GPtrArray *
guardian_egress_role_headers (const GuardianEgressRole *role, const CardeaUrl *url,
                              const CardeaSecret *secret, const GByteArray *form)
{
  g_autoptr (GPtrArray) headers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_egress_header_free);
  gboolean usual = url->port == (url->secure ? CARDEA_URL_PORT_HTTPS : CARDEA_URL_PORT_HTTP);
  g_autofree char *host = cardea_host_format (url->host, usual ? 0 : url->port);
  g_autofree char *line
      = g_strconcat (url->path, url->query != NULL ? "?" : NULL, url->query, NULL);
  g_autofree char *payload = guardian_egress_sign_hash (form->data, form->len);
  char signed_one[] = "content-type";
  char *signs[] = { signed_one, NULL };
  GuardianEgressSignKeys keys;
  const GuardianEgressSignWhat what = {
    .method = "POST",
    .host = host,
    .line = line,
    .region = role->region,
    .service = "sts",
    .payload = payload,
    .signs = signs,
    .time = g_get_real_time () / G_USEC_PER_SEC,
  };

  g_ptr_array_add (headers, guardian_egress_header_new ("Content-Type", FORM_TYPE));
  if (payload == NULL || !guardian_egress_sign_split (secret, &keys)
      || !guardian_egress_sign (&keys, &what, headers))
    return NULL;
  g_ptr_array_remove_index (headers, 0); /* every post has it */
  return g_steal_pointer (&headers);
}

/* --- the answer --- */

static const CardeaJson *
find (const CardeaJson *json, const char *const *path)
{
  for (; json != NULL && *path != NULL; path++)
    json = cardea_json_type (json) == CARDEA_JSON_OBJECT ? cardea_json_get (json, *path) : NULL;
  return json != NULL && cardea_json_type (json) == CARDEA_JSON_OBJECT ? json : NULL;
}

static const char *
take_part (const CardeaJson *json, const char *name)
{
  const char *text = cardea_json_get_string (json, name);
  gsize size = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isgraph (text[i]))
      return NULL;
  return size > 0 && size <= LIMIT_PART ? text : NULL;
}

/* Seconds since 1970 as a number, or RFC 3339; 0: neither. */
static gint64
take_end (const CardeaJson *json)
{
  const CardeaJson *end = cardea_json_get (json, "Expiration");
  const char *text = end != NULL ? cardea_json_string (end) : NULL;
  double number = end != NULL ? cardea_json_double (end) : 0;
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

  if (time != NULL)
    return g_date_time_to_unix (time);
  return number > 0 && number < 1e11 ? (gint64) number : 0;
}

/* Its word for what is wrong: letters, digits and dots, nothing else of it is repeated. */
static char *
describe_refusal (const CardeaJson *json, guint status)
{
  static const char *const path[] = { "Error", NULL };
  const CardeaJson *error = json != NULL ? find (json, path) : NULL;
  const char *code = error != NULL ? cardea_json_get_string (error, "Code") : NULL;
  gboolean plain = code != NULL && code[0] != '\0' && strlen (code) <= LIMIT_CODE;

  for (const char *c = code; plain && *c != '\0'; c++)
    plain = g_ascii_isalnum (*c) || *c == '.';
  return plain ? g_strdup_printf ("the role is refused: %s", code)
               : g_strdup_printf ("the role’s server answered with status %u", status);
}

CardeaSecret *
guardian_egress_role_read (guint status, const guint8 *bytes, gsize size, guint *ret_seconds,
                           char **ret_problem)
{
  static const char *const path[]
      = { "AssumeRoleResponse", "AssumeRoleResult", "Credentials", NULL };
  g_autoptr (CardeaJson) json = cardea_json_parse ((const char *) bytes, size, NULL);
  const CardeaJson *keys = status == 200 && json != NULL ? find (json, path) : NULL;
  const char *id = keys != NULL ? take_part (keys, "AccessKeyId") : NULL;
  const char *key = keys != NULL ? take_part (keys, "SecretAccessKey") : NULL;
  const char *token = keys != NULL ? take_part (keys, "SessionToken") : NULL;
  gint64 left = keys != NULL ? take_end (keys) - g_get_real_time () / G_USEC_PER_SEC : 0;

  *ret_problem = NULL;
  *ret_seconds = 0;
  if (status != 200)
    *ret_problem = describe_refusal (json, status);
  else if (id == NULL || key == NULL || token == NULL || left <= 0)
    *ret_problem = g_strdup ("the role’s server gave no keys that can be used");
  if (*ret_problem != NULL)
    return NULL;
  gsize total = strlen (id) + strlen (key) + strlen (token) + 2;
  CardeaSecret *secret = cardea_secret_new (total + 1);
  if (secret == NULL)
    {
      *ret_problem = g_strdup ("there is no memory for keys");
      return NULL;
    }
  g_snprintf ((char *) cardea_secret_writable (secret), total + 1, "%s %s %s", id, key, token);
  g_autoptr (CardeaSecret) whole = secret;
  CardeaSecret *result = cardea_secret_new (total);
  if (result != NULL)
    memcpy (cardea_secret_writable (result), cardea_secret_bytes (whole), total);
  else
    *ret_problem = g_strdup ("there is no memory for keys");
  *ret_seconds = result != NULL ? (guint) MIN (left, GUARDIAN_EGRESS_TOKEN_MOST) : 0;
  return result;
}
