/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One view: its thread, its connection, its end.
 *
 * Trusts: the core for what is shared and decided; cardea-hold for having mounted what it sends.
 * Refuses: a descriptor that is not /dev/fuse; to hold a second copy of it: with one, the death of
 * this process is ENOTCONN for the program and not a program that cannot be killed.
 * Known gaps: a disk that does not answer stops this one view; extended attributes and ACLs are not
 * shown; a file's former content is not kept here. */

#include "guardian/files/view/guardian-view-alike.h"
#include "guardian/files/view/guardian-view-op.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib-unix.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define FUSE_MAJOR 10
#define FUSE_MINOR 229
#define REMOVE_DEPTH 16 /* descriptors while the upper layer is removed */

GuardianView *
guardian_view_ref (GuardianView *view)
{
  g_atomic_int_inc (&view->references);
  return view;
}

static int
remove_cb (const char *path, const struct stat *st, int type, struct FTW *walk)
{
  return remove (path) == 0 || errno == ENOENT ? 0 : -1;
}

void
guardian_view_unref (GuardianView *view)
{
  if (!g_atomic_int_dec_and_test (&view->references))
    return;
  g_hash_table_unref (view->waiting);
  g_hash_table_unref (view->handles);
  g_hash_table_unref (view->removed);
  g_hash_table_unref (view->made);
  g_hash_table_unref (view->kept);
  g_hash_table_unref (view->landed);
  g_hash_table_unref (view->copies);
  g_hash_table_unref (view->aside);
  guardian_view_stash_unref (view->stash);
  guardian_view_nodes_free (view->nodes);
  guardian_view_ways_free (view->ways);
  guardian_view_watches_free (view->watches);
  for (guint i = 0; i < GUARDIAN_VIEW_DIDS; i++)
    {
      g_ptr_array_unref (view->did[i].paths);
      g_free (view->did[i].grant);
    }
  free (view->buffer.mem);
  g_free (view->piece);
  g_ptr_array_unref (view->grants);
  cardea_fd_clear (&view->door);
  cardea_fd_clear (&view->journal);
  cardea_fd_clear (&view->real.root);
  cardea_fd_clear (&view->upper.root);
  if (view->upper_path != NULL)
    nftw (view->upper_path, remove_cb, REMOVE_DEPTH, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
  g_strfreev (view->tops);
  g_free (view->beginning);
  cardea_fd_clear (&view->wake);
  g_mutex_clear (&view->lock);
  g_main_context_unref (view->context);
  g_free (view->upper_path);
  g_free (view);
}

/* --- the connection --- */

/* The descriptor and who sent it, by the kernel's word. */
static int
receive (int door, struct ucred *ret_sender)
{
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE (sizeof (struct ucred)) + CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  char byte = 0;
  struct iovec part = { &byte, 1 };
  struct msghdr envelope = { .msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof control.space };
  cardea_autofd int fd = -1;

  if (recvmsg (door, &envelope, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1)
    return -1;
  for (struct cmsghdr *header = CMSG_FIRSTHDR (&envelope); header != NULL;
       header = CMSG_NXTHDR (&envelope, header))
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_CREDENTIALS
        && header->cmsg_len == CMSG_LEN (sizeof *ret_sender))
      memcpy (ret_sender, CMSG_DATA (header), sizeof *ret_sender);
    else if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS
             && header->cmsg_len == CMSG_LEN (sizeof (int)) && fd < 0)
      memcpy (&fd, CMSG_DATA (header), sizeof fd);
  struct stat st;
  gboolean good = ret_sender->pid > 0 && fd >= 0 && fstat (fd, &st) == 0 && S_ISCHR (st.st_mode)
                  && major (st.st_rdev) == FUSE_MAJOR && minor (st.st_rdev) == FUSE_MINOR;
  return good ? cardea_fd_steal (&fd) : -1;
}

static gboolean
serve (GuardianView *view, int taken_fd)
{
  cardea_autofd int fd = taken_fd;
  char *words[] = { (char *) "cardea-guardian-view", NULL };
  struct fuse_args arguments = FUSE_ARGS_INIT (1, words);
  g_autofree char *point = g_strdup_printf ("/dev/fd/%d", fd);

  if (!g_unix_set_fd_nonblocking (fd, TRUE, NULL))
    return FALSE;
  view->fuse = fuse_session_new (&arguments, &guardian_view_fuse_operations,
                                 sizeof guardian_view_fuse_operations, view);
  if (view->fuse == NULL || fuse_session_mount (view->fuse, point) != 0)
    return FALSE;
  cardea_fd_steal (&fd); /* the session's now */
  return TRUE;
}

