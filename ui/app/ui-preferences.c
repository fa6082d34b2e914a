/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-preferences.h"

#include "common/base/cardea-paths.h"

#define SCHEMA "org.cardea.Cardea"

static GSettingsSchema *
find_beside_program (void)
{
  g_autofree char *program = cardea_paths_program ("cardea", NULL);
  if (program == NULL)
    return NULL;
  g_autofree char *folder = g_path_get_dirname (program);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  g_autoptr (GSettingsSchemaSource) source = g_settings_schema_source_new_from_directory (
      data, g_settings_schema_source_get_default (), TRUE, NULL);
  return source != NULL ? g_settings_schema_source_lookup (source, SCHEMA, FALSE) : NULL;
}

/* g_settings_new() ends the process where the schema is not installed. */
GSettings *
ui_preferences_new (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema
      = installed != NULL ? g_settings_schema_source_lookup (installed, SCHEMA, TRUE) : NULL;

  if (schema == NULL)
    schema = find_beside_program ();
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}

void
ui_preferences_follow_window (GSettings *preferences, GtkWindow *window)
{
  static const struct {
    const char *key;
    const char *property;
  } kept[] = {
    { "window-width", "default-width" },
    { "window-height", "default-height" },
    { "window-maximized", "maximized" },
  };

  /* Read once: a second window does not follow the first. */
  for (gsize i = 0; preferences != NULL && i < G_N_ELEMENTS (kept); i++)
    g_settings_bind (preferences, kept[i].key, window, kept[i].property,
                     G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_GET_NO_CHANGES);
}
