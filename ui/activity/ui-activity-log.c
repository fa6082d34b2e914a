/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The wire reads forward from a number; numbers are dense. So the newest records are a block at the
 * end, then the block before it, and so on, as long as somebody looks further down. Where the index
 * reaches it says at once which records match, all but for a text in them. What is new
 * comes by itself, one record at a time; when a number is left out (the guardian was away, or came
 * anew), everything from there is fetched. */

#include "ui/activity/ui-activity-log-private.h"

#include "common/base/cardea-paths.h"

#include <glib/gi18n.h>

#define BLOCK_FIRST 200 /* records looked at for the first page */
#define BLOCK_DENSE 200 /* found in a block: the next may be smaller */
#define AHEAD 150       /* rows there are beyond the one that is looked at */
#define RETRY_FIRST_MS 500
#define RETRY_LAST_MS 16000

enum { STATUS, N_SIGNALS };
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (UiActivityLog, ui_activity_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void resume (UiActivityLog *self);
static void catch_up (UiActivityLog *self);

void
ui_activity_log_tell (UiActivityLog *self)
{
  g_signal_emit (self, signals[STATUS], 0);
}

static void
set_state (UiActivityLog *self, UiActivityLogState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_signal_emit (self, signals[STATUS], 0);
}

static void
set_trouble (UiActivityLog *self, const char *trouble)
{
  if (g_strcmp0 (self->trouble, trouble) == 0)
    return;
  g_free (self->trouble);
  self->trouble = g_strdup (trouble);
  g_signal_emit (self, signals[STATUS], 0);
}

/* --- items --- */

gint64
ui_activity_log_seq_of (const CardeaJson *record)
{
  gint64 seq = -1;
  cardea_json_get_int (record, "seq", &seq);
  return seq;
}

static gint64
seq_at (UiActivityLog *self, guint position)
{
  if (position < self->newer->len)
    return g_array_index (self->newer, gint64, self->newer->len - 1 - position);
  return g_array_index (self->older, gint64, position - self->newer->len);
}

/* --- calls --- */

static gboolean
retry_cb (gpointer user_data)
{
  UiActivityLog *self = user_data;
  self->retry_source = 0;
  resume (self);
  return G_SOURCE_REMOVE;
}

static void
stop_calls (UiActivityLog *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->scanning = FALSE;
  self->catching_up = FALSE;
  self->fetching = FALSE;
  g_ptr_array_set_size (self->found, 0);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->fetch_source, g_source_remove);
}

static void
fail (UiActivityLog *self, const char *trouble)
{
  stop_calls (self);
  set_trouble (self, trouble);
  set_state (self, UI_ACTIVITY_LOG_PAUSED);
  self->retry_source = g_timeout_add (self->retry_ms, retry_cb, self);
  self->retry_ms = MIN (self->retry_ms * 2, RETRY_LAST_MS);
}

/* Takes request. */
void
ui_activity_log_call (UiActivityLog *self, CardeaMessage *request, GAsyncReadyCallback callback)
{
  ui_link_call_async (self->link, request, self->cancellable, callback, g_object_ref (self));
  cardea_message_unref (request);
}

/* The answer, the caller's; NULL when there is none, which was dealt with. */
CardeaMessage *
ui_activity_log_answer (UiActivityLog *self, GObject *source, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return NULL;
  if (trouble != NULL)
    {
      fail (self, trouble);
      return NULL;
    }
  self->retry_ms = RETRY_FIRST_MS;
  set_trouble (self, NULL);
  return g_steal_pointer (&reply);
}

CardeaMessage *
ui_activity_log_request_page (UiActivityLog *self, gint64 from, gint64 limit)
{
  CardeaMessage *request = cardea_message_new ("audit.list");
  ui_activity_filter_apply (self->filter, request);
  cardea_message_set_int64 (request, "from", from);
  cardea_message_set_int (request, "limit", limit);
  return request;
}

