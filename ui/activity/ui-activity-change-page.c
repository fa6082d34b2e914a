/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-change-page.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-diff-view.h"
#include "ui/words/ui-words-change.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define SHOWN 200 /* items of a change; the others are counted */

struct _UiActivityChangePage {
  AdwBin parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  UiActivityItem *item;
  char *refusal; /* why it was not taken back just now */
  char *home;
};

enum { SESSION, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivityChangePage, ui_activity_change_page, ADW_TYPE_BIN)

static void fetch (UiActivityChangePage *self);

static void
session_clicked_cb (UiActivityChangePage *self)
{
  g_autofree char *session
      = g_strdup (cardea_json_get_string (ui_activity_item_get_json (self->item), "session"));
  g_signal_emit (self, signals[SESSION], 0, session);
}

/* --- taking it back --- */

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityChangePage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_free (self->refusal);
  self->refusal = ui_link_describe_trouble (reply, error);
  if (self->refusal == NULL)
    ui_activity_page_toast (GTK_WIDGET (self), _ ("It is as it was before"));
  fetch (self);
}

static void
undo_clicked_cb (UiActivityChangePage *self, GtkWidget *button)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("undo.apply");

  gtk_widget_set_sensitive (button, FALSE);
  cardea_message_set_string (request, "id", ui_activity_item_get_id (self->item));
  ui_link_call_async (self->link, request, self->cancellable, undone_cb, g_object_ref (self));
}

/* --- what it did --- */

static void
add_refusal (UiActivityChangePage *self, GtkBox *page)
{
  if (self->refusal == NULL)
    return;
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, "");
  AdwActionRow *row = ui_activity_page_add_row (group, _ ("It was not taken back"), self->refusal);
  adw_action_row_set_icon_name (row, "dialog-warning-symbolic");
}

static void
add_buttons (UiActivityChangePage *self, GtkBox *page, const CardeaJson *change)
{
  GtkBox *buttons = ui_activity_page_add_buttons (page);

  if (g_strcmp0 (cardea_json_get_string (change, "state"), "undone") != 0)
    {
      GtkWidget *undo = ui_activity_page_add_button (buttons, _ ("_Undo"), "suggested-action");
      gtk_widget_set_sensitive (undo, ui_words_change_is_undoable (change));
      g_signal_connect_swapped (undo, "clicked", G_CALLBACK (undo_clicked_cb), self);
    }
  if (cardea_json_get_string (change, "session") != NULL)
    {
      GtkWidget *session = ui_activity_page_add_button (buttons, _ ("Show _Session"), NULL);
      g_signal_connect_swapped (session, "clicked", G_CALLBACK (session_clicked_cb), self);
    }
}

static void
add_facts (UiActivityChangePage *self, GtkBox *page, const CardeaJson *change)
{
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, _ ("Change"));
  g_autofree char *time = ui_words_time_full (cardea_json_get_string (change, "time"));
  g_autofree char *title = ui_words_text (change, "title");
  g_autofree char *agent = ui_words_text (change, "agent");
  gint64 added = 0, removed = 0;

  ui_activity_page_add_fact (group, _ ("Time"), time);
  ui_activity_page_add_fact (group, _ ("Session"), title);
  ui_activity_page_add_fact (group, _ ("Agent"), agent);
  if (cardea_json_get_int (change, "added", &added)
      | cardea_json_get_int (change, "removed", &removed))
    {
      g_autofree char *lines
          = g_strdup_printf (_ ("%d added, %d removed"), (int) added, (int) removed);
      ui_activity_page_add_fact (group, _ ("Lines"), lines);
    }
}

static void
add_item (UiActivityChangePage *self, GtkBox *page, const CardeaJson *item)
{
  const char *diff = cardea_json_get_string (item, "diff");
  g_autofree char *what = ui_words_change_item (item, self->home);
  AdwPreferencesGroup *group = ui_activity_page_add_long_group (page, what);
  gboolean cut = FALSE, binary = FALSE;

  if (diff != NULL && *diff != '\0')
    adw_preferences_group_add (group, ui_diff_view_new (diff));
  if (cardea_json_get_boolean (item, "cut", &cut) && cut)
    adw_preferences_group_set_description (
        group, _ ("This is only the beginning of a longer difference."));
  else if (cardea_json_get_boolean (item, "binary", &binary) && binary)
    adw_preferences_group_set_description (group, _ ("Its content is no text."));
}

