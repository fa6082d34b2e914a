/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-application.h"

#include "ui/app/ui-window.h"

#include <glib/gi18n.h>
#include <stdlib.h>

struct _UiApplication {
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (UiApplication, ui_application, ADW_TYPE_APPLICATION)

static void
ui_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  if (window == NULL)
    window = GTK_WINDOW (ui_window_new (ADW_APPLICATION (application)));
  gtk_window_present (window);
}

/* Files begin a chat of their own: what was given to one conversation is not given to another. */
static void
ui_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  GtkWidget *window = ui_window_new (ADW_APPLICATION (application));
  ui_window_add_files (UI_WINDOW (window), files, n_files);
  gtk_window_present (GTK_WINDOW (window));
}

static void
about_activated (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (application)),
                         "application-name", "Cardea", "application-icon", "org.cardea.Cardea",
                         "version", CARDEA_VERSION, "developer-name", _ ("The Cardea contributors"),
                         "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("An assistant for your files that owns nothing: every file it reads "
                            "goes through a guardian that checks, asks and records."),
                         NULL);
}

static void
quit_activated (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_application_quit (G_APPLICATION (application));
}

static const GActionEntry actions[] = {
  { .name = "about", .activate = about_activated },
  { .name = "quit", .activate = quit_activated },
};

static const struct {
  const char *action;
  const char *accelerators[2];
} shortcuts[] = {
  { "win.new-chat", { "<Control>n", NULL } },
  { "win.give-files", { "<Control>o", NULL } },
  { "app.quit", { "<Control>q", NULL } },
  { "window.close", { "<Control>w", NULL } },
};

static void
ui_application_startup (GApplication *application)
{
  /* The toolkit's own start would end the process with a riddle. */
  if (!gtk_init_check ())
    {
      g_printerr (_ ("cardea: there is no display to show the window on: start it in a desktop "
                     "session, or talk in the terminal with “cardeactl chat”\n"));
      exit (EXIT_FAILURE);
    }
  G_APPLICATION_CLASS (ui_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), shortcuts[i].action,
                                           shortcuts[i].accelerators);
}

static void
ui_application_class_init (UiApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  application_class->startup = ui_application_startup;
  application_class->activate = ui_application_activate;
  application_class->open = ui_application_open;
}

static void
ui_application_init (UiApplication *self)
{
}

/* The resource base path gives us style.css and the icons of an application not installed. */
UiApplication *
ui_application_new (void)
{
  return g_object_new (UI_TYPE_APPLICATION, "application-id", "org.cardea.Cardea", "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/cardea/Cardea",
                       NULL);
}
