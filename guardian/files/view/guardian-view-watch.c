/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: inotify, for local disks, to report whatever others do to what has one name.
 * Refuses: to have anything believed for long that it would not hear of: on other file systems, of
 * several names, on another mount than the grant's, or just changed.
 * Known gaps: what is written through a mapping is heard when that ends, a name made elsewhere for
 * a file and a mount over it not at all, and a folder in place of a file is taken for the file: its
 * size and times are then up to GUARDIAN_VIEW_WATCH_SECONDS old. Its content is not: that is looked
 * at when it is opened.
 *
 * A name is never taken back: the kernel would wait for whoever is at work in that folder. What it
 * believes of the object is, and the next who asks for it is told that it is not there any more
 * (ESTALE), whereupon the kernel looks for the name again. */

#include "guardian/files/view/guardian-view-watch.h"

#include "guardian/files/view/guardian-view-private.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#define NAMES (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
#define MASK                                                                                       \
  (NAMES | IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
#define ELSEWHERE (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)
#define BUFFER 16384u

struct _GuardianViewWatch {
  GuardianViewWatches *watches;
  GuardianViewNode *node;
  int wd;
};

struct _GuardianViewWatches {
  GuardianViewQuota *quota;
  int fd; /* -1: nothing is watched yet */
  gboolean refused;
  GHashTable *folders; /* wd → GuardianViewWatch */
  gint64 due;          /* 0: nothing was heard */
  GHashTable *moved;   /* GuardianViewNode: folders that lie elsewhere by now */
  gboolean everything; /* something was missed: whatever is believed goes */
  GArray *again;       /* guint64: nodes that the kernel did not know yet */
  guint tries;
};

GuardianViewWatches *
guardian_view_watches_new (GuardianViewQuota *quota)
{
  GuardianViewWatches *watches = g_new0 (GuardianViewWatches, 1);

  watches->quota = guardian_view_quota_ref (quota);
  watches->fd = -1;
  watches->folders = g_hash_table_new (NULL, NULL);
  watches->moved = g_hash_table_new (NULL, NULL);
  watches->again = g_array_new (FALSE, FALSE, sizeof (guint64));
  return watches;
}

void
guardian_view_watches_free (GuardianViewWatches *watches)
{
  if (watches->fd >= 0)
    guardian_view_quota_give_view (watches->quota);
  cardea_fd_clear (&watches->fd);
  g_hash_table_unref (watches->folders);
  g_hash_table_unref (watches->moved);
  g_array_unref (watches->again);
  guardian_view_quota_unref (watches->quota);
  g_free (watches);
}

void
guardian_view_watch_free (GuardianViewWatch *watch)
{
  GuardianViewWatches *watches = watch->watches;

  if (g_hash_table_remove (watches->folders, GINT_TO_POINTER (watch->wd)))
    inotify_rm_watch (watches->fd, watch->wd);
  guardian_view_quota_give_folder (watches->quota);
  watch->node->watch = NULL;
  g_free (watch);
}

/* --- what may be believed --- */

static gboolean
begin (GuardianViewWatches *watches)
{
  if (watches->fd >= 0 || watches->refused)
    return watches->fd >= 0;
  watches->refused = !guardian_view_quota_take_view (watches->quota);
  if (watches->refused)
    return FALSE;
  watches->fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  watches->refused = watches->fd < 0;
  if (watches->refused)
    guardian_view_quota_give_view (watches->quota);
  return !watches->refused;
}

/* The same folder may be reached by two ways: it is heard for one of them. */
static void
begin_to_hear (GuardianView *view, GuardianViewNode *folder)
{
  GuardianViewWatches *watches = view->watches;
  int fd = begin (watches) ? guardian_view_way (view->ways, folder, FALSE) : -1;
  if (fd < 0 || !guardian_view_quota_take_folder (watches->quota))
    return;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int wd = inotify_add_watch (watches->fd, path, MASK);
  if (wd < 0 || g_hash_table_contains (watches->folders, GINT_TO_POINTER (wd)))
    {
      guardian_view_quota_give_folder (watches->quota);
      return;
    }
  GuardianViewWatch *made = g_new0 (GuardianViewWatch, 1);
  made->watches = watches;
  made->node = folder;
  made->wd = wd;
  folder->watch = made;
  g_hash_table_insert (watches->folders, GINT_TO_POINTER (wd), made);
}

gboolean
guardian_view_watch_is_quiet (const struct stat *st)
{
  return st->st_ctim.tv_sec <= time (NULL) - GUARDIAN_VIEW_WATCH_QUIET;
}

void
guardian_view_watch_believe (GuardianView *view, GuardianViewNode *node, const struct stat *st,
                             double *ret_entry, double *ret_attributes)
{
  GuardianViewNode *parent = node->parent;
  const GuardianViewGrant *grant
      = parent != NULL && node->kind == GUARDIAN_VIEW_NODE_REAL && guardian_view_watch_is_quiet (st)
            ? guardian_view_nodes_shared (view->nodes, parent)
            : NULL;
  gboolean heard = grant != NULL && grant->audible && st->st_dev == parent->dev
                   && (node->is_folder || st->st_nlink == 1)
                   && guardian_view_way_mount (view->ways, parent) == grant->mount;

  /* What it was looked at for was before anybody listened. */
  if (heard && parent->watch == NULL)
    begin_to_hear (view, parent);
  else
    heard = heard && parent->watch != NULL;
  /* Of a folder itself what is made in it is heard there. */
  gboolean attributes = heard && (!node->is_folder || node->watch != NULL);

  node->believed |= attributes && ret_attributes != NULL;
  if (ret_entry != NULL)
    *ret_entry = heard ? GUARDIAN_VIEW_WATCH_SECONDS : GUARDIAN_VIEW_SECONDS;
  if (ret_attributes != NULL)
    *ret_attributes = attributes ? GUARDIAN_VIEW_WATCH_SECONDS : GUARDIAN_VIEW_SECONDS;
}

/* --- what was heard --- */

int
guardian_view_watch_fd (const GuardianView *view)
{
  return view->watches->due == 0 ? view->watches->fd : -1;
}

void
guardian_view_watch_heard (GuardianView *view)
{
  view->watches->due = g_get_monotonic_time () + GUARDIAN_VIEW_WATCH_US;
}

gint64
guardian_view_watch_due (const GuardianView *view)
{
  gint64 due = view->watches->due;
  return due != 0 ? MAX (0, due - g_get_monotonic_time ()) : -1;
}

/* A reply that told of it may be on its way yet: then it is told again. */
static void
take_back (GuardianView *view, GuardianViewNode *node)
{
  if (node == NULL || !node->believed)
    return;
  /* Attributes alone: nobody is waited for. */
  node->believed = fuse_lowlevel_notify_inval_inode (view->fuse, node->id, -1, 0) == -ENOENT
                   && node->lookups > 0;
  if (node->believed)
    g_array_append_val (view->watches->again, node->id);
}

static void
hear_one (GuardianView *view, const struct inotify_event *event)
{
  GuardianViewWatches *watches = view->watches;
  GuardianViewWatch *watch = g_hash_table_lookup (watches->folders, GINT_TO_POINTER (event->wd));

  watches->everything |= (event->mask & (IN_Q_OVERFLOW | IN_UNMOUNT)) != 0;
  if (watch == NULL)
    return;
  GuardianViewNode *folder = watch->node;
  GuardianViewNode *node
      = event->len > 0 ? guardian_view_nodes_find (view->nodes, folder, event->name) : NULL;
  take_back (view, node);
  if (event->len == 0 || (event->mask & NAMES) != 0)
    take_back (view, folder);
  if ((event->mask & IN_MOVE_SELF) != 0)
    g_hash_table_add (watches->moved, folder);
  if (node != NULL && node->is_folder && (event->mask & (IN_MOVED_FROM | IN_MOVED_TO)) != 0)
    g_hash_table_add (watches->moved, node);
  if ((event->mask & IN_IGNORED) != 0)
    {
      g_hash_table_remove (watches->folders, GINT_TO_POINTER (event->wd));
      guardian_view_watch_free (watch);
    }
}

static void
hear (GuardianView *view)
{
  _Alignas(struct inotify_event) char buffer[BUFFER];
  ssize_t got;

  while ((got = read (view->watches->fd, buffer, sizeof buffer)) > 0)
    for (const char *at = buffer; at < buffer + got;)
      {
        const struct inotify_event *event = (const struct inotify_event *) at;
        hear_one (view, event);
        at += sizeof *event + event->len;
      }
}

static gboolean
has_moved (const GuardianViewWatches *watches, const GuardianViewNode *node)
{
  for (; node != NULL && !watches->everything; node = node->parent)
    if (g_hash_table_contains (watches->moved, node))
      return TRUE;
  return watches->everything;
}

static void
take_back_moved (GuardianViewNode *node, gpointer user_data)
{
  GuardianView *view = user_data;

  if ((!node->believed && node->watch == NULL) || !has_moved (view->watches, node))
    return;
  take_back (view, node);
  /* It may be listened to where it lies by now. */
  g_clear_pointer (&node->watch, guardian_view_watch_free);
}

static void
tell_again (GuardianView *view)
{
  GuardianViewWatches *watches = view->watches;
  g_autoptr (GArray) again = g_steal_pointer (&watches->again);

  watches->again = g_array_new (FALSE, FALSE, sizeof (guint64));
  watches->tries = again->len > 0 ? watches->tries + 1 : 0;
  for (guint i = 0; i < again->len && watches->tries <= GUARDIAN_VIEW_WATCH_TRIES; i++)
    take_back (view, guardian_view_nodes_get (view->nodes, g_array_index (again, guint64, i)));
}

void
guardian_view_watch_tell (GuardianView *view)
{
  GuardianViewWatches *watches = view->watches;

  watches->due = 0;
  tell_again (view);
  hear (view);
  if (watches->everything || g_hash_table_size (watches->moved) > 0)
    {
      guardian_view_ways_doubt (view->ways);
      guardian_view_nodes_foreach (view->nodes, take_back_moved, view);
    }
  watches->everything = FALSE;
  g_hash_table_remove_all (watches->moved);
  if (watches->again->len > 0)
    guardian_view_watch_heard (view);
}
