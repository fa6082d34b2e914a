/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-grant.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

GuardianViewGrant *
guardian_view_grant_new (const CardeaJson *json)
{
  g_autoptr (GuardianViewGrant) grant = g_new0 (GuardianViewGrant, 1);
  gint64 dev = 0;
  gint64 ino = 0;

  grant->id = g_strdup (cardea_json_get_string (json, "id"));
  grant->path = cardea_path_json_get (json, "path");
  grant->writable = g_strcmp0 (cardea_json_get_string (json, "access"), "rw") == 0;
  if (grant->id == NULL || grant->path == NULL || grant->path[0] != '/'
      || !cardea_json_get_boolean (json, "below", &grant->below)
      || !cardea_json_get_int64_string (json, "dev", &dev)
      || !cardea_json_get_int64_string (json, "ino", &ino))
    return NULL;
  grant->dev = (dev_t) dev;
  grant->ino = (ino_t) ino;
  for (const char *c = grant->path; *c != '\0'; c++)
    grant->depth += *c == '/' && c[1] != '\0';
  return g_steal_pointer (&grant);
}

void
guardian_view_grant_free (GuardianViewGrant *grant)
{
  g_free (grant->id);
  g_free (grant->path);
  g_free (grant);
}

gboolean
guardian_view_grant_lies_in (const char *path, const char *folder)
{
  gsize size = strlen (folder);
  return strncmp (path, folder, size) == 0
         && (path[size] == '/' || path[size] == '\0' || size == 1);
}
