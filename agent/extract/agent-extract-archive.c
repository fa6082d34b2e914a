/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

typedef struct archive Archive;

static void
archive_close (Archive *archive)
{
  archive_read_free (archive);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_close)

static gboolean
fail (AgentExtractStatus status, const char *what, GError **error)
{
  g_set_error_literal (error, AGENT_EXTRACT_ERROR, status, what);
  return FALSE;
}

/* Only the zip format and no outer filter: libarchive's other readers stay unused. */
static Archive *
open_archive (GBytes *document, GError **error)
{
  gsize size;
  const void *bytes = g_bytes_get_data (document, &size);
  g_autoptr (Archive) archive = archive_read_new ();
  if (archive == NULL || archive_read_support_format_zip_seekable (archive) != ARCHIVE_OK
      || archive_read_open_memory (archive, bytes, size) != ARCHIVE_OK)
    {
      fail (AGENT_EXTRACT_DAMAGED, "not a zip archive", error);
      return NULL;
    }
  return g_steal_pointer (&archive);
}

/* FALSE with an error: damaged. FALSE without: no more members. */
static gboolean
next_member (Archive *archive, guint *count, const char **ret_name, GError **error)
{
  struct archive_entry *entry;
  int result = archive_read_next_header (archive, &entry);
  if (result == ARCHIVE_EOF)
    return FALSE;
  if (result < ARCHIVE_WARN)
    return fail (AGENT_EXTRACT_DAMAGED, "damaged archive", error);
  if (++*count > AGENT_EXTRACT_LIMIT_MEMBERS)
    return fail (AGENT_EXTRACT_LIMIT, "too many members", error);
  if (archive_entry_is_encrypted (entry))
    return fail (AGENT_EXTRACT_PROTECTED, "encrypted", error);
  *ret_name = archive_entry_pathname (entry);
  if (*ret_name == NULL)
    *ret_name = "";
  return TRUE;
}

char **
agent_extract_archive_names (GBytes *document, GError **error)
{
  g_autoptr (Archive) archive = open_archive (document, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  const char *name;
  guint count = 0;

  if (archive == NULL)
    return NULL;
  while (next_member (archive, &count, &name, &local))
    g_ptr_array_add (names, g_strdup (name));
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

static gboolean
read_member (Archive *archive, guint64 *inflated, AgentExtractBlockFunc func, gpointer user_data,
             GError **error)
{
  char block[16384];
  for (;;)
    {
      la_ssize_t size = archive_read_data (archive, block, sizeof block);
      if (size < 0)
        return fail (AGENT_EXTRACT_DAMAGED, "damaged member", error);
      if (size == 0)
        return TRUE;
      *inflated += (guint64) size;
      if (*inflated > AGENT_EXTRACT_LIMIT_INFLATED)
        return fail (AGENT_EXTRACT_LIMIT, "too large when unpacked", error);
      if (!func (block, (gsize) size, user_data))
        return TRUE;
    }
}

gboolean
agent_extract_archive_read (GBytes *document, const char *name, guint64 *inflated,
                            AgentExtractBlockFunc func, gpointer user_data, GError **error)
{
  g_autoptr (Archive) archive = open_archive (document, error);
  g_autoptr (GError) local = NULL;
  const char *here;
  guint count = 0;

  if (archive == NULL)
    return FALSE;
  while (next_member (archive, &count, &here, &local))
    if (strcmp (here, name) == 0)
      return read_member (archive, inflated, func, user_data, error);
  if (local == NULL)
    return fail (AGENT_EXTRACT_DAMAGED, "a part is missing", error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
