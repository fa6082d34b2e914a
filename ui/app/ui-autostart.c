/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-autostart.h"

#include "common/base/cardea-paths.h"
#include "ui/app/ui-portal.h"

#include <glib/gi18n.h>
#include <string.h>

#define ENTRY "org.cardea.Cardea.desktop"
#define ENTRY_LIMIT (64 * 1024) /* of an entry that others may have written */
#define FLATPAK_INFO "/.flatpak-info"

static gboolean
in_flatpak (void)
{
  return cardea_paths_test_seam ("CARDEA_TEST_FLATPAK") != NULL
         || g_file_test (FLATPAK_INFO, G_FILE_TEST_EXISTS);
}

/* In a Flatpak the person's own folder is elsewhere than ours. */
static char *
entry_path (void)
{
  const char *host = in_flatpak () ? g_getenv ("HOST_XDG_CONFIG_HOME") : NULL;
  g_autofree char *usual = g_build_filename (g_get_home_dir (), ".config", NULL);
  const char *folder = host != NULL ? host : in_flatpak () ? usual : g_get_user_config_dir ();
  return g_build_filename (folder, "autostart", ENTRY, NULL);
}

/* --- looking --- */

/* As the specification has it: "Hidden" is as good as no file. */
static gboolean
is_on (const char *text, gsize size)
{
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  if (!g_key_file_load_from_data (entry, text, size, G_KEY_FILE_NONE, NULL)
      || g_key_file_get_boolean (entry, G_KEY_FILE_DESKTOP_GROUP, "Hidden", NULL))
    return FALSE;
  return !g_key_file_has_key (entry, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-Autostart-enabled", NULL)
         || g_key_file_get_boolean (entry, G_KEY_FILE_DESKTOP_GROUP, "X-GNOME-Autostart-enabled",
                                    NULL);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize size = 0;

  if (g_file_load_contents_finish (G_FILE (source), result, &text, &size, NULL, &error))
    g_task_return_int (task, size <= ENTRY_LIMIT && is_on (text, size));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_task_return_int (task, FALSE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ui_autostart_get_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *path = entry_path ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_file_load_contents_async (file, cancellable, loaded_cb,
                              g_task_new (NULL, cancellable, callback, user_data));
}

int
ui_autostart_get_finish (GAsyncResult *result)
{
  return (int) g_task_propagate_int (G_TASK (result), NULL);
}

/* --- the file --- */

/* The program by its full path, so that it is this one that starts, quoted as Exec wants it. */
static char *
write_entry (GError **error)
{
  g_autofree char *program = cardea_paths_program ("cardea", error);
  if (program == NULL)
    return NULL;
  g_autoptr (GKeyFile) entry = g_key_file_new ();
  g_autoptr (GString) command = g_string_new ("\"");
  for (const char *c = program; *c != '\0'; c++)
    {
      if (strchr ("\"`$\\", *c) != NULL)
        g_string_append_c (command, '\\');
      if (*c == '%')
        g_string_append_c (command, '%');
      g_string_append_c (command, *c);
    }
  g_string_append_c (command, '"');
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, "Type", "Application");
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, "Name", "Cardea");
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, "Exec", command->str);
  g_key_file_set_string (entry, G_KEY_FILE_DESKTOP_GROUP, "Icon", "org.cardea.Cardea");
  return g_key_file_to_data (entry, NULL, NULL);
}

static void
set_in_thread (GTask *task, gpointer source, gpointer on, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = entry_path ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gboolean done = FALSE;

  if (GPOINTER_TO_INT (on))
    {
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *text = write_entry (&error);
      g_mkdir_with_parents (folder, 0700);
      done = text != NULL
             && g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_NONE,
                                         NULL, cancellable, &error);
    }
  else
    {
      done = g_file_delete (file, cancellable, &error)
             || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    }
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* --- the portal --- */

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) results = ui_portal_request_finish (result, &error);
  gboolean on = FALSE;

  if (results == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (g_variant_lookup (results, "autostart", "b", &on)
           && on == GPOINTER_TO_INT (g_task_get_task_data (task)))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s",
                             _ ("the desktop does not allow it"));
}

static void
ask_portal (GTask *task, GDBusConnection *bus)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  const char *command[] = { "cardea", NULL };
  gboolean on = GPOINTER_TO_INT (g_task_get_task_data (task));

  g_variant_builder_add (&options, "{sv}", "reason",
                         g_variant_new_string (_ ("Open the assistant when you log in")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (on));
  g_variant_builder_add (&options, "{sv}", "commandline", g_variant_new_strv (command, -1));
  ui_portal_request_async (bus, "org.freedesktop.portal.Background", "RequestBackground",
                           g_variant_new ("(s)", ""), g_variant_builder_end (&options),
                           g_task_get_cancellable (task), asked_cb, g_object_ref (task));
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus != NULL)
    ask_portal (task, bus);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ui_autostart_set_async (gboolean on, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, GINT_TO_POINTER (on), NULL);
  if (in_flatpak ())
    {
      g_bus_get (G_BUS_TYPE_SESSION, cancellable, bus_cb, g_steal_pointer (&task));
      return;
    }
  g_task_run_in_thread (task, set_in_thread);
}

gboolean
ui_autostart_set_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
