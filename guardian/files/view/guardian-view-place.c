/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: grants as the core sent them. Refuses: to show hidden names that are not shared, and what
 * is neither file, folder nor link. Known gaps: that a name exists, its size and its times are told
 * to a program outside mode deny; its content is not. */

#include "guardian/files/view/guardian-view-private.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Where every change is this kernel's own doing, so that it can be heard of. */
static const guint32 audible[] = { BTRFS_SUPER_MAGIC,     EXT4_SUPER_MAGIC, F2FS_SUPER_MAGIC,
                                   OVERLAYFS_SUPER_MAGIC, TMPFS_MAGIC,      XFS_SUPER_MAGIC };

static gboolean
is_audible (int fd)
{
  struct statfs st;

  if (fstatfs (fd, &st) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (audible); i++)
    if ((guint32) st.f_type == audible[i])
      return TRUE;
  return FALSE;
}

/* What the kernel says of the granted object itself; it must still be that. */
static void
find_mount (const GuardianView *view, GuardianViewGrant *grant)
{
  struct statx st;
  cardea_autofd int fd = guardian_view_layer_open (&view->real, grant->path, O_PATH, 0);

  grant->mount = 0;
  grant->audible = FALSE;
  if (fd < 0
      || statx (fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO | STATX_MNT_ID, &st) != 0
      || (st.stx_mask & STATX_MNT_ID) == 0 || st.stx_ino != grant->ino
      || gnu_dev_makedev (st.stx_dev_major, st.stx_dev_minor) != grant->dev)
    return;
  grant->mount = st.stx_mnt_id;
  grant->audible = is_audible (fd);
}

void
guardian_view_place_admit (GuardianView *view, GuardianViewGrant *grant)
{
  find_mount (view, grant);
  g_ptr_array_add (view->grants, grant);
  guardian_view_nodes_changed (view->nodes);
}

static gboolean
is_itself (const GuardianViewGrant *grant, const GuardianViewNode *parent, const char *name,
           const struct stat *st)
{
  if (st->st_ino != grant->ino || st->st_dev != grant->dev)
    return FALSE;
  g_autofree char *path = guardian_view_node_path_of (parent, name);
  return g_strcmp0 (path, grant->path) == 0;
}

const GuardianViewGrant *
guardian_view_place_grant (const GuardianView *view, GuardianViewNode *parent, const char *name,
                           const struct stat *st)
{
  const GuardianViewGrant *best = guardian_view_nodes_shared (view->nodes, parent);

  for (guint i = 0; st != NULL && i < view->grants->len; i++)
    {
      const GuardianViewGrant *grant = view->grants->pdata[i];
      if ((best == NULL || (grant->writable && !best->writable))
          && is_itself (grant, parent, name, st))
        best = grant;
    }
  return best;
}

const GuardianViewGrant *
guardian_view_place_grant_of (const GuardianView *view, const GuardianViewNode *node)
{
  const struct stat st = { .st_dev = node->dev, .st_ino = node->ino };

  return node->parent != NULL ? guardian_view_place_grant (view, node->parent, node->name, &st)
                              : NULL;
}

/* Something that is shared or shown lies below it. */
static gboolean
leads_on (const GuardianView *view, const char *path)
{
  for (guint i = 0; i < view->grants->len; i++)
    if (guardian_view_grant_lies_in (((const GuardianViewGrant *) view->grants->pdata[i])->path,
                                     path))
      return TRUE;
  for (char **top = view->tops; *top != NULL; top++)
    if (guardian_view_grant_lies_in (*top, path))
      return TRUE;
  return FALSE;
}

