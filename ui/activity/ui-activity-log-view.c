/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-log-view.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-time.h"
#include "ui/activity/ui-activity-list.h"
#include "ui/words/ui-words-record.h"
#include "ui/words/ui-words-session.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define HOUR 3600
#define DAY (24 * HOUR)

typedef enum {
  CHOICE_VIEW,
  CHOICE_ACTION,
  CHOICE_EFFECT,
  CHOICE_SINCE,
  CHOICE_SESSION,
  N_CHOICES
} Choice;

struct _UiActivityLogView {
  GtkBox parent_instance;
  GtkSearchEntry *search;
  GtkMenuButton *filters;
  GtkPopover *popover;
  GtkGrid *grid;
  GtkRevealer *chosen_revealer;
  GtkLabel *chosen;
  GtkLabel *foot;
  AdwBin *place;
  UiActivityList *list;
  GtkDropDown *choices[N_CHOICES];
  GPtrArray *session_ids; /* those of the last choice, in its order; the first is NULL: any */
  UiActivityLog *log;
  UiActivitySessions *sessions;
  char *home;
  gboolean changing; /* several choices at once */
};

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivityLogView, ui_activity_log_view, GTK_TYPE_BOX)

/* --- what can be chosen; the first of each is no restriction --- */

static const struct {
  const char *label;
  UiActivityView view;
} views[] = {
  { N_ ("What agents did"), UI_ACTIVITY_VIEW_ACTIONS },
  { N_ ("Questions and answers"), UI_ACTIVITY_VIEW_QUESTIONS },
  { N_ ("Sessions"), UI_ACTIVITY_VIEW_SESSIONS },
  { N_ ("Everything"), UI_ACTIVITY_VIEW_ALL },
};

static const struct {
  const char *label;
  const char *value;
} actions[] = {
  { N_ ("Any action"), NULL },
  { N_ ("Reading"), "file.read" },
  { N_ ("Listing folders"), "file.list" },
  { N_ ("Changing"), "file.write" },
  { N_ ("Adding to files"), "file.append" },
  { N_ ("Creating"), "file.create" },
  { N_ ("Moving"), "file.rename" },
  { N_ ("Deleting"), "file.delete" },
  { N_ ("Permissions and dates"), "file.metadata" },
  { N_ ("Requests to hosts"), "net.request" },
  { N_ ("Connections to hosts"), "net.connect" },
  { N_ ("Running programs"), "exec.run" },
  { N_ ("Using keys"), "credential.use" },
  { N_ ("Settings"), "settings.set" },
}, effects[] = {
  { N_ ("Any decision"), NULL },
  { N_ ("Allowed"), "allow" },
  { N_ ("Asked"), "ask" },
  { N_ ("Refused"), "deny" },
};

static const struct {
  const char *label;
  gint64 seconds;
} times[] = {
  { N_ ("Any time"), 0 },
  { N_ ("The last hour"), HOUR },
  { N_ ("The last 24 hours"), DAY },
  { N_ ("The last 7 days"), 7 * DAY },
  { N_ ("The last 30 days"), 30 * DAY },
};

static const char *const choice_names[N_CHOICES]
    = { N_ ("Show"), N_ ("Action"), N_ ("Decision"), N_ ("Time"), N_ ("Session") };

static void
append_all (GtkStringList *strings, const char *const *label, gsize size, gsize count)
{
  for (gsize i = 0; i < count; i++)
    gtk_string_list_append (strings, _ (*(const char *const *) ((const char *) label + i * size)));
}

static GtkStringList *
make_strings (Choice choice)
{
  GtkStringList *strings = gtk_string_list_new (NULL);

  if (choice == CHOICE_VIEW)
    append_all (strings, &views[0].label, sizeof views[0], G_N_ELEMENTS (views));
  else if (choice == CHOICE_ACTION)
    append_all (strings, &actions[0].label, sizeof actions[0], G_N_ELEMENTS (actions));
  else if (choice == CHOICE_EFFECT)
    append_all (strings, &effects[0].label, sizeof effects[0], G_N_ELEMENTS (effects));
  else if (choice == CHOICE_SINCE)
    append_all (strings, &times[0].label, sizeof times[0], G_N_ELEMENTS (times));
  else
    gtk_string_list_append (strings, _ ("Any session"));
  return strings;
}

static guint
selected (UiActivityLogView *self, Choice choice)
{
  guint index = gtk_drop_down_get_selected (self->choices[choice]);
  return index != GTK_INVALID_LIST_POSITION ? index : 0;
}

/* --- applying them --- */

static char *
since_of (gint64 seconds)
{
  if (seconds == 0)
    return NULL;
  /* To the minute, so that a change elsewhere in the filter does not move it. */
  gint64 now = g_get_real_time () / (60 * G_USEC_PER_SEC) * 60;
  return cardea_time_format ((now - seconds) * G_USEC_PER_SEC);
}

