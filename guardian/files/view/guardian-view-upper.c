/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The private layer: what the program writes where nothing is shared for changing. */

#include "guardian/files/view/guardian-view-private.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/view/guardian-view-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

gboolean
guardian_view_upper_grow (GuardianView *view, off_t before, off_t after)
{
  if (after > before && view->upper_used + (after - before) > GUARDIAN_VIEW_UPPER_LIMIT)
    {
      errno = ENOSPC;
      return FALSE;
    }
  view->upper_used = MAX (0, view->upper_used + (after - before));
  return TRUE;
}

static int
copy (GuardianView *view, const GuardianViewNode *node, gboolean empty, struct stat *ret_st)
{
  struct stat st;
  cardea_autofd int from = guardian_view_place_open (view, node, O_RDONLY | O_NONBLOCK);

  if (from < 0 || fstat (from, &st) != 0)
    return errno;
  if (!S_ISREG (st.st_mode) || st.st_dev != node->dev || st.st_ino != node->ino)
    return ESTALE;
  if (!guardian_view_upper_grow (view, 0, empty ? 0 : st.st_size))
    return errno;
  const GuardianViewLayer folder = { guardian_view_way_make (view->ways, node->parent) };
  cardea_autofd int to = folder.root >= 0 ? guardian_view_layer_open_name (
                             &folder, node->name, O_RDWR | O_CREAT | O_EXCL, st.st_mode & 0777)
                                          : -1;
  const struct timespec times[2] = { st.st_atim, st.st_mtim };
  if (to < 0 || (!empty && !guardian_view_copy (from, to)) || futimens (to, times) != 0
      || fstat (to, ret_st) != 0)
    return errno;
  return 0;
}

int
guardian_view_upper_copy (GuardianView *view, GuardianViewNode *node, gboolean empty)
{
  struct stat st;

  if (node->is_folder || node->parent == NULL)
    return node->is_folder ? EXDEV : ENOENT;
  int result = copy (view, node, empty, &st);
  if (result != 0)
    return result;
  guardian_view_propose_note (view, node->parent, node->name);
  node->kind = GUARDIAN_VIEW_NODE_PRIVATE;
  node->dev = st.st_dev;
  node->ino = st.st_ino;
  return 0;
}