/* --- backwards --- */

static void
end_block (UiActivityLog *self, gint64 start)
{
  guint at = self->newer->len + self->older->len;
  guint added = self->found->len;

  for (guint i = added; i > 0; i--)
    {
      CardeaJson *record = self->found->pdata[i - 1];
      gint64 seq = ui_activity_log_seq_of (record);
      g_array_append_val (self->older, seq);
      g_object_unref (ui_activity_cache_add (self->cache, seq, record));
    }
  g_ptr_array_set_size (self->found, 0);
  self->scanning = FALSE;
  self->scan_end = start;
  self->block = added > BLOCK_DENSE ? MAX (self->block / 2, BLOCK_FIRST)
                                    : MIN (self->block * 2, UI_ACTIVITY_LOG_BLOCK_LAST);
  if (added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), at, 0, added);
  ui_activity_log_scan (self);
}

static void
scanned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityLog) self = user_data;
  g_autoptr (CardeaMessage) page = ui_activity_log_answer (self, source, result);
  if (page == NULL)
    return;

  CardeaJson *records = cardea_message_get_json (page, "records");
  gint64 next = cardea_message_get_int64 (page, "next", self->scan_end);
  for (guint i = 0; i < cardea_json_size (records); i++)
    {
      CardeaJson *record = cardea_json_nth (records, i);
      gint64 seq = ui_activity_log_seq_of (record);
      if (seq >= 0 && seq < self->scan_end
          && ui_activity_filter_matches (self->filter, record, self->home))
        g_ptr_array_add (self->found, cardea_json_ref (record));
    }
  if (next < self->scan_end && cardea_message_get_boolean (page, "more"))
    ui_activity_log_call (self,
                          ui_activity_log_request_page (
                              self, next, MIN (UI_ACTIVITY_LOG_PAGE, self->scan_end - next)),
                          scanned_cb);
  else
    end_block (self, MAX (self->floor, self->scan_end - self->block));
}

void
ui_activity_log_scan (UiActivityLog *self)
{
  if (self->scanning || self->total < 0)
    return;
  if (self->filter->text == NULL && self->scan_end <= ui_activity_log_indexed (self)
      && self->scan_end > self->floor)
    ui_activity_log_take_from_index (self);
  if (self->scan_end <= self->floor)
    {
      set_state (self, UI_ACTIVITY_LOG_DONE);
      return;
    }
  if (self->newer->len + self->older->len >= self->wanted)
    {
      set_state (self, UI_ACTIVITY_LOG_PAUSED);
      return;
    }
  gint64 from = ui_activity_log_next_block (self);
  if (self->scan_end <= self->floor)
    {
      set_state (self, UI_ACTIVITY_LOG_DONE);
      return;
    }
  self->scanning = TRUE;
  set_state (self, UI_ACTIVITY_LOG_SEARCHING);
  ui_activity_log_call (
      self,
      ui_activity_log_request_page (self, from, MIN (UI_ACTIVITY_LOG_PAGE, self->scan_end - from)),
      scanned_cb);
}

/* --- what is new --- */

/* The record with the next number. */
static void
take_new (UiActivityLog *self, CardeaJson *record, gint64 seq)
{
  if (!ui_activity_filter_matches (self->filter, record, self->home))
    return;
  g_array_append_val (self->newer, seq);
  g_object_unref (ui_activity_cache_add (self->cache, seq, record));
  self->wanted++;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
}

static void
caught_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityLog) self = user_data;
  g_autoptr (CardeaMessage) page = ui_activity_log_answer (self, source, result);
  if (page == NULL)
    return;

  CardeaJson *records = cardea_message_get_json (page, "records");
  gint64 next = cardea_message_get_int64 (page, "next", self->total);
  for (guint i = 0; i < cardea_json_size (records); i++)
    {
      CardeaJson *record = cardea_json_nth (records, i);
      gint64 seq = ui_activity_log_seq_of (record);
      if (seq >= self->total)
        take_new (self, record, seq);
    }
  self->catching_up = FALSE;
  self->total = MAX (self->total, next);
  if (cardea_message_get_boolean (page, "more"))
    catch_up (self);
  else
    ui_activity_log_scan (self);
}

