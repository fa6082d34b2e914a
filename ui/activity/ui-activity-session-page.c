/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-session-page.h"

#include "common/base/cardea-paths.h"
#include "ui/words/ui-words-grant.h"
#include "ui/words/ui-words-session.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

struct _UiActivitySessionPage {
  AdwBin parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  char *id;
  char *home;
  char *shown; /* the details on the page, as text: the same are not built again */
};

enum { RECORDS, FLOW, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivitySessionPage, ui_activity_session_page, ADW_TYPE_BIN)

static void
refresh_done (GtkWidget *widget, CardeaMessage *reply)
{
  ui_activity_session_page_refresh (UI_ACTIVITY_SESSION_PAGE (widget));
}

static void
end_clicked_cb (UiActivitySessionPage *self, GtkWidget *button)
{
  CardeaMessage *request = cardea_message_new ("session.end");

  gtk_widget_set_sensitive (button, FALSE);
  cardea_message_set_session (request, self->id);
  ui_activity_page_call (GTK_WIDGET (self), self->link, request, refresh_done);
}

static void
records_clicked_cb (UiActivitySessionPage *self)
{
  g_signal_emit (self, signals[RECORDS], 0);
}

static void
flow_clicked_cb (UiActivitySessionPage *self)
{
  g_signal_emit (self, signals[FLOW], 0);
}

static void
revoke_clicked_cb (GtkWidget *button, UiActivitySessionPage *self)
{
  CardeaMessage *request = cardea_message_new ("grant.revoke");

  gtk_widget_set_sensitive (button, FALSE);
  cardea_message_set_string (request, "id", g_object_get_data (G_OBJECT (button), "grant"));
  ui_activity_page_call (GTK_WIDGET (self), self->link, request, refresh_done);
}

/* --- what the page says --- */

static void
add_buttons (UiActivitySessionPage *self, GtkBox *page, gboolean alive)
{
  GtkBox *buttons = ui_activity_page_add_buttons (page);

  if (alive)
    {
      GtkWidget *end
          = ui_activity_page_add_button (buttons, _ ("_End Session"), "destructive-action");
      g_signal_connect_swapped (end, "clicked", G_CALLBACK (end_clicked_cb), self);
    }
  GtkWidget *records = ui_activity_page_add_button (buttons, _ ("Show What It _Did"), NULL);
  g_signal_connect_swapped (records, "clicked", G_CALLBACK (records_clicked_cb), self);
  GtkWidget *flow = ui_activity_page_add_button (buttons, _ ("Show What _Flowed"), NULL);
  g_signal_connect_swapped (flow, "clicked", G_CALLBACK (flow_clicked_cb), self);
}

static void
add_facts (UiActivitySessionPage *self, GtkBox *page, const CardeaJson *session)
{
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, _ ("Session"));
  g_autofree char *mode = ui_words_session_mode (session);
  g_autofree char *model = ui_words_text (session, "model");
  g_autofree char *started = ui_words_time_full (cardea_json_get_string (session, "started"));
  g_autofree char *folder = ui_words_path (session, "folder", self->home);
  g_autofree char *requests = NULL;
  gint64 count = 0;

  if (cardea_json_get_int (session, "requests", &count))
    requests = g_strdup_printf ("%" G_GINT64_FORMAT, count);
  ui_activity_page_add_fact (group, _ ("Questions"), mode);
  ui_activity_page_add_fact (group, _ ("Model"),
                             model != NULL ? model : _ ("Offline: rules, no AI model"));
  ui_activity_page_add_fact (group, _ ("Started"), started);
  ui_activity_page_add_fact (group, _ ("Folder"), folder);
  ui_activity_page_add_fact (group, _ ("Requests so far"), requests);
}

static void
add_files (UiActivitySessionPage *self, GtkBox *page, const CardeaJson *session)
{
  const CardeaJson *files = cardea_json_get (session, "files");
  if (files == NULL || cardea_json_size (files) == 0)
    return;
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, _ ("Files You Gave It"));
  for (guint i = 0; i < cardea_json_size (files); i++)
    {
      const CardeaJson *file = cardea_json_nth (files, i);
      g_autofree char *name = ui_words_name (file, "path", self->home);
      g_autofree char *path = ui_words_path (file, "path", self->home);
      ui_activity_page_add_row (group, name != NULL ? name : "?", path);
    }
}

