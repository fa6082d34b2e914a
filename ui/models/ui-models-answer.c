/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of the answer. Refuses what is no JSON object with a list of models; names with
 * blanks, controls or quotes, and overlong ones, are left out. */

#include "ui/models/ui-models-answer.h"

#include "common/json/cardea-json.h"

#include <string.h>

#define VALUES_LIMIT 50000u /* of the answer's JSON */
#define ID_LIMIT 128u

static gboolean
is_id (const char *id)
{
  gsize size = strlen (id);
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isgraph (id[i]) || id[i] == '"' || id[i] == '\\')
      return FALSE;
  return size > 0 && size <= ID_LIMIT;
}

static const char *
id_of (const CardeaJson *model)
{
  static const char *const members[] = { "id", "name", "model" };
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      const char *id = cardea_json_get_string (model, members[i]);
      if (id != NULL)
        return is_id (id) ? id : NULL;
    }
  return NULL;
}

char **
ui_models_answer_parse (const char *text, gsize size)
{
  g_autoptr (CardeaJson) json = size <= UI_MODELS_ANSWER_LIMIT
                                    ? cardea_json_parse_bounded (text, size, VALUES_LIMIT, NULL)
                                    : NULL;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  guint taken = 0;

  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_OBJECT)
    return NULL;
  const CardeaJson *models = cardea_json_get (json, "data");
  if (models == NULL)
    models = cardea_json_get (json, "models");
  if (models == NULL || cardea_json_type (models) != CARDEA_JSON_ARRAY)
    return NULL;
  for (guint i = 0; i < cardea_json_size (models) && taken < UI_MODELS_ANSWER_MODELS; i++)
    {
      const CardeaJson *model = cardea_json_nth (models, i);
      const char *id = cardea_json_type (model) == CARDEA_JSON_OBJECT ? id_of (model) : NULL;
      if (id == NULL)
        continue;
      g_strv_builder_add (ids, id);
      taken++;
    }
  return g_strv_builder_end (ids);
}