gboolean
guardian_view_place_is_way (const GuardianView *view, const GuardianViewNode *folder)
{
  if (folder->kind != GUARDIAN_VIEW_NODE_REAL)
    return FALSE;
  g_autofree char *path = guardian_view_node_path (folder);
  if (path == NULL || g_strcmp0 (path, view->beginning) == 0)
    return path != NULL;
  for (guint i = 0; i < view->grants->len; i++)
    {
      const GuardianViewGrant *grant = view->grants->pdata[i];
      if (guardian_view_grant_lies_in (grant->path, path) && strcmp (grant->path, path) != 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
guardian_view_place_is_known (GuardianView *view, GuardianViewNode *folder, const char *name)
{
  const GuardianViewNode *node = guardian_view_nodes_find (view->nodes, folder, name);
  struct stat st;

  if (node != NULL && node->read == GUARDIAN_VIEW_VERDICT_ALLOWED)
    return TRUE;
  if (!guardian_view_place_stat_in (view, folder, name, FALSE, &st))
    return FALSE;
  if (guardian_view_place_grant (view, folder, name, &st) != NULL)
    return TRUE;
  g_autofree char *path = guardian_view_node_path_of (folder, name);
  return S_ISDIR (st.st_mode) && path != NULL && leads_on (view, path);
}

static gboolean
is_top (const GuardianView *view, const char *path)
{
  return g_strv_contains ((const char *const *) view->tops, path);
}

static gboolean
is_shown_kind (const struct stat *st)
{
  return S_ISREG (st->st_mode) || S_ISDIR (st->st_mode) || S_ISLNK (st->st_mode);
}

static gboolean
look_way (GuardianView *view, const char *path, GuardianViewNodeKind *ret_kind, struct stat *ret_st)
{
  gboolean top = is_top (view, path);

  errno = ENOENT;
  if (!top && !leads_on (view, path))
    return FALSE;
  if (!guardian_view_layer_stat (&view->real, path, ret_st))
    return FALSE;
  errno = ENOENT;
  *ret_kind = top ? GUARDIAN_VIEW_NODE_REAL : GUARDIAN_VIEW_NODE_WAY;
  return S_ISDIR (ret_st->st_mode);
}

/* Outside grants a name with a dot is not there, and in mode deny none is. */
static gboolean
is_hidden (const GuardianView *view, GuardianViewNode *parent, const char *name,
           const struct stat *st)
{
  if ((name[0] != '.' && !view->deny) || guardian_view_place_grant (view, parent, name, st) != NULL)
    return FALSE;
  if (!S_ISDIR (st->st_mode))
    return TRUE;
  g_autofree char *path = guardian_view_node_path_of (parent, name);
  return path == NULL || !leads_on (view, path);
}

/* The kernel may know the name of a time when it, or one above it, was shared. */
static gboolean
was_hidden (const GuardianView *view, const GuardianViewNode *node)
{
  for (; node->parent != NULL && node->kind == GUARDIAN_VIEW_NODE_REAL; node = node->parent)
    {
      const struct stat st = { .st_dev = node->dev,
                               .st_ino = node->ino,
                               .st_mode = node->is_folder ? S_IFDIR : S_IFREG };
      if (guardian_view_nodes_shared (view->nodes, node->parent) != NULL)
        return FALSE;
      if (is_hidden (view, node->parent, node->name, &st))
        return TRUE;
    }
  return FALSE;
}

gboolean
guardian_view_place_is_removed (const GuardianView *view, const GuardianViewNode *parent,
                                const char *name)
{
  if (g_hash_table_size (view->removed) == 0)
    return FALSE;
  g_autofree char *path = guardian_view_node_path_of (parent, name);
  return path == NULL || g_hash_table_contains (view->removed, path);
}

void
guardian_view_place_remove (GuardianView *view, const GuardianViewNode *parent, const char *name)
{
  char *path = guardian_view_node_path_of (parent, name);

  if (path != NULL)
    g_hash_table_add (view->removed, path);
}

gboolean
guardian_view_place_stat_in (GuardianView *view, GuardianViewNode *folder, const char *name,
                             gboolean upper, struct stat *ret_st)
{
  int fd = guardian_view_way (view->ways, folder, upper);
  return fd >= 0 && fstatat (fd, name, ret_st, AT_SYMLINK_NOFOLLOW) == 0;
}

static gboolean
look_real (GuardianView *view, GuardianViewNode *parent, const char *name, struct stat *ret_st)
{
  errno = ENOENT;
  if (parent->kind == GUARDIAN_VIEW_NODE_PRIVATE || was_hidden (view, parent)
      || guardian_view_place_is_removed (view, parent, name)
      || !guardian_view_place_stat_in (view, parent, name, FALSE, ret_st))
    return FALSE;
  errno = ENOENT;
  return is_shown_kind (ret_st) && !is_hidden (view, parent, name, ret_st);
}

gboolean
guardian_view_place_look (GuardianView *view, GuardianViewNode *parent, const char *name,
                          GuardianViewNodeKind *ret_kind, struct stat *ret_st)
{
  if (parent->kind == GUARDIAN_VIEW_NODE_WAY)
    {
      g_autofree char *path = guardian_view_node_path_of (parent, name);
      errno = ENOENT;
      return path != NULL && look_way (view, path, ret_kind, ret_st);
    }
  *ret_kind = GUARDIAN_VIEW_NODE_PRIVATE;
  gboolean there = look_real (view, parent, name, ret_st);
  gboolean stale = !there && errno == ESTALE;
  /* A real folder may have private things in it; it stays real. */
  if (there && S_ISDIR (ret_st->st_mode))
    {
      *ret_kind = GUARDIAN_VIEW_NODE_REAL;
      return TRUE;
    }
  struct stat private;
  if (guardian_view_ways_have_upper (view->ways)
      && guardian_view_place_stat_in (view, parent, name, TRUE, &private))
    {
      *ret_st = private;
      return TRUE;
    }
  *ret_kind = GUARDIAN_VIEW_NODE_REAL;
  errno = stale ? ESTALE : ENOENT;
  return there;
}

int
guardian_view_place_open (GuardianView *view, const GuardianViewNode *node, int flags)
{
  const GuardianViewLayer folder = {
    .root = node->parent != NULL ? guardian_view_way (view->ways, node->parent,
                                                      node->kind == GUARDIAN_VIEW_NODE_PRIVATE)
                                 : -1,
  };
  if (folder.root >= 0)
    return guardian_view_layer_open_name (&folder, node->name, flags, 0);
  if (node->id == GUARDIAN_VIEW_NODE_ROOT)
    return guardian_view_layer_open (&view->real, "/", flags, 0);
  if (node->parent == NULL)
    errno = ENOENT;
  return -1;
}

static guint
made_hash (gconstpointer key)
{
  const GuardianViewMade *made = key;
  return (guint) made->ino ^ (guint) (made->ino >> 32) ^ (guint) made->dev;
}

static gboolean
made_equal (gconstpointer a, gconstpointer b)
{
  const GuardianViewMade *one = a;
  const GuardianViewMade *two = b;
  return one->dev == two->dev && one->ino == two->ino;
}

GHashTable *
guardian_view_place_set_new (void)
{
  return g_hash_table_new_full (made_hash, made_equal, g_free, NULL);
}

gboolean
guardian_view_place_has (GHashTable *set, dev_t dev, ino_t ino)
{
  const GuardianViewMade key = { dev, ino };
  return g_hash_table_contains (set, &key);
}

void
guardian_view_place_note (GHashTable *set, dev_t dev, ino_t ino)
{
  const GuardianViewMade key = { dev, ino };

  if (g_hash_table_size (set) < GUARDIAN_VIEW_MADE_LIMIT)
    g_hash_table_add (set, g_memdup2 (&key, sizeof key));
}

void
guardian_view_place_gone (GuardianView *view, const struct stat *st)
{
  const GuardianViewMade key = { st->st_dev, st->st_ino };

  if (!S_ISDIR (st->st_mode) && st->st_nlink > 1)
    return;
  g_hash_table_remove (view->made, &key);
  g_hash_table_remove (view->kept, &key);
  g_hash_table_remove (view->landed, &key);
}

/* The person's own files are the program's own inside; everybody else's nobody's. */
void
guardian_view_place_attributes (const GuardianView *view, struct stat *st)
{
  const uid_t nobody = 65534;

  st->st_uid = st->st_uid == view->uid ? view->inside_uid : nobody;
  st->st_gid = st->st_gid == view->gid ? view->inside_gid : nobody;
  st->st_mode &= ~(mode_t) (S_ISUID | S_ISGID);
}

gboolean
guardian_view_place_stat (GuardianView *view, const GuardianViewNode *node, struct stat *ret_st)
{
  if (node->id == GUARDIAN_VIEW_NODE_ROOT)
    return fstat (view->real.root, ret_st) == 0;
  errno = ENOENT;
  if (node->parent == NULL || was_hidden (view, node))
    return FALSE;
  gboolean there = guardian_view_place_stat_in (view, node->parent, node->name,
                                                node->kind == GUARDIAN_VIEW_NODE_PRIVATE, ret_st);
  if (!there && errno != ENOENT)
    return FALSE;
  errno = ESTALE;
  return there && ret_st->st_dev == node->dev && ret_st->st_ino == node->ino;
}
