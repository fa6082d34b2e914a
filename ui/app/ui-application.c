/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-application.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-pane.h"
#include "ui/app/ui-background.h"
#include "ui/app/ui-desktop-page.h"
#include "ui/app/ui-global-shortcut.h"
#include "ui/app/ui-last-chat.h"
#include "ui/app/ui-preferences.h"
#include "ui/app/ui-retention.h"
#include "ui/app/ui-quick-ask.h"
#include "ui/app/ui-search-provider.h"
#include "ui/app/ui-welcome.h"
#include "ui/app/ui-window.h"
#include "ui/chat/ui-chat-keeper.h"
#include "ui/consent/ui-locale.h"
#include "ui/settings/ui-settings-window.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdlib.h>

#define SERVICE_LINGER_MS 30000u

struct _UiApplication {
  AdwApplication parent_instance;
  UiLink *link;
  UiChatList *chats;
  UiChatKeeper *keeper;
  UiRetention *retention;
  UiLastChat *last;
  UiSearchProvider *provider;
  UiBackground *background;
  GSettings *preferences;     /* NULL: there are none */
  UiGlobalShortcut *shortcut; /* NULL with them */
  gboolean ready;             /* held for its sake */
  GtkWindow *settings;        /* while it is open; not referenced */
  GtkWindow *welcome;         /* the same */
  GtkWindow *quick;           /* the same */
  UiChat *quick_chat;         /* what is typed there stays until it is sent; NULL */
  gboolean told;              /* by an option: what it shows is all that is to be shown */
  gboolean signalled;         /* the session ended, not the person's work */
};

G_DEFINE_FINAL_TYPE (UiApplication, ui_application, ADW_TYPE_APPLICATION)

static UiWindow *
new_window (UiApplication *self)
{
  UiWindow *window = UI_WINDOW (ui_window_new (ADW_APPLICATION (self), self->chats));
  ui_preferences_follow_window (self->preferences, GTK_WINDOW (window));
  ui_last_chat_follow (self->last, window);
  return window;
}

/* NULL: there is none. */
static UiWindow *
find_window (UiApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  while (window != NULL && !UI_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  if (window != NULL)
    return UI_WINDOW (window);
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (UI_IS_WINDOW (l->data))
      return UI_WINDOW (l->data);
  return NULL;
}

static UiWindow *
get_window (UiApplication *self)
{
  UiWindow *window = find_window (self);
  return window != NULL ? window : new_window (self);
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

  if (self->told)
    {
      self->told = FALSE;
      return;
    }
  gboolean first = find_window (self) == NULL;
  UiWindow *window = get_window (self);
  if (first)
    ui_last_chat_open_in (self->last, window);
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

/* --- what the desktop's search chose --- */

static void
present (UiWindow *window, guint timestamp)
{
  gtk_window_present_with_time (GTK_WINDOW (window), timestamp);
}

static void
chat_chosen_cb (UiApplication *self, UiChat *chat, guint timestamp)
{
  UiWindow *window = get_window (self);
  ui_window_show_chat (window, chat);
  present (window, timestamp);
}

static void
asked_cb (UiApplication *self, const char *text, guint timestamp)
{
  UiWindow *window = get_window (self);
  ui_window_begin_chat_with (window, text);
  present (window, timestamp);
}

static void
search_cb (UiApplication *self, const char *text, guint timestamp)
{
  UiWindow *window = get_window (self);
  ui_window_search_for (window, text);
  present (window, timestamp);
}

/* --- actions --- */

static void
new_chat_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  UiWindow *window = get_window (user_data);
  ui_window_begin_chat_with (window, "");
  gtk_window_present (GTK_WINDOW (window));
}

static void
new_window_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (GTK_WINDOW (new_window (user_data)));
}

static void
opened_in_chat_cb (UiApplication *self, UiChat *chat)
{
  UiWindow *window = get_window (self);
  ui_window_show_chat (window, chat);
  gtk_window_present (GTK_WINDOW (window));
}

/* What is typed and not sent is there the next time, unless the person deleted it meanwhile. */
static gboolean
goes_on (UiApplication *self, UiChat *chat)
{
  return chat != NULL && g_list_model_get_n_items (ui_chat_get_entries (chat)) == 0
         && (ui_chat_is_empty (chat)
             || ui_chat_list_find (self->chats, ui_chat_get_id (chat)) != NULL);
}