static void
open_door (GuardianView *view)
{
  struct ucred sender = { 0 };
  int fd = receive (view->door, &sender);

  view->inside_uid = sender.uid;
  view->inside_gid = sender.gid;
  if (fd < 0 || !serve (view, fd))
    view->ending = TRUE;
  cardea_fd_clear (&view->door);
}

/* What is due is done; until when the next is: microseconds, -1: nothing is. */
static gint64
do_what_is_due (GuardianView *view)
{
  const gint64 told = guardian_view_alike_due (view);
  const gint64 kept = guardian_view_stash_due (view->stash);
  const gint64 heard = guardian_view_watch_due (view);
  const gint64 parked = guardian_view_park_due (view);
  const gint64 all[] = { told, kept, heard, parked };
  gint64 due = -1;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] >= 0 && (due < 0 || all[i] < due))
      due = all[i];
  if (told == 0)
    guardian_view_alike_flush (view);
  if (kept == 0)
    guardian_view_keep_flush (view);
  if (heard == 0)
    guardian_view_watch_tell (view);
  if (parked == 0)
    guardian_view_park_clear (view, FALSE);
  return due;
}

/* One wait for all of it: a request costs a read and a write, and no more. */
static void
wait_for_work (GuardianView *view)
{
  gint64 due = do_what_is_due (view);
  struct pollfd waits[]
      = { { .fd = view->wake, .events = POLLIN },
          { .fd = view->door, .events = POLLIN },
          { .fd = view->fuse != NULL ? fuse_session_fd (view->fuse) : -1, .events = POLLIN },
          { .fd = guardian_view_watch_fd (view), .events = POLLIN } };

  if (poll (waits, G_N_ELEMENTS (waits), due > 0 ? (int) (due / 1000) + 1 : (int) due) < 0)
    return;
  if (waits[0].revents != 0)
    {
      eventfd_t count;
      (void) !eventfd_read (view->wake, &count);
      g_atomic_int_set (&view->posted, 0);
      while (g_main_context_iteration (view->context, FALSE))
        ;
    }
  if (waits[1].revents != 0)
    open_door (view);
  if (waits[3].revents != 0)
    guardian_view_watch_heard (view);
  if (waits[2].revents != 0)
    guardian_view_serve (view);
}

static void
close_handles (GuardianView *view)
{
  g_autoptr (GList) handles = g_hash_table_get_keys (view->handles);

  for (GList *link = handles; link != NULL; link = link->next)
    guardian_view_handle_free (view, link->data);
}

static gpointer
thread_cb (gpointer data)
{
  GuardianView *view = data;

  g_main_context_push_thread_default (view->context);
  while (!view->ending)
    wait_for_work (view);
  /* A notifier may wait for an answer of ours. */
  while (view->notifiers > 0)
    g_main_context_iteration (view->context, TRUE);
  guardian_view_op_abandon_all (view);
  guardian_view_alike_flush (view);
  guardian_view_keep_flush (view);
  guardian_view_keep_tell (view);
  /* Closes the one descriptor: whoever waits in the kernel is let go. */
  g_clear_pointer (&view->fuse, fuse_session_destroy);
  close_handles (view);
  guardian_view_park_clear (view, TRUE);
  g_mutex_lock (&view->lock);
  view->over = TRUE;
  g_mutex_unlock (&view->lock);
  while (g_main_context_iteration (view->context, FALSE))
    ; /* what came meanwhile gives back what it holds */
  g_main_context_pop_thread_default (view->context);
  GuardianViewEnd end = { .unmounted = view->unmounted };
  guardian_view_unkept_count (view, &end);
  view->handler.ended (view, &end, view->user_data);
  g_free (end.first);
  guardian_view_unref (view);
  return NULL;
}

/* --- from outside --- */

gboolean
guardian_view_post (GuardianView *view, int priority, GSourceFunc callback, gpointer data,
                    GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, priority);
  g_source_set_callback (source, callback, data, destroy);
  /* What is attached before the loop has ended is run by it, and the view is there until then. */
  g_mutex_lock (&view->lock);
  const gboolean taken = !view->over;
  if (taken)
    {
      g_source_attach (source, view->context);
      g_atomic_int_set (&view->posted, 1);
      (void) !eventfd_write (view->wake, 1);
    }
  g_mutex_unlock (&view->lock);
  return taken;
}