static void
catch_up (UiActivityLog *self)
{
  if (self->catching_up)
    return;
  self->catching_up = TRUE;
  ui_activity_log_call (
      self, ui_activity_log_request_page (self, self->total, UI_ACTIVITY_LOG_PAGE), caught_up_cb);
}

static void
message_cb (UiLink *link, CardeaMessage *message, UiActivityLog *self)
{
  if (!cardea_message_is (message, "audit.record") || self->filter == NULL || self->total < 0)
    return;
  CardeaJson *record = cardea_message_get_json (message, "record");
  gint64 seq = ui_activity_log_seq_of (record);

  if (self->index != NULL)
    ui_activity_index_append (self->index, record);
  if (seq < self->total || self->catching_up)
    return;
  if (seq > self->total)
    {
      catch_up (self);
      return;
    }
  self->total = seq + 1;
  take_new (self, record, seq);
}

/* --- beginning --- */

static void
clear_rows (UiActivityLog *self)
{
  guint rows = self->newer->len + self->older->len;

  g_array_set_size (self->newer, 0);
  g_array_set_size (self->older, 0);
  ui_activity_cache_clear (self->cache);
  self->total = -1;
  self->floor = 0;
  self->block = BLOCK_FIRST;
  self->wanted = AHEAD;
  if (rows > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, rows, 0);
}

/* The first record since then: all before it need not be looked at. */
static void
floor_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityLog) self = user_data;
  g_autoptr (CardeaMessage) page = ui_activity_log_answer (self, source, result);
  if (page == NULL)
    return;

  CardeaJson *records = cardea_message_get_json (page, "records");
  gint64 next = cardea_message_get_int64 (page, "next", 0);
  self->floor = cardea_json_size (records) > 0
                    ? ui_activity_log_seq_of (cardea_json_nth (records, 0))
                : cardea_message_get_boolean (page, "more") ? 0
                                                            : next;
  ui_activity_log_scan (self);
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityLog) self = user_data;
  g_autoptr (CardeaMessage) reply = ui_activity_log_answer (self, source, result);
  if (reply == NULL)
    return;

  const CardeaJson *report = cardea_message_get_json (reply, "report");
  const CardeaJson *log = report != NULL ? cardea_json_get (report, "log") : NULL;
  gint64 records = 0;
  if (log != NULL)
    cardea_json_get_int64_string (log, "records", &records);

  if (self->total > records) /* another log */
    {
      clear_rows (self);
      ui_activity_log_drop_index (self);
    }
  ui_activity_log_load_index (self, log != NULL ? cardea_json_get_string (log, "folder") : NULL,
                              records);
  if (self->total >= 0)
    {
      catch_up (self);
      return;
    }
  self->total = records;
  self->scan_end = records;
  if (self->filter->since == NULL)
    {
      ui_activity_log_scan (self);
      return;
    }
  CardeaMessage *first = cardea_message_new ("audit.list");
  cardea_message_set_string (first, "since", self->filter->since);
  cardea_message_set_int (first, "limit", 1);
  ui_activity_log_call (self, first, floor_found_cb);
}

static void
resume (UiActivityLog *self)
{
  if (self->filter == NULL)
    return;
  stop_calls (self);
  set_state (self, UI_ACTIVITY_LOG_SEARCHING);
  ui_activity_log_call (self, cardea_message_new ("status"), status_cb);
}

