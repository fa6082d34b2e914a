/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A view that was opened before its program was known gets what was decided for it. Until then
 * nobody is in its sandbox but bubblewrap and cardea-confine, which only find folders in it. */

#include "guardian/files/view/guardian-view-heeded.h"
#include "guardian/files/view/guardian-view-private.h"

#include "common/base/cardea-autofd.h"

#include <sys/stat.h>

typedef struct {
  GuardianView *view;
  char *beginning;
  gboolean deny;
  GPtrArray *grants;
  GuardianViewHeeded *heeded;
  int journal;
  void (*done) (GuardianView *view, gboolean adopted, gpointer user_data);
  gpointer user_data;
} Adoption;

static void
adoption_free (gpointer data)
{
  Adoption *adoption = data;

  g_free (adoption->beginning);
  g_clear_pointer (&adoption->grants, g_ptr_array_unref);
  guardian_view_heeded_free (adoption->heeded);
  cardea_fd_clear (&adoption->journal);
  guardian_view_unref (adoption->view);
  g_free (adoption);
}

static void
take_over (Adoption *adoption)
{
  GuardianView *view = adoption->view;
  struct stat st = { 0 };

  g_free (view->beginning);
  view->beginning = g_steal_pointer (&adoption->beginning);
  view->deny = adoption->deny;
  cardea_fd_clear (&view->journal);
  /* Without its size nothing can be said to be in the log: then there are no effects either. */
  if (fstat (adoption->journal, &st) == 0)
    view->journal = cardea_fd_steal (&adoption->journal);
  view->journal_end = st.st_size;
  guardian_view_nodes_set_heeded (view->nodes, g_steal_pointer (&adoption->heeded));
  while (adoption->grants->len > 0)
    guardian_view_place_admit (view, g_ptr_array_steal_index (adoption->grants, 0));
}

static gboolean
adopt_cb (gpointer data)
{
  Adoption *adoption = data;
  const gboolean adopted = !adoption->view->ending;

  if (adopted)
    take_over (adoption);
  adoption->done (adoption->view, adopted, adoption->user_data);
  return G_SOURCE_REMOVE;
}

gboolean
guardian_view_adopt (GuardianView *view, const GuardianViewPlan *plan,
                     void (*done) (GuardianView *view, gboolean adopted, gpointer user_data),
                     gpointer user_data)
{
  const Adoption adoption = {
    .view = guardian_view_ref (view),
    .beginning = g_strdup (plan->beginning),
    .deny = plan->deny,
    .grants = plan->grants,
    .heeded = guardian_view_heeded_new (plan->heeded),
    .journal = plan->journal,
    .done = done,
    .user_data = user_data,
  };

  return guardian_view_post (view, G_PRIORITY_DEFAULT, adopt_cb,
                             g_memdup2 (&adoption, sizeof adoption), adoption_free);
}
