/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-record-page.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-row.h"
#include "ui/words/ui-words-record.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

struct _UiActivityRecordPage {
  AdwBin parent_instance;
  UiLink *link;
  UiActivityLog *log;
  UiActivitySessions *sessions;
  UiActivityItem *item;
  char *home;
};

enum { SESSION, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivityRecordPage, ui_activity_record_page, ADW_TYPE_BIN)

static const char *
session_of (UiActivityRecordPage *self)
{
  return cardea_json_get_string (ui_activity_item_get_json (self->item), "session");
}

static void
session_clicked_cb (UiActivityRecordPage *self)
{
  g_autofree char *session = g_strdup (session_of (self));
  g_signal_emit (self, signals[SESSION], 0, session);
}

/* --- deleting details --- */

static void
redacted_cb (GtkWidget *widget, CardeaMessage *reply)
{
  UiActivityRecordPage *self = UI_ACTIVITY_RECORD_PAGE (widget);
  gint64 seq = -1;

  if (reply == NULL || !cardea_json_get_int (ui_activity_item_get_json (self->item), "seq", &seq))
    return;
  ui_activity_page_toast (widget, _ ("The details were deleted"));
  if (self->log != NULL)
    ui_activity_log_refresh (self->log, seq);
}

static void
redact_response_cb (AdwMessageDialog *dialog, const char *response, UiActivityRecordPage *self)
{
  gint64 seq = -1;

  if (g_strcmp0 (response, "delete") != 0 || self->link == NULL
      || !cardea_json_get_int (ui_activity_item_get_json (self->item), "seq", &seq))
    return;
  CardeaMessage *request = cardea_message_new ("audit.redact");
  cardea_message_set_int64 (request, "seq", seq);
  ui_activity_page_call (GTK_WIDGET (self), self->link, request, redacted_cb);
}

static void
redact_clicked_cb (UiActivityRecordPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (root), _ ("Delete This Record’s Details?"),
      _ ("Names, paths and reasons are deleted for ever. That something was decided here stays in "
         "the log, and the log can still be verified."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "delete",
                                    _ ("_Delete Details"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (redact_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- what it says --- */

static void
add_text_fact (AdwPreferencesGroup *group, const char *label, const CardeaJson *object,
               const char *name)
{
  g_autofree char *text = ui_words_text (object, name);
  ui_activity_page_add_fact (group, label, text);
}

static void
add_facts (UiActivityRecordPage *self, GtkBox *page, const CardeaJson *record)
{
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, _ ("What Happened"));
  const CardeaJson *resource = cardea_json_get (record, "resource");
  const CardeaJson *asked = cardea_json_get (record, "asked");
  g_autofree char *time = ui_words_time_full (cardea_json_get_string (record, "time"));
  g_autofree char *path = resource != NULL ? ui_words_path (resource, "path", self->home) : NULL;
  g_autofree char *to = resource != NULL ? ui_words_path (resource, "to", self->home) : NULL;
  g_autofree char *title = session_of (self) != NULL
                               ? ui_activity_sessions_find_title (self->sessions, session_of (self))
                               : NULL;

  ui_activity_page_add_fact (group, _ ("Time"), time);
  ui_activity_page_add_fact (group, _ ("On what"), path);
  ui_activity_page_add_fact (group, _ ("To"), to);
  ui_activity_page_add_fact (group, _ ("Session"), title != NULL ? title : session_of (self));
  if (asked != NULL)
    add_text_fact (group, _ ("The agent’s words, not verified"), asked, "why");
  add_text_fact (group, _ ("Reason"), record, "reason");
  add_text_fact (group, _ ("Your note"), record, "note");
  add_text_fact (group, _ ("Rule"), record, "policy");
}

static void
add_buttons (UiActivityRecordPage *self, GtkBox *page, const CardeaJson *record)
{
  gboolean gone = FALSE;
  gboolean has_detail
      = cardea_json_get (record, "resource") != NULL || cardea_json_get (record, "reason") != NULL;
  cardea_json_get_boolean (record, "redacted", &gone);
  if (session_of (self) == NULL && (gone || !has_detail))
    return;

  GtkBox *buttons = ui_activity_page_add_buttons (page);
  if (session_of (self) != NULL)
    {
      GtkWidget *button = ui_activity_page_add_button (buttons, _ ("Show _Session"), NULL);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (session_clicked_cb), self);
    }
  if (!gone && has_detail)
    {
      GtkWidget *button = ui_activity_page_add_button (buttons, _ ("_Delete Details…"), NULL);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (redact_clicked_cb), self);
    }
}

static void
build (UiActivityRecordPage *self)
{
  const CardeaJson *record = ui_activity_item_get_json (self->item);
  if (record == NULL)
    return;
  g_autoptr (UiWordsRecord) words = ui_words_record_new (record, self->home);
  GtkBox *page = ui_activity_page_begin (ADW_BIN (self));

  ui_activity_page_add_heading (page, ui_words_tone_icon (words->tone),
                                ui_activity_row_tone_style (words->tone), words->what,
                                words->verdict);
  if (words->redacted)
    ui_activity_page_add_row (ui_activity_page_add_group (page, ""), _ ("Its details were deleted"),
                              _ ("What is left says that it happened, not on what."));
  add_buttons (self, page, record);
  add_facts (self, page, record);
  ui_activity_page_add_members (page, _ ("The Whole Record"), record, self->home);
}

static void
ui_activity_record_page_dispose (GObject *object)
{
  UiActivityRecordPage *self = UI_ACTIVITY_RECORD_PAGE (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_object (&self->link);
  g_clear_object (&self->log);
  g_clear_object (&self->sessions);
  g_clear_pointer (&self->home, g_free);
  G_OBJECT_CLASS (ui_activity_record_page_parent_class)->dispose (object);
}

static void
ui_activity_record_page_class_init (UiActivityRecordPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_activity_record_page_dispose;
  signals[SESSION] = g_signal_new ("session", UI_TYPE_ACTIVITY_RECORD_PAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ui_activity_record_page_init (UiActivityRecordPage *self)
{
  self->home = cardea_paths_home ();
}

GtkWidget *
ui_activity_record_page_new (UiLink *link, UiActivityLog *log, UiActivitySessions *sessions,
                             UiActivityItem *item)
{
  UiActivityRecordPage *self = g_object_new (UI_TYPE_ACTIVITY_RECORD_PAGE, NULL);

  self->link = g_object_ref (link);
  self->log = g_object_ref (log);
  self->sessions = g_object_ref (sessions);
  self->item = g_object_ref (item);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (build), self);
  build (self);
  return GTK_WIDGET (self);
}
