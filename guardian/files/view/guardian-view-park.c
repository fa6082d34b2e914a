/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: a local disk, to change a file's ctime whenever it is written, renamed or removed.
 * Refuses: to open again what differs in anything from what was opened before, whose folder is not
 * where it was, or which was just changed; after a revocation, everything.
 * Known gaps: a file that is mounted over another is not seen for a moment. */

#include "guardian/files/view/guardian-view-park.h"

#include "guardian/files/view/guardian-view-private.h"

#include "common/base/cardea-autofd.h"

struct _GuardianViewParked {
  GQueue *line; /* of the view */
  GList link;
  GuardianViewNode *node;
  int fd;
  struct timespec ctime;
  gint64 until;
};

void
guardian_view_parked_free (GuardianViewParked *parked)
{
  g_queue_unlink (parked->line, &parked->link);
  parked->node->parked = NULL;
  cardea_fd_clear (&parked->fd);
  g_free (parked);
}

gboolean
guardian_view_park (GuardianView *view, GuardianViewNode *node, int fd,
                    const struct timespec *ctime)
{
  const struct stat st = { .st_ctim = *ctime };

  if (node->parked != NULL || node->parent == NULL || node->parent->watch == NULL
      || node->kind != GUARDIAN_VIEW_NODE_REAL || !guardian_view_watch_is_quiet (&st))
    return FALSE;
  if (view->parked.length >= GUARDIAN_VIEW_PARK_LIMIT)
    guardian_view_parked_free (view->parked.head->data);
  GuardianViewParked *parked = g_new0 (GuardianViewParked, 1);
  parked->line = &view->parked;
  parked->link.data = parked;
  parked->node = node;
  parked->fd = fd;
  parked->ctime = *ctime;
  parked->until = g_get_monotonic_time () + GUARDIAN_VIEW_PARK_US;
  node->parked = parked;
  g_queue_push_tail_link (&view->parked, &parked->link);
  return TRUE;
}

int
guardian_view_unpark (GuardianView *view, GuardianViewNode *node, struct stat *ret_st)
{
  if (node->parked == NULL)
    return -1;
  cardea_autofd int fd = cardea_fd_steal (&node->parked->fd);
  const struct timespec ctime = node->parked->ctime;
  guardian_view_parked_free (node->parked);
  return node->parent != NULL && guardian_view_way (view->ways, node->parent, FALSE) >= 0
                 && fstat (fd, ret_st) == 0 && ret_st->st_nlink == 1
                 && ret_st->st_ctim.tv_sec == ctime.tv_sec
                 && ret_st->st_ctim.tv_nsec == ctime.tv_nsec
             ? cardea_fd_steal (&fd)
             : -1;
}

gint64
guardian_view_park_due (const GuardianView *view)
{
  const GuardianViewParked *oldest = view->parked.head != NULL ? view->parked.head->data : NULL;
  return oldest != NULL ? MAX (0, oldest->until - g_get_monotonic_time ()) : -1;
}

void
guardian_view_park_clear (GuardianView *view, gboolean all)
{
  gint64 now = g_get_monotonic_time ();

  while (view->parked.head != NULL
         && (all || ((const GuardianViewParked *) view->parked.head->data)->until <= now))
    guardian_view_parked_free (view->parked.head->data);
}
