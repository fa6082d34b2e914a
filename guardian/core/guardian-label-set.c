/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-label-set.h"

struct _GuardianLabelSet {
  GPtrArray *labels; /* interned */
};

static GuardianLabelSet *
label_set_new (void)
{
  GuardianLabelSet *set = g_new0 (GuardianLabelSet, 1);
  set->labels = g_ptr_array_new ();
  return set;
}

void
guardian_label_set_free (GuardianLabelSet *set)
{
  if (set == NULL)
    return;
  g_ptr_array_unref (set->labels);
  g_free (set);
}

static void
add (GuardianLabelSet *set, const char *label)
{
  if (set->labels->len + 1 >= GUARDIAN_LABEL_SET_LIMIT)
    label = g_intern_static_string (GUARDIAN_LABEL_SET_MORE);
  if (!g_ptr_array_find (set->labels, label, NULL))
    g_ptr_array_add (set->labels, (gpointer) label);
}

GuardianLabelSet *
guardian_label_set_new_decided (const GuardianPolicy *policy)
{
  GuardianLabelSet *set = NULL;
  const char *label;

  for (guint i = 0;
       i < GUARDIAN_LABEL_SET_LIMIT && (label = guardian_policy_label (policy, i)) != NULL; i++)
    {
      set = set != NULL ? set : label_set_new ();
      add (set, label);
    }
  return set;
}

void
guardian_label_set_add_all (GuardianLabelSet **set, const GuardianLabelSet *more)
{
  for (guint i = 0; more != NULL && i < more->labels->len; i++)
    {
      *set = *set != NULL ? *set : label_set_new ();
      add (*set, more->labels->pdata[i]);
    }
}

static gboolean
is_list_of_labels (const CardeaJson *array)
{
  if (array == NULL || cardea_json_type (array) != CARDEA_JSON_ARRAY
      || cardea_json_size (array) > GUARDIAN_LABEL_SET_LIMIT)
    return FALSE;
  for (guint i = 0; i < cardea_json_size (array); i++)
    {
      const char *label = cardea_json_string (cardea_json_nth (array, i));
      if (label == NULL || *label == '\0')
        return FALSE;
    }
  return TRUE;
}

gboolean
guardian_label_set_add_json (GuardianLabelSet **set, const CardeaJson *array)
{
  if (!is_list_of_labels (array))
    return FALSE;
  for (guint i = 0; i < cardea_json_size (array); i++)
    {
      *set = *set != NULL ? *set : label_set_new ();
      add (*set, g_intern_string (cardea_json_string (cardea_json_nth (array, i))));
    }
  return TRUE;
}

guint
guardian_label_set_size (const GuardianLabelSet *set)
{
  return set != NULL ? set->labels->len : 0;
}

CardeaJson *
guardian_label_set_to_json (const GuardianLabelSet *set)
{
  CardeaJson *array = cardea_json_new_array ();
  for (guint i = 0; set != NULL && i < set->labels->len; i++)
    cardea_json_append (array, cardea_json_new_string (set->labels->pdata[i]));
  return array;
}
