/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-handle.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "guardian/files/guardian-files-error.h"

#define ID_SIZE 16

GuardianFilesHandle *
guardian_files_handle_ref (GuardianFilesHandle *handle)
{
  g_atomic_ref_count_inc (&handle->references);
  return handle;
}

void
guardian_files_handle_unref (GuardianFilesHandle *handle)
{
  if (handle == NULL || !g_atomic_ref_count_dec (&handle->references))
    return;
  cardea_fd_clear (&handle->reader);
  guardian_files_trail_free (handle->trail);
  guardian_files_kept_clear (&handle->kept);
  guardian_files_object_free (handle->object);
  g_free (handle->home);
  g_free (handle->id);
  g_free (handle);
}

static void
unref_cb (gpointer handle)
{
  guardian_files_handle_unref (handle);
}

GHashTable *
guardian_files_handle_table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, unref_cb);
}

GuardianFilesHandle *
guardian_files_handle_add (GHashTable *table, GuardianFilesObject *object, const char *home,
                           gboolean closed, GError **error)
{
  if (g_hash_table_size (table) >= GUARDIAN_FILES_HANDLE_LIMIT)
    {
      guardian_files_object_free (object);
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_BUSY,
                           "too many files are open at the same time");
      return NULL;
    }
  GuardianFilesHandle *handle = g_new0 (GuardianFilesHandle, 1);
  g_atomic_ref_count_init (&handle->references);
  handle->id = cardea_id_new (ID_SIZE);
  handle->object = object;
  handle->home = g_strdup (home);
  handle->closed = closed;
  handle->reader = -1;
  handle->kept.memfd = -1;
  g_hash_table_replace (table, handle->id, handle);
  return handle;
}
