/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program-agents.h"

#include "common/base/cardea-autofd.h"
#include "common/profiles/cardea-profile-files.h"
#include "ui/programs/ui-program-foreign.h"
#include "ui/programs/ui-program.h"

void
ui_program_agent_free (UiProgramAgent *agent)
{
  g_free (agent->name);
  g_free (agent->title);
  g_free (agent->note);
  g_free (agent->lacks);
  g_free (agent);
}

void
ui_program_talk_free (UiProgramTalk *talk)
{
  g_clear_pointer (&talk->run, cardea_message_unref);
  g_clear_pointer (&talk->session_open, cardea_message_unref);
  cardea_fd_clear (&talk->errors);
  g_free (talk);
}

/* --- which there are --- */

static UiProgramAgent *
describe (const CardeaProfile *profile)
{
  UiProgramAgent *agent = g_new0 (UiProgramAgent, 1);
  g_autofree char *program = ui_program_find (profile->agent[0], NULL);

  agent->name = g_strdup (profile->name);
  agent->title = g_strdup (profile->title);
  agent->note = g_strdup (profile->note);
  agent->lacks = program == NULL ? g_strdup (profile->agent[0]) : NULL;
  return agent;
}

static int
compare_titles (gconstpointer a, gconstpointer b)
{
  const UiProgramAgent *const *first = a, *const *second = b;
  return g_utf8_collate ((*first)->title, (*second)->title);
}

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *agents = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_program_agent_free);
  g_auto (GStrv) names = cardea_profile_files_list ();

  for (char **name = names; *name != NULL; name++)
    {
      g_autoptr (CardeaProfile) profile = cardea_profile_files_load (*name, NULL);
      if (profile != NULL && profile->agent[0] != NULL)
        g_ptr_array_add (agents, describe (profile));
    }
  g_ptr_array_sort (agents, compare_titles);
  g_task_return_pointer (task, agents, (GDestroyNotify) g_ptr_array_unref);
}

void
ui_program_agents_list_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_run_in_thread (task, list_thread);
}

GPtrArray *
ui_program_agents_list_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- talking with one --- */

typedef struct {
  char *profile;
  char *folder;
  char **hosts;
  CardeaMessage *session_open;
} Wish;

static void
wish_free (Wish *wish)
{
  g_free (wish->profile);
  g_free (wish->folder);
  g_strfreev (wish->hosts);
  g_clear_pointer (&wish->session_open, cardea_message_unref);
  g_free (wish);
}

static void
talk_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Wish *wish = data;
  char *folders[] = { wish->folder, NULL };
  const UiProgramForeignOptions options
      = { .profile = wish->profile, .folders = folders, .hosts = wish->hosts };
  g_autoptr (UiProgramTalk) talk = g_new0 (UiProgramTalk, 1);
  GError *error = NULL;

  talk->errors = -1;
  talk->run = ui_program_foreign_new (&options, wish->session_open, &talk->errors, &error);
  talk->session_open = g_steal_pointer (&wish->session_open);
  if (talk->run == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&talk), (GDestroyNotify) ui_program_talk_free);
}

void
ui_program_agents_talk_async (const char *profile, const char *folder, char **hosts,
                              CardeaMessage *session_open, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Wish *wish = g_new0 (Wish, 1);

  wish->profile = g_strdup (profile);
  wish->folder = g_strdup (folder);
  wish->hosts = g_strdupv (hosts);
  wish->session_open = cardea_message_ref (session_open);
  g_task_set_task_data (task, wish, (GDestroyNotify) wish_free);
  g_task_run_in_thread (task, talk_thread);
}

UiProgramTalk *
ui_program_agents_talk_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
