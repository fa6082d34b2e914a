/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/policies/cardea-policy-document.h"

/* Where a file's data lies: its folders, one a name. */
static char **
place_of (const CardeaPolicyFile *file)
{
  return *file->place == '\0' ? g_new0 (char *, 1) : g_strsplit (file->place, "/", -1);
}

gboolean
cardea_policy_document_add (CardeaRegoData *data, const CardeaPolicyFile *file, GError **error)
{
  g_auto (GStrv) place = place_of (file);
  g_autoptr (GError) problem = NULL;
  gsize size = 0;
  const char *text = g_bytes_get_data (file->bytes, &size);

  if (cardea_rego_data_add (data, (const char *const *) place, text != NULL ? text : "", size,
                            !g_str_has_suffix (file->name, ".json"), &problem))
    return TRUE;
  g_set_error (error, CARDEA_POLICY_ERROR, CARDEA_POLICY_ERROR_DOCUMENT, "%s: %s", file->path,
               problem->message);
  return FALSE;
}
