/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-tree.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "guardian/files/guardian-files-error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

typedef struct {
  const GuardianFilesTree *tree;
  guint64 first_mount; /* of the folder that was named: what lies on it may be read */
  GString *relative;
} Pass;

static gboolean pass_run (Pass *pass, int folder, guint depth);

gboolean
guardian_files_budget_go_on (GuardianFilesBudget *budget)
{
  if (!budget->spent)
    budget->spent = g_get_monotonic_time () > budget->deadline
                    || (budget->cancelled != NULL && g_atomic_int_get (budget->cancelled));
  return !budget->spent;
}

gboolean
guardian_files_budget_take_entry (GuardianFilesBudget *budget)
{
  if (budget->entries == 0)
    budget->spent = TRUE;
  else
    budget->entries--;
  return guardian_files_budget_go_on (budget);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
read_names (Pass *pass, int folder)
{
  cardea_autofd int copy = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = copy >= 0 ? fdopendir (copy) : NULL;
  if (dir == NULL)
    return NULL;
  cardea_fd_steal (&copy);

  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (struct dirent *entry = readdir (dir); entry != NULL; entry = readdir (dir))
    {
      const char *name = entry->d_name;
      if (name[0] == '.'
          && (!pass->tree->dots || strcmp (name, ".") == 0 || strcmp (name, "..") == 0))
        continue;
      if (!guardian_files_budget_take_entry (pass->tree->budget))
        break;
      g_ptr_array_add (names, g_strdup (name));
    }
  closedir (dir);
  g_ptr_array_sort (names, compare_names);
  return names;
}

static GuardianFilesMountsClass
class_of (Pass *pass, const GuardianFilesInfo *info)
{
  if (info->mount == pass->first_mount)
    return GUARDIAN_FILES_MOUNTS_LOCAL;
  return guardian_files_mounts_class (pass->tree->mounts, info->mount);
}

/* Shown at all: not what is no storage. Never waits for a server that was not named. */
static gboolean
look (Pass *pass, int folder, const char *name, GuardianFilesInfo *ret_info)
{
  if (!guardian_files_info_read (folder, name, FALSE, ret_info))
    return FALSE;
  GuardianFilesMountsClass class = class_of (pass, ret_info);
  if (class != GUARDIAN_FILES_MOUNTS_LOCAL && class != GUARDIAN_FILES_MOUNTS_SLOW)
    return FALSE;
  return ret_info->kind != GUARDIAN_FILES_KIND_FOLDER || pass->tree->skip == NULL
         || !pass->tree->skip (&ret_info->id, pass->tree->user_data);
}

/* What is entered must be what was looked at: it may have been swapped since. */
static gboolean
enter (Pass *pass, int parent, const char *name, const GuardianFilesInfo *info, guint depth)
{
  GuardianFilesInfo opened;
  cardea_autofd int fd = openat (parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || !guardian_files_info_read (fd, "", TRUE, &opened)
      || !guardian_files_id_equal (&opened.id, &info->id) || opened.mount != info->mount)
    return TRUE;

  gsize length = pass->relative->len;
  g_string_append_printf (pass->relative, "%s/", name);
  gboolean on = pass->relative->len > CARDEA_LIMIT_PATH || pass_run (pass, fd, depth);
  g_string_truncate (pass->relative, length);
  return on;
}

static gboolean
visit (Pass *pass, int folder, const char *name, const GuardianFilesInfo *info)
{
  gsize length = pass->relative->len;
  g_string_append (pass->relative, name);
  gboolean on = pass->tree->visit (folder, name, pass->relative->str, info, pass->tree->user_data);
  g_string_truncate (pass->relative, length);
  return on;
}

/* Shows everything in the folder, then enters its folders. FALSE: the whole pass ends. */
static gboolean
pass_run (Pass *pass, int folder, guint depth)
{
  const GuardianFilesTree *tree = pass->tree;
  g_autoptr (GPtrArray) names = read_names (pass, folder);
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();
  g_autoptr (GArray) infos = g_array_new (FALSE, FALSE, sizeof (GuardianFilesInfo));

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      GuardianFilesInfo info;
      if (!guardian_files_budget_go_on (tree->budget))
        return FALSE;
      if (!look (pass, folder, names->pdata[i], &info))
        continue;
      if (!visit (pass, folder, names->pdata[i], &info))
        return FALSE;
      if (info.kind == GUARDIAN_FILES_KIND_FOLDER && depth > 1
          && class_of (pass, &info) == GUARDIAN_FILES_MOUNTS_LOCAL)
        {
          g_ptr_array_add (folders, names->pdata[i]);
          g_array_append_val (infos, info);
        }
    }
  for (guint i = 0; i < folders->len; i++)
    if (!enter (pass, folder, folders->pdata[i], &g_array_index (infos, GuardianFilesInfo, i),
                depth - 1))
      return FALSE;
  return guardian_files_budget_go_on (tree->budget);
}

gboolean
guardian_files_tree_run (const GuardianFilesTree *tree, int folder, GError **error)
{
  GuardianFilesInfo info;
  cardea_autofd int readable = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (readable < 0 || !guardian_files_info_read (readable, "", TRUE, &info))
    {
      guardian_files_error_set_errno (error, errno);
      return FALSE;
    }

  Pass pass = { .tree = tree, .first_mount = info.mount, .relative = g_string_new (NULL) };
  (void) pass_run (&pass, readable, tree->depth);
  g_string_free (pass.relative, TRUE);
  return TRUE;
}
