/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: OpenSSL. Refuses: scopes with anything in them that is no plain word. Known gaps:
 * requests that are signed in their query (links that were signed beforehand), and bodies that are
 * signed piece by piece, are not signed anew. */

#include "guardian/egress/guardian-egress-sign.h"

#include "common/base/cardea-encoding.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#define REQUEST "aws4_request"
#define UNRESERVED "-_.~"
#define DIGEST 32u
#define LIMIT_HEADERS 64u
#define LIMIT_WORD 64u
#define LIMIT_ID 128u

gboolean
guardian_egress_sign_split (const CardeaSecret *secret, GuardianEgressSignKeys *ret_keys)
{
  const char *text = (const char *) cardea_secret_bytes (secret);
  gsize size = cardea_secret_size (secret);
  const char *first = memchr (text, ' ', size);
  const char *second
      = first != NULL ? memchr (first + 1, ' ', size - (gsize) (first + 1 - text)) : NULL;

  if (first == NULL || first == text)
    return FALSE;
  const char *end = second != NULL ? second : text + size;
  *ret_keys = (GuardianEgressSignKeys){
    .id = text,
    .id_size = (gsize) (first - text),
    .key = first + 1,
    .key_size = (gsize) (end - first - 1),
    .token = second != NULL ? second + 1 : NULL,
    .token_size = second != NULL ? (gsize) (text + size - second - 1) : 0,
  };
  return ret_keys->key_size > 0 && (second == NULL || ret_keys->token_size > 0);
}

/* --- what a program says --- */

static gboolean
is_word (const char *text, const char *more, gsize limit)
{
  gsize size = strlen (text);

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (text[i]) && strchr (more, text[i]) == NULL)
      return FALSE;
  return size > 0 && size <= limit;
}

/* The value of NAME=VALUE in a list with commas; the caller owns it. */
static char *
find_part (const char *value, const char *name)
{
  g_auto (GStrv) parts = g_strsplit (value, ",", LIMIT_HEADERS);
  gsize size = strlen (name);

  for (char **part = parts; *part != NULL; part++)
    {
      const char *one = g_strstrip (*part);
      if (strncmp (one, name, size) == 0 && one[size] == '=')
        return g_strdup (one + size + 1);
    }
  return NULL;
}

void
guardian_egress_sign_claim_clear (GuardianEgressSignClaim *claim)
{
  g_clear_pointer (&claim->id, g_free);
  g_clear_pointer (&claim->region, g_free);
  g_clear_pointer (&claim->service, g_free);
  g_clear_pointer (&claim->headers, g_strfreev);
}

gboolean
guardian_egress_sign_read (const char *value, GuardianEgressSignClaim *ret_claim)
{
  gsize size = strlen (GUARDIAN_EGRESS_SIGN_SCHEME " ");

  *ret_claim = (GuardianEgressSignClaim){ 0 };
  if (strncmp (value, GUARDIAN_EGRESS_SIGN_SCHEME " ", size) != 0)
    return FALSE;
  g_autofree char *scope = find_part (value + size, "Credential");
  g_autofree char *headers = find_part (value + size, "SignedHeaders");
  g_auto (GStrv) parts = g_strsplit (scope != NULL ? scope : "", "/", 6);
  if (headers == NULL || g_strv_length (parts) != 5 || strcmp (parts[4], REQUEST) != 0
      || !is_word (parts[0], "-_", LIMIT_ID) || !is_word (parts[2], "-", LIMIT_WORD)
      || !is_word (parts[3], "-", LIMIT_WORD))
    return FALSE;
  ret_claim->id = g_strdup (parts[0]);
  ret_claim->region = g_strdup (parts[2]);
  ret_claim->service = g_strdup (parts[3]);
  ret_claim->headers = g_strsplit (headers, ";", LIMIT_HEADERS);
  return TRUE;
}

/* --- the canonical request --- */

static char *
hex (const guint8 *bytes)
{
  return cardea_hex_encode (bytes, DIGEST);
}

char *
guardian_egress_sign_hash (const void *bytes, gsize size)
{
  guint8 digest[DIGEST];

  return EVP_Digest (bytes, size, digest, NULL, EVP_sha256 (), NULL) == 1 ? hex (digest) : NULL;
}

