/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-list.h"

#include "common/base/cardea-encoding.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-needle.h"

#include <string.h>

#define LIMIT_ENTRIES 200000           /* looked at in one list */
#define LIMIT_US (15 * G_USEC_PER_SEC) /* one list may take */
#define ENTRY_TEXT 128                 /* an entry's JSON without its name, at most */

typedef struct {
  char *name; /* relative to the folder */
  GuardianFilesInfo info;
} Entry;

/* A heap of the best `limit` entries, the worst of them on top. */
typedef struct {
  const GuardianFilesClosed *closed;
  const GuardianFilesListQuery *query;
  GuardianFilesNeedle *needle;
  Entry *entries;
  guint count;
  gboolean truncated;
} List;

static int
compare_names (const char *a, const char *b)
{
  int order = g_ascii_strcasecmp (a, b);
  return order != 0 ? order : strcmp (a, b);
}

/* Below zero: a comes first. */
static int
compare (const List *list, const Entry *a, const Entry *b)
{
  gint64 difference = 0;
  if (list->query->sort == GUARDIAN_FILES_LIST_MTIME)
    difference = b->info.mtime_ns > a->info.mtime_ns   ? 1
                 : b->info.mtime_ns < a->info.mtime_ns ? -1
                                                       : 0;
  else if (list->query->sort == GUARDIAN_FILES_LIST_SIZE)
    difference = b->info.size > a->info.size ? 1 : b->info.size < a->info.size ? -1 : 0;
  return difference != 0 ? (int) difference : compare_names (a->name, b->name);
}

static void
swap (Entry *a, Entry *b)
{
  Entry kept = *a;
  *a = *b;
  *b = kept;
}

static void
sift_up (List *list, guint at)
{
  while (at > 0 && compare (list, &list->entries[(at - 1) / 2], &list->entries[at]) < 0)
    {
      swap (&list->entries[(at - 1) / 2], &list->entries[at]);
      at = (at - 1) / 2;
    }
}

static void
sift_down (List *list, guint count)
{
  for (guint at = 0; 2 * at + 1 < count;)
    {
      guint child = 2 * at + 1;
      if (child + 1 < count && compare (list, &list->entries[child], &list->entries[child + 1]) < 0)
        child++;
      if (compare (list, &list->entries[at], &list->entries[child]) >= 0)
        return;
      swap (&list->entries[at], &list->entries[child]);
      at = child;
    }
}

static void
add (List *list, const char *name, const GuardianFilesInfo *info)
{
  Entry entry = { (char *) name, *info };
  if (list->count < list->query->limit)
    {
      entry.name = g_strdup (name);
      list->entries[list->count] = entry;
      sift_up (list, list->count++);
      return;
    }
  list->truncated = TRUE;
  if (compare (list, &entry, &list->entries[0]) >= 0)
    return;
  g_free (list->entries[0].name);
  entry.name = g_strdup (name);
  list->entries[0] = entry;
  sift_down (list, list->count);
}

static gboolean
visit (int folder, const char *name, const char *relative, const GuardianFilesInfo *info,
       gpointer user_data)
{
  List *list = user_data;
  if (list->needle == NULL || guardian_files_needle_in_name (list->needle, name))
    add (list, relative, info);
  return TRUE;
}

static gboolean
skip (const GuardianFilesId *folder, gpointer user_data)
{
  const List *list = user_data;
  return guardian_files_closed_has (list->closed, folder);
}

void
guardian_files_list_set_name (CardeaJson *object, const char *name, gsize *size)
{
  gsize length = strlen (name);
  if (!g_utf8_validate (name, length, NULL))
    {
      g_autofree char *encoded = cardea_base64_encode ((const guint8 *) name, length);
      cardea_json_set_string (object, "name_b64", encoded);
      *size += strlen (encoded);
      return;
    }
  cardea_json_set_string (object, "name", name);
  for (gsize i = 0; i < length; i++)
    *size += (guchar) name[i] < 0x20             ? strlen ("\\u0000")
             : name[i] == '"' || name[i] == '\\' ? 2
                                                 : 1;
}

static CardeaJson *
write_entries (List *list)
{
  static const char *const kinds[] = { "file", "folder", "link", "other" };
  g_autoptr (CardeaJson) array = cardea_json_new_array ();
  gsize size = 0;

  for (guint i = 0; i < list->count; i++)
    {
      const Entry *entry = &list->entries[i];
      g_autoptr (CardeaJson) object = cardea_json_new_object ();
      guardian_files_list_set_name (object, entry->name, &size);
      size += ENTRY_TEXT;
      if (size > GUARDIAN_FILES_LIST_TEXT)
        {
          list->truncated = TRUE;
          break;
        }
      cardea_json_set_string (object, "kind", kinds[entry->info.kind]);
      cardea_json_set_int64_string (object, "size", entry->info.size);
      cardea_json_set_int64_string (object, "mtime", entry->info.mtime_ns / 1000);
      cardea_json_append (array, g_steal_pointer (&object));
    }
  return g_steal_pointer (&array);
}

CardeaJson *
guardian_files_list (const GuardianFilesMounts *mounts, const GuardianFilesClosed *closed,
                     int folder, const GuardianFilesListQuery *query, const gint *cancelled,
                     gboolean *ret_truncated, GError **error)
{
  g_autoptr (GuardianFilesNeedle) needle
      = query->pattern != NULL ? guardian_files_needle_new (query->pattern) : NULL;
  GuardianFilesBudget budget = { .deadline = g_get_monotonic_time () + LIMIT_US,
                                 .entries = LIMIT_ENTRIES,
                                 .cancelled = cancelled };
  List list = { .closed = closed, .query = query, .needle = needle };
  const GuardianFilesTree tree = { .mounts = mounts,
                                   .depth = query->depth,
                                   .skip = skip,
                                   .visit = visit,
                                   .user_data = &list,
                                   .budget = &budget };

  list.entries = g_new0 (Entry, query->limit);
  gboolean good = guardian_files_tree_run (&tree, folder, error);
  for (guint left = list.count; left > 1; left--)
    {
      swap (&list.entries[0], &list.entries[left - 1]);
      sift_down (&list, left - 1);
    }
  CardeaJson *array = good ? write_entries (&list) : NULL;
  *ret_truncated = list.truncated || budget.spent;
  for (guint i = 0; i < list.count; i++)
    g_free (list.entries[i].name);
  g_free (list.entries);
  return array;
}
