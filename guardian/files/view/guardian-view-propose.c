/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Private copies of the person's files: what a program made of one is proposed to the person when
 * nobody has it open for writing any more.
 *
 * Trusts: the core, for what became of a proposal. Refuses nothing. Known gaps: a copy that gets
 * another name, or is larger than GUARDIAN_VIEW_PROPOSAL_LIMIT, is not proposed; new files outside
 * what is shared never are. */

#include "guardian/files/view/guardian-view-private.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define LIMIT_COPIES 1000u

struct _GuardianViewCopy {
  char *path;
  guint writers;    /* handles that may write */
  gboolean changed; /* since it was proposed last */
  guint64 id;       /* of the proposal that waits; 0: none */
  gboolean refused; /* a person, or policy, said no: not asked again */
};

static void
copy_free (gpointer data)
{
  GuardianViewCopy *copy = data;

  g_free (copy->path);
  g_free (copy);
}

GHashTable *
guardian_view_propose_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, copy_free);
}

void
guardian_view_propose_note (GuardianView *view, const GuardianViewNode *parent, const char *name)
{
  g_autofree char *path = guardian_view_node_path_of (parent, name);

  if (path == NULL || g_hash_table_contains (view->copies, path)
      || g_hash_table_size (view->copies) >= LIMIT_COPIES)
    return;
  GuardianViewCopy *copy = g_new0 (GuardianViewCopy, 1);
  copy->path = g_steal_pointer (&path);
  g_hash_table_insert (view->copies, copy->path, copy);
}

static GuardianViewCopy *
find (const GuardianView *view, const GuardianViewNode *parent, const char *name)
{
  if (parent == NULL || g_hash_table_size (view->copies) == 0)
    return NULL;
  g_autofree char *path = guardian_view_node_path_of (parent, name);
  return path != NULL ? g_hash_table_lookup (view->copies, path) : NULL;
}

/* NULL with errno. */
static GBytes *
read_all (int fd)
{
  struct stat st;
  g_autofree char *bytes = NULL;

  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode)
      || st.st_size > GUARDIAN_VIEW_PROPOSAL_LIMIT)
    return NULL;
  bytes = g_try_malloc ((gsize) st.st_size + 1);
  for (off_t done = 0; bytes != NULL;)
    {
      ssize_t got = pread (fd, bytes + done, (gsize) (st.st_size - done), done);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return NULL;
      done += got;
      if (got == 0 || done == st.st_size)
        return g_bytes_new_take (g_steal_pointer (&bytes), (gsize) done);
    }
  return NULL;
}

static void
propose (GuardianView *view, GuardianViewCopy *copy)
{
  if (!copy->changed || copy->writers > 0 || copy->id != 0 || copy->refused)
    return;
  cardea_autofd int fd
      = guardian_view_layer_open (&view->upper, copy->path, O_RDONLY | O_NONBLOCK, 0);
  g_autoptr (GBytes) bytes = read_all (fd);
  gsize size = 0;
  const void *content = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  int memfd = bytes != NULL
                  ? cardea_descriptor_new_memfd ("proposal", content != NULL ? content : "", size)
                  : -1;
  if (memfd < 0)
    return;
  copy->changed = FALSE;
  copy->id = ++view->next_question;
  view->handler.propose (view, copy->id, copy->path, memfd, view->user_data);
}

GuardianViewCopy *
guardian_view_propose_opened (GuardianView *view, const GuardianViewNode *node)
{
  GuardianViewCopy *copy = find (view, node->parent, node->name);

  if (copy != NULL)
    copy->writers++;
  return copy;
}

void
guardian_view_propose_written (GuardianViewCopy *copy)
{
  copy->changed = TRUE;
}

void
guardian_view_propose_closed (GuardianView *view, GuardianViewCopy *copy)
{
  copy->writers--;
  propose (view, copy);
}

void
guardian_view_propose_replaced (GuardianView *view, const GuardianViewNode *parent,
                                const char *name)
{
  GuardianViewCopy *copy = find (view, parent, name);

  if (copy == NULL)
    return;
  copy->changed = TRUE;
  propose (view, copy);
}

/* --- what became of it --- */

typedef struct {
  GuardianView *view;
  guint64 id;
  gboolean refused;
} Judgement;

static gboolean
judged_cb (gpointer data)
{
  const Judgement *judgement = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, judgement->view->copies);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      GuardianViewCopy *copy = value;
      if (copy->id != judgement->id)
        continue;
      copy->id = 0;
      copy->refused = judgement->refused;
      propose (judgement->view, copy);
      break;
    }
  return G_SOURCE_REMOVE;
}

static void
judgement_free (gpointer data)
{
  Judgement *judgement = data;

  guardian_view_unref (judgement->view);
  g_free (judgement);
}

void
guardian_view_judge (GuardianView *view, guint64 id, gboolean refused)
{
  const Judgement judgement = { guardian_view_ref (view), id, refused };

  guardian_view_post (view, G_PRIORITY_DEFAULT, judged_cb, g_memdup2 (&judgement, sizeof judgement),
                      judgement_free);
}
