/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/ui-models-find.h"

static void
found_cb (GPtrArray *servers, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (g_task_return_error_if_cancelled (task))
    g_ptr_array_unref (servers);
  else
    g_task_return_pointer (task, servers, (GDestroyNotify) g_ptr_array_unref);
}

void
ui_models_find_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ui_models_local_search (found_cb, g_task_new (NULL, cancellable, callback, user_data));
}

GPtrArray *
ui_models_find_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
