/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the key, and that who may write the folder may also empty it. Refuses: records that are
 * not what was written at their place; a file with one of them is damaged from there on, unless
 * nothing but the rest of an interrupted append follows. Known gaps: those of
 * guardian-change-record.c. */

#include "guardian/files/change/guardian-change-segment.h"

#include "common/base/cardea-autofd.h"
#include "common/crypto/cardea-digest.h"
#include "guardian/files/change/guardian-change-error.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAGIC "cardea-undo-1\n\0\0"
#define MAGIC_SIZE 16u
#define AT_ID MAGIC_SIZE
#define AT_CHECK (AT_ID + GUARDIAN_CHANGE_RECORD_SEGMENT)
#define START (AT_CHECK + CARDEA_DIGEST_SIZE)
#define OVERHEAD (GUARDIAN_CHANGE_RECORD_HEADER + GUARDIAN_CHANGE_RECORD_TAG)
#define LIMIT_SEGMENT ((gint64) 1 << 32) /* of a file that is read; ours end far below */
#define SEARCH (1u << 20)

void
guardian_change_segment_name (guint number, char name[GUARDIAN_CHANGE_SEGMENT_NAME])
{
  snprintf (name, GUARDIAN_CHANGE_SEGMENT_NAME, "%08x.undo", number);
}

gboolean
guardian_change_segment_number (const char *name, guint *ret_number)
{
  char again[GUARDIAN_CHANGE_SEGMENT_NAME];
  guint64 number = g_ascii_strtoull (name, NULL, 16);
  if (number > G_MAXUINT32)
    return FALSE;
  *ret_number = number;
  guardian_change_segment_name (*ret_number, again);
  return strcmp (name, again) == 0;
}

static gboolean
write_all (int fd, const guint8 *bytes, gsize size, gint64 offset)
{
  while (size > 0)
    {
      gssize put = pwrite (fd, bytes, size, offset);
      if (put < 0 && errno != EINTR)
        return FALSE;
      bytes += MAX (put, 0);
      offset += MAX (put, 0);
      size -= MAX (put, 0);
    }
  return TRUE;
}

static gboolean
read_all (int fd, guint8 *bytes, gsize size, gint64 offset)
{
  while (size > 0)
    {
      gssize got = pread (fd, bytes, size, offset);
      if (got == 0 || (got < 0 && errno != EINTR))
        return FALSE;
      bytes += MAX (got, 0);
      offset += MAX (got, 0);
      size -= MAX (got, 0);
    }
  return TRUE;
}

/* Magic, random id, and a proof of the key that says nothing about it. */
static void
make_start (const CardeaSecret *key, const guint8 *id, guint8 start[START])
{
  memcpy (start, MAGIC, MAGIC_SIZE);
  memcpy (start + AT_ID, id, GUARDIAN_CHANGE_RECORD_SEGMENT);
  cardea_digest_hmac (cardea_secret_bytes (key), cardea_secret_size (key), start, AT_CHECK,
                      start + AT_CHECK);
}

GuardianChangeSegment *
guardian_change_segment_new (int folder, guint number, const CardeaSecret *key, GError **error)
{
  char name[GUARDIAN_CHANGE_SEGMENT_NAME];
  guint8 start[START];
  g_autoptr (GuardianChangeSegment) segment = g_new0 (GuardianChangeSegment, 1);
  segment->number = number;
  segment->end = START;
  guardian_change_segment_name (number, name);
  segment->fd = openat (folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                        S_IRUSR | S_IWUSR);
  randombytes_buf (segment->id, sizeof segment->id);
  make_start (key, segment->id, start);
  if (segment->fd >= 0 && write_all (segment->fd, start, sizeof start, 0) && fsync (folder) == 0)
    return g_steal_pointer (&segment);
  int number_of_error = errno;
  if (segment->fd >= 0)
    unlinkat (folder, name, 0);
  (void) guardian_change_error_set_errno (error, number_of_error);
  return NULL;
}

void
guardian_change_segment_free (GuardianChangeSegment *segment)
{
  if (segment == NULL)
    return;
  cardea_fd_clear (&segment->fd);
  g_clear_pointer (&segment->room, g_byte_array_unref);
  g_free (segment);
}

/* --- reading --- */

typedef struct {
  GuardianChangeSegment *segment;
  const CardeaSecret *key;
  GuardianChangeSegmentVisit visit;
  gpointer user_data;
  gint64 size; /* of the file */
} Scan;

static gboolean
scan_content (const Scan *scan, const GuardianChangeRecord *record, gint64 offset)
{
  if (record->type == GUARDIAN_CHANGE_RECORD_CHUNK)
    {
      scan->visit (scan->segment, record, offset, NULL, scan->user_data);
      return TRUE;
    }
  g_autofree guint8 *sealed = g_malloc (record->size + OVERHEAD);
  g_autofree guint8 *content = g_malloc (record->size + 1);
  content[record->size] = '\0';
  if (!read_all (scan->segment->fd, sealed, record->size + OVERHEAD, offset)
      || !guardian_change_record_open (scan->key, scan->segment->id, record, sealed, content))
    return FALSE;
  scan->visit (scan->segment, record, offset, content, scan->user_data);
  return TRUE;
}

/* FALSE: what lies at the end is no whole record of ours. */
static gboolean
scan_one (const Scan *scan)
{
  guint8 header[GUARDIAN_CHANGE_RECORD_HEADER];
  GuardianChangeRecord record;
  GuardianChangeSegment *segment = scan->segment;
  if (scan->size - segment->end < (gint64) OVERHEAD
      || !read_all (segment->fd, header, sizeof header, segment->end)
      || !guardian_change_record_read_header (header, &record)
      || record.sequence != segment->sequence
      || scan->size - segment->end < (gint64) record.size + (gint64) OVERHEAD
      || !scan_content (scan, &record, segment->end))
    return FALSE;
  segment->end += record.size + OVERHEAD;
  segment->sequence++;
  return TRUE;
}

