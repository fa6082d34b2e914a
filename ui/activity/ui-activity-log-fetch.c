/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-log-private.h"

static gboolean fetch_cb (gpointer user_data);

void
ui_activity_log_fetch_soon (UiActivityLog *self)
{
  if (!self->fetching && self->fetch_source == 0)
    self->fetch_source = g_idle_add (fetch_cb, self);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityLog) self = user_data;
  g_autoptr (CardeaMessage) page = ui_activity_log_answer (self, source, result);
  if (page == NULL)
    return;

  CardeaJson *records = cardea_message_get_json (page, "records");
  gint64 next = cardea_message_get_int64 (page, "next", G_MAXINT64);
  for (guint i = 0; i < cardea_json_size (records); i++)
    {
      gint64 seq = ui_activity_log_seq_of (cardea_json_nth (records, i));
      ui_activity_cache_fill (self->cache, seq, cardea_json_nth (records, i));
    }
  self->fetching = FALSE;
  ui_activity_cache_give_up (self->cache, self->fetch_first, next);
  ui_activity_log_fetch_soon (self);
}

static gboolean
fetch_cb (gpointer user_data)
{
  UiActivityLog *self = user_data;

  self->fetch_source = 0;
  if (self->fetching)
    return G_SOURCE_REMOVE;
  /* No more than are absent: the guardian need not look for what nobody waits for. */
  guint count
      = ui_activity_cache_find_absent (self->cache, UI_ACTIVITY_LOG_BLOCK_LAST, &self->fetch_first);
  if (count > 0)
    {
      self->fetching = TRUE;
      ui_activity_log_call (
          self,
          ui_activity_log_request_page (self, self->fetch_first, MIN (count, UI_ACTIVITY_LOG_PAGE)),
          fetched_cb);
    }
  return G_SOURCE_REMOVE;
}

void
ui_activity_log_refresh (UiActivityLog *self, gint64 seq)
{
  if (ui_activity_cache_find (self->cache, seq) == NULL)
    return;
  ui_activity_cache_mark_absent (self->cache, seq);
  ui_activity_log_fetch_soon (self);
}