/* S3 takes the path as it is, all others encode it once more. */
static void
append_path (GString *text, const char *path, gsize size, const char *service)
{
  g_autofree char *raw = g_strndup (path, size);
  gsize length = size;
  g_autoptr (GBytes) plain
      = strcmp (service, "s3") == 0 ? g_uri_unescape_bytes (raw, (gssize) size, NULL, NULL) : NULL;
  const guint8 *bytes = plain != NULL ? g_bytes_get_data (plain, &length) : (const guint8 *) raw;

  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalnum (bytes[i]) || (bytes[i] != 0 && strchr (UNRESERVED "/", bytes[i]) != NULL))
      g_string_append_c (text, (char) bytes[i]);
    else
      g_string_append_printf (text, "%%%02X", bytes[i]);
}

static void
append_part (GString *text, const char *part, gsize size)
{
  gsize length = 0;
  g_autoptr (GBytes) plain = g_uri_unescape_bytes (part, (gssize) size, NULL, NULL);
  const guint8 *bytes = plain != NULL ? g_bytes_get_data (plain, &length) : NULL;

  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalnum (bytes[i]) || (bytes[i] != 0 && strchr (UNRESERVED, bytes[i]) != NULL))
      g_string_append_c (text, (char) bytes[i]);
    else
      g_string_append_printf (text, "%%%02X", bytes[i]);
}

/* By names and then by values: a byte below every other takes the place of the sign between. */
static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_query (GString *text, const char *query)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit (query, "&", 0);

  for (char **part = parts; *part != NULL; part++)
    {
      gsize name = strcspn (*part, "=");
      GString *pair = g_string_new (NULL);
      if (**part == '\0')
        {
          g_string_free (pair, TRUE);
          continue;
        }
      append_part (pair, *part, name);
      g_string_append_c (pair, '\001');
      if ((*part)[name] == '=')
        append_part (pair, *part + name + 1, strlen (*part + name + 1));
      g_ptr_array_add (pairs, g_string_free (pair, FALSE));
    }
  g_ptr_array_sort (pairs, compare);
  for (guint i = 0; i < pairs->len; i++)
    {
      char *sign = strchr (pairs->pdata[i], '\001');
      *sign = '=';
      g_string_append_printf (text, "%s%s", i > 0 ? "&" : "", (const char *) pairs->pdata[i]);
    }
}

static gboolean
is_signed (const char *name, char **signs)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);
  return g_str_has_prefix (lower, "x-amz-")
         || (signs != NULL && g_strv_contains ((const char *const *) signs, lower));
}

/* Blanks around a value go, those in it become one. */
static void
append_value (GString *text, const char *value)
{
  gboolean begun = FALSE;
  gboolean blank = FALSE;

  for (; *value != '\0'; value++)
    {
      blank = blank || *value == ' ' || *value == '\t';
      if (*value == ' ' || *value == '\t')
        continue;
      if (blank && begun)
        g_string_append_c (text, ' ');
      g_string_append_c (text, *value);
      begun = TRUE;
      blank = FALSE;
    }
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (a, b);
}

/* NAME:VALUE of each, in order; those of one name side by side as they come. */
static GPtrArray *
list_headers (const GuardianEgressSignWhat *what, const GPtrArray *headers)
{
  g_autoptr (GTree) values = g_tree_new_full (compare_names, NULL, g_free, NULL);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  g_tree_insert (values, g_strdup ("host"), g_string_new (what->host));
  for (guint i = 0; i < headers->len; i++)
    {
      const GuardianEgressHeader *header = headers->pdata[i];
      char *name = g_ascii_strdown (header->name, -1);
      GString *value = g_tree_lookup (values, name);
      if (!is_signed (name, what->signs) || strcmp (name, "host") == 0)
        {
          g_free (name);
          continue;
        }
      if (value != NULL)
        {
          g_string_append_c (value, ',');
          g_free (name);
        }
      else
        g_tree_insert (values, name, value = g_string_new (NULL));
      append_value (value, header->value);
    }
  for (GTreeNode *node = g_tree_node_first (values); node != NULL; node = g_tree_node_next (node))
    {
      g_autofree char *value = g_string_free (g_tree_node_value (node), FALSE);
      g_ptr_array_add (lines, g_strconcat (g_tree_node_key (node), ":", value, NULL));
    }
  return lines;
}