/* Whether a later record follows after offset: then what lies between was damaged, not cut off. */
static gboolean
something_follows (const Scan *scan, gint64 offset)
{
  g_autofree guint8 *bytes = g_malloc (SEARCH + GUARDIAN_CHANGE_RECORD_HEADER);
  for (gint64 at = offset; at < scan->size; at += SEARCH)
    {
      gssize got = pread (scan->segment->fd, bytes, SEARCH + GUARDIAN_CHANGE_RECORD_HEADER, at);
      for (gssize i = 0; i + (gssize) GUARDIAN_CHANGE_RECORD_HEADER <= got; i++)
        {
          GuardianChangeRecord record;
          if (bytes[i] == 'C' && guardian_change_record_read_header (bytes + i, &record)
              && record.sequence > scan->segment->sequence
              && record.sequence <= scan->segment->sequence + (guint64) scan->size)
            return TRUE;
        }
    }
  return FALSE;
}

GuardianChangeSegment *
guardian_change_segment_open (int folder, guint number, gboolean newest, const CardeaSecret *key,
                              GuardianChangeSegmentVisit visit, gpointer user_data, GError **error)
{
  char name[GUARDIAN_CHANGE_SEGMENT_NAME];
  guint8 start[START], expected[START];
  struct stat st;
  g_autoptr (GuardianChangeSegment) segment = g_new0 (GuardianChangeSegment, 1);

  segment->number = number;
  guardian_change_segment_name (number, name);
  segment->fd = openat (folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (segment->fd < 0 || fstat (segment->fd, &st) != 0)
    {
      (void) guardian_change_error_set_errno (error, errno);
      return NULL;
    }
  segment->damaged = !S_ISREG (st.st_mode) || st.st_size > LIMIT_SEGMENT
                     || !read_all (segment->fd, start, sizeof start, 0);
  if (segment->damaged)
    return g_steal_pointer (&segment);
  memcpy (segment->id, start + AT_ID, sizeof segment->id);
  make_start (key, segment->id, expected);
  segment->damaged = memcmp (start, expected, START) != 0;
  if (segment->damaged)
    return g_steal_pointer (&segment);

  segment->end = START;
  const Scan scan = { segment, key, visit, user_data, st.st_size };
  while (segment->end < scan.size && scan_one (&scan))
    ;
  if (segment->end == scan.size)
    return g_steal_pointer (&segment);
  segment->damaged = !newest || something_follows (&scan, segment->end)
                     || ftruncate (segment->fd, segment->end) != 0;
  return g_steal_pointer (&segment);
}

GBytes *
guardian_change_segment_read (const GuardianChangeSegment *segment, const CardeaSecret *key,
                              gint64 offset, gsize limit)
{
  guint8 header[GUARDIAN_CHANGE_RECORD_HEADER];
  GuardianChangeRecord record;
  if (!read_all (segment->fd, header, sizeof header, offset)
      || !guardian_change_record_read_header (header, &record) || record.size > limit)
    return NULL;
  g_autofree guint8 *sealed = g_malloc (record.size + OVERHEAD);
  g_autofree guint8 *content = g_malloc (MAX (record.size, 1));
  memcpy (sealed, header, sizeof header);
  if (!read_all (segment->fd, sealed + sizeof header, record.size + GUARDIAN_CHANGE_RECORD_TAG,
                 offset + (gint64) sizeof header)
      || !guardian_change_record_open (key, segment->id, &record, sealed, content))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&content), record.size);
}

/* --- writing --- */

gboolean
guardian_change_segment_append (GuardianChangeSegment *segment, const CardeaSecret *key,
                                GuardianChangeRecordType type, const guint8 *id,
                                const void *content, gsize size, gint64 *ret_offset, GError **error)
{
  GuardianChangeRecord record = { .type = type, .sequence = segment->sequence, .size = size };
  if (size > GUARDIAN_CHANGE_RECORD_LIMIT)
    return guardian_change_error_set (error, GUARDIAN_FILES_ERROR_UNSUITABLE,
                                      "it is too much for one change");
  if (id != NULL)
    memcpy (record.id, id, sizeof record.id);
  if (segment->room == NULL)
    segment->room = g_byte_array_new ();
  g_byte_array_set_size (segment->room, size + OVERHEAD);
  guardian_change_record_seal (key, segment->id, &record, content, segment->room->data);
  if (!write_all (segment->fd, segment->room->data, size + OVERHEAD, segment->end))
    {
      int number = errno;
      if (ftruncate (segment->fd, segment->end) != 0)
        segment->damaged = TRUE;
      return guardian_change_error_set_errno (error, number);
    }
  *ret_offset = segment->end;
  segment->end += size + OVERHEAD;
  segment->sequence++;
  return TRUE;
}

void
guardian_change_segment_forget (GuardianChangeSegment *segment, gint64 offset, gsize size)
{
  gint64 start = offset + GUARDIAN_CHANGE_RECORD_HEADER;
  if (fallocate (segment->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, start, size) == 0)
    return;
  g_autofree guint8 *zeros = g_malloc0 (MAX (size, 1));
  if (!write_all (segment->fd, zeros, size, start))
    g_warning ("former content could not be overwritten: %s", g_strerror (errno));
}

gint64
guardian_change_segment_used (const GuardianChangeSegment *segment)
{
  struct stat st;
  return fstat (segment->fd, &st) == 0 ? (gint64) st.st_blocks * 512 : 0;
}
