/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-pane.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-change-page.h"
#include "ui/activity/ui-activity-changes.h"
#include "ui/activity/ui-activity-day.h"
#include "ui/activity/ui-activity-flow-page.h"
#include "ui/activity/ui-activity-list.h"
#include "ui/activity/ui-activity-log-view.h"
#include "ui/activity/ui-activity-record-page.h"
#include "ui/activity/ui-activity-session-page.h"
#include "ui/words/ui-words-change.h"
#include "ui/words/ui-words-session.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

struct _UiActivityPane {
  AdwBin parent_instance;
  AdwLeaflet *leaflet;
  GtkWidget *lists;
  GtkWidget *detail;
  GtkLabel *detail_title;
  AdwBin *place;
  AdwViewStack *stack;
  GtkRevealer *trouble_revealer;
  GtkLabel *trouble;
  GtkRevealer *running_revealer;
  GtkLabel *running;
  UiLink *link;
  UiActivityLog *log;
  UiActivitySessions *sessions;
  UiActivityChanges *changes;
  UiActivityLogView *log_view;
  UiActivityList *session_list;
  UiActivityList *change_list;
  char *home;
};

G_DEFINE_FINAL_TYPE (UiActivityPane, ui_activity_pane, ADW_TYPE_BIN)

static const struct {
  const char *name;
  const char *title;
  const char *icon;
  const char *nothing_title;
  const char *nothing;
} parts[] = {
  [UI_ACTIVITY_PART_RECORDS] = { "records", N_ ("Log"), "view-list-symbolic", N_ ("Nothing Chosen"),
                                 N_ ("Choose a record to see all that is known about it.") },
  [UI_ACTIVITY_PART_SESSIONS]
  = { "sessions", N_ ("Sessions"), "system-run-symbolic", N_ ("Nothing Chosen"),
      N_ ("Choose a session to see what is shared with it and what confines it.") },
  [UI_ACTIVITY_PART_CHANGES]
  = { "changes", N_ ("Changes"), "edit-undo-symbolic", N_ ("Nothing Chosen"),
      N_ ("Choose a change to see what it did and to take it back.") },
};

/* --- the right side --- */

static void
show_page (UiActivityPane *self, GtkWidget *page, const char *title)
{
  adw_bin_set_child (self->place, page);
  gtk_label_set_text (self->detail_title, title);
  adw_leaflet_set_visible_child (self->leaflet, self->detail);
}

static void
show_nothing (UiActivityPane *self)
{
  const char *name = adw_view_stack_get_visible_child_name (self->stack);

  /* Beside all records a day of them. */
  if (g_strcmp0 (name, parts[UI_ACTIVITY_PART_RECORDS].name) == 0)
    {
      adw_bin_set_child (self->place, ui_activity_day_new (self->log));
      gtk_label_set_text (self->detail_title, _ ("Day"));
      return;
    }
  GtkWidget *page = adw_status_page_new ();

  adw_bin_set_child (self->place, page);
  gtk_label_set_text (self->detail_title, "");
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (g_strcmp0 (parts[i].name, name) == 0)
      {
        adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), parts[i].icon);
        adw_status_page_set_title (ADW_STATUS_PAGE (page), _ (parts[i].nothing_title));
        adw_status_page_set_description (ADW_STATUS_PAGE (page), _ (parts[i].nothing));
      }
}

static void
unselect (UiActivityPane *self)
{
  ui_activity_log_view_unselect (self->log_view);
  ui_activity_list_unselect (self->session_list);
  ui_activity_list_unselect (self->change_list);
}

static void
show_records (UiActivityPane *self, const char *session, const char *action, const char *text)
{
  g_autofree char *id = g_strdup (session);
  g_autofree char *wanted_action = g_strdup (action);
  g_autofree char *wanted_text = g_strdup (text);

  ui_activity_pane_show_part (self, UI_ACTIVITY_PART_RECORDS);
  ui_activity_log_view_show_session (self->log_view, id, wanted_action, wanted_text);
  adw_leaflet_set_visible_child (self->leaflet, self->lists);
}

static void
show_records_of (UiActivityPane *self, UiActivitySessionPage *page)
{
  show_records (self, ui_activity_session_page_get_id (page), NULL, NULL);
}

static void
flow_records_cb (UiActivityFlowPage *page, const char *action, const char *text,
                 UiActivityPane *self)
{
  show_records (self, ui_activity_flow_page_get_id (page), action, text);
}

static void
flow_session_cb (UiActivityPane *self, UiActivityFlowPage *page)
{
  g_autofree char *id = g_strdup (ui_activity_flow_page_get_id (page));
  ui_activity_pane_show_session (self, id);
}