static char *
join_names (const GPtrArray *lines)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      const char *line = lines->pdata[i];
      g_string_append_printf (names, "%s%.*s", i > 0 ? ";" : "", (int) strcspn (line, ":"), line);
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static char *
make_request (const GuardianEgressSignWhat *what, const GPtrArray *lines, const char *names)
{
  g_autoptr (GString) text = g_string_new (what->method);
  gsize path = strcspn (what->line, "?");

  g_string_append_c (text, '\n');
  append_path (text, what->line, path, what->service);
  g_string_append_c (text, '\n');
  if (what->line[path] == '?')
    append_query (text, what->line + path + 1);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (text, "\n%s", (const char *) lines->pdata[i]);
  g_string_append_printf (text, "\n\n%s\n%s", names, what->payload);
  return guardian_egress_sign_hash (text->str, text->len);
}

/* --- the signature --- */

static gboolean
step (const guint8 *key, gsize key_size, const char *text, guint8 ret_digest[DIGEST])
{
  guint size = DIGEST;
  return HMAC (EVP_sha256 (), key, (int) key_size, (const guint8 *) text, strlen (text), ret_digest,
               &size)
         != NULL;
}

/* The key of that day, region and service, and with it text. The caller owns it; NULL: it failed.
 */
static char *
sign_text (const GuardianEgressSignKeys *keys, const char *const *scope, const char *text)
{
  gsize size = strlen ("AWS4") + keys->key_size;
  g_autoptr (CardeaSecret) first = cardea_secret_new (size);
  guint8 digest[DIGEST];

  if (first == NULL)
    return NULL;
  memcpy (cardea_secret_writable (first), "AWS4", 4);
  memcpy (cardea_secret_writable (first) + 4, keys->key, keys->key_size);
  gboolean good = step (cardea_secret_bytes (first), size, scope[0], digest);
  for (guint i = 1; good && scope[i] != NULL; i++)
    good = step (digest, sizeof digest, scope[i], digest);
  good = good && step (digest, sizeof digest, text, digest);
  char *result = good ? hex (digest) : NULL;
  explicit_bzero (digest, sizeof digest);
  return result;
}

static void
set_header (GPtrArray *headers, const char *name, const char *value)
{
  for (guint i = headers->len; i > 0; i--)
    if (g_ascii_strcasecmp (((const GuardianEgressHeader *) headers->pdata[i - 1])->name, name)
        == 0)
      g_ptr_array_remove_index (headers, i - 1);
  if (value != NULL)
    g_ptr_array_add (headers, guardian_egress_header_new (name, value));
}

gboolean
guardian_egress_sign (const GuardianEgressSignKeys *keys, const GuardianEgressSignWhat *what,
                      GPtrArray *headers)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (what->time);
  g_autofree char *date = time != NULL ? g_date_time_format (time, "%Y%m%dT%H%M%SZ") : NULL;

  if (date == NULL)
    return FALSE;
  g_autofree char *day = g_strndup (date, 8);
  char *token = keys->token != NULL ? g_strndup (keys->token, keys->token_size) : NULL;
  set_header (headers, "Authorization", NULL);
  set_header (headers, "X-Amz-Date", date);
  set_header (headers, "X-Amz-Security-Token", token);
  if (token != NULL)
    explicit_bzero (token, keys->token_size);
  g_free (token);
  g_autoptr (GPtrArray) lines = list_headers (what, headers);
  g_autofree char *names = join_names (lines);
  g_autofree char *hash = make_request (what, lines, names);
  const char *const scope[] = { day, what->region, what->service, REQUEST, NULL };
  g_autofree char *place = g_strjoinv ("/", (char **) scope);
  g_autofree char *text
      = g_strjoin ("\n", GUARDIAN_EGRESS_SIGN_SCHEME, date, place, hash != NULL ? hash : "", NULL);
  g_autofree char *signature = hash != NULL ? sign_text (keys, scope, text) : NULL;
  if (signature == NULL)
    return FALSE;
  g_autofree char *value = g_strdup_printf (GUARDIAN_EGRESS_SIGN_SCHEME
                                            " Credential=%.*s/%s, SignedHeaders=%s, Signature=%s",
                                            (int) keys->id_size, keys->id, place, names, signature);
  set_header (headers, "Authorization", value);
  return TRUE;
}
