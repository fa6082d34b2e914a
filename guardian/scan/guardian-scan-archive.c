/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; libarchive and zlib parse what an attacker made, in a process that holds nothing
 * else. Refuses: to go on beyond its limit, deadline or number of members; what could not be
 * unpacked is an obstacle. Known gap: a member that looks whole and is not (a wrong size in a
 * directory) is read as libarchive reads it. */

#include "guardian/scan/guardian-scan-archive.h"

#include "common/dlp/cardea-dlp-obstacle.h"
#include "guardian/scan/guardian-scan-inflate.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define PIECE 65536u

/* libarchive would try every format on anything; only what has its mark is handed to it. */
static gboolean
has_mark (const guint8 *bytes, gsize size)
{
  static const struct {
    gsize at;
    gsize size;
    const char *mark;
  } marks[] = { { 0, 4, "PK\x03\x04" },
                { 0, 4, "PK\x05\x06" },
                { 257, 5, "ustar" },
                { 0, 6, "7z\xbc\xaf\x27\x1c" },
                { 0, 3, "BZh" },
                { 0, 6,
                  "\xfd"
                  "7zXZ" },
                { 0, 4, "\x28\xb5\x2f\xfd" },
                { 0, 6, "070701" },
                { 0, 8, "!<arch>\n" },
                { 0, 4, "Rar!" } };
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (size >= marks[i].at + marks[i].size
        && memcmp (bytes + marks[i].at, marks[i].mark, marks[i].size) == 0)
      return TRUE;
  return FALSE;
}

static struct archive *
open_archive (const guint8 *bytes, gsize size)
{
  struct archive *archive = archive_read_new ();
  if (archive == NULL)
    return NULL;
  archive_read_support_filter_bzip2 (archive);
  archive_read_support_filter_xz (archive);
  archive_read_support_filter_zstd (archive);
  archive_read_support_format_zip (archive);
  archive_read_support_format_tar (archive);
  archive_read_support_format_7zip (archive);
  archive_read_support_format_cpio (archive);
  archive_read_support_format_ar (archive);
  archive_read_support_format_raw (archive);
  if (archive_read_open_memory (archive, bytes, size) == ARCHIVE_OK)
    return archive;
  archive_read_free (archive);
  return NULL;
}

typedef struct {
  gsize end; /* of out */
  gint64 deadline;
  GByteArray *out;
  GArray *members;
  const char *obstacle;
} Unpack;

static gboolean
is_over (Unpack *unpack)
{
  if (unpack->out->len < unpack->end
      && (unpack->deadline == 0 || g_get_monotonic_time () <= unpack->deadline))
    return FALSE;
  unpack->obstacle = CARDEA_DLP_OBSTACLE_MUCH;
  return TRUE;
}

static void
append (Unpack *unpack, const void *bytes, gsize size)
{
  g_byte_array_append (unpack->out, bytes, MIN (size, unpack->end - unpack->out->len));
}

/* In an encoding that is not known it is looked at as it stands. */
static void
append_name (Unpack *unpack, const char *utf8, const char *raw)
{
  const char *name = utf8 != NULL ? utf8 : raw;

  if (name == NULL)
    return;
  append (unpack, name, strlen (name));
  append (unpack, "\n", 1);
}

static void
unpack_member (Unpack *unpack, struct archive *archive, struct archive_entry *entry)
{
  CardeaDlpMember member = { 0 };
  char piece[PIECE];
  la_ssize_t got;

  append_name (unpack, archive_entry_pathname_utf8 (entry), archive_entry_pathname (entry));
  append_name (unpack, archive_entry_symlink_utf8 (entry), archive_entry_symlink (entry));
  append_name (unpack, archive_entry_hardlink_utf8 (entry), archive_entry_hardlink (entry));
  if (archive_entry_is_encrypted (entry))
    {
      unpack->obstacle = CARDEA_DLP_OBSTACLE_ENCRYPTED;
      return;
    }
  member.start = unpack->out->len;
  while (!is_over (unpack) && (got = archive_read_data (archive, piece, sizeof piece)) != 0)
    {
      if (got < 0)
        {
          unpack->obstacle = CARDEA_DLP_OBSTACLE_DAMAGED;
          break;
        }
      append (unpack, piece, got);
    }
  member.size = unpack->out->len - member.start;
  g_array_append_val (unpack->members, member);
  append (unpack, "\n", 1);
}

static gboolean
unpack_all (Unpack *unpack, struct archive *archive)
{
  struct archive_entry *entry = NULL;
  guint members = 0;
  int status;

  while (!is_over (unpack) && (status = archive_read_next_header (archive, &entry)) != ARCHIVE_EOF)
    {
      if (status < ARCHIVE_WARN)
        {
          unpack->obstacle = CARDEA_DLP_OBSTACLE_DAMAGED;
          break;
        }
      if (members++ == GUARDIAN_SCAN_ARCHIVE_MEMBERS)
        {
          unpack->obstacle = CARDEA_DLP_OBSTACLE_MUCH;
          break;
        }
      unpack_member (unpack, archive, entry);
    }
  return members > 0;
}

static gboolean
unpack_archive (const guint8 *bytes, gsize size, gsize limit, gint64 deadline, GByteArray *out,
                GArray *members, const char **ret_obstacle)
{
  Unpack unpack = { out->len + limit, deadline, out, members, NULL };
  struct archive *archive = open_archive (bytes, size);
  gboolean opened = archive != NULL && unpack_all (&unpack, archive);

  if (archive != NULL)
    archive_read_free (archive);
  *ret_obstacle = opened ? unpack.obstacle : CARDEA_DLP_OBSTACLE_DAMAGED;
  return opened;
}

gboolean
guardian_scan_archive_open (const guint8 *bytes, gsize size, gsize limit, gint64 deadline,
                            GByteArray *out, GArray *members, const char **ret_obstacle)
{
  *ret_obstacle = NULL;
  if (has_mark (bytes, size))
    return unpack_archive (bytes, size, limit, deadline, out, members, ret_obstacle);
  GuardianScanInflate inflated = guardian_scan_inflate_pdf (bytes, size, limit, deadline, out);
  if (inflated == GUARDIAN_SCAN_INFLATE_NOTHING)
    inflated = guardian_scan_inflate (bytes, size, limit, deadline, out);
  if (inflated == GUARDIAN_SCAN_INFLATE_CUT)
    *ret_obstacle = out->len >= limit ? CARDEA_DLP_OBSTACLE_MUCH : CARDEA_DLP_OBSTACLE_DAMAGED;
  return inflated != GUARDIAN_SCAN_INFLATE_NOTHING;
}
