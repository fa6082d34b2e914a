/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A program that writes a new file where nothing is shared for changing finds it there, and nobody
 * else does: whoever started it is told when it ends. */

#include "guardian/files/view/guardian-view-private.h"

#include "common/base/cardea-autofd.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#define LIMIT_DEPTH 64u
#define LIMIT_NAMES 20000u /* looked at, in all; what is behind them is not counted */

typedef struct {
  const GuardianView *view;
  GuardianViewEnd *end;
  GString *path; /* of what is looked at, as the program sees it */
  guint depth;
  guint names;
} Count;

/* A shared folder lies there: its own way may have such a name. */
static gboolean
leads_to_shared (const Count *count)
{
  for (guint i = 0; i < count->view->grants->len; i++)
    if (guardian_view_grant_lies_in (
            ((const GuardianViewGrant *) count->view->grants->pdata[i])->path, count->path->str))
      return TRUE;
  return FALSE;
}

static gboolean
is_for_itself (const Count *count, const char *name)
{
  static const char *const made_anew[] = { "__pycache__", NULL };

  return g_strv_contains (made_anew, name) || (name[0] == '.' && !leads_to_shared (count));
}

static void
count_file (Count *count)
{
  struct stat st;

  if (guardian_view_layer_stat (&count->view->real, count->path->str, &st))
    return; /* of the person's */
  count->end->unkept++;
  if (count->end->first != NULL && strcmp (count->end->first, count->path->str) <= 0)
    return;
  g_free (count->end->first);
  count->end->first = g_strdup (count->path->str);
}

static void
count_folder (Count *count)
{
  cardea_autofd int fd = guardian_view_layer_open (&count->view->upper,
                                                   count->path->len > 0 ? count->path->str : "/",
                                                   O_RDONLY | O_DIRECTORY, 0);
  DIR *folder = fd >= 0 && count->depth < LIMIT_DEPTH ? fdopendir (fd) : NULL;
  gsize length = count->path->len;

  if (folder == NULL)
    return;
  (void) cardea_fd_steal (&fd); /* the folder's now */
  count->depth++;
  for (const struct dirent *entry = readdir (folder); entry != NULL && count->names < LIMIT_NAMES;
       entry = readdir (folder))
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      count->names++;
      g_string_append_printf (count->path, "/%s", entry->d_name);
      if (is_for_itself (count, entry->d_name))
        ;
      else if (entry->d_type == DT_DIR)
        count_folder (count);
      else if (entry->d_type == DT_REG || entry->d_type == DT_LNK)
        count_file (count);
      g_string_truncate (count->path, length);
    }
  count->depth--;
  closedir (folder);
}

void
guardian_view_unkept_count (const GuardianView *view, GuardianViewEnd *end)
{
  g_autoptr (GString) path = g_string_new (NULL);
  Count count = { .view = view, .end = end, .path = path };

  if (guardian_view_ways_have_upper (view->ways))
    count_folder (&count);
}