static char **
choose_tops (const GuardianViewPlan *plan)
{
  g_autoptr (GStrvBuilder) tops = g_strv_builder_new ();

  if (plan->home != NULL)
    g_strv_builder_add (tops, plan->home);
  g_strv_builder_addv (tops, (const char **) plan->folders);
  return g_strv_builder_end (tops);
}

GuardianView *
guardian_view_new (const GuardianViewPlan *plan, int door, const GuardianViewHandler *handler,
                   gpointer user_data)
{
  GuardianView *view = g_new0 (GuardianView, 1);
  const int on = 1;

  view->references = 1;
  g_mutex_init (&view->lock);
  view->uid = geteuid ();
  view->gid = getegid ();
  view->handler = *handler;
  view->user_data = user_data;
  view->door = door;
  view->journal = plan->journal;
  view->context = g_main_context_new ();
  view->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  view->grants = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_view_grant_free);
  view->nodes = guardian_view_nodes_new (view->grants);
  view->ways = guardian_view_ways_new (view->nodes, &view->real, &view->upper);
  view->watches = guardian_view_watches_new (plan->quota);
  guardian_view_nodes_set_heeded (view->nodes, guardian_view_heeded_new (plan->heeded));
  for (guint i = 0; i < GUARDIAN_VIEW_DIDS; i++)
    view->did[i].paths = g_ptr_array_new_with_free_func (g_free);
  view->real.root = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  view->upper.root = open (plan->upper, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  view->upper_path = g_strdup (plan->upper);
  view->tops = choose_tops (plan);
  view->beginning = g_strdup (plan->beginning);
  view->deny = plan->deny;
  view->removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  view->made = guardian_view_place_set_new ();
  view->kept = guardian_view_place_set_new ();
  view->landed = guardian_view_place_set_new ();
  view->copies = guardian_view_propose_new ();
  view->aside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  view->stash = guardian_view_stash_ref (plan->stash);
  g_queue_init (&view->crowded);
  g_queue_init (&view->parked);
  view->handles = g_hash_table_new (NULL, NULL);
  view->waiting = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_ptr_array_set_free_func (plan->grants, NULL);
  for (guint i = 0; i < plan->grants->len; i++)
    guardian_view_place_admit (view, plan->grants->pdata[i]);
  g_ptr_array_unref (plan->grants);
  GuardianViewNode *root = guardian_view_nodes_get (view->nodes, GUARDIAN_VIEW_NODE_ROOT);
  struct stat st;
  gboolean good = view->wake >= 0 && view->real.root >= 0 && view->upper.root >= 0
                  && (view->journal < 0 || fstat (view->journal, &st) == 0);
  view->journal_end = good && view->journal >= 0 ? st.st_size : 0;
  good = good && fstat (view->real.root, &st) == 0
         && setsockopt (door, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0;
  if (good)
    {
      root->dev = st.st_dev;
      root->ino = st.st_ino;
      guardian_view_ref (view);
      GThread *thread = g_thread_try_new ("view", thread_cb, view, NULL);
      good = thread != NULL;
      if (thread != NULL)
        g_thread_unref (thread);
      else
        guardian_view_unref (view);
    }
  if (!good)
    guardian_view_unref (view);
  return good ? view : NULL;
}

static gboolean
end_cb (gpointer data)
{
  GuardianView *view = data;

  view->ending = TRUE;
  return G_SOURCE_REMOVE;
}

void
guardian_view_end (GuardianView *view)
{
  guardian_view_post (view, G_PRIORITY_HIGH, end_cb, guardian_view_ref (view),
                      (GDestroyNotify) guardian_view_unref);
}

/* --- revoking --- */

typedef struct {
  GuardianView *view;
  char *grant;
  GArray *nodes; /* guint64: whose pages go */
} Revocation;

static void
revocation_free (gpointer data)
{
  Revocation *revocation = data;

  guardian_view_unref (revocation->view);
  g_array_unref (revocation->nodes);
  g_free (revocation->grant);
  g_free (revocation);
}

static void
forget_verdict (GuardianViewNode *node, gpointer user_data)
{
  Revocation *revocation = user_data;

  if (node->kind != GUARDIAN_VIEW_NODE_REAL
      || (!node->believed && !node->listed && node->read == GUARDIAN_VIEW_VERDICT_UNKNOWN
          && node->write == GUARDIAN_VIEW_VERDICT_UNKNOWN))
    return;
  node->believed = node->listed = FALSE;
  node->read = node->write = GUARDIAN_VIEW_VERDICT_UNKNOWN;
  node->size = -1; /* no size: pages are not kept at the next open */
  g_array_append_val (revocation->nodes, node->id);
}

static gboolean
notified_cb (gpointer data)
{
  Revocation *revocation = data;

  revocation->view->notifiers--;
  return G_SOURCE_REMOVE;
}

/* In a thread of its own: the kernel may wait for pages that the view's thread has yet to bring. */
static gpointer
notify_thread (gpointer data)
{
  Revocation *revocation = data;

  for (guint i = 0; i < revocation->nodes->len; i++)
    fuse_lowlevel_notify_inval_inode (revocation->view->fuse,
                                      g_array_index (revocation->nodes, guint64, i), 0, 0);
  guardian_view_post (revocation->view, G_PRIORITY_DEFAULT, notified_cb, revocation,
                      revocation_free);
  return NULL;
}

static gboolean
forget_grant (GuardianView *view, const char *id)
{
  gboolean had = FALSE;

  for (guint i = view->grants->len; i > 0; i--)
    if (strcmp (((const GuardianViewGrant *) view->grants->pdata[i - 1])->id, id) == 0)
      {
        g_ptr_array_remove_index (view->grants, i - 1);
        had = TRUE;
      }
  guardian_view_nodes_changed (view->nodes);
  return had;
}

/* Open handles are cut and mappings lose their pages: what is touched next is an error. What a
 * person allowed for once bears no name that could be revoked: it goes with the first that is. */
static gboolean
revoke_cb (gpointer data)
{
  Revocation *revocation = data;
  GuardianView *view = revocation->view;
  GHashTableIter iter;
  gpointer key;

  guardian_view_alike_flush (view);
  gboolean had = forget_grant (view, revocation->grant);
  guardian_view_park_clear (view, TRUE);
  g_hash_table_iter_init (&iter, view->handles);
  while (had && g_hash_table_iter_next (&iter, &key, NULL))
    {
      GuardianViewHandle *handle = key;
      gboolean once = handle->grant == NULL && !handle->is_private && !handle->is_way;
      handle->cut |= once || g_strcmp0 (handle->grant, revocation->grant) == 0;
    }
  if (!had)
    {
      revocation_free (revocation);
      return G_SOURCE_REMOVE;
    }
  guardian_view_nodes_foreach (view->nodes, forget_verdict, revocation);
  GThread *thread = view->fuse != NULL && revocation->nodes->len > 0
                        ? g_thread_try_new ("forget", notify_thread, revocation, NULL)
                        : NULL;
  if (thread == NULL)
    {
      revocation_free (revocation);
      return G_SOURCE_REMOVE;
    }
  view->notifiers++;
  g_thread_unref (thread);
  return G_SOURCE_REMOVE;
}

void
guardian_view_revoke (GuardianView *view, const char *grant)
{
  Revocation *revocation = g_new0 (Revocation, 1);

  revocation->view = guardian_view_ref (view);
  revocation->grant = g_strdup (grant);
  revocation->nodes = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (!guardian_view_post (view, G_PRIORITY_DEFAULT, revoke_cb, revocation, NULL))
    revocation_free (revocation);
}

/* --- another policy --- */

typedef struct {
  GuardianView *view;
  GuardianViewHeeded *heeded;
} Forgetting;

static void
forget_all (GuardianViewNode *node, gpointer user_data)
{
  node->read = node->write = GUARDIAN_VIEW_VERDICT_UNKNOWN;
}

static gboolean
forget_cb (gpointer data)
{
  Forgetting *forgetting = data;
  GuardianView *view = forgetting->view;

  guardian_view_alike_flush (view);
  guardian_view_alike_forget (view);
  guardian_view_nodes_foreach (view->nodes, forget_all, NULL);
  guardian_view_nodes_set_heeded (view->nodes, g_steal_pointer (&forgetting->heeded));
  return G_SOURCE_REMOVE;
}

static void
forgetting_free (gpointer data)
{
  Forgetting *forgetting = data;

  guardian_view_heeded_free (forgetting->heeded);
  guardian_view_unref (forgetting->view);
  g_free (forgetting);
}

void
guardian_view_forget (GuardianView *view, const CardeaJson *heeded)
{
  const Forgetting forgetting = { guardian_view_ref (view), guardian_view_heeded_new (heeded) };

  guardian_view_post (view, G_PRIORITY_DEFAULT, forget_cb,
                      g_memdup2 (&forgetting, sizeof forgetting), forgetting_free);
}