static void
describe_choice (UiActivityLogView *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  for (guint i = 0; i < N_CHOICES; i++)
    if (selected (self, i) != 0)
      {
        GtkStringObject *string = gtk_drop_down_get_selected_item (self->choices[i]);
        g_ptr_array_add (parts, (gpointer) gtk_string_object_get_string (string));
      }
  gtk_revealer_set_reveal_child (self->chosen_revealer, parts->len > 0);
  if (parts->len == 0)
    return;
  g_ptr_array_add (parts, NULL);
  g_autofree char *text = g_strjoinv (" · ", (char **) parts->pdata);
  gtk_label_set_text (self->chosen, text);
}

static void
filter_changed_cb (UiActivityLogView *self)
{
  if (self->changing)
    return;
  g_autoptr (UiActivityFilter) filter = g_new0 (UiActivityFilter, 1);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));

  filter->view = views[selected (self, CHOICE_VIEW)].view;
  filter->action = g_strdup (actions[selected (self, CHOICE_ACTION)].value);
  filter->effect = g_strdup (effects[selected (self, CHOICE_EFFECT)].value);
  filter->since = since_of (times[selected (self, CHOICE_SINCE)].seconds);
  filter->session = g_strdup (self->session_ids->pdata[selected (self, CHOICE_SESSION)]);
  filter->text = *text != '\0' ? g_strdup (text) : NULL;
  describe_choice (self);
  ui_activity_log_set_filter (self->log, filter);
}

static void
reset_cb (UiActivityLogView *self)
{
  self->changing = TRUE;
  for (guint i = 0; i < N_CHOICES; i++)
    gtk_drop_down_set_selected (self->choices[i], 0);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  self->changing = FALSE;
  filter_changed_cb (self);
}

/* The sessions there are now; the one that is chosen stays chosen, also when it is gone. */
static void
fill_sessions (UiActivityLogView *self, const char *chosen)
{
  GtkStringList *strings = make_strings (CHOICE_SESSION);
  GListModel *model = ui_activity_sessions_get_model (self->sessions);
  g_autofree char *kept = g_strdup (chosen);
  guint position = 0;

  g_ptr_array_set_size (self->session_ids, 0);
  g_ptr_array_add (self->session_ids, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (UiActivityItem) item = g_list_model_get_item (model, i);
      g_autofree char *title = ui_words_session_title (ui_activity_item_get_json (item));
      gtk_string_list_append (strings, title);
      g_ptr_array_add (self->session_ids, g_strdup (ui_activity_item_get_id (item)));
      if (g_strcmp0 (ui_activity_item_get_id (item), kept) == 0)
        position = self->session_ids->len - 1;
    }
  if (kept != NULL && position == 0)
    {
      g_autofree char *name = g_strdup_printf (_ ("Session %s"), kept);
      gtk_string_list_append (strings, name);
      g_ptr_array_add (self->session_ids, g_strdup (kept));
      position = self->session_ids->len - 1;
    }
  gtk_drop_down_set_model (self->choices[CHOICE_SESSION], G_LIST_MODEL (strings));
  gtk_drop_down_set_selected (self->choices[CHOICE_SESSION], position);
  g_object_unref (strings);
}

static void
popover_shown_cb (UiActivityLogView *self)
{
  g_autofree char *chosen = g_strdup (self->session_ids->pdata[selected (self, CHOICE_SESSION)]);
  self->changing = TRUE;
  fill_sessions (self, chosen);
  self->changing = FALSE;
}

static guint
find_action (const char *action)
{
  guint i = G_N_ELEMENTS (actions) - 1;
  while (i > 0 && g_strcmp0 (actions[i].value, action) != 0)
    i--;
  return i;
}

void
ui_activity_log_view_show_session (UiActivityLogView *self, const char *session, const char *action,
                                   const char *text)
{
  g_autofree char *id = g_strdup (session);

  self->changing = TRUE;
  for (guint i = 0; i < N_CHOICES; i++)
    gtk_drop_down_set_selected (self->choices[i], 0);
  gtk_drop_down_set_selected (self->choices[CHOICE_ACTION], find_action (action));
  gtk_editable_set_text (GTK_EDITABLE (self->search), text != NULL ? text : "");
  fill_sessions (self, id);
  self->changing = FALSE;
  filter_changed_cb (self);
}

/* --- the list --- */

static void
describe_record (const CardeaJson *record, UiActivityRowText *text, gpointer user_data)
{
  UiActivityLogView *self = user_data;
  g_autoptr (UiWordsRecord) words = ui_words_record_new (record, self->home);

  text->icon = ui_words_tone_icon (words->tone);
  text->style = ui_activity_row_tone_style (words->tone);
  text->title = g_strdup (words->what);
  if (words->verdict != NULL && words->where != NULL)
    text->subtitle = g_strdup_printf (_ ("%s · in %s"), words->verdict, words->where);
  else
    text->subtitle = g_strdup (words->verdict != NULL ? words->verdict : words->where);
  text->time = ui_words_time (cardea_json_get_string (record, "time"), g_get_real_time ());
}

