/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-redact.h"

#include "common/base/cardea-encoding.h"

#include <string.h>

#define MARK_DIGITS 8 /* of a digest */
#define MAX_NAMES 4096u

typedef struct {
  const char *content;
  gsize size;
  const CardeaDlpResult *result;
  CardeaDlpRedaction how;
  const guint8 *key;
  GByteArray *out;
  CardeaJson *names;     /* array of [mark, base64 of what it stands for] */
  GHashTable *by_secret; /* base64 → mark, borrowed of names */
  GHashTable *counts;    /* rule → how many marks */
} Redact;

static gboolean
is_data (const CardeaDlpFinding *finding)
{
  return finding->class != CARDEA_DLP_INJECTION && finding->class != CARDEA_DLP_COMMAND;
}

/* What overlaps [*start, *end) joins it. */
static void
widen (const Redact *redact, guint *i, gsize *end)
{
  guint n = cardea_dlp_result_size (redact->result);
  while (*i + 1 < n)
    {
      const CardeaDlpFinding *next = cardea_dlp_result_nth (redact->result, *i + 1);
      if (is_data (next) && next->start >= *end)
        return;
      if (is_data (next))
        *end = MAX (*end, next->end);
      ++*i;
    }
}

static char *
hash_mark (const Redact *redact, const char *rule, gsize start, gsize end)
{
  g_autofree char *digest
      = g_compute_hmac_for_data (G_CHECKSUM_SHA256, redact->key, CARDEA_DLP_REDACT_KEY,
                                 (const guint8 *) redact->content + start, end - start);
  return g_strdup_printf ("[%s:%.*s]", rule, MARK_DIGITS, digest);
}

static char *
name_mark (Redact *redact, const char *rule, gsize start, gsize end)
{
  g_autofree char *secret
      = cardea_base64_encode ((const guint8 *) redact->content + start, end - start);
  const char *known = g_hash_table_lookup (redact->by_secret, secret);
  if (known != NULL)
    return g_strdup (known);

  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (redact->counts, rule)) + 1;
  char *mark = g_strdup_printf ("[%s-%u]", rule, count);
  /* A mark that the content holds by itself would be put back, too. */
  while (memmem (redact->content, redact->size, mark, strlen (mark)) != NULL)
    {
      g_free (mark);
      mark = g_strdup_printf ("[%s-%u]", rule, ++count);
    }
  g_hash_table_insert (redact->counts, (gpointer) rule, GUINT_TO_POINTER (count));
  CardeaJson *pair = cardea_json_new_array ();
  cardea_json_append (pair, cardea_json_new_string (mark));
  cardea_json_append (pair, cardea_json_new_string (secret));
  cardea_json_append (redact->names, pair);
  g_hash_table_insert (redact->by_secret, g_strdup (secret), g_strdup (mark));
  return mark;
}

static char *
make_mark (Redact *redact, const CardeaDlpFinding *finding, gsize start, gsize end)
{
  const char *rule = cardea_dlp_finding_rule (finding);
  if (redact->how == CARDEA_DLP_HASH)
    return hash_mark (redact, rule, start, end);
  if (redact->how == CARDEA_DLP_PSEUDONYMISE)
    return name_mark (redact, rule, start, end);
  return g_strdup_printf ("[removed: %s]", rule);
}

static void
redact_all (Redact *redact)
{
  gsize size = redact->size;
  gsize at = 0;
  for (guint i = 0; i < cardea_dlp_result_size (redact->result); i++)
    {
      const CardeaDlpFinding *finding = cardea_dlp_result_nth (redact->result, i);
      gsize start = MIN (finding->start, size), end = MIN (finding->end, size);
      if (!is_data (finding) || end <= start)
        continue;
      widen (redact, &i, &end);
      end = MIN (end, size);
      g_autofree char *mark = make_mark (redact, finding, start, end);
      g_byte_array_append (redact->out, (const guint8 *) redact->content + at, start - at);
      g_byte_array_append (redact->out, (const guint8 *) mark, strlen (mark));
      at = end;
    }
  g_byte_array_append (redact->out, (const guint8 *) redact->content + at, size - at);
}

