/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-log-private.h"

gint64
ui_activity_log_indexed (UiActivityLog *self)
{
  return self->index != NULL ? ui_activity_index_size (self->index) : 0;
}

/* All the rest at once. */
void
ui_activity_log_take_from_index (UiActivityLog *self)
{
  guint at = self->newer->len + self->older->len;

  ui_activity_index_find (self->index, self->filter, self->floor, self->scan_end, self->older);
  self->scan_end = self->floor;
  guint added = self->newer->len + self->older->len - at;
  if (added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at, 0, added);
}

/* Where the next block begins; what the index says cannot match is passed over. */
gint64
ui_activity_log_next_block (UiActivityLog *self)
{
  gint64 covered = ui_activity_log_indexed (self);

  if (self->scan_end > covered)
    return MAX (MAX (self->floor, covered), self->scan_end - self->block);
  self->scan_end = ui_activity_index_previous (self->index, self->filter, self->scan_end) + 1;
  return MAX (self->floor, self->scan_end - self->block);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityLog) self = user_data;
  g_autoptr (GError) error = NULL;
  UiActivityIndex *index = ui_activity_index_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  if (index == NULL)
    {
      g_debug ("no index of the log: %s", error->message);
      return;
    }
  g_clear_pointer (&self->index, ui_activity_index_free);
  self->index = index;
  ui_activity_log_tell (self);
  ui_activity_log_scan (self);
}

void
ui_activity_log_drop_index (UiActivityLog *self)
{
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->index, ui_activity_index_free);
}

/* Also again, when much has come past it. */
void
ui_activity_log_load_index (UiActivityLog *self, const char *folder, gint64 records)
{
  if (folder == NULL || self->loading != NULL
      || (self->index != NULL
          && records - ui_activity_log_indexed (self) <= UI_ACTIVITY_LOG_BLOCK_LAST))
    return;
  self->loading = g_cancellable_new ();
  ui_activity_index_load_async (folder, self->loading, loaded_cb, g_object_ref (self));
}

const UiActivityIndex *
ui_activity_log_get_index (UiActivityLog *self)
{
  return self->index;
}
