/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; libarchive and zlib parse what an attacker made, in a process that holds nothing
 * else. Refuses: to go on beyond its limit, deadline or number of members; what could not be
 * unpacked is an obstacle, and so is what stands beside or behind it that contents and names do not
 * explain (zip, tar, gzip; of other kinds it is not known). Known gaps: a member that looks whole
 * and is not (a wrong size in a directory) is read as libarchive reads it; a few bytes a member
 * beside its name (ZIP_EXTRA) and the attributes of a tar are not looked at. */

#include "guardian/scan/guardian-scan-archive.h"

#include "common/dlp/cardea-dlp-obstacle.h"
#include "guardian/scan/guardian-scan-inflate.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define PIECE 65536u
/* APPNOTE 4.3: what stands around a member, without its name; times, owners and a descriptor of its
 * size as archivers write them; the end of the directory. */
#define ZIP_LOCAL 30u
#define ZIP_CENTRAL 46u
#define ZIP_EXTRA 64u
#define ZIP_END 22u

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
  const guint8 *bytes;
  gsize end; /* of out */
  gint64 deadline;
  GByteArray *out;
  GArray *members;
  const char *obstacle;
  gsize at;        /* bytes of the archive up to the end of the last member */
  gsize directory; /* that a directory of all members has at most */
  gboolean gaps;   /* more stands between members than their heads */
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

/* Where the archive is being read; only what is not compressed as a whole has such a place. */
static gsize
tell (struct archive *archive)
{
  return (gsize) MAX (archive_filter_bytes (archive, -1), 0);
}

/* Bytes of [from, to) that say something; room that was left is filled with zeros. */
static gsize
count_said (const guint8 *bytes, gsize from, gsize to)
{
  gsize said = 0;
  for (gsize i = from; i < to; i++)
    said += bytes[i] != 0;
  return said;
}

/* The head of a member was read: how much of the archive that explains. */
static void
weigh_head (Unpack *unpack, struct archive *archive, struct archive_entry *entry)
{
  const char *name = archive_entry_pathname (entry);
  gsize size = name != NULL ? strlen (name) : 0;
  gsize at = tell (archive);

  unpack->gaps |= at < unpack->at
                  || count_said (unpack->bytes, unpack->at, at) > ZIP_LOCAL + size + ZIP_EXTRA;
  unpack->directory += ZIP_CENTRAL + size + ZIP_EXTRA;
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
      weigh_head (unpack, archive, entry);
      unpack_member (unpack, archive, entry);
      unpack->at = tell (archive);
    }
  return members > 0;
}

static gboolean
is_format (struct archive *archive, int format)
{
  return (archive_format (archive) & ARCHIVE_FORMAT_BASE_MASK) == format
         && archive_filter_code (archive, 0) == ARCHIVE_FILTER_NONE;
}

/* Behind the last member of a zip stands its directory. */
static gboolean
ends_in_directory (const Unpack *unpack, gsize size)
{
  return !unpack->gaps
         && count_said (unpack->bytes, unpack->at, size) <= unpack->directory + ZIP_END;
}

/* Behind the end of a tar stand zeros, as many as its writer liked. */
static gboolean
ends_in_zeros (struct archive *archive, const guint8 *bytes, gsize size)
{
  return count_said (bytes, tell (archive), size) == 0;
}

static gboolean
unpack_archive (const guint8 *bytes, gsize size, gsize limit, gint64 deadline, GByteArray *out,
                GArray *members, CardeaDlpUnpacked *ret_unpacked)
{
  Unpack unpack = {
    .bytes = bytes, .end = out->len + limit, .deadline = deadline, .out = out, .members = members
  };
  struct archive *archive = open_archive (bytes, size);
  gboolean opened = archive != NULL && unpack_all (&unpack, archive);
  gboolean tar = opened && is_format (archive, ARCHIVE_FORMAT_TAR);
  gboolean zip = opened && is_format (archive, ARCHIVE_FORMAT_ZIP);

  ret_unpacked->whole
      = (tar && ends_in_zeros (archive, bytes, size)) || (zip && ends_in_directory (&unpack, size));
  if (unpack.obstacle == NULL && !ret_unpacked->whole && (tar || zip || !opened))
    unpack.obstacle = CARDEA_DLP_OBSTACLE_DAMAGED;
  ret_unpacked->obstacle = unpack.obstacle;
  if (archive != NULL)
    archive_read_free (archive);
  return opened;
}

gboolean
guardian_scan_archive_open (const guint8 *bytes, gsize size, gsize limit, gint64 deadline,
                            GByteArray *out, GArray *members, CardeaDlpUnpacked *ret_unpacked)
{
  *ret_unpacked = (CardeaDlpUnpacked){ NULL, FALSE };
  if (has_mark (bytes, size))
    return unpack_archive (bytes, size, limit, deadline, out, members, ret_unpacked);
  GuardianScanInflate inflated = guardian_scan_inflate_pdf (bytes, size, limit, deadline, out);
  gboolean pdf = inflated != GUARDIAN_SCAN_INFLATE_NOTHING;
  if (!pdf)
    inflated = guardian_scan_inflate (bytes, size, limit, deadline, out);
  if (inflated == GUARDIAN_SCAN_INFLATE_CUT || (!pdf && inflated == GUARDIAN_SCAN_INFLATE_WHOLE))
    ret_unpacked->obstacle
        = out->len >= limit ? CARDEA_DLP_OBSTACLE_MUCH : CARDEA_DLP_OBSTACLE_DAMAGED;
  ret_unpacked->whole = inflated == GUARDIAN_SCAN_INFLATE_ALL;
  return inflated != GUARDIAN_SCAN_INFLATE_NOTHING;
}