/* One at a time: the shortcut that was pressed again means the one that is there. */
static void
open_quick_ask (UiApplication *self, const char *token)
{
  if (self->quick == NULL)
    {
      if (!goes_on (self, self->quick_chat))
        {
          g_clear_object (&self->quick_chat);
          self->quick_chat = ui_chat_list_begin (self->chats);
        }
      g_set_weak_pointer (
          &self->quick,
          GTK_WINDOW (ui_quick_ask_new (ADW_APPLICATION (self), self->chats, self->quick_chat)));
      g_signal_connect_object (self->quick, "open-in-chat", G_CALLBACK (opened_in_chat_cb), self,
                               G_CONNECT_SWAPPED);
    }
  if (token != NULL)
    gtk_window_set_startup_id (self->quick, token);
  gtk_window_present (self->quick);
}

static void
quick_ask_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  open_quick_ask (user_data, NULL);
}

/* --- the key of the desktop's --- */

static void
shortcut_activated_cb (UiApplication *self, const char *token)
{
  open_quick_ask (self, token);
}

/* Without a window it is of use only as long as this process is there. */
static void
shortcut_changed_cb (UiApplication *self)
{
  gboolean ready = ui_global_shortcut_get_state (self->shortcut) == UI_GLOBAL_SHORTCUT_BOUND;

  if (ready == self->ready)
    return;
  self->ready = ready;
  if (ready)
    g_application_hold (G_APPLICATION (self));
  else
    g_application_release (G_APPLICATION (self));
}

static void
follow_shortcut (UiApplication *self)
{
  if (self->preferences == NULL)
    return;
  self->shortcut = ui_global_shortcut_new (self->preferences);
  g_signal_connect_object (self->shortcut, "changed", G_CALLBACK (shortcut_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shortcut, "activated", G_CALLBACK (shortcut_activated_cb), self,
                           G_CONNECT_SWAPPED);
}

/* --- more actions --- */

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
  /* Told by the desktop, there may be no window yet: what became of it is said all the same. */
  UiWindow *window = get_window (self);
  ui_window_toast (window, text);
  if (!gtk_widget_get_visible (GTK_WIDGET (window)))
    gtk_window_present (GTK_WINDOW (window));
  g_application_release (G_APPLICATION (self));
}

/* From a notification, which may be older than this process. */
static void
show_chat_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  UiApplication *self = user_data;
  UiWindow *window = get_window (self);
  UiChat *chat = ui_chat_list_find (self->chats, g_variant_get_string (parameter, NULL));

  if (chat != NULL)
    ui_window_show_chat (window, chat);
  gtk_window_present (GTK_WINDOW (window));
}

static void
stop_work_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ui_chat_list_stop_busy (UI_APPLICATION (user_data)->chats);
}

static void
stop_everything_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  UiApplication *self = user_data;
  g_application_hold (G_APPLICATION (self));
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
      ui_settings_window_add_page (UI_SETTINGS_WINDOW (self->settings),
                                   ui_desktop_page_new (self->preferences, self->shortcut));
      if (!gtk_widget_get_visible (GTK_WIDGET (window)))
        gtk_window_present (GTK_WINDOW (window));
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
  { .name = "new-chat", .activate = new_chat_activated },
  { .name = "new-window", .activate = new_window_activated },
  { .name = "quick-ask", .activate = quick_ask_activated },
  { .name = "activity", .activate = activity_activated },
  { .name = "settings", .activate = settings_activated },
  { .name = "stop-everything", .activate = stop_everything_activated },
  { .name = "show-chat", .activate = show_chat_activated, .parameter_type = "s" },
  { .name = "stop-work", .activate = stop_work_activated },
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
  { "app.quick-ask", { "<Control><Shift>space", NULL } },
  { "win.open-in-chat", { "<Control>Return", NULL } },
  { "win.search", { "<Control>f", NULL } },
  { "win.find", { "<Control><Shift>f", NULL } },
  { "win.find-next", { "<Control>g", NULL } },
  { "win.find-previous", { "<Control><Shift>g", NULL } },
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
  { "win.show-help", { "<Control>question", "F1", NULL } },
  { "window.close", { "<Control>w", NULL } },
  { "app.quit", { "<Control>q", NULL } },
};

/* --- the command line --- */

/* What the entries of the desktop's menu do, where they are not told over the bus. */
static const struct {
  const char *option;
  const char *action;
  const char *description;
  gboolean alone; /* no other window than its own */
} options[] = {
  { "new-chat", "new-chat", N_ ("Begin a new chat"), FALSE },
  { "quick-ask", "quick-ask", N_ ("Ask in a small window"), TRUE },
  { "activity", "activity", N_ ("Show what agents did"), FALSE },
  { "stop-everything", "stop-everything", N_ ("End every session at once"), FALSE },
};

