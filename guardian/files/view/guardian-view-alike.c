/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, that its answer holds for what is alike, and for which names that is not so;
 * the kernel, for owners, mounts and numbers of names. Refuses: whatever differs in anything that a
 * rule can see. Known gaps: what was read is in the log up to GUARDIAN_VIEW_ALIKE_US later; what is
 * changed is in the journal before, and the decision it goes by in the log. */

#include "guardian/files/view/guardian-view-alike.h"

#include "guardian/files/view/guardian-view-journal.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define GUARDIAN_VIEW_ALIKE_US (50 * G_TIME_SPAN_MILLISECOND)
#define FIRST_EFFECT (GUARDIAN_VIEW_DIDS - 1) /* of the actions: reading changes nothing */
#define LIMIT_BYTES 24576u                    /* of paths in one message */

static const char *const actions[GUARDIAN_VIEW_GRANT_ACTIONS]
    = { "file.read",   "file.list",   "file.write",   "file.create",
        "file.delete", "file.rename", "file.metadata" };

/* What is read is told apart from what is changed, each in its order: a program that copies a tree
 * does one after the other. */
static GuardianViewDid *
did_of (GuardianView *view, guint action)
{
  return &view->did[MIN (action, FIRST_EFFECT)];
}

static void
tell (GuardianView *view, GuardianViewDid *did)
{
  if (did->paths->len == 0)
    return;
  g_ptr_array_add (did->paths, NULL);
  /* Of the journal no more than was told. */
  if (did == did_of (view, FIRST_EFFECT))
    view->journal_told = view->journal_end;
  did->journal = view->journal_told;
  view->handler.did (view, did, view->user_data);
  g_ptr_array_set_size (did->paths, 0);
  g_clear_pointer (&did->grant, g_free);
  did->bytes = 0;
}

static guint
find_action (const char *action)
{
  gsize size = strcspn (action, ":"); /* of an operation's key */

  for (guint i = 0; i < GUARDIAN_VIEW_GRANT_ACTIONS; i++)
    if (strncmp (actions[i], action, size) == 0 && actions[i][size] == '\0')
      return i;
  return GUARDIAN_VIEW_GRANT_ACTIONS;
}

/* What is there lies on the mount the grant is on: another one could have been put over it. */
static gboolean
is_own (GuardianView *view, GuardianViewNode *parent, const char *name, const struct stat *st,
        const GuardianViewGrant *grant, gboolean is_kept)
{
  struct statx now;
  int folder = guardian_view_way (view->ways, parent, FALSE);

  if (!S_ISREG (st->st_mode) && !S_ISDIR (st->st_mode) && !S_ISLNK (st->st_mode))
    return FALSE;
  return folder >= 0
         && statx (folder, name, AT_SYMLINK_NOFOLLOW,
                   STATX_TYPE | STATX_INO | STATX_NLINK | STATX_UID | STATX_SIZE | STATX_MNT_ID,
                   &now)
                == 0
         && (now.stx_mask & STATX_MNT_ID) != 0 && now.stx_mnt_id == grant->mount
         && now.stx_ino == st->st_ino && (now.stx_mode & S_IFMT) == (st->st_mode & S_IFMT)
         && now.stx_uid == view->uid
         && (S_ISDIR (now.stx_mode)
             || (now.stx_nlink == 1 && (!is_kept || now.stx_size <= GUARDIAN_VIEW_STASH_FILE)));
}

gboolean
guardian_view_alike_is_plain (GuardianView *view, GuardianViewNode *parent, const char *name,
                              const struct stat *st, const char *action,
                              const GuardianViewGrant *grant)
{
  gboolean is_kept = strcmp (action, "file.delete") == 0 || strcmp (action, "file.write") == 0;

  return grant->below && grant->mount != 0
         && guardian_view_nodes_is_plain (view->nodes, parent, name, grant)
         && guardian_view_way_mount (view->ways, parent) == grant->mount
         && (st == NULL || is_own (view, parent, name, st, grant, is_kept));
}

/* FALSE: an effect cannot be noted. */
static gboolean
note (GuardianView *view, const GuardianViewGrant *grant, guint action, char *taken_path)
{
  GuardianViewDid *did = did_of (view, action);
  g_autofree char *path = taken_path;

  if (did->paths->len > 0
      && (did->by != grant->alike[action] || did->action != actions[action]
          || did->bytes + strlen (path) > LIMIT_BYTES || did->paths->len >= CARDEA_LIMIT_VIEW_DID))
    tell (view, did);
  if (action >= FIRST_EFFECT
      && !guardian_view_journal_note (view, actions[action], grant->alike[action], grant->id, path))
    return FALSE;
  if (did->paths->len == 0)
    {
      did->by = grant->alike[action];
      did->action = actions[action];
      did->grant = g_strdup (grant->id);
      did->due = g_get_monotonic_time () + GUARDIAN_VIEW_ALIKE_US;
    }
  did->bytes += strlen (path);
  g_ptr_array_add (did->paths, g_steal_pointer (&path));
  return TRUE;
}

const GuardianViewGrant *
guardian_view_alike_find (GuardianView *view, GuardianViewNode *parent, const char *name,
                          const struct stat *st, const char *action)
{
  const GuardianViewGrant *grant = guardian_view_nodes_shared (view->nodes, parent);
  guint index = find_action (action);

  if (grant == NULL || index >= GUARDIAN_VIEW_GRANT_ACTIONS || grant->alike[index] == 0
      || !guardian_view_alike_is_plain (view, parent, name, st, action, grant))
    return NULL;
  char *path = guardian_view_node_path_of (parent, name);
  return path != NULL && note (view, grant, index, path) ? grant : NULL;
}

void
guardian_view_alike_learn (GuardianViewGrant *grant, const char *action, guint64 question)
{
  guint index = find_action (action);

  if (index < GUARDIAN_VIEW_GRANT_ACTIONS)
    grant->alike[index] = question;
}

void
guardian_view_alike_forget (GuardianView *view)
{
  for (guint i = 0; i < view->grants->len; i++)
    {
      GuardianViewGrant *grant = view->grants->pdata[i];
      memset (grant->alike, 0, sizeof grant->alike);
    }
}

void
guardian_view_alike_flush (GuardianView *view)
{
  for (guint i = 0; i < GUARDIAN_VIEW_DIDS; i++)
    tell (view, &view->did[i]);
}

gint64
guardian_view_alike_due (const GuardianView *view)
{
  gint64 first = G_MAXINT64;

  for (guint i = 0; i < GUARDIAN_VIEW_DIDS; i++)
    if (view->did[i].paths->len > 0)
      first = MIN (first, view->did[i].due);
  return first < G_MAXINT64 ? MAX (0, first - g_get_monotonic_time ()) : -1;
}
