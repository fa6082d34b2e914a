/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the key that the keys worker derived, nothing on the disk: the file is authenticated as a
 * whole, and its reader is strict. Known gap: an older whole file put back in its place is
 * accepted. */

#include "guardian/core/guardian-sealed-file.h"

#include "common/crypto/cardea-sealed.h"
#include "guardian/core/guardian-disk.h"

struct _GuardianSealedFile {
  char *folder;
  const GuardianSealedFileKind *kind;
  gpointer user_data;
  CardeaSecret *key;
  gboolean loading;
  guint save_source;
};

G_DEFINE_QUARK (guardian - sealed - file - error - quark, guardian_sealed_file_error)

GuardianSealedFile *
guardian_sealed_file_new (const char *folder, const GuardianSealedFileKind *kind,
                          gpointer user_data)
{
  GuardianSealedFile *file = g_new0 (GuardianSealedFile, 1);
  file->folder = g_strdup (folder);
  file->kind = kind;
  file->user_data = user_data;
  return file;
}

gboolean
guardian_sealed_file_is_open (const GuardianSealedFile *file)
{
  return file->key != NULL;
}

gboolean
guardian_sealed_file_save (GuardianSealedFile *file, GError **error)
{
  gsize size = 0;
  gsize sealed_size = 0;

  g_clear_handle_id (&file->save_source, g_source_remove);
  if (file->key == NULL)
    {
      g_set_error (error, GUARDIAN_SEALED_FILE_ERROR, GUARDIAN_SEALED_FILE_ERROR_CLOSED,
                   "%s cannot be written before the keys are open", file->kind->what);
      return FALSE;
    }
  g_autoptr (CardeaJson) content = file->kind->make (file->user_data);
  g_autofree char *text = cardea_json_write (content, &size, error);
  if (text == NULL)
    return FALSE;
  g_autoptr (GBytes) sealed = cardea_sealed_encode (file->key, file->kind->name, text, size, error);
  if (sealed == NULL)
    return FALSE;
  const void *bytes = g_bytes_get_data (sealed, &sealed_size);
  return guardian_disk_replace (file->folder, file->kind->name, bytes, sealed_size, error);
}

static gboolean
save_cb (gpointer user_data)
{
  GuardianSealedFile *file = user_data;
  g_autoptr (GError) error = NULL;

  file->save_source = 0;
  if (!guardian_sealed_file_save (file, &error))
    g_warning ("%s were not written: %s", file->kind->what, error->message);
  return G_SOURCE_REMOVE;
}

void
guardian_sealed_file_changed (GuardianSealedFile *file)
{
  if (file->key != NULL && !file->loading && file->save_source == 0)
    file->save_source = g_timeout_add (GUARDIAN_SEALED_FILE_DELAY_MS, save_cb, file);
}

void
guardian_sealed_file_free (GuardianSealedFile *file)
{
  if (file == NULL)
    return;
  if (file->save_source != 0)
    {
      g_source_remove (file->save_source);
      save_cb (file);
    }
  g_clear_pointer (&file->key, cardea_secret_unref);
  g_free (file->folder);
  g_free (file);
}

static gboolean
take_sealed (GuardianSealedFile *file, const CardeaSecret *key, const char *sealed, gsize size,
             const char **ret_problem)
{
  gsize content_size = 0;
  g_autoptr (GBytes) bytes = cardea_sealed_decode (key, file->kind->name, sealed, size,
                                                   GUARDIAN_SEALED_FILE_LIMIT, NULL);

  *ret_problem = "were altered";
  if (bytes == NULL)
    return FALSE;
  *ret_problem = "are not of their form";
  const char *text = g_bytes_get_data (bytes, &content_size);
  g_autoptr (CardeaJson) content = cardea_json_parse (text, content_size, NULL);
  if (content == NULL)
    return FALSE;
  file->loading = TRUE;
  gboolean taken = file->kind->take (content, ret_problem, file->user_data);
  file->loading = FALSE;
  return taken;
}

gboolean
guardian_sealed_file_open (GuardianSealedFile *file, CardeaSecret *key, GError **error)
{
  g_autoptr (CardeaSecret) owned = key;
  g_autofree char *path = g_build_filename (file->folder, file->kind->name, NULL);
  g_autofree char *sealed = NULL;
  g_autoptr (GError) reason = NULL;
  const char *problem = NULL;
  gsize size = 0;

  if (file->key != NULL)
    return TRUE;
  if (g_file_get_contents (path, &sealed, &size, &reason))
    {
      if (!take_sealed (file, owned, sealed, size, &problem))
        {
          g_set_error (error, GUARDIAN_SEALED_FILE_ERROR, GUARDIAN_SEALED_FILE_ERROR_ALTERED,
                       "%s %s: %s", file->kind->what, problem, file->kind->none);
          return FALSE;
        }
    }
  else if (!g_error_matches (reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      g_set_error_literal (error, GUARDIAN_SEALED_FILE_ERROR, GUARDIAN_SEALED_FILE_ERROR_IO,
                           reason->message);
      return FALSE;
    }
  file->key = g_steal_pointer (&owned);
  return TRUE;
}