static void
add_options (GApplication *application)
{
  g_application_add_main_option (application, "version", 'v', 0, G_OPTION_ARG_NONE,
                                 N_ ("Print the version"), NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    g_application_add_main_option (application, options[i].option, 0, 0, G_OPTION_ARG_NONE,
                                   options[i].description, NULL);
  g_application_set_option_context_parameter_string (application, _ ("[FILE…]"));
  g_application_set_option_context_summary (
      application, _ ("Files that are given are shared, for reading, with the new chat."));
}

/* -1: go on. Actions of the instance that runs, which may be this one. */
static int
ui_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  g_autoptr (GError) error = NULL;
  gboolean any = FALSE;

  if (g_variant_dict_contains (given, "version"))
    {
      g_print ("cardea %s\n", CARDEA_VERSION);
      return EXIT_SUCCESS;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    if (g_variant_dict_contains (given, options[i].option))
      {
        if (!any && !g_application_register (application, NULL, &error))
          {
            g_printerr ("cardea: %s\n", error->message);
            return EXIT_FAILURE;
          }
        any = TRUE;
        UI_APPLICATION (application)->told = options[i].alone;
        g_action_group_activate_action (G_ACTION_GROUP (application), options[i].action, NULL);
      }
  return any && g_application_get_is_remote (application) ? EXIT_SUCCESS : -1;
}

static gboolean
ui_application_dbus_register (GApplication *application, GDBusConnection *connection,
                              const char *path, GError **error)
{
  UiApplication *self = UI_APPLICATION (application);
  return G_APPLICATION_CLASS (ui_application_parent_class)
             ->dbus_register (application, connection, path, error)
         && ui_search_provider_export (self->provider, connection, error);
}

static void
ui_application_dbus_unregister (GApplication *application, GDBusConnection *connection,
                                const char *path)
{
  UiApplication *self = UI_APPLICATION (application);
  if (self->provider != NULL)
    ui_search_provider_unexport (self->provider);
  G_APPLICATION_CLASS (ui_application_parent_class)
      ->dbus_unregister (application, connection, path);
}

/* --- life --- */

/* Told to end, it ends as by Quit: what was typed is kept. */
static gboolean
signalled_cb (gpointer application)
{
  UI_APPLICATION (application)->signalled = TRUE;
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
  /* Right to left as in a language that is not installed where the tests run. */
  if (g_strcmp0 (cardea_paths_test_seam ("CARDEA_TEST_DIRECTION"), "rtl") == 0)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  if (ui_locale_is_mirrored ())
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);

  self->preferences = ui_preferences_new ();
  /* Started by the bus to answer one search, it waits a little for the next. */
  if (g_application_get_flags (application) & G_APPLICATION_IS_SERVICE)
    g_application_set_inactivity_timeout (application, SERVICE_LINGER_MS);
  self->link = ui_link_new ();
  self->chats = ui_chat_list_new (self->link);
  self->keeper = ui_chat_keeper_new (self->chats);
  self->last = ui_last_chat_new (self->preferences, self->keeper, self->chats);
  ui_search_provider_set_chats (self->provider, self->chats, self->keeper, self->preferences);
  self->retention = ui_retention_new (self->preferences, self->keeper, self->chats);
  ui_chat_keeper_start (self->keeper);
  self->background = ui_background_new (GTK_APPLICATION (application), self->chats);
  follow_shortcut (self);
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

  g_clear_object (&self->provider);
  g_clear_object (&self->background);
  g_clear_object (&self->shortcut);
  ui_chat_list_delete_withdrawn (self->chats);
  if (!self->signalled)
    ui_last_chat_forget (self->last);
  g_clear_object (&self->last);
  g_clear_object (&self->retention);
  ui_chat_keeper_close (self->keeper);
  g_clear_object (&self->keeper);
  g_clear_weak_pointer (&self->settings);
  g_clear_weak_pointer (&self->welcome);
  g_clear_weak_pointer (&self->quick);
  g_clear_object (&self->quick_chat);
  g_clear_object (&self->preferences);
  g_clear_object (&self->chats);
  g_clear_object (&self->link);
  G_APPLICATION_CLASS (ui_application_parent_class)->shutdown (application);
}

static void
ui_application_class_init (UiApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  application_class->handle_local_options = ui_application_handle_local_options;
  application_class->dbus_register = ui_application_dbus_register;
  application_class->dbus_unregister = ui_application_dbus_unregister;
  application_class->startup = ui_application_startup;
  application_class->activate = ui_application_activate;
  application_class->open = ui_application_open;
  application_class->shutdown = ui_application_shutdown;
}

static void
ui_application_init (UiApplication *self)
{
  self->provider = ui_search_provider_new (G_APPLICATION (self));
  g_signal_connect_swapped (self->provider, "chat-chosen", G_CALLBACK (chat_chosen_cb), self);
  g_signal_connect_swapped (self->provider, "asked", G_CALLBACK (asked_cb), self);
  g_signal_connect_swapped (self->provider, "search", G_CALLBACK (search_cb), self);
  add_options (G_APPLICATION (self));
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
