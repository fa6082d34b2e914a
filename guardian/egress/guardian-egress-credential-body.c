/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Placeholders in bodies, where the person said so: some services want a secret in a form or in
 * JSON. Trusts and refuses what guardian-egress-credential.c says. Known gaps: bodies of other
 * kinds, packed ones and those that are too long to be gathered keep their placeholders, which are
 * worth nothing. */

#include "guardian/egress/guardian-egress-credential-private.h"

#include <string.h>

/* As text of that kind; the caller wipes it. */
static char *
write_form (const CardeaSecret *secret)
{
  return g_uri_escape_bytes (cardea_secret_bytes (secret), cardea_secret_size (secret), NULL);
}

/* A secret is printable ASCII: two of these letters mean something in a string of JSON. */
static char *
write_json (const CardeaSecret *secret)
{
  const guint8 *bytes = cardea_secret_bytes (secret);
  gsize size = cardea_secret_size (secret);
  char *text = g_malloc (2 * size + 1);
  gsize filled = 0;

  for (gsize i = 0; i < size; i++)
    {
      if (bytes[i] == '"' || bytes[i] == '\\')
        text[filled++] = '\\';
      text[filled++] = (char) bytes[i];
    }
  text[filled] = '\0';
  return text;
}

static const struct {
  const char *type;
  char *(*write) (const CardeaSecret *secret);
} kinds[] = {
  { "application/x-www-form-urlencoded", write_form },
  { "application/json", write_json },
};

static const char *
find_header (const GPtrArray *headers, const char *name)
{
  for (guint i = 0; i < headers->len; i++)
    if (g_ascii_strcasecmp (((const GuardianEgressHeader *) headers->pdata[i])->name, name) == 0)
      return ((const GuardianEgressHeader *) headers->pdata[i])->value;
  return NULL;
}

/* G_N_ELEMENTS (kinds): none of these. */
static gsize
find_kind (const GPtrArray *headers)
{
  const char *type = find_header (headers, "Content-Type");
  gsize kind = find_header (headers, "Content-Encoding") == NULL ? 0 : G_N_ELEMENTS (kinds);

  for (; type != NULL && kind < G_N_ELEMENTS (kinds); kind++)
    {
      gsize size = strlen (kinds[kind].type);
      if (g_ascii_strncasecmp (type, kinds[kind].type, size) == 0
          && (type[size] == '\0' || type[size] == ';' || type[size] == ' '))
        return kind;
    }
  return G_N_ELEMENTS (kinds);
}

static GByteArray *
gather (const GQueue *body)
{
  GByteArray *whole = g_byte_array_new ();

  for (const GList *at = body->head; at != NULL; at = at->next)
    {
      gsize size = 0;
      const guint8 *bytes = g_bytes_get_data (at->data, &size);
      g_byte_array_append (whole, bytes, (guint) size);
    }
  return whole;
}

static const guint8 *
find_placeholder (const GuardianEgressCredential *credential, const guint8 *bytes, gsize size)
{
  return credential->placeholder != NULL && credential->placeholder[0] != '\0'
             ? memmem (bytes, size, credential->placeholder, strlen (credential->placeholder))
             : NULL;
}

/* The one that is meant; NULL: none. */
static const GuardianEgressCredential *
find_meant (const GuardianEgressCredentials *credentials, const GuardianEgressPlace *place,
            const GByteArray *whole)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, credentials->all);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const GuardianEgressCredential *credential = value;
      gboolean of_aws
          = credential->token != NULL && guardian_egress_token_role (credential->token) != NULL;
      if (credential->in_body && !of_aws
          && guardian_egress_credential_is_bound (credential, &place->name, place->port)
          && find_placeholder (credential, whole->data, whole->len) != NULL)
        return credential;
    }
  return NULL;
}

/* Every placeholder in it; the caller owns it. */
static GBytes *
exchange (const GuardianEgressCredential *credential, const GByteArray *whole, const char *text)
{
  GByteArray *out = g_byte_array_new ();
  const guint8 *from = whole->data;
  const guint8 *end = whole->data + whole->len;
  const guint8 *at;

  while ((at = find_placeholder (credential, from, (gsize) (end - from))) != NULL)
    {
      g_byte_array_append (out, from, (guint) (at - from));
      g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
      from = at + strlen (credential->placeholder);
    }
  g_byte_array_append (out, from, (guint) (end - from));
  return g_byte_array_free_to_bytes (out);
}

const char *
guardian_egress_credentials_apply_body (const GuardianEgressCredentials *credentials,
                                        const GuardianEgressPlace *place, const GPtrArray *headers,
                                        GQueue *body, CardeaSecret **used, gint64 *ret_size)
{
  gsize kind = place->body != NULL && body->length > 0 ? find_kind (headers) : G_N_ELEMENTS (kinds);

  if (kind == G_N_ELEMENTS (kinds))
    return NULL;
  g_autoptr (GByteArray) whole = gather (body);
  const GuardianEgressCredential *meant = find_meant (credentials, place, whole);
  if (meant == NULL)
    return NULL;
  if (meant->secret == NULL)
    return meant->problem != NULL ? meant->problem : "its credential did not come in time";
  if (*used != NULL)
    return "two secrets were to be put into one request";
  if (!guardian_egress_credential_may_go (meant, place))
    return "the credential is not for this scheme: it goes out over TLS, unless http was named";
  char *text = kinds[kind].write (meant->secret);
  GBytes *out = exchange (meant, whole, text);
  explicit_bzero (text, strlen (text));
  g_free (text);
  g_queue_clear_full (body, (GDestroyNotify) g_bytes_unref);
  g_queue_push_tail (body, out);
  *ret_size = (gint64) g_bytes_get_size (out);
  *used = cardea_secret_ref (meant->secret);
  return NULL;
}