static void
add_items (UiActivityChangePage *self, GtkBox *page, const CardeaJson *change)
{
  const CardeaJson *items = cardea_json_get (change, "items");
  guint listed = items != NULL ? cardea_json_size (items) : 0;
  guint shown = MIN (listed, SHOWN);
  AdwPreferencesGroup *plain = NULL; /* those without a difference share one group */
  gint64 count = listed;

  for (guint i = 0; i < shown; i++)
    {
      const CardeaJson *item = cardea_json_nth (items, i);
      const char *diff = cardea_json_get_string (item, "diff");
      if (shown == 1 || (diff != NULL && *diff != '\0'))
        {
          add_item (self, page, item);
          plain = NULL;
          continue;
        }
      g_autofree char *what = ui_words_change_item (item, self->home);
      if (plain == NULL)
        plain = ui_activity_page_add_group (page, "");
      ui_activity_page_add_row (plain, what, NULL);
    }
  cardea_json_get_int (change, "count", &count);
  if (count > shown)
    {
      int more = (int) (count - shown);
      g_autofree char *text
          = g_strdup_printf (ngettext ("%d more", "%d more", (gulong) more), more);
      ui_activity_page_add_row (ui_activity_page_add_group (page, ""), text, NULL);
    }
}

static void
build (UiActivityChangePage *self, const CardeaJson *change)
{
  g_autofree char *what = ui_words_change_what (change, self->home);
  g_autofree char *state = ui_words_change_state (change);
  GtkBox *page = ui_activity_page_begin (ADW_BIN (self));

  ui_activity_page_add_heading (page, "document-edit-symbolic", "accent", what, state);
  add_refusal (self, page);
  add_buttons (self, page, change);
  add_items (self, page, change);
  add_facts (self, page, change);
  ui_activity_page_add_members (page, _ ("All Details"), change, self->home);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityChangePage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (trouble == NULL)
    build (self, cardea_message_get_json (reply, "change"));
  else /* what the list knows, without differences */
    build (self, ui_activity_item_get_json (self->item));
}

static void
fetch (UiActivityChangePage *self)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("undo.show");

  if (self->link == NULL)
    return;
  cardea_message_set_string (request, "id", ui_activity_item_get_id (self->item));
  ui_link_call_async (self->link, request, self->cancellable, shown_cb, g_object_ref (self));
}

static void
ui_activity_change_page_dispose (GObject *object)
{
  UiActivityChangePage *self = UI_ACTIVITY_CHANGE_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_activity_change_page_parent_class)->dispose (object);
}

static void
ui_activity_change_page_finalize (GObject *object)
{
  UiActivityChangePage *self = UI_ACTIVITY_CHANGE_PAGE (object);

  g_object_unref (self->cancellable);
  g_free (self->refusal);
  g_free (self->home);
  G_OBJECT_CLASS (ui_activity_change_page_parent_class)->finalize (object);
}

static void
ui_activity_change_page_class_init (UiActivityChangePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_activity_change_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_activity_change_page_finalize;
  signals[SESSION] = g_signal_new ("session", UI_TYPE_ACTIVITY_CHANGE_PAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ui_activity_change_page_init (UiActivityChangePage *self)
{
  self->cancellable = g_cancellable_new ();
  self->home = cardea_paths_home ();
}

GtkWidget *
ui_activity_change_page_new (UiLink *link, UiActivityItem *item)
{
  UiActivityChangePage *self = g_object_new (UI_TYPE_ACTIVITY_CHANGE_PAGE, NULL);

  self->link = g_object_ref (link);
  self->item = g_object_ref (item);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (fetch), self);
  build (self, ui_activity_item_get_json (item));
  fetch (self);
  return GTK_WIDGET (self);
}
