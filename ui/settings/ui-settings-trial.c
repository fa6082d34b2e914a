/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-trial.h"

#include "ui/models/ui-models-test.h"

#include <glib/gi18n.h>

#define SHOWN_MODELS 3u /* names of a server's models in one line */

typedef struct {
  char *name;
  CardeaJson *model; /* as the guardian has it; NULL: it has none of that name */
  char *says;
  gboolean good;
} Trial;

static void
trial_free (gpointer data)
{
  Trial *trial = data;
  g_free (trial->name);
  g_clear_pointer (&trial->model, cardea_json_unref);
  g_free (trial->says);
  g_free (trial);
}

char *
ui_settings_trial_list (char **models)
{
  g_autoptr (GStrvBuilder) few = g_strv_builder_new ();
  guint count = g_strv_length (models);

  for (guint i = 0; i < MIN (count, SHOWN_MODELS); i++)
    g_strv_builder_add (few, models[i]);
  g_auto (GStrv) names = g_strv_builder_end (few);
  g_autofree char *text = g_strjoinv (", ", names);
  guint more = count - MIN (count, SHOWN_MODELS);
  return more > 0
             ? g_strdup_printf (ngettext ("%s and %u more", "%s and %u more", more), text, more)
             : g_steal_pointer (&text);
}

/* Takes task. */
static void
end (GTask *task, const char *says, gboolean good)
{
  g_autoptr (GTask) owned = task;
  Trial *trial = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  trial->good = good;
  g_task_return_pointer (task, g_strdup (says != NULL ? says : _ ("It was not tried to the end.")),
                         g_free);
}

/* What a call brought, the caller's; NULL: the trial is over. */
static CardeaMessage *
answer (GTask *task, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble == NULL && reply != NULL)
    return g_steal_pointer (&reply);
  end (task, trouble, FALSE);
  return NULL;
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  const Trial *trial = g_task_get_task_data (task);
  g_autoptr (CardeaMessage) reply = answer (task, source, result);
  if (reply != NULL)
    end (task, trial->says, TRUE);
}

/* Takes task. */
static void
choose (GTask *task, const char *id)
{
  static const char *const members[] = { "name", "url", "kind", "credential" };
  const Trial *trial = g_task_get_task_data (task);
  g_autoptr (CardeaMessage) request = cardea_message_new ("model.add");

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    cardea_message_set_string (request, members[i],
                               cardea_json_get_string (trial->model, members[i]));
  cardea_message_set_string (request, "model", id);
  ui_link_call_async (g_task_get_source_object (task), request, g_task_get_cancellable (task),
                      chosen_cb, task);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Trial *trial = g_task_get_task_data (task);
  g_autoptr (UiModelsVerdict) verdict = ui_models_test_read_finish (result, NULL);

  if (verdict == NULL || !verdict->good)
    {
      end (task, verdict != NULL ? verdict->problem : NULL, FALSE);
      return;
    }
  g_autofree char *models = ui_settings_trial_list (verdict->models);
  trial->says = g_strdup_printf (_ ("Answers within %u ms: %s"), verdict->ms, models);
  if (trial->model != NULL && cardea_json_get_string (trial->model, "model") == NULL)
    choose (task, verdict->models[0]);
  else
    end (task, trial->says, TRUE);
}

static void
tested_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  const Trial *trial = g_task_get_task_data (task);
  g_autoptr (CardeaMessage) reply = answer (task, source, result);
  if (reply == NULL)
    return;
  const char *wanted = trial->model != NULL ? cardea_json_get_string (trial->model, "model") : NULL;
  ui_models_test_read_async (reply, wanted, g_task_get_cancellable (task), read_cb, task);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Trial *trial = g_task_get_task_data (task);
  g_autoptr (CardeaMessage) reply = answer (task, source, result);
  if (reply == NULL)
    return;

  const CardeaJson *models = cardea_message_get_json (reply, "models");
  for (guint i = 0; i < cardea_json_size (models); i++)
    {
      CardeaJson *model = cardea_json_nth (models, i);
      if (trial->model == NULL
          && g_strcmp0 (cardea_json_get_string (model, "name"), trial->name) == 0)
        trial->model = cardea_json_ref (model);
    }
  g_autoptr (CardeaMessage) request = cardea_message_new ("model.test");
  cardea_message_set_string (request, "name", trial->name);
  ui_link_call_async (UI_LINK (source), request, g_task_get_cancellable (task), tested_cb, task);
}

void
ui_settings_trial_async (UiLink *link, const char *name, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (link, cancellable, callback, user_data);
  g_autoptr (CardeaMessage) request = cardea_message_new ("model.list");
  Trial *trial = g_new0 (Trial, 1);

  trial->name = g_strdup (name);
  g_task_set_task_data (task, trial, trial_free);
  ui_link_call_async (link, request, cancellable, listed_cb, task);
}

char *
ui_settings_trial_finish (GAsyncResult *result, gboolean *ret_good)
{
  const Trial *trial = g_task_get_task_data (G_TASK (result));

  if (ret_good != NULL)
    *ret_good = trial->good;
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
