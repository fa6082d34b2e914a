/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-search.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-list.h"
#include "guardian/files/guardian-files-needle.h"
#include "guardian/files/guardian-files-read.h"
#include "guardian/files/guardian-files-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_ENTRIES 200000                       /* names looked at in one search */
#define LIMIT_BYTES (G_GUINT64_CONSTANT (2) << 30) /* read in one search */
#define LIMIT_FILE_BYTES (256u << 20)              /* read of one file */
#define LIMIT_FILE_MATCHES 50                      /* of one file, so that others are seen too */
#define LIMIT_DEPTH 16
#define LIMIT_US (20 * G_USEC_PER_SEC)
#define CHUNK (256u * 1024u) /* a longer line is looked at in pieces */
#define CLIP_BEFORE 80       /* bytes of the line shown before the place */
#define CLIP_SIZE 240
#define MATCH_TEXT 64 /* a match's JSON without its name and text, at most */

typedef struct {
  GuardianFilesClosed *closed;
  GuardianFilesNeedle *needle;
  GuardianFilesBudget budget;
  CardeaJson *matches;
  guint limit;
  gsize size; /* of the matches' texts */
  gboolean truncated;
  char *buffer; /* CHUNK */
  char *folded; /* CHUNK */
} Search;

/* Where a file's reading stands. */
typedef struct {
  const char *name;
  gint64 line; /* of the buffer's first byte */
  gint64 last; /* the last line that was shown */
  guint matches;
} File;

static char *
clip (const char *line, gsize size, gsize place)
{
  gsize begin = place > CLIP_BEFORE ? place - CLIP_BEFORE : 0;
  while (begin > 0 && begin < place && ((guchar) line[begin] & 0xc0) == 0x80)
    begin++;
  gsize length = MIN (size - begin, CLIP_SIZE);
  while (begin + length < size && length > 0 && ((guchar) line[begin + length] & 0xc0) == 0x80)
    length--;

  g_autofree char *raw = g_utf8_make_valid (line + begin, length);
  return g_strdup_printf ("%s%s%s", begin > 0 ? "…" : "", g_strstrip (raw),
                          begin + length < size ? "…" : "");
}

/* FALSE: no room for more. */
static gboolean
add_match (Search *search, File *file, const char *line, gsize size, gsize place)
{
  g_autoptr (CardeaJson) match = cardea_json_new_object ();
  g_autofree char *text = clip (line, size, place);
  guardian_files_list_set_name (match, file->name, &search->size);
  search->size += 6 * strlen (text) + MATCH_TEXT;
  if (cardea_json_size (search->matches) >= search->limit
      || search->size > GUARDIAN_FILES_LIST_TEXT)
    {
      search->truncated = TRUE;
      return FALSE;
    }
  cardea_json_set_int (match, "line", file->line);
  cardea_json_set_string (match, "text", text);
  cardea_json_append (search->matches, g_steal_pointer (&match));
  file->last = file->line;
  if (++file->matches < LIMIT_FILE_MATCHES)
    return TRUE;
  search->truncated = TRUE;
  return FALSE;
}

static void
count_lines (File *file, const char *text, gsize size)
{
  for (const char *at = text; (at = memchr (at, '\n', text + size - at)) != NULL; at++)
    file->line++;
}

/* text: whole lines, or a piece of one that is longer than the buffer. Afterwards file->line is
 * that of the byte behind text. */
static gboolean
search_text (Search *search, File *file, const char *text, gsize size)
{
  gsize at = 0;
  while (at < size)
    {
      gssize found
          = guardian_files_needle_find (search->needle, text + at, size - at, search->folded);
      if (found < 0)
        break;
      gsize place = at + found;
      const char *before = memrchr (text + at, '\n', found);
      const char *after = memchr (text + place, '\n', size - place);
      const char *begin = before != NULL ? before + 1 : text + at;
      const char *end = after != NULL ? after : text + size;
      count_lines (file, text + at, begin - (text + at));
      if (file->line != file->last
          && !add_match (search, file, begin, end - begin, text + place - begin))
        return FALSE;
      at = end - text + (after != NULL ? 1 : 0);
      file->line += after != NULL ? 1 : 0;
    }
  if (at < size)
    count_lines (file, text + at, size - at);
  return TRUE;
}

/* How much of the buffer may be looked at now: up to the last newline, all at the end or when no
 * newline is there. The rest, or an overlap, stays for the next round. */
