/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the rules; a ready-made database, when it carries their digest: whoever could write it
 * could have written the program that it is part of. Refuses: a database of other rules, of another
 * version of the engine, of another processor: what it holds is compiled anew. */

#include "common/dlp/cardea-dlp-trigger.h"

#include <hs.h>
#include <string.h>

#define DIGEST_SIZE 32u

struct _CardeaDlpTriggers {
  GArray *list;     /* of CardeaDlpTrigger */
  GPtrArray *texts; /* expressions for the linear engine */
  GArray *flags;    /* and how they are read */
  GArray *ids;
  hs_database_t *database;
  hs_scratch_t *scratch;
  hs_stream_t *stream;
  gboolean ready_made;
};

typedef struct {
  CardeaDlpTriggers *triggers;
  CardeaDlpTriggerFunc func;
  gpointer user_data;
} Feed;

/* --- which there are --- */

static char *
quote (const char *word)
{
  GString *text = g_string_new (NULL);
  for (const guint8 *c = (const guint8 *) word; *c != '\0'; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (text, *c);
    else
      g_string_append_printf (text, "\\x%02x", *c);
  return g_string_free (text, FALSE);
}

static void
add_to (CardeaDlpTriggers *triggers, guint id, guint rule)
{
  CardeaDlpTrigger *trigger = &g_array_index (triggers->list, CardeaDlpTrigger, id);
  if (trigger->n_rules > 0 && trigger->rules[trigger->n_rules - 1] == rule)
    return;
  trigger->rules = g_renew (guint, trigger->rules, trigger->n_rules + 1);
  trigger->rules[trigger->n_rules++] = rule;
}

static void
add_trigger (CardeaDlpTriggers *triggers, GHashTable *known, const char *word, gboolean literal,
             gboolean exact, guint rule)
{
  g_autofree char *text = literal ? quote (word) : g_strdup (word);
  g_autofree char *key = g_strdup_printf ("%d%s", exact, text);
  gpointer at = NULL;

  if (g_hash_table_lookup_extended (known, key, NULL, &at))
    {
      add_to (triggers, GPOINTER_TO_UINT (at), rule);
      return;
    }
  guint id = triggers->list->len;
  guint flags = exact ? 0 : HS_FLAG_CASELESS;
  CardeaDlpTrigger trigger = { literal, strlen (word), NULL, 0 };
  g_array_append_val (triggers->list, trigger);
  g_array_append_val (triggers->flags, flags);
  g_array_append_val (triggers->ids, id);
  g_ptr_array_add (triggers->texts, g_steal_pointer (&text));
  g_hash_table_insert (known, g_steal_pointer (&key), GUINT_TO_POINTER (id));
  add_to (triggers, id, rule);
}

static void
collect (CardeaDlpTriggers *triggers, const CardeaDlpRules *rules)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < cardea_dlp_rules_size (rules); i++)
    {
      const CardeaDlpRule *rule = cardea_dlp_rules_nth (rules, i);
      /* The value of a rule that is near something may be exact; the name never is. */
      gboolean exact
          = (rule->flags & CARDEA_DLP_RULE_EXACT) != 0 && (rule->flags & CARDEA_DLP_RULE_NEAR) == 0;
      if (rule->trigger != NULL)
        add_trigger (triggers, known, rule->trigger, FALSE, TRUE, i);
      for (guint w = 0; rule->words != NULL && rule->words[w] != NULL; w++)
        add_trigger (triggers, known, rule->words[w], TRUE, exact, i);
    }
}

static void
digest (const CardeaDlpTriggers *triggers, guint8 ret_digest[DIGEST_SIZE])
{
  gsize size = DIGEST_SIZE;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guint8 *) hs_version (), -1);
  for (guint i = 0; i < triggers->list->len; i++)
    {
      const char *text = g_ptr_array_index (triggers->texts, i);
      guint flags = g_array_index (triggers->flags, guint, i);
      g_checksum_update (checksum, (const guint8 *) &flags, sizeof flags);
      g_checksum_update (checksum, (const guint8 *) text, strlen (text) + 1);
    }
  g_checksum_get_digest (checksum, ret_digest, &size);
}

/* --- the database --- */

static gboolean
take_ready_made (CardeaDlpTriggers *triggers, GBytes *database)
{
  guint8 expected[DIGEST_SIZE];
  gsize size = 0;
  const guint8 *bytes = database != NULL ? g_bytes_get_data (database, &size) : NULL;

  digest (triggers, expected);
  if (size <= DIGEST_SIZE || memcmp (bytes, expected, DIGEST_SIZE) != 0)
    return FALSE;
  triggers->ready_made = hs_deserialize_database ((const char *) bytes + DIGEST_SIZE,
                                                  size - DIGEST_SIZE, &triggers->database)
                         == HS_SUCCESS;
  return triggers->ready_made;
}

