/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person whose files these are. What would be written is read as a profile first, by the
 * reader the guardian has: what it would refuse is not written. */

#include "ui/settings/ui-settings-profile.h"

#include "common/base/cardea-paths.h"
#include "common/json/cardea-json.h"
#include "common/profiles/cardea-profile-files.h"
#include "common/profiles/cardea-profile-shipped.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define FOLDER_MODE 0700
#define FILE_MODE 0600

void
ui_settings_profile_free (UiSettingsProfile *profile)
{
  g_free (profile->name);
  cardea_profile_free (profile->profile);
  cardea_profile_free (profile->shipped);
  g_free (profile->problem);
  g_free (profile);
}

static char *
own_folder (void)
{
  g_autofree char *config = cardea_paths_folder (CARDEA_PATHS_CONFIG);
  return g_build_filename (config, "profiles", NULL);
}

static char *
own_file (const char *name)
{
  g_autofree char *folder = own_folder ();
  g_autofree char *entry = g_strconcat (name, ".json", NULL);
  return g_build_filename (folder, entry, NULL);
}

/* --- reading --- */

static CardeaProfile *
load_shipped (const char *name)
{
  g_autofree char *entry = g_strconcat (name, ".json", NULL);

  for (const CardeaProfileShipped *one = cardea_profile_shipped; one->name != NULL; one++)
    if (g_str_equal (one->name, entry))
      return cardea_profile_parse (name, entry, one->text, one->size, NULL);
  return NULL;
}

static UiSettingsProfile *
load (const char *name)
{
  UiSettingsProfile *profile = g_new0 (UiSettingsProfile, 1);
  g_autofree char *own = own_file (name);
  g_autoptr (GError) error = NULL;

  profile->name = g_strdup (name);
  profile->shipped = load_shipped (name);
  profile->profile = cardea_profile_files_load (name, &error);
  if (profile->profile == NULL)
    {
      profile->problem = g_strdup (error->message);
      profile->whose = g_str_has_prefix (error->message, own) ? UI_SETTINGS_PROFILE_CHANGED
                                                              : UI_SETTINGS_PROFILE_FIXED;
    }
  else if (g_str_equal (profile->profile->origin, own))
    profile->whose
        = profile->shipped != NULL ? UI_SETTINGS_PROFILE_CHANGED : UI_SETTINGS_PROFILE_OWN;
  else if (!g_str_has_prefix (profile->profile->origin, "shipped:"))
    profile->whose = UI_SETTINGS_PROFILE_FIXED;
  return profile;
}

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_settings_profile_free);
  g_auto (GStrv) names = cardea_profile_files_list ();

  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (profiles, load (names[i]));
  g_task_return_pointer (task, profiles, (GDestroyNotify) g_ptr_array_unref);
}

void
ui_settings_profile_list_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_run_in_thread (task, list_thread);
}

GPtrArray *
ui_settings_profile_list_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- as a file --- */

static void
set_list (CardeaJson *object, const char *name, char **list)
{
  CardeaJson *array;

  if (list[0] == NULL)
    return;
  array = cardea_json_new_array ();
  for (guint i = 0; list[i] != NULL; i++)
    cardea_json_append (array, cardea_json_new_string (list[i]));
  cardea_json_set (object, name, array);
}

static CardeaJson *
make_environment (const CardeaProfile *profile)
{
  CardeaJson *environment = cardea_json_new_object (), *set = cardea_json_new_object ();

  set_list (environment, "pass", profile->pass);
  for (guint i = 0; profile->set[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (profile->set[i], "=", 2);
      cardea_json_set_string (set, parts[0], parts[1] != NULL ? parts[1] : "");
    }
  cardea_json_set (environment, "set", set);
  return environment;
}

static CardeaJson *
make_folders (const CardeaProfile *profile)
{
  CardeaJson *folders = cardea_json_new_array ();

  for (guint i = 0; profile->folders[i].path != NULL; i++)
    {
      CardeaJson *folder = cardea_json_new_object ();
      cardea_json_set_string (folder, "path", profile->folders[i].path);
      cardea_json_set_string (folder, "access", profile->folders[i].writable ? "rw" : "ro");
      cardea_json_append (folders, folder);
    }
  return folders;
}

char *
ui_settings_profile_write (const CardeaProfile *profile)
{
  g_autoptr (CardeaJson) object = cardea_json_new_object ();

  cardea_json_set_int (object, "version", 1);
  cardea_json_set_string (object, "title", profile->title);
  if (profile->note != NULL)
    cardea_json_set_string (object, "note", profile->note);
  set_list (object, "programs", profile->programs);
  set_list (object, "arguments", profile->arguments);
  set_list (object, "agent", profile->agent);
  set_list (object, "interpreters", profile->interpreters);
  cardea_json_set_string (object, "home", profile->own_home ? "own" : "shared");
  cardea_json_set (object, "environment", make_environment (profile));
  if (profile->folders[0].path != NULL)
    cardea_json_set (object, "folders", make_folders (profile));
  set_list (object, "net", profile->net);
  set_list (object, "proxy", profile->proxy);
  set_list (object, "authorities", profile->authorities);
  if (profile->model_kind != NULL)
    {
      CardeaJson *model = cardea_json_new_object ();
      cardea_json_set_string (model, "kind", profile->model_kind);
      cardea_json_set_string (model, "url", profile->model_url);
      cardea_json_set_string (model, "key", profile->model_key);
      cardea_json_set (object, "model", model);
    }
  return cardea_json_write (object, NULL, NULL);
}

/* --- writing --- */

typedef struct {
  char *name;
  char *text; /* NULL: the file goes */
} Write;

static void
write_free (gpointer data)
{
  Write *write = data;
  g_free (write->name);
  g_free (write->text);
  g_free (write);
}

static gboolean
write_file (const Write *write, const char *path, GError **error)
{
  g_autofree char *folder = own_folder ();
  g_autoptr (CardeaProfile) read
      = cardea_profile_parse (write->name, path, write->text, strlen (write->text), error);

  if (read == NULL)
    return FALSE;
  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  return g_file_set_contents_full (path, write->text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   FILE_MODE, error);
}

static gboolean
remove_file (const char *path, GError **error)
{
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path,
               g_strerror (errno));
  return FALSE;
}

static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Write *write = data;
  g_autofree char *path = own_file (write->name);
  GError *error = NULL;

  if (write->text != NULL ? write_file (write, path, &error) : remove_file (path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Takes text. */
static void
start (const char *name, char *text, GCancellable *cancellable, GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Write *write = g_new (Write, 1);

  *write = (Write){ .name = g_strdup (name), .text = text };
  g_task_set_task_data (task, write, write_free);
  g_task_run_in_thread (task, write_thread);
}

void
ui_settings_profile_save_async (const CardeaProfile *profile, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  start (profile->name, ui_settings_profile_write (profile), cancellable, callback, user_data);
}

void
ui_settings_profile_reset_async (const char *name, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  start (name, NULL, cancellable, callback, user_data);
}

gboolean
ui_settings_profile_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