static gsize
usable (const Search *search, gsize filled, gboolean end, gsize *ret_keep)
{
  const char *newline = end ? NULL : memrchr (search->buffer, '\n', filled);
  gsize overlap = MIN (guardian_files_needle_size (search->needle) * 4, filled / 2);
  gsize use = newline != NULL ? (gsize) (newline + 1 - search->buffer) : filled;
  if (end)
    *ret_keep = 0;
  else
    *ret_keep = newline != NULL ? filled - use : filled == CHUNK ? overlap : filled;
  return newline == NULL && !end && filled < CHUNK ? 0 : use;
}

static void
search_file (Search *search, const char *name, int fd)
{
  File file = { .name = name, .line = 1 };
  gsize filled = 0;
  guint64 total = 0;

  for (;;)
    {
      gssize got = read (fd, search->buffer + filled, CHUNK - filled);
      if (got < 0 || memchr (search->buffer + filled, '\0', MAX (got, 0)) != NULL)
        return;
      filled += got;
      total += got;
      search->budget.bytes -= MIN ((guint64) got, search->budget.bytes);
      search->budget.spent |= search->budget.bytes == 0;

      gsize keep;
      gsize use = usable (search, filled, got == 0, &keep);
      if (!search_text (search, &file, search->buffer, use) || got == 0
          || !guardian_files_budget_go_on (&search->budget))
        return;
      if (total > LIMIT_FILE_BYTES)
        {
          search->truncated = TRUE;
          return;
        }
      memmove (search->buffer, search->buffer + filled - keep, keep);
      filled = keep;
    }
}

/* What is opened must be what was looked at; O_NONBLOCK, for it may be a pipe by now. */
static int
open_entry (int folder, const char *name, const GuardianFilesInfo *info)
{
  GuardianFilesInfo opened;
  cardea_autofd int fd
      = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 || !guardian_files_info_read (fd, "", FALSE, &opened)
      || opened.kind != GUARDIAN_FILES_KIND_FILE
      || !guardian_files_id_equal (&opened.id, &info->id))
    return -1;
  return cardea_fd_steal (&fd);
}

static gboolean
visit (int folder, const char *name, const char *relative, const GuardianFilesInfo *info,
       gpointer user_data)
{
  Search *search = user_data;
  if (info->kind != GUARDIAN_FILES_KIND_FILE
      || guardian_files_closed_has_link (search->closed, info))
    return TRUE;

  cardea_autofd int fd = open_entry (folder, name, info);
  if (fd >= 0)
    search_file (search, relative, fd);
  return cardea_json_size (search->matches) < search->limit
         && search->size <= GUARDIAN_FILES_LIST_TEXT;
}

static gboolean
skip (const GuardianFilesId *folder, gpointer user_data)
{
  const Search *search = user_data;
  return guardian_files_closed_has (search->closed, folder);
}

static gboolean
run (Search *search, const GuardianFilesMounts *mounts, const GuardianFilesObject *object,
     GError **error)
{
  if (object->info.kind == GUARDIAN_FILES_KIND_FILE)
    {
      g_autofree char *name = g_path_get_basename (object->path);
      cardea_autofd int fd = guardian_files_read_open (object, NULL, error);
      if (fd >= 0)
        search_file (search, name, fd);
      return fd >= 0;
    }
  const GuardianFilesTree tree = { .mounts = mounts,
                                   .depth = LIMIT_DEPTH,
                                   .skip = skip,
                                   .visit = visit,
                                   .user_data = search,
                                   .budget = &search->budget };
  return guardian_files_tree_run (&tree, object->fd, error);
}

CardeaJson *
guardian_files_search (const GuardianFilesMounts *mounts, GuardianFilesClosed *closed,
                       const GuardianFilesObject *object, const char *text, guint limit,
                       const gint *cancelled, gboolean *ret_truncated, GError **error)
{
  g_autoptr (GuardianFilesNeedle) needle = guardian_files_needle_new (text);
  if (needle == NULL)
    {
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNSUITABLE,
                           "there is nothing to look for");
      return NULL;
    }
  g_autofree char *buffer = g_malloc (CHUNK);
  g_autofree char *folded = g_malloc (CHUNK);
  Search search = { .closed = closed,
                    .needle = needle,
                    .budget = { .deadline = g_get_monotonic_time () + LIMIT_US,
                                .entries = LIMIT_ENTRIES,
                                .bytes = LIMIT_BYTES,
                                .cancelled = cancelled },
                    .matches = cardea_json_new_array (),
                    .limit = limit,
                    .buffer = buffer,
                    .folded = folded };
  gboolean good = run (&search, mounts, object, error);
  *ret_truncated
      = search.truncated || search.budget.spent || cardea_json_size (search.matches) >= limit;
  if (!good)
    g_clear_pointer (&search.matches, cardea_json_unref);
  return search.matches;
}