GBytes *
cardea_dlp_redact (const char *content, gsize size, const CardeaDlpResult *result,
                   CardeaDlpRedaction how, const guint8 *key, GBytes **ret_names)
{
  Redact redact = { .content = content, .size = size, .result = result, .how = how, .key = key };

  redact.out = g_byte_array_sized_new (size);
  redact.names = cardea_json_new_array ();
  redact.by_secret = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  redact.counts = g_hash_table_new (g_str_hash, g_str_equal);

  redact_all (&redact);
  if (how == CARDEA_DLP_PSEUDONYMISE && ret_names != NULL)
    {
      gsize length = 0;
      char *text = cardea_json_write (redact.names, &length, NULL);
      *ret_names = g_bytes_new_take (text, length);
    }
  cardea_json_unref (redact.names);
  g_hash_table_unref (redact.by_secret);
  g_hash_table_unref (redact.counts);
  return g_byte_array_free_to_bytes (redact.out);
}

/* --- putting back --- */

typedef struct {
  const char *mark;
  GBytes *secret;
} Name;

static void
name_clear (gpointer data)
{
  g_clear_pointer (&((Name *) data)->secret, g_bytes_unref);
}

static GArray *
read_names (const CardeaJson *json)
{
  g_autoptr (GArray) names = g_array_new (FALSE, TRUE, sizeof (Name));
  g_array_set_clear_func (names, name_clear);

  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_ARRAY
      || cardea_json_size (json) > MAX_NAMES)
    return NULL;
  for (guint i = 0; i < cardea_json_size (json); i++)
    {
      const CardeaJson *pair = cardea_json_nth (json, i);
      const char *mark = NULL, *secret = NULL;
      if (cardea_json_type (pair) == CARDEA_JSON_ARRAY && cardea_json_size (pair) == 2)
        {
          mark = cardea_json_string (cardea_json_nth (pair, 0));
          secret = cardea_json_string (cardea_json_nth (pair, 1));
        }
      Name name = { mark, secret != NULL ? cardea_base64_decode (secret) : NULL };
      if (name.secret == NULL || mark == NULL || mark[0] != '[')
        {
          name_clear (&name);
          return NULL;
        }
      g_array_append_val (names, name);
    }
  return g_steal_pointer (&names);
}

static const Name *
name_at (const GArray *names, const char *text, gsize size)
{
  for (guint i = 0; i < names->len; i++)
    {
      const Name *name = &g_array_index (names, Name, i);
      gsize length = strlen (name->mark);
      if (length <= size && memcmp (text, name->mark, length) == 0)
        return name;
    }
  return NULL;
}

GBytes *
cardea_dlp_restore (const char *content, gsize size, GBytes *names, GError **error)
{
  gsize text_size = 0;
  const char *text = g_bytes_get_data (names, &text_size);
  g_autoptr (CardeaJson) json
      = cardea_json_parse_bounded (text, text_size, 3 * MAX_NAMES + 1, NULL);
  g_autoptr (GArray) list = read_names (json);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  if (list == NULL)
    {
      g_set_error_literal (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_RULE,
                           "these are no names of what was taken out");
      return NULL;
    }
  for (gsize at = 0; at < size;)
    {
      const char *bracket = memchr (content + at, '[', size - at);
      gsize next = bracket != NULL ? (gsize) (bracket - content) : size;
      const Name *name = next < size ? name_at (list, bracket, size - next) : NULL;
      g_byte_array_append (out, (const guint8 *) content + at, next - at);
      if (name != NULL)
        g_byte_array_append (out, g_bytes_get_data (name->secret, NULL),
                             g_bytes_get_size (name->secret));
      else if (next < size)
        g_byte_array_append (out, (const guint8 *) "[", 1);
      at = name != NULL ? next + strlen (name->mark) : next + 1;
      if (out->len > CARDEA_DLP_RESTORE_MAX)
        {
          g_set_error_literal (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_LIMIT,
                               "what would come back is too large");
          return NULL;
        }
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