static gboolean
compile (CardeaDlpTriggers *triggers, GError **error)
{
  hs_compile_error_t *problem = NULL;
  /* No features named: the database runs on every processor that the library itself runs on. */
  const hs_platform_info_t platform = { HS_TUNE_FAMILY_GENERIC, 0, 0, 0 };

  if (hs_compile_multi ((const char *const *) triggers->texts->pdata,
                        (const guint *) (gpointer) triggers->flags->data,
                        (const guint *) (gpointer) triggers->ids->data, triggers->list->len,
                        HS_MODE_STREAM, &platform, &triggers->database, &problem)
      == HS_SUCCESS)
    return TRUE;
  g_set_error (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_PATTERN, "%s: %s",
               problem != NULL && problem->expression >= 0
                   ? (const char *) g_ptr_array_index (triggers->texts, problem->expression)
                   : "expressions",
               problem != NULL ? problem->message : "they do not compile");
  hs_free_compile_error (problem);
  return FALSE;
}

static gboolean
make_scratch (CardeaDlpTriggers *triggers, GError **error)
{
  if (hs_alloc_scratch (triggers->database, &triggers->scratch) == HS_SUCCESS)
    return TRUE;
  g_set_error_literal (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_ENGINE,
                       "this machine cannot run the database of expressions");
  return FALSE;
}

GBytes *
cardea_dlp_triggers_serialize (const CardeaDlpTriggers *triggers, GError **error)
{
  char *bytes = NULL;
  gsize size = 0;
  guint8 head[DIGEST_SIZE];

  if (hs_serialize_database (triggers->database, &bytes, &size) != HS_SUCCESS)
    {
      g_set_error_literal (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_ENGINE,
                           "the database of expressions cannot be written");
      return NULL;
    }
  GByteArray *whole = g_byte_array_sized_new (DIGEST_SIZE + size);
  digest (triggers, head);
  g_byte_array_append (whole, head, DIGEST_SIZE);
  g_byte_array_append (whole, (const guint8 *) bytes, size);
  free (bytes);
  return g_byte_array_free_to_bytes (whole);
}

static void
clear_trigger (gpointer data)
{
  g_free (((CardeaDlpTrigger *) data)->rules);
}

CardeaDlpTriggers *
cardea_dlp_triggers_new (const CardeaDlpRules *rules, GBytes *database, GError **error)
{
  g_autoptr (CardeaDlpTriggers) triggers = g_new0 (CardeaDlpTriggers, 1);

  triggers->list = g_array_new (FALSE, FALSE, sizeof (CardeaDlpTrigger));
  g_array_set_clear_func (triggers->list, clear_trigger);
  triggers->texts = g_ptr_array_new_with_free_func (g_free);
  triggers->flags = g_array_new (FALSE, FALSE, sizeof (guint));
  triggers->ids = g_array_new (FALSE, FALSE, sizeof (guint));
  collect (triggers, rules);
  if (triggers->list->len == 0)
    {
      g_set_error_literal (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_RULE, "there are no rules");
      return NULL;
    }
  if (!take_ready_made (triggers, database) && !compile (triggers, error))
    return NULL;
  if (!make_scratch (triggers, error))
    return NULL;
  return g_steal_pointer (&triggers);
}

void
cardea_dlp_triggers_free (CardeaDlpTriggers *triggers)
{
  if (triggers == NULL)
    return;
  if (triggers->stream != NULL)
    hs_close_stream (triggers->stream, NULL, NULL, NULL);
  hs_free_scratch (triggers->scratch);
  hs_free_database (triggers->database);
  g_array_unref (triggers->list);
  g_ptr_array_unref (triggers->texts);
  g_array_unref (triggers->flags);
  g_array_unref (triggers->ids);
  g_free (triggers);
}

gboolean
cardea_dlp_triggers_is_ready_made (const CardeaDlpTriggers *triggers)
{
  return triggers->ready_made;
}

/* --- running it --- */

static int
found_cb (unsigned int id, unsigned long long from, unsigned long long to, unsigned int flags,
          void *context)
{
  Feed *feed = context;
  const CardeaDlpTrigger *trigger = &g_array_index (feed->triggers->list, CardeaDlpTrigger, id);
  return feed->func (trigger, to, feed->user_data);
}

gboolean
cardea_dlp_triggers_begin (CardeaDlpTriggers *triggers)
{
  if (triggers->stream == NULL)
    return hs_open_stream (triggers->database, 0, &triggers->stream) == HS_SUCCESS;
  return hs_reset_stream (triggers->stream, 0, NULL, NULL, NULL) == HS_SUCCESS;
}

gboolean
cardea_dlp_triggers_feed (CardeaDlpTriggers *triggers, const void *piece, gsize size,
                          CardeaDlpTriggerFunc func, gpointer user_data)
{
  Feed feed = { triggers, func, user_data };
  return hs_scan_stream (triggers->stream, piece, size, 0, triggers->scratch, found_cb, &feed)
         == HS_SUCCESS;
}