/* The guardian went away: everything under way is lost. */
static void
link_state_cb (UiActivityLog *self)
{
  gboolean up = ui_link_get_state (self->link) == UI_LINK_UP;
  gboolean lost = self->was_up && !up;

  self->was_up = up;
  if (lost && self->filter != NULL && self->retry_source == 0)
    fail (self,
          _ ("The guardian went away. What it wrote down is kept; it is being started again."));
}

void
ui_activity_log_set_filter (UiActivityLog *self, const UiActivityFilter *filter)
{
  if (self->filter != NULL && ui_activity_filter_equal (self->filter, filter))
    return;
  g_clear_pointer (&self->filter, ui_activity_filter_free);
  self->filter = ui_activity_filter_copy (filter);
  clear_rows (self);
  resume (self);
}

void
ui_activity_log_retry (UiActivityLog *self)
{
  self->retry_ms = RETRY_FIRST_MS;
  resume (self);
}

UiActivityLogState
ui_activity_log_get_state (UiActivityLog *self)
{
  return self->state;
}

const char *
ui_activity_log_get_trouble (UiActivityLog *self)
{
  return self->trouble;
}

/* --- the list --- */

static GType
get_item_type (GListModel *model)
{
  return UI_TYPE_ACTIVITY_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  UiActivityLog *self = UI_ACTIVITY_LOG (model);
  return self->newer->len + self->older->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  UiActivityLog *self = UI_ACTIVITY_LOG (model);
  if (position >= get_n_items (model))
    return NULL;
  gint64 seq = seq_at (self, position);
  UiActivityItem *item = ui_activity_cache_find (self->cache, seq);

  if (position + AHEAD > self->wanted)
    {
      self->wanted = position + 2 * AHEAD;
      ui_activity_log_scan (self);
    }
  if (item != NULL)
    return g_object_ref (item);
  ui_activity_log_fetch_soon (self);
  return ui_activity_cache_add (self->cache, seq, NULL);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
ui_activity_log_dispose (GObject *object)
{
  UiActivityLog *self = UI_ACTIVITY_LOG (object);

  stop_calls (self);
  ui_activity_log_drop_index (self);
  ui_activity_cache_clear (self->cache);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_activity_log_parent_class)->dispose (object);
}

static void
ui_activity_log_finalize (GObject *object)
{
  UiActivityLog *self = UI_ACTIVITY_LOG (object);

  g_object_unref (self->cancellable);
  g_array_unref (self->newer);
  g_array_unref (self->older);
  g_ptr_array_unref (self->found);
  ui_activity_cache_free (self->cache);
  g_clear_pointer (&self->filter, ui_activity_filter_free);
  g_free (self->home);
  g_free (self->trouble);
  G_OBJECT_CLASS (ui_activity_log_parent_class)->finalize (object);
}

static void
ui_activity_log_class_init (UiActivityLogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ui_activity_log_dispose;
  object_class->finalize = ui_activity_log_finalize;
  signals[STATUS] = g_signal_new ("status", UI_TYPE_ACTIVITY_LOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
ui_activity_log_init (UiActivityLog *self)
{
  self->cancellable = g_cancellable_new ();
  self->home = cardea_paths_home ();
  self->state = UI_ACTIVITY_LOG_PAUSED;
  self->newer = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->older = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->found = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_json_unref);
  self->cache = ui_activity_cache_new ();
  self->total = -1;
  self->block = BLOCK_FIRST;
  self->wanted = AHEAD;
  self->retry_ms = RETRY_FIRST_MS;
}

UiActivityLog *
ui_activity_log_new (UiLink *link)
{
  UiActivityLog *self = g_object_new (UI_TYPE_ACTIVITY_LOG, NULL);

  self->link = g_object_ref (link);
  self->was_up = ui_link_get_state (link) == UI_LINK_UP;
  ui_link_watch (link, "audit.watch");
  g_signal_connect (link, "message", G_CALLBACK (message_cb), self);
  g_signal_connect_swapped (link, "notify::state", G_CALLBACK (link_state_cb), self);
  return self;
}
