/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-text.h"

#include "common/base/cardea-text.h"
#include "guardian/files/change/guardian-change-diff.h"

#include <string.h>

#define CONTEXT 3
#define LIMIT_LINES 400000 /* of both together; beyond, lines are not compared */

void
guardian_change_text_clear (GuardianChangeText *text)
{
  if (text->diff != NULL)
    g_string_free (text->diff, TRUE);
  *text = (GuardianChangeText){ 0 };
}

gboolean
guardian_change_text_is_text (const char *bytes, gsize size)
{
  return size == 0 || g_utf8_validate_len (bytes, size, NULL);
}

/* Several changes that lie close together, with the lines around them. */
typedef struct {
  guint first, last; /* hunks */
  guint old_start, old_count, new_start, new_count;
} Group;

static Group
next_group (const GArray *hunks, guint first, guint n_old)
{
  const GuardianChangeHunk *hunk = &g_array_index (hunks, GuardianChangeHunk, first);
  guint before = MIN (hunk->old_start, CONTEXT);
  Group group = { first, first, hunk->old_start - before, 0, hunk->new_start - before, 0 };
  while (group.last + 1 < hunks->len)
    {
      const GuardianChangeHunk *next = hunk + 1;
      if (next->old_start - (hunk->old_start + hunk->old_count) > 2 * CONTEXT)
        break;
      hunk = next;
      group.last++;
    }
  guint old_end = hunk->old_start + hunk->old_count;
  guint after = MIN (n_old - old_end, CONTEXT);
  group.old_count = old_end + after - group.old_start;
  group.new_count = hunk->new_start + hunk->new_count + after - group.new_start;
  return group;
}

static void
write_line (GString *to, char sign, const GArray *lines, guint index)
{
  const GuardianChangeLine *line = &g_array_index (lines, GuardianChangeLine, index);
  g_string_append_c (to, sign);
  g_string_append_len (to, line->start, line->size);
  if (line->start[line->size - 1] != '\n')
    g_string_append (to, "\n\\ No newline at end of file\n");
}

/* "L,N" of a unified header: lines count from 1, an empty range names the line before it. */
static void
write_range (GString *to, guint start, guint count)
{
  g_string_append_printf (to, "%u,%u", count > 0 ? start + 1 : start, count);
}

static void
write_group (GString *to, const GArray *old_lines, const GArray *new_lines, const GArray *hunks,
             const Group *group)
{
  guint line = group->old_start;
  g_string_append (to, "@@ -");
  write_range (to, group->old_start, group->old_count);
  g_string_append (to, " +");
  write_range (to, group->new_start, group->new_count);
  g_string_append (to, " @@\n");
  for (guint i = group->first; i <= group->last; i++)
    {
      const GuardianChangeHunk *hunk = &g_array_index (hunks, GuardianChangeHunk, i);
      while (line < hunk->old_start)
        write_line (to, ' ', old_lines, line++);
      for (guint k = 0; k < hunk->old_count; k++)
        write_line (to, '-', old_lines, line++);
      for (guint k = 0; k < hunk->new_count; k++)
        write_line (to, '+', new_lines, hunk->new_start + k);
    }
  while (line < group->old_start + group->old_count)
    write_line (to, ' ', old_lines, line++);
}

static void
write_names (GString *to, const char *old_name, const char *new_name)
{
  const char *const signs[] = { "---", "+++" };
  const char *const names[] = { old_name, new_name };
  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    {
      const char *name = names[i] != NULL ? names[i] : "/dev/null";
      g_autofree char *shown = cardea_text_escape (name, strlen (name), NULL);
      g_string_append_printf (to, "%s %s\n", signs[i], shown);
    }
}

/* Cut at the end of a line: what is shown is true as far as it goes. */
static void
cut_at (GuardianChangeText *text, gsize limit)
{
  if (text->diff->len <= limit)
    return;
  const char *end = limit > 0 ? memrchr (text->diff->str, '\n', limit) : NULL;
  g_string_truncate (text->diff, end != NULL ? end + 1 - text->diff->str : 0);
  text->cut = TRUE;
}