static void
show_flow (UiActivityPane *self, UiActivitySessionPage *session)
{
  GtkWidget *page = ui_activity_flow_page_new (
      self->link, ui_activity_session_page_get_id (session), ui_activity_log_get_index (self->log));

  g_signal_connect (page, "records", G_CALLBACK (flow_records_cb), self);
  g_signal_connect_swapped (page, "session", G_CALLBACK (flow_session_cb), self);
  show_page (self, page, _ ("What Flowed"));
}

void
ui_activity_pane_show_session (UiActivityPane *self, const char *session)
{
  GtkWidget *page = ui_activity_session_page_new (self->link, session);

  g_signal_connect_swapped (page, "records", G_CALLBACK (show_records_of), self);
  g_signal_connect_swapped (page, "flow", G_CALLBACK (show_flow), self);
  show_page (self, page, _ ("Session"));
}

static void
record_chosen_cb (UiActivityLogView *view, UiActivityItem *item, UiActivityPane *self)
{
  if (ui_activity_item_get_json (item) == NULL)
    return;
  GtkWidget *page = ui_activity_record_page_new (self->link, self->log, self->sessions, item);
  g_signal_connect_swapped (page, "session", G_CALLBACK (ui_activity_pane_show_session), self);
  show_page (self, page, _ ("Record"));
}

static void
session_chosen_cb (UiActivityList *list, UiActivityItem *item, UiActivityPane *self)
{
  ui_activity_pane_show_session (self, ui_activity_item_get_id (item));
}

static void
change_chosen_cb (UiActivityList *list, UiActivityItem *item, UiActivityPane *self)
{
  GtkWidget *page = ui_activity_change_page_new (self->link, item);
  g_signal_connect_swapped (page, "session", G_CALLBACK (ui_activity_pane_show_session), self);
  show_page (self, page, _ ("Change"));
}

/* A session on the right follows what happens in it. */
static void
follow_session (UiActivityPane *self)
{
  GtkWidget *page = adw_bin_get_child (self->place);
  if (UI_IS_ACTIVITY_SESSION_PAGE (page))
    ui_activity_session_page_refresh (UI_ACTIVITY_SESSION_PAGE (page));
}

/* --- the lists --- */

static void
describe_session (const CardeaJson *session, UiActivityRowText *text, gpointer user_data)
{
  gboolean alive = ui_words_session_is_alive (session);

  text->icon = alive ? "media-playback-start-symbolic" : "media-playback-stop-symbolic";
  text->style = alive ? "accent" : "dim-label";
  text->title = ui_words_session_title (session);
  text->subtitle = ui_words_session_state (session, g_get_real_time ());
}

static void
describe_change (const CardeaJson *change, UiActivityRowText *text, gpointer user_data)
{
  UiActivityPane *self = user_data;
  g_autofree char *state = ui_words_change_state (change);
  g_autofree char *title = ui_words_text (change, "title");

  text->icon
      = ui_words_change_is_undoable (change) ? "edit-undo-symbolic" : "document-edit-symbolic";
  text->style = ui_words_change_is_undoable (change) ? "accent" : "dim-label";
  text->title = ui_words_change_what (change, self->home);
  text->subtitle = title != NULL ? g_strdup_printf (_ ("%s · in “%s”"), state, title)
                                 : g_steal_pointer (&state);
  text->time = ui_words_time (cardea_json_get_string (change, "time"), g_get_real_time ());
}

static void
add_part (UiActivityPane *self, UiActivityPart part, GtkWidget *child)
{
  AdwViewStackPage *page
      = adw_view_stack_add_titled (self->stack, child, parts[part].name, _ (parts[part].title));
  adw_view_stack_page_set_icon_name (page, parts[part].icon);
}

static void
fill_parts (UiActivityPane *self)
{
  self->log_view = UI_ACTIVITY_LOG_VIEW (ui_activity_log_view_new (self->log, self->sessions));
  g_signal_connect (self->log_view, "chosen", G_CALLBACK (record_chosen_cb), self);
  add_part (self, UI_ACTIVITY_PART_RECORDS, GTK_WIDGET (self->log_view));

  self->session_list = UI_ACTIVITY_LIST (ui_activity_list_new (
      ui_activity_sessions_get_model (self->sessions), _ ("Sessions"), describe_session, self));
  ui_activity_list_set_empty (self->session_list, "system-run-symbolic", _ ("No Sessions"),
                              _ ("Every chat is a session with an agent of its own."));
  g_signal_connect (self->session_list, "chosen", G_CALLBACK (session_chosen_cb), self);
  add_part (self, UI_ACTIVITY_PART_SESSIONS, GTK_WIDGET (self->session_list));

  self->change_list = UI_ACTIVITY_LIST (ui_activity_list_new (
      ui_activity_changes_get_model (self->changes), _ ("Changes"), describe_change, self));
  g_signal_connect (self->change_list, "chosen", G_CALLBACK (change_chosen_cb), self);
  g_signal_connect_swapped (self->change_list, "looked", G_CALLBACK (ui_activity_changes_look),
                            self->changes);
  add_part (self, UI_ACTIVITY_PART_CHANGES, GTK_WIDGET (self->change_list));
}

