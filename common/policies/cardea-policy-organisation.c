/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the administrator's files for what they say of this computer, and checks nothing of it but
 * that settings are an object: who goes by a member reads it as strictly as it has to. Known gaps:
 * what rules (Rego) say is known only when they are asked; members of their own are not told. */

#include "common/policies/cardea-policy-organisation.h"

#include "common/policies/cardea-policy-document.h"
#include "common/rego/cardea-rego.h"

#include <string.h>

#define SETTINGS "settings"
#define MAX_ROWS 500u
#define MAX_TOLD_ROWS 400u /* but for settings, which hold */
#define MAX_TOLD 65536u    /* bytes of values of those */

/* What the shipped rules and the guardian go by (data/policies/README.md). */
static const struct {
  const char *key;
  const char *question;
} members[] = {
  { "monitor", "data.organisation.monitor" },
  { "network/hosts", "data.organisation.network.hosts" },
  { "network/inside", "data.organisation.network.inside" },
  { "programs", "data.organisation.programs" },
  { "variables", "data.organisation.variables" },
  { "labels", "data.organisation.labels" },
  { "guarded_labels", "data.organisation.guarded_labels" },
  { "flows", "data.organisation.flows" },
  { SETTINGS, "data.organisation.settings" },
};

typedef struct {
  CardeaJson *said;
  CardeaRegoContext *context;
  CardeaRegoPolicy *none; /* no rules: data alone answers */
  gsize told;             /* bytes of values */
} Reader;

/* Takes value; NULL: it is not repeated. */
static void
say (Reader *reader, const char *key, CardeaJson *value, const CardeaPolicyFile *file)
{
  CardeaJson *one = cardea_json_new_object ();
  g_autofree char *path = g_filename_display_name (file->path);

  cardea_json_set_string (one, "key", key);
  if (value != NULL)
    cardea_json_set (one, "value", value);
  cardea_json_set_string (one, "file", path);
  cardea_json_append (reader->said, one);
}

static gboolean
say_settings (Reader *reader, const CardeaJson *settings, const CardeaPolicyFile *file,
              GError **error)
{
  if (settings == NULL || cardea_json_type (settings) != CARDEA_JSON_OBJECT
      || cardea_json_size (reader->said) + cardea_json_size (settings) > MAX_ROWS)
    {
      g_set_error (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_DOCUMENT,
                   "%s: organisation.settings must be an object of at most %u bytes, in few files",
                   file->path, CARDEA_POLICY_MAX_SAID);
      return FALSE;
    }
  for (guint i = 0; i < cardea_json_size (settings); i++)
    {
      g_autofree char *key = g_strconcat (SETTINGS, "/", cardea_json_nth_name (settings, i), NULL);
      say (reader, key, cardea_json_copy (cardea_json_nth (settings, i)), file);
    }
  return TRUE;
}

static gboolean
read_member (Reader *reader, gsize i, const CardeaRegoDocument *document,
             const CardeaPolicyFile *file, GError **error)
{
  g_autoptr (CardeaRegoQuery) query
      = cardea_rego_query_new (reader->none, members[i].question, error);

  if (query == NULL || !cardea_rego_eval (reader->context, query, document, NULL, error))
    return FALSE;
  if (!cardea_rego_answer_defined (reader->context))
    return TRUE;
  g_autofree char *text = cardea_rego_answer_json (reader->context, FALSE);
  gsize size = strlen (text);
  g_autoptr (CardeaJson) value
      = size <= CARDEA_POLICY_MAX_SAID ? cardea_json_parse (text, size, NULL) : NULL;
  if (strcmp (members[i].key, SETTINGS) == 0)
    return say_settings (reader, value, file, error);
  if (cardea_json_size (reader->said) >= MAX_TOLD_ROWS)
    return TRUE;
  reader->told += size;
  say (reader, members[i].key, reader->told <= MAX_TOLD ? g_steal_pointer (&value) : NULL, file);
  return TRUE;
}

static gboolean
read_file (Reader *reader, const CardeaPolicyFile *file, GError **error)
{
  g_autoptr (CardeaRegoData) alone = cardea_rego_data_new ();

  if (!cardea_policy_document_add (alone, file, error))
    return FALSE;
  g_autoptr (CardeaRegoDocument) document = cardea_rego_data_finish (alone);
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (!read_member (reader, i, document, file, error))
      return FALSE;
  return TRUE;
}

CardeaJson *
cardea_policy_organisation_new (const CardeaPolicyFiles *files, GError **error)
{
  g_autoptr (CardeaJson) said = cardea_json_new_array ();
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  g_autoptr (CardeaRegoPolicy) none = cardea_rego_policy_new (NULL, 0, 0, error);
  Reader reader = { said, context, none, 0 };

  if (none == NULL)
    return NULL;
  cardea_rego_context_set_limits (context, CARDEA_REGO_DEFAULT_STEPS, CARDEA_POLICY_MAX_TOTAL, 0);
  for (guint i = 0; i < cardea_policy_files_size (files); i++)
    {
      const CardeaPolicyFile *file = cardea_policy_files_nth (files, i);
      if (file->layer == CARDEA_POLICY_ADMINISTRATOR && !file->observed && !file->rego
          && !read_file (&reader, file, error))
        return NULL;
    }
  return g_steal_pointer (&said);
}
