/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-application.h"

#include "ui/activity/ui-activity-pane.h"
#include "ui/app/ui-preferences.h"
#include "ui/app/ui-welcome.h"
#include "ui/app/ui-window.h"
#include "ui/chat/ui-chat-keeper.h"
#include "ui/settings/ui-settings-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdlib.h>

struct _UiApplication {
  AdwApplication parent_instance;
  UiLink *link;
  UiChatList *chats;
  UiChatKeeper *keeper;
  GSettings *preferences; /* NULL: there are none */
  GtkWindow *settings;    /* while it is open; not referenced */
  GtkWindow *welcome;     /* the same */
};

G_DEFINE_FINAL_TYPE (UiApplication, ui_application, ADW_TYPE_APPLICATION)

static UiWindow *
new_window (UiApplication *self)
{
  return UI_WINDOW (ui_window_new (ADW_APPLICATION (self), self->chats));
}

static UiWindow *
get_window (UiApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  while (window != NULL && !UI_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  return window != NULL ? UI_WINDOW (window) : new_window (self);
}

/* --- the first start --- */

static void
welcomed_cb (UiApplication *self)
{
  g_settings_set_boolean (self->preferences, UI_PREFERENCES_WELCOMED, TRUE);
}

/* Where it could not be remembered that it was shown, it would come again and again. */
static void
welcome (UiApplication *self, UiWindow *window)
{
  if (self->preferences == NULL || self->welcome != NULL
      || g_settings_get_boolean (self->preferences, UI_PREFERENCES_WELCOMED))
    return;
  g_set_weak_pointer (&self->welcome,
                      GTK_WINDOW (ui_welcome_new (GTK_WINDOW (window), self->link)));
  g_signal_connect_object (self->welcome, "over", G_CALLBACK (welcomed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (self->welcome);
}

static void
ui_application_activate (GApplication *application)
{
  UiApplication *self = UI_APPLICATION (application);
  UiWindow *window = get_window (self);

  gtk_window_present (GTK_WINDOW (window));
  welcome (self, window);
}

/* Files begin a chat of their own: what was given to one conversation is not given to another. */
static void
ui_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  UiWindow *window = new_window (UI_APPLICATION (application));
  ui_window_add_files (window, files, n_files);
  gtk_window_present (GTK_WINDOW (window));
}

/* --- actions --- */

static void
new_window_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (GTK_WINDOW (new_window (user_data)));
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 count = ui_chat_list_stop_everything_finish (UI_CHAT_LIST (source), result, &error);
  g_autofree char *text = NULL;

  if (error != NULL)
    text = g_strdup_printf (_ ("Not everything was stopped: %s"), error->message);
  else if (count == 0)
    text = g_strdup (_ ("Nothing was running"));
  else
    text = g_strdup_printf (ngettext ("Stopped %u session", "Stopped %u sessions", (guint) count),
                            (guint) count);
  ui_window_toast (get_window (self), text);
}

static void
stop_everything_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  UiApplication *self = user_data;
  ui_chat_list_stop_everything (self->chats, stopped_cb, g_object_ref (self));
}

static void
activity_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  UiWindow *window = get_window (user_data);
  ui_window_show_page (window, "activity", _ ("Activity"), ui_activity_pane_new);
  gtk_window_present (GTK_WINDOW (window));
}

/* One for all windows. */
static void
settings_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  UiApplication *self = user_data;
  UiWindow *window = get_window (self);

  if (self->settings == NULL)
    {
      g_set_weak_pointer (&self->settings, GTK_WINDOW (ui_settings_window_new (self->link)));
      gtk_window_set_transient_for (self->settings, GTK_WINDOW (window));
      gtk_window_set_destroy_with_parent (self->settings, TRUE);
    }
  gtk_window_present (self->settings);
}

static void
about_activated (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (application)),
                         "application-name", "Cardea", "application-icon", "org.cardea.Cardea",
                         "version", CARDEA_VERSION, "developer-name", _ ("The Cardea contributors"),
                         "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("An assistant for your files that owns nothing: every file it reads "
                            "or changes goes through a guardian that checks, asks and records."),
                         NULL);
}

