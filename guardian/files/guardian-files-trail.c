/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel, and the identities that the walk found (guardian-files-walk.c). Refuses, by
 * saying "no": whatever is not exactly what the walk saw, from the root to the object. Known gaps:
 * those of the walk; a change that leaves size, times, mode and names alone is not one. */

#include "guardian/files/guardian-files-trail.h"

#include "common/base/cardea-autofd.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
  int fd;
  GuardianFilesInfo info;
} Step;

struct _GuardianFilesTrail {
  Step steps[GUARDIAN_FILES_TRAIL_DEPTH]; /* "/" first */
  gsize n_steps;
  char **names; /* n_steps of them: what leads on from each step */
};

static int
open_folder (int folder, const char *name)
{
  const struct open_how how
      = { .flags = O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC,
          .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_CACHED };
  return syscall (SYS_openat2, folder, name, &how, sizeof how);
}

/* Takes fd. */
static gboolean
push (GuardianFilesTrail *trail, int fd, const GuardianFilesId *expected)
{
  cardea_autofd int folder = fd;
  GuardianFilesInfo info;
  if (folder < 0 || !guardian_files_info_read (folder, "", FALSE, &info)
      || !guardian_files_id_equal (&info.id, expected))
    return FALSE;
  trail->steps[trail->n_steps++] = (Step){ cardea_fd_steal (&folder), info };
  return TRUE;
}

GuardianFilesTrail *
guardian_files_trail_new (const GuardianFilesObject *object)
{
  if (object->n_parents == 0 || object->n_parents > GUARDIAN_FILES_TRAIL_DEPTH)
    return NULL;

  g_autoptr (GuardianFilesTrail) trail = g_new0 (GuardianFilesTrail, 1);
  trail->names = g_strsplit (object->path + 1, "/", -1);
  if (g_strv_length (trail->names) != object->n_parents
      || !push (trail, open_folder (AT_FDCWD, "/"), &object->parents[object->n_parents - 1]))
    return NULL;
  while (trail->n_steps < object->n_parents)
    {
      const Step *last = &trail->steps[trail->n_steps - 1];
      int fd = open_folder (last->fd, trail->names[trail->n_steps - 1]);
      if (!push (trail, fd, &object->parents[object->n_parents - 1 - trail->n_steps]))
        return NULL;
    }
  return g_steal_pointer (&trail);
}

void
guardian_files_trail_free (GuardianFilesTrail *trail)
{
  if (trail == NULL)
    return;
  for (gsize i = 0; i < trail->n_steps; i++)
    cardea_fd_clear (&trail->steps[i].fd);
  g_strfreev (trail->names);
  g_free (trail);
}

static gboolean
same_place (const GuardianFilesInfo *a, const GuardianFilesInfo *b)
{
  return guardian_files_id_equal (&a->id, &b->id) && a->mount == b->mount && a->kind == b->kind;
}

static gboolean
same_state (const GuardianFilesInfo *a, const GuardianFilesInfo *b)
{
  return a->size == b->size && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns
         && a->mode == b->mode && a->nlink == b->nlink;
}

gboolean
guardian_files_trail_holds (const GuardianFilesTrail *trail, const GuardianFilesObject *object)
{
  GuardianFilesInfo info;
  for (gsize i = 0; i < trail->n_steps; i++)
    {
      gboolean last = i + 1 == trail->n_steps;
      const GuardianFilesInfo *expected = last ? &object->info : &trail->steps[i + 1].info;
      if (!guardian_files_info_read (trail->steps[i].fd, trail->names[i], FALSE, &info)
          || !same_place (&info, expected) || (last && !same_state (&info, expected)))
        return FALSE;
    }
  return TRUE;
}