void
ui_activity_pane_show_part (UiActivityPane *self, UiActivityPart part)
{
  adw_view_stack_set_visible_child_name (self->stack, parts[part].name);
}

/* --- what is said and done --- */

static void
changes_trouble_cb (UiActivityPane *self)
{
  const char *trouble = ui_activity_changes_get_trouble (self->changes);
  ui_activity_list_set_empty (
      self->change_list, "edit-undo-symbolic",
      trouble != NULL ? _ ("No List of Changes") : _ ("No Changes Yet"),
      trouble != NULL ? trouble
                      : _ ("What agents change in your files is listed here, and can be undone."));
}

static void
trouble_cb (UiActivityPane *self)
{
  const char *trouble = ui_activity_log_get_trouble (self->log);

  if (trouble != NULL)
    gtk_label_set_text (self->trouble, trouble);
  gtk_revealer_set_reveal_child (self->trouble_revealer, trouble != NULL);
}

static void
n_alive_cb (UiActivityPane *self)
{
  AdwViewStackPage *page = adw_view_stack_get_page (self->stack, GTK_WIDGET (self->session_list));
  guint n_alive = ui_activity_sessions_count_alive (self->sessions);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u session is running", "%u sessions are running", n_alive), n_alive);

  adw_view_stack_page_set_badge_number (page, n_alive);
  if (n_alive > 0)
    gtk_label_set_text (self->running, text);
  gtk_revealer_set_reveal_child (self->running_revealer, n_alive > 0);
}

static void
retry_clicked_cb (UiActivityPane *self)
{
  ui_activity_log_retry (self->log);
}

static void
back_clicked_cb (UiActivityPane *self)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

/* Folded and back at the lists, the same row can be chosen again. */
static void
folded_cb (UiActivityPane *self)
{
  if (self->log_view == NULL)
    return;
  if (adw_leaflet_get_folded (self->leaflet)
      && adw_leaflet_get_visible_child (self->leaflet) == self->lists)
    unselect (self);
}

static void
part_changed_cb (UiActivityPane *self)
{
  if (self->change_list == NULL)
    return;
  unselect (self);
  show_nothing (self);
}

static void
search_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiActivityPane *self = UI_ACTIVITY_PANE (widget);

  ui_activity_pane_show_part (self, UI_ACTIVITY_PART_RECORDS);
  adw_leaflet_set_visible_child (self->leaflet, self->lists);
  ui_activity_log_view_search (self->log_view);
}

static void
ui_activity_pane_dispose (GObject *object)
{
  UiActivityPane *self = UI_ACTIVITY_PANE (object);

  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  if (self->sessions != NULL)
    g_signal_handlers_disconnect_by_data (self->sessions, self);
  if (self->changes != NULL)
    g_signal_handlers_disconnect_by_data (self->changes, self);
  G_OBJECT_CLASS (ui_activity_pane_parent_class)->dispose (object);
  g_clear_object (&self->log);
  g_clear_object (&self->sessions);
  g_clear_object (&self->changes);
  g_clear_object (&self->link);
  g_clear_pointer (&self->home, g_free);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, leaflet);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, lists);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, detail);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, detail_title);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, place);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, stack);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, trouble_revealer);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, trouble);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, running_revealer);
  gtk_widget_class_bind_template_child (widget_class, UiActivityPane, running);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  gtk_widget_class_bind_template_callback (widget_class, part_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked_cb);
}

static void
ui_activity_pane_class_init (UiActivityPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_activity_pane_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/activity/ui-activity-pane.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "page.search", NULL, search_activated);
}

static void
ui_activity_pane_init (UiActivityPane *self)
{
  self->home = cardea_paths_home ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ui_activity_pane_new (UiLink *link)
{
  UiActivityPane *self = g_object_new (UI_TYPE_ACTIVITY_PANE, NULL);

  self->link = g_object_ref (link);
  self->log = ui_activity_log_new (link);
  self->sessions = ui_activity_sessions_new (link);
  self->changes = ui_activity_changes_new (link);
  fill_parts (self);
  g_signal_connect_swapped (self->log, "status", G_CALLBACK (trouble_cb), self);
  g_signal_connect_swapped (self->sessions, "notify::n-alive", G_CALLBACK (n_alive_cb), self);
  g_signal_connect_swapped (self->sessions, "refreshed", G_CALLBACK (follow_session), self);
  g_signal_connect_swapped (self->changes, "notify::trouble", G_CALLBACK (changes_trouble_cb),
                            self);
  changes_trouble_cb (self);
  show_nothing (self);
  adw_leaflet_set_visible_child (self->leaflet, self->lists);
  return GTK_WIDGET (self);
}
