/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: grants as the core sent them. Refuses: to show hidden names that are not shared, and what
 * is neither file, folder nor link. Known gaps: that a name exists, its size and its times are told
 * to a program outside mode deny; its content is not. */

#include "guardian/files/view/guardian-view-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static gboolean
is_granted_node (const GuardianViewGrant *grant, const GuardianViewNode *node, const char *path)
{
  for (; node != NULL; node = node->parent)
    if (node->dev == grant->dev && node->ino == grant->ino
        && node->kind != GUARDIAN_VIEW_NODE_PRIVATE)
      return grant->below && guardian_view_grant_lies_in (path, grant->path);
  return FALSE;
}

static gboolean
is_granted_itself (const GuardianViewGrant *grant, const char *path, const struct stat *st)
{
  return st != NULL && st->st_dev == grant->dev && st->st_ino == grant->ino
         && strcmp (path, grant->path) == 0;
}

const GuardianViewGrant *
guardian_view_place_grant (const GuardianView *view, const GuardianViewNode *parent,
                           const char *path, const struct stat *st)
{
  const GuardianViewGrant *best = NULL;

  for (guint i = 0; i < view->grants->len; i++)
    {
      const GuardianViewGrant *grant = view->grants->pdata[i];
      if ((best == NULL || grant->writable)
          && (is_granted_itself (grant, path, st) || is_granted_node (grant, parent, path)))
        best = grant;
    }
  return best;
}

const GuardianViewGrant *
guardian_view_place_grant_of (const GuardianView *view, const GuardianViewNode *node)
{
  g_autofree char *path = guardian_view_node_path (node);
  const struct stat st = { .st_dev = node->dev, .st_ino = node->ino };

  return path != NULL ? guardian_view_place_grant (view, node->parent, path, &st) : NULL;
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

gboolean
guardian_view_place_is_removed (const GuardianView *view, const char *path)
{
  return g_hash_table_contains (view->removed, path);
}

void
guardian_view_place_remove (GuardianView *view, const char *path)
{
  g_hash_table_add (view->removed, g_strdup (path));
}

static gboolean
look_real (GuardianView *view, GuardianViewNode *parent, const char *name, const char *path,
           struct stat *ret_st)
{
  errno = ENOENT;
  if (parent->kind == GUARDIAN_VIEW_NODE_PRIVATE || guardian_view_place_is_removed (view, path)
      || !guardian_view_layer_stat (&view->real, path, ret_st))
    return FALSE;
  errno = ENOENT;
  if (!is_shown_kind (ret_st))
    return FALSE;
  gboolean hidden = name[0] == '.' || view->deny;
  return !hidden || guardian_view_place_grant (view, parent, path, ret_st) != NULL
         || (S_ISDIR (ret_st->st_mode) && leads_on (view, path));
}

gboolean
guardian_view_place_look (GuardianView *view, GuardianViewNode *parent, const char *name,
                          GuardianViewNodeKind *ret_kind, struct stat *ret_st)
{
  g_autofree char *path = guardian_view_node_path_of (parent, name);

  errno = ENOENT;
  if (path == NULL)
    return FALSE;
  if (parent->kind == GUARDIAN_VIEW_NODE_WAY)
    return look_way (view, path, ret_kind, ret_st);
  *ret_kind = GUARDIAN_VIEW_NODE_PRIVATE;
  gboolean there = look_real (view, parent, name, path, ret_st);
  /* A real folder may have private things in it; it stays real. */
  if (there && S_ISDIR (ret_st->st_mode))
    {
      *ret_kind = GUARDIAN_VIEW_NODE_REAL;
      return TRUE;
    }
  struct stat private;
  if (guardian_view_layer_stat (&view->upper, path, &private))
    {
      *ret_st = private;
      return TRUE;
    }
  *ret_kind = GUARDIAN_VIEW_NODE_REAL;
  errno = ENOENT;
  return there;
}

static char *
made_key (dev_t dev, ino_t ino)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) dev, (guint64) ino);
}

gboolean
guardian_view_place_was_made (const GuardianView *view, dev_t dev, ino_t ino)
{
  g_autofree char *key = made_key (dev, ino);
  return g_hash_table_contains (view->made, key);
}

void
guardian_view_place_note_made (GuardianView *view, dev_t dev, ino_t ino)
{
  g_hash_table_add (view->made, made_key (dev, ino));
}

const GuardianViewLayer *
guardian_view_place_layer (const GuardianView *view, const GuardianViewNode *node)
{
  return node->kind == GUARDIAN_VIEW_NODE_PRIVATE ? &view->upper : &view->real;
}

/* The person's own files are the program's own inside; everybody else's nobody's. */
void
guardian_view_place_attributes (const GuardianView *view, struct stat *st)
{
  const uid_t nobody = 65534;

  st->st_uid = st->st_uid == geteuid () ? view->inside_uid : nobody;
  st->st_gid = st->st_gid == getegid () ? view->inside_gid : nobody;
  st->st_mode &= ~(mode_t) (S_ISUID | S_ISGID);
}

gboolean
guardian_view_place_stat (GuardianView *view, const GuardianViewNode *node, struct stat *ret_st)
{
  g_autofree char *path = guardian_view_node_path (node);

  errno = ENOENT;
  if (path == NULL
      || !guardian_view_layer_stat (guardian_view_place_layer (view, node), path, ret_st))
    return FALSE;
  errno = ESTALE;
  return ret_st->st_dev == node->dev && ret_st->st_ino == node->ino;
}
