/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-record-files.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define NAMES_BYTES 32768u /* in one record */

/* Names of the files, as many as fit, and a digest over all. */
static CardeaJson *
list_files (const char *const *paths, char **ret_sha256)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  CardeaJson *list = cardea_json_new_array ();
  gsize used = 0;

  for (guint i = 0; paths[i] != NULL; i++)
    {
      gsize size = strlen (paths[i]) + 1;
      g_checksum_update (checksum, (const guchar *) paths[i], (gssize) size);
      used += size;
      if (used > NAMES_BYTES)
        continue;
      CardeaJson *item = cardea_json_new_object ();
      cardea_path_json_set (item, "path", paths[i]);
      cardea_json_append (list, item);
    }
  *ret_sha256 = g_strdup (g_checksum_get_string (checksum));
  return list;
}

gboolean
guardian_record_files (GuardianAudit *audit, GuardianRecord *record, const char *grant,
                       const char *const *paths, GError **error)
{
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();
  g_autofree char *sha256 = NULL;

  cardea_json_set (extra, "items", list_files (paths, &sha256));
  cardea_json_set_int (facts, "count", g_strv_length ((char **) paths));
  cardea_json_set_string (facts, "items_sha256", sha256);
  cardea_json_set_string (facts, "grant", grant);
  record->facts = facts;
  record->extra = extra;
  gboolean done = guardian_record_append (audit, record, GUARDIAN_AUDIT_WRITTEN, NULL, error);
  record->facts = NULL;
  record->extra = NULL;
  return done;
}
