/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-window.h"

#include "ui/settings/ui-settings-assistant.h"
#include "ui/settings/ui-settings-credentials.h"
#include "ui/settings/ui-settings-files.h"
#include "ui/settings/ui-settings-health.h"
#include "ui/settings/ui-settings-log.h"
#include "ui/settings/ui-settings-models.h"
#include "ui/settings/ui-settings-permissions.h"

#include <glib/gi18n.h>

struct _UiSettingsWindow {
  AdwPreferencesWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (UiSettingsWindow, ui_settings_window, ADW_TYPE_PREFERENCES_WINDOW)

/* In this order. */
static const struct {
  const char *name;
  const char *title;
  const char *icon;
  GtkWidget *(*make) (UiLink *link);
} pages[] = {
  { "assistant", N_ ("Assistant"), "org.cardea.Cardea-symbolic", ui_settings_assistant_new },
  { "models", N_ ("Models"), "network-server-symbolic", ui_settings_models_new },
  { "credentials", N_ ("Credentials"), "dialog-password-symbolic", ui_settings_credentials_new },
  { "files", N_ ("Files"), "folder-symbolic", ui_settings_files_new },
  { "permissions", N_ ("Permissions"), "changes-allow-symbolic", ui_settings_permissions_new },
  { "log", N_ ("Log"), "view-list-symbolic", ui_settings_log_new },
  { "health", N_ ("Health"), "security-high-symbolic", ui_settings_health_new },
};

static void
ui_settings_window_class_init (UiSettingsWindowClass *klass)
{
}

static void
ui_settings_window_init (UiSettingsWindow *self)
{
}

GtkWidget *
ui_settings_window_new (UiLink *link)
{
  UiSettingsWindow *self = g_object_new (
      UI_TYPE_SETTINGS_WINDOW, "title", _ ("Settings"), "search-enabled", TRUE, "default-width",
      700, "default-height", 680, "icon-name", "org.cardea.Cardea", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      GtkWidget *page = pages[i].make (link);
      g_object_set (page, "name", pages[i].name, "title", _ (pages[i].title), "icon-name",
                    pages[i].icon, NULL);
      adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self), ADW_PREFERENCES_PAGE (page));
    }
  return GTK_WIDGET (self);
}
