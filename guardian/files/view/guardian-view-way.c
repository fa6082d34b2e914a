/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel's walk, one name at a time, from a folder that was found the same way.
 * Refuses: links; another folder under the same name. Known gaps: what a person moves out of what
 * they shared is reached there for a second more. */

#include "guardian/files/view/guardian-view-way.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct _GuardianViewWay {
  GuardianViewWays *ways;
  GuardianViewNode *node;
  int real, upper;
  gint64 until; /* real is believed */
  guint64 mount;
  guint64 no_upper; /* the private layer's epoch in which there was none */
  GList link;
};

struct _GuardianViewWays {
  GuardianViewNodes *nodes;
  const GuardianViewLayer *real;
  const GuardianViewLayer *upper;
  GQueue recent;       /* the one used last first */
  guint64 upper_epoch; /* counts folders made in the private layer */
};

GuardianViewWays *
guardian_view_ways_new (GuardianViewNodes *nodes, const GuardianViewLayer *real,
                        const GuardianViewLayer *upper)
{
  GuardianViewWays *ways = g_new0 (GuardianViewWays, 1);

  ways->nodes = nodes;
  ways->real = real;
  ways->upper = upper;
  g_queue_init (&ways->recent);
  return ways;
}

void
guardian_view_ways_free (GuardianViewWays *ways)
{
  g_free (ways);
}

void
guardian_view_way_free (GuardianViewWay *way)
{
  g_queue_unlink (&way->ways->recent, &way->link);
  way->node->way = NULL;
  cardea_fd_clear (&way->real);
  cardea_fd_clear (&way->upper);
  g_free (way);
}

static GuardianViewWay *
use (GuardianViewWays *ways, GuardianViewNode *node)
{
  GuardianViewWay *way = node->way;

  if (way != NULL)
    g_queue_unlink (&ways->recent, &way->link);
  else
    {
      if (ways->recent.length >= GUARDIAN_VIEW_WAYS_LIMIT)
        guardian_view_way_free (ways->recent.tail->data);
      way = g_new0 (GuardianViewWay, 1);
      way->ways = ways;
      way->node = node;
      way->real = way->upper = -1;
      way->link.data = way;
      node->way = way;
    }
  g_queue_push_head_link (&ways->recent, &way->link);
  return way;
}

/* Its mount comes with it. -1 with errno. */
static int
walk (const GuardianViewNode *node, int above, guint64 *ret_mount)
{
  const GuardianViewLayer from = { .root = above };
  cardea_autofd int fd = guardian_view_layer_open_name (&from, node->name, O_PATH | O_DIRECTORY, 0);
  struct statx st;

  if (fd < 0
      || statx (fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO | STATX_MNT_ID, &st) != 0)
    return -1;
  errno = ESTALE;
  if (gnu_dev_makedev (st.stx_dev_major, st.stx_dev_minor) != node->dev || st.stx_ino != node->ino)
    return -1;
  *ret_mount = (st.stx_mask & STATX_MNT_ID) != 0 ? st.stx_mnt_id : 0;
  return cardea_fd_steal (&fd);
}

static int
find_real (GuardianViewWays *ways, GuardianViewNode *node)
{
  const GuardianViewWay *known = node->way;

  if (node->id == GUARDIAN_VIEW_NODE_ROOT)
    return ways->real->root;
  if (known != NULL && known->real >= 0 && g_get_monotonic_time () < known->until)
    return use (ways, node)->real;
  errno = ENOENT;
  int above = node->parent != NULL ? find_real (ways, node->parent) : -1;
  guint64 mount = 0;
  int fd = above >= 0 ? walk (node, above, &mount) : -1;
  int saved = errno;
  GuardianViewWay *way = use (ways, node);
  cardea_fd_clear (&way->real);
  way->real = fd;
  way->mount = mount;
  way->until = g_get_monotonic_time () + GUARDIAN_VIEW_WAY_US;
  errno = saved;
  return fd;
}

static int
find_upper (GuardianViewWays *ways, GuardianViewNode *node)
{
  const GuardianViewWay *known = node->way;

  if (node->id == GUARDIAN_VIEW_NODE_ROOT)
    return ways->upper->root;
  errno = ENOENT;
  if (ways->upper_epoch == 0 || (known != NULL && known->no_upper == ways->upper_epoch))
    return -1;
  if (known != NULL && known->upper >= 0)
    return use (ways, node)->upper;
  g_autofree char *path = guardian_view_node_path (node);
  int fd
      = path != NULL ? guardian_view_layer_open (ways->upper, path, O_PATH | O_DIRECTORY, 0) : -1;
  int saved = errno;
  GuardianViewWay *way = use (ways, node);
  way->upper = fd;
  way->no_upper = fd < 0 ? ways->upper_epoch : 0;
  errno = saved;
  return fd;
}

int
guardian_view_way (GuardianViewWays *ways, GuardianViewNode *folder, gboolean upper)
{
  if (!folder->is_folder)
    {
      errno = ENOTDIR;
      return -1;
    }
  return upper ? find_upper (ways, folder) : find_real (ways, folder);
}

void
guardian_view_ways_doubt (GuardianViewWays *ways)
{
  for (GList *link = ways->recent.head; link != NULL; link = link->next)
    ((GuardianViewWay *) link->data)->until = 0;
}

guint64
guardian_view_way_mount (GuardianViewWays *ways, GuardianViewNode *folder)
{
  int fd = guardian_view_way (ways, folder, FALSE);
  return fd >= 0 && folder->way != NULL ? folder->way->mount : 0;
}

int
guardian_view_way_make (GuardianViewWays *ways, GuardianViewNode *folder)
{
  int fd = guardian_view_way (ways, folder, TRUE);
  g_autofree char *path
      = fd < 0 && errno == ENOENT ? guardian_view_node_path_of (folder, "") : NULL;

  if (path == NULL)
    return fd;
  /* Also when it fails half way. */
  ways->upper_epoch++;
  return guardian_view_layer_make_way (ways->upper, path) ? guardian_view_way (ways, folder, TRUE)
                                                          : -1;
}

gboolean
guardian_view_ways_have_upper (const GuardianViewWays *ways)
{
  return ways->upper_epoch > 0;
}