static void
quit_activated (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_application_quit (G_APPLICATION (application));
}

static const GActionEntry actions[] = {
  { .name = "new-window", .activate = new_window_activated },
  { .name = "activity", .activate = activity_activated },
  { .name = "settings", .activate = settings_activated },
  { .name = "stop-everything", .activate = stop_everything_activated },
  { .name = "about", .activate = about_activated },
  { .name = "quit", .activate = quit_activated },
};

/* ui-help-overlay.ui shows the same to people. */
static const struct {
  const char *action;
  const char *accelerators[3];
} shortcuts[] = {
  { "win.new-chat", { "<Control>n", NULL } },
  { "app.new-window", { "<Control><Shift>n", NULL } },
  { "win.search", { "<Control>f", NULL } },
  { "win.give-files", { "<Control>o", NULL } },
  { "win.share-folder", { "<Control><Shift>o", NULL } },
  { "win.stop", { "<Control>period", NULL } },
  { "win.retry", { "<Control>r", NULL } },
  { "win.rename", { "F2", NULL } },
  { "win.export('markdown')", { "<Control>e", NULL } },
  { "win.delete", { "<Control><Shift>Delete", NULL } },
  { "win.back", { "<Alt>Left", NULL } },
  { "app.activity", { "<Control>i", NULL } },
  { "app.settings", { "<Control>comma", NULL } },
  { "app.stop-everything", { "<Control><Shift>Escape", NULL } },
  { "win.show-help-overlay", { "<Control>question", "F1", NULL } },
  { "window.close", { "<Control>w", NULL } },
  { "app.quit", { "<Control>q", NULL } },
};

/* --- life --- */

/* Told to end, it ends as by Quit: what was typed is kept. */
static gboolean
signalled_cb (gpointer application)
{
  g_application_quit (application);
  return G_SOURCE_CONTINUE;
}

static void
ui_application_startup (GApplication *application)
{
  UiApplication *self = UI_APPLICATION (application);

  /* The toolkit's own start would end the process with a riddle. */
  if (!gtk_init_check ())
    {
      g_printerr (_ ("cardea: there is no display to show the window on: start it in a desktop "
                     "session, or talk in the terminal with “cardeactl chat”\n"));
      exit (EXIT_FAILURE);
    }
  G_APPLICATION_CLASS (ui_application_parent_class)->startup (application);

  self->preferences = ui_preferences_new ();
  self->link = ui_link_new ();
  self->chats = ui_chat_list_new (self->link);
  self->keeper = ui_chat_keeper_new (self->chats);
  ui_chat_keeper_start (self->keeper);
  g_unix_signal_add (SIGTERM, signalled_cb, self);
  g_unix_signal_add (SIGHUP, signalled_cb, self);
  g_unix_signal_add (SIGINT, signalled_cb, self);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), shortcuts[i].action,
                                           shortcuts[i].accelerators);
}

static void
ui_application_shutdown (GApplication *application)
{
  UiApplication *self = UI_APPLICATION (application);

  ui_chat_list_delete_withdrawn (self->chats);
  ui_chat_keeper_close (self->keeper);
  g_clear_object (&self->keeper);
  g_clear_weak_pointer (&self->settings);
  g_clear_weak_pointer (&self->welcome);
  g_clear_object (&self->preferences);
  g_clear_object (&self->chats);
  g_clear_object (&self->link);
  G_APPLICATION_CLASS (ui_application_parent_class)->shutdown (application);
}

static void
ui_application_class_init (UiApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  application_class->startup = ui_application_startup;
  application_class->activate = ui_application_activate;
  application_class->open = ui_application_open;
  application_class->shutdown = ui_application_shutdown;
}

static void
ui_application_init (UiApplication *self)
{
}

/* The resource base path gives us style.css, the shortcuts window and the icons of an application
 * not installed. */
UiApplication *
ui_application_new (void)
{
  return g_object_new (UI_TYPE_APPLICATION, "application-id", "org.cardea.Cardea", "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/cardea/Cardea",
                       NULL);
}