static void
count_hunks (const GArray *hunks, GuardianChangeText *text)
{
  for (guint i = 0; i < hunks->len; i++)
    {
      const GuardianChangeHunk *hunk = &g_array_index (hunks, GuardianChangeHunk, i);
      text->added += hunk->new_count;
      text->removed += hunk->old_count;
    }
  text->counted = TRUE;
}

void
guardian_change_text_compare (const char *old_bytes, gsize old_size, const char *old_name,
                              const char *new_bytes, gsize new_size, const char *new_name,
                              gsize limit, GuardianChangeText *ret_text)
{
  g_autoptr (GArray) old_lines = guardian_change_diff_split (old_bytes, old_size);
  g_autoptr (GArray) new_lines = guardian_change_diff_split (new_bytes, new_size);
  *ret_text = (GuardianChangeText){ 0 };
  if ((guint64) old_lines->len + new_lines->len > LIMIT_LINES)
    {
      ret_text->cut = TRUE;
      return;
    }
  g_autoptr (GArray) hunks = guardian_change_diff_compare (old_lines, new_lines);
  count_hunks (hunks, ret_text);
  if (hunks->len == 0)
    return;

  ret_text->diff = g_string_new (NULL);
  write_names (ret_text->diff, old_name, new_name);
  guint next = 0;
  while (next < hunks->len && ret_text->diff->len <= limit)
    {
      const Group group = next_group (hunks, next, old_lines->len);
      write_group (ret_text->diff, old_lines, new_lines, hunks, &group);
      next = group.last + 1;
    }
  ret_text->cut = next < hunks->len;
  cut_at (ret_text, limit);
}

static const struct {
  guint offset;
  const char *magic;
  gsize size;
  const char *type;
} types[] = {
#define MAGIC(offset, text, type)                                                                  \
  {                                                                                                \
    offset, text, sizeof text - 1, type                                                            \
  }
  MAGIC (0, "\x89PNG\r\n\x1a\n", "PNG picture"),
  MAGIC (0, "\xff\xd8\xff", "JPEG picture"),
  MAGIC (0, "GIF8", "GIF picture"),
  MAGIC (8, "WEBP", "WebP picture"),
  MAGIC (0, "BM", "BMP picture"),
  MAGIC (0, "II*\0", "TIFF picture"),
  MAGIC (0, "MM\0*", "TIFF picture"),
  MAGIC (0, "%PDF-", "PDF document"),
  MAGIC (30, "mimetypeapplication/vnd.oasis.opendocument.text", "ODT document"),
  MAGIC (30, "mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "ODS spreadsheet"),
  MAGIC (30, "mimetypeapplication/epub", "EPUB book"),
  MAGIC (0, "PK\x03\x04", "ZIP archive or Office document"),
  MAGIC (0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"),
  MAGIC (0, "\x1f\x8b", "gzip archive"),
  MAGIC (0, "\xfd\x37zXZ\0", "xz archive"),
  MAGIC (0, "BZh", "bzip2 archive"),
  MAGIC (0, "7z\xbc\xaf\x27\x1c", "7-Zip archive"),
  MAGIC (0, "(\xb5/\xfd", "Zstandard archive"),
  MAGIC (257, "ustar", "tar archive"),
  MAGIC (0, "SQLite format 3\0", "SQLite database"),
  MAGIC (0,
         "\x7f"
         "ELF",
         "program"),
  MAGIC (0, "MZ", "Windows program"),
  MAGIC (4, "ftyp", "video or audio"),
  MAGIC (0, "\x1a\x45\xdf\xa3", "video or audio"),
  MAGIC (0, "OggS", "audio or video"),
  MAGIC (0, "ID3", "audio"),
  MAGIC (0, "fLaC", "audio"),
  MAGIC (8, "WAVE", "audio"),
  MAGIC (0, "\xff\xfe", "text in UTF-16"),
  MAGIC (0, "\xfe\xff", "text in UTF-16"),
#undef MAGIC
};

const char *
guardian_change_text_type (const void *bytes, gsize size)
{
  const char *text = bytes;
  if (size == 0)
    return "empty";
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (size >= types[i].offset + types[i].size
        && memcmp (text + types[i].offset, types[i].magic, types[i].size) == 0)
      return types[i].type;
  return guardian_change_text_is_text (text, size) ? "text" : "data";
}