static void
add_grant (UiActivitySessionPage *self, AdwPreferencesGroup *group, const CardeaJson *grant)
{
  g_autofree char *meaning = ui_words_grant_meaning (grant, self->home);
  g_autofree char *terms = ui_words_grant_terms (grant, g_get_real_time ());
  g_autofree char *name = g_strdup_printf (_ ("Revoke: %s"), meaning);
  AdwActionRow *row = ui_activity_page_add_row (group, meaning, terms);
  GtkWidget *button = gtk_button_new_with_label (_ ("Revoke"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "grant",
                          g_strdup (cardea_json_get_string (grant, "id")), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (revoke_clicked_cb), self);
  adw_action_row_add_suffix (row, button);
}

static void
add_grants (UiActivitySessionPage *self, GtkBox *page, const CardeaJson *session)
{
  const CardeaJson *grants = cardea_json_get (session, "grants");
  if (grants == NULL || !ui_words_session_is_alive (session))
    return;
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, _ ("What Is Shared With It"));
  if (cardea_json_size (grants) == 0)
    ui_activity_page_add_row (group, _ ("Nothing"), _ ("It has to ask before it reads anything."));
  for (guint i = 0; i < cardea_json_size (grants); i++)
    add_grant (self, group, cardea_json_nth (grants, i));
}

static void
add_layers (UiActivitySessionPage *self, GtkBox *page, const CardeaJson *session)
{
  g_auto (GStrv) layers = ui_words_session_layers (session);
  if (layers[0] == NULL)
    return;
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, _ ("What Confines It"));
  for (guint i = 0; layers[i] != NULL; i++)
    ui_activity_page_add_row (group, layers[i], NULL);
}

static void
build (UiActivitySessionPage *self, const CardeaJson *session)
{
  gboolean alive = ui_words_session_is_alive (session);
  g_autofree char *title = ui_words_session_title (session);
  g_autofree char *state = ui_words_session_state (session, g_get_real_time ());
  g_autofree char *text = cardea_json_write (session, NULL, NULL);

  if (g_strcmp0 (text, self->shown) == 0)
    return;
  g_free (self->shown);
  self->shown = g_steal_pointer (&text);
  GtkBox *page = ui_activity_page_begin (ADW_BIN (self));
  ui_activity_page_add_heading (
      page, alive ? "media-playback-start-symbolic" : "media-playback-stop-symbolic",
      alive ? "accent" : "dim-label", title, state);
  add_buttons (self, page, alive);
  add_grants (self, page, session);
  add_files (self, page, session);
  add_facts (self, page, session);
  add_layers (self, page, session);
  ui_activity_page_add_members (page, _ ("All Details"), session, self->home);
}

/* A session of a guardian before this one: only its records are left. */
static void
build_unknown (UiActivitySessionPage *self, const char *trouble)
{
  g_clear_pointer (&self->shown, g_free);
  GtkBox *page = ui_activity_page_begin (ADW_BIN (self));
  ui_activity_page_add_heading (page, "media-playback-stop-symbolic", "dim-label",
                                _ ("A session that ended"), trouble);
  add_buttons (self, page, FALSE);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivitySessionPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (trouble == NULL)
    build (self, cardea_message_get_json (reply, "details"));
  else if (reply != NULL)
    build_unknown (self,
                   _ ("The guardian has been started anew since. What it did is in the log."));
  else if (self->shown == NULL)
    build_unknown (self, trouble);
}

void
ui_activity_session_page_refresh (UiActivitySessionPage *self)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("session.show");

  if (self->link == NULL)
    return;
  cardea_message_set_session (request, self->id);
  ui_link_call_async (self->link, request, self->cancellable, shown_cb, g_object_ref (self));
}

const char *
ui_activity_session_page_get_id (UiActivitySessionPage *self)
{
  return self->id;
}

static void
ui_activity_session_page_dispose (GObject *object)
{
  UiActivitySessionPage *self = UI_ACTIVITY_SESSION_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_activity_session_page_parent_class)->dispose (object);
}

static void
ui_activity_session_page_finalize (GObject *object)
{
  UiActivitySessionPage *self = UI_ACTIVITY_SESSION_PAGE (object);

  g_object_unref (self->cancellable);
  g_free (self->id);
  g_free (self->home);
  g_free (self->shown);
  G_OBJECT_CLASS (ui_activity_session_page_parent_class)->finalize (object);
}

static void
ui_activity_session_page_class_init (UiActivitySessionPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_activity_session_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_activity_session_page_finalize;
  signals[RECORDS] = g_signal_new ("records", UI_TYPE_ACTIVITY_SESSION_PAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FLOW] = g_signal_new ("flow", UI_TYPE_ACTIVITY_SESSION_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_activity_session_page_init (UiActivitySessionPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->home = cardea_paths_home ();
}

GtkWidget *
ui_activity_session_page_new (UiLink *link, const char *id)
{
  UiActivitySessionPage *self = g_object_new (UI_TYPE_ACTIVITY_SESSION_PAGE, NULL);

  self->link = g_object_ref (link);
  self->id = g_strdup (id);
  ui_activity_session_page_refresh (self);
  return GTK_WIDGET (self);
}
