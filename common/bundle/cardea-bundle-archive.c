/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing in the archive; libarchive parses it, so a process that holds something else
 * leaves that to one that does not. Refuses anything but regular files and folders, and more than
 * the limits. */

#include "common/bundle/cardea-bundle-archive.h"

#include "common/bundle/cardea-bundle-private.h"

#include <archive.h>
#include <archive_entry.h>

#define BLOCK 65536u

typedef struct archive Archive;

static void
close_archive (Archive *archive)
{
  archive_read_free (archive);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, close_archive)

typedef struct {
  CardeaBundle *bundle;
  Archive *archive;
  gsize total, max_total;
} Unpacking;

static gboolean
fail (GError **error, CardeaBundleError code, const char *name, const char *what)
{
  g_set_error (error, CARDEA_BUNDLE_ERROR, (gint) code, "%s: %s", name, what);
  return FALSE;
}

static GBytes *
read_entry (Unpacking *u, const char *name, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 block[BLOCK];
  for (;;)
    {
      la_ssize_t n = archive_read_data (u->archive, block, sizeof block);
      if (n == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
      if (n < 0)
        (void) fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, name, "the archive is damaged");
      else if ((u->total += (gsize) n) > u->max_total
               || bytes->len + (gsize) n > CARDEA_BUNDLE_MAX_FILE)
        (void) fail (error, CARDEA_BUNDLE_ERROR_LIMIT, name, "it is too big");
      else
        {
          g_byte_array_append (bytes, block, (guint) n);
          continue;
        }
      return NULL;
    }
}

static gboolean
add_entry (Unpacking *u, struct archive_entry *entry, GError **error)
{
  const char *name = archive_entry_pathname (entry);
  if (name == NULL)
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, "bundle", "a file has no name");
  if (archive_entry_filetype (entry) == AE_IFDIR)
    return TRUE;
  /* It is looked at before it is repeated to anybody. */
  g_autofree char *kept = g_strdup (name);
  const char *shown = g_utf8_validate (kept, -1, NULL) ? kept : "bundle";
  if (archive_entry_filetype (entry) != AE_IFREG || archive_entry_hardlink (entry) != NULL)
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, shown, "it is not a regular file");
  g_autoptr (GBytes) bytes = read_entry (u, shown, error);
  return bytes != NULL && cardea_bundle_add (u->bundle, kept, bytes, error);
}

static gboolean
unpack (Unpacking *u, GBytes *packed, GError **error)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (packed, &size);
  if (size > CARDEA_BUNDLE_MAX_PACKED)
    return fail (error, CARDEA_BUNDLE_ERROR_LIMIT, "bundle", "it is too big");
  if (u->archive == NULL || archive_read_support_filter_gzip (u->archive) != ARCHIVE_OK
      || archive_read_support_format_tar (u->archive) != ARCHIVE_OK
      || archive_read_open_memory (u->archive, data, size) != ARCHIVE_OK)
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, "bundle", "it is not a gzipped tar");
  struct archive_entry *entry = NULL;
  int result;
  while ((result = archive_read_next_header (u->archive, &entry)) == ARCHIVE_OK)
    if (!add_entry (u, entry, error))
      return FALSE;
  if (result != ARCHIVE_EOF)
    return fail (error, CARDEA_BUNDLE_ERROR_MALFORMED, "bundle", "the archive is damaged");
  return TRUE;
}

CardeaBundle *
cardea_bundle_new_bounded (GBytes *packed, gsize max_total, GError **error)
{
  g_autoptr (CardeaBundle) bundle = cardea_bundle_begin ();
  g_autoptr (Archive) archive = archive_read_new ();
  Unpacking u = { .bundle = bundle, .archive = archive, .max_total = max_total };
  if (!unpack (&u, packed, error) || !cardea_bundle_finish (bundle, error))
    return NULL;
  return g_steal_pointer (&bundle);
}

CardeaBundle *
cardea_bundle_new (GBytes *packed, GError **error)
{
  return cardea_bundle_new_bounded (packed, CARDEA_BUNDLE_MAX_TOTAL, error);
}