static void
show_foot (UiActivityLogView *self)
{
  guint rows = g_list_model_get_n_items (G_LIST_MODEL (self->log));
  UiActivityLogState state = ui_activity_log_get_state (self->log);
  const char *trouble = ui_activity_log_get_trouble (self->log);
  g_autofree char *text = NULL;

  if (state == UI_ACTIVITY_LOG_SEARCHING)
    text = g_strdup (_ ("Looking through the log…"));
  else if (state == UI_ACTIVITY_LOG_DONE && rows > 0)
    text = g_strdup_printf (ngettext ("%u record", "%u records", rows), rows);
  gtk_label_set_text (self->foot, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->foot), text != NULL);

  if (trouble != NULL)
    ui_activity_list_set_empty (self->list, "network-offline-symbolic", _ ("Not connected"),
                                trouble);
  else if (state != UI_ACTIVITY_LOG_DONE)
    ui_activity_list_set_empty (self->list, "system-search-symbolic", _ ("Looking…"), NULL);
  else if (gtk_revealer_get_reveal_child (self->chosen_revealer)
           || *gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0')
    ui_activity_list_set_empty (self->list, "system-search-symbolic", _ ("Nothing found"),
                                _ ("No record matches. Choose a wider filter."));
  else
    ui_activity_list_set_empty (self->list, "org.cardea.Cardea-symbolic", _ ("Nothing yet"),
                                _ ("What agents read, list and change will be listed here, with "
                                   "who allowed it."));
}

static void
chosen_cb (UiActivityList *list, UiActivityItem *item, UiActivityLogView *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, item);
}

void
ui_activity_log_view_unselect (UiActivityLogView *self)
{
  ui_activity_list_unselect (self->list);
}

void
ui_activity_log_view_search (UiActivityLogView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
add_choices (UiActivityLogView *self)
{
  for (guint i = 0; i < N_CHOICES; i++)
    {
      GtkWidget *label = gtk_label_new (_ (choice_names[i]));
      GtkWidget *choice = gtk_drop_down_new (G_LIST_MODEL (make_strings (i)), NULL);
      gtk_widget_set_halign (label, GTK_ALIGN_END);
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_set_hexpand (choice, TRUE);
      gtk_widget_set_size_request (choice, 200, -1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ (choice_names[i]), -1);
      gtk_grid_attach (self->grid, label, 0, (int) i, 1, 1);
      gtk_grid_attach (self->grid, choice, 1, (int) i, 1, 1);
      self->choices[i] = GTK_DROP_DOWN (choice);
      g_signal_connect_swapped (choice, "notify::selected", G_CALLBACK (filter_changed_cb), self);
    }
}

static void
ui_activity_log_view_dispose (GObject *object)
{
  UiActivityLogView *self = UI_ACTIVITY_LOG_VIEW (object);

  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  self->changing = TRUE;
  g_clear_object (&self->log);
  g_clear_object (&self->sessions);
  g_clear_pointer (&self->session_ids, g_ptr_array_unref);
  g_clear_pointer (&self->home, g_free);
  G_OBJECT_CLASS (ui_activity_log_view_parent_class)->dispose (object);
}

static void
ui_activity_log_view_class_init (UiActivityLogViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_activity_log_view_dispose;
  signals[CHOSEN] = g_signal_new ("chosen", UI_TYPE_ACTIVITY_LOG_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, UI_TYPE_ACTIVITY_ITEM);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/activity/ui-activity-log-view.ui");
  gtk_widget_class_bind_template_child (widget_class, UiActivityLogView, search);
  gtk_widget_class_bind_template_child (widget_class, UiActivityLogView, filters);
  gtk_widget_class_bind_template_child (widget_class, UiActivityLogView, popover);
  gtk_widget_class_bind_template_child (widget_class, UiActivityLogView, grid);
  gtk_widget_class_bind_template_child (widget_class, UiActivityLogView, chosen_revealer);
  gtk_widget_class_bind_template_child (widget_class, UiActivityLogView, chosen);
  gtk_widget_class_bind_template_child (widget_class, UiActivityLogView, foot);
  gtk_widget_class_bind_template_child (widget_class, UiActivityLogView, place);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
}

static void
ui_activity_log_view_init (UiActivityLogView *self)
{
  self->home = cardea_paths_home ();
  self->session_ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->session_ids, NULL);
  self->changing = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  add_choices (self);
  g_signal_connect_swapped (self->popover, "show", G_CALLBACK (popover_shown_cb), self);
  self->changing = FALSE;
}

GtkWidget *
ui_activity_log_view_new (UiActivityLog *log, UiActivitySessions *sessions)
{
  UiActivityLogView *self = g_object_new (UI_TYPE_ACTIVITY_LOG_VIEW, NULL);

  self->log = g_object_ref (log);
  self->sessions = g_object_ref (sessions);
  self->list = UI_ACTIVITY_LIST (
      ui_activity_list_new (G_LIST_MODEL (log), _ ("Records"), describe_record, self));
  adw_bin_set_child (self->place, GTK_WIDGET (self->list));
  g_signal_connect (self->list, "chosen", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (log, "status", G_CALLBACK (show_foot), self);
  g_signal_connect_swapped (log, "items-changed", G_CALLBACK (show_foot), self);
  filter_changed_cb (self);
  show_foot (self);
  return GTK_WIDGET (self);
}
