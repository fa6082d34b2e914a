/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program-profile.h"

#include "common/profiles/cardea-profile-files.h"
#include "ui/programs/ui-program.h"

#include <glib/gi18n.h>
#include <stdlib.h>

CardeaProfile *
ui_program_profile_load (const char *name, GError **error)
{
  g_autoptr (GError) problem = NULL;
  CardeaProfile *profile = cardea_profile_files_load (name, &problem);

  if (g_error_matches (problem, CARDEA_PROFILE_ERROR, CARDEA_PROFILE_ERROR_MISSING))
    g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                 _ ("there is no profile “%s”: see cardeactl profiles list"), name);
  else if (profile == NULL)
    g_set_error_literal (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE, problem->message);
  return profile;
}

char **
ui_program_profile_command (const CardeaProfile *profile, char **command)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  if (command[0] == NULL && profile->programs[0] == NULL)
    return g_strv_builder_end (words);
  const char *program = command[0] != NULL ? command[0] : profile->programs[0];
  g_strv_builder_add (words, program);
  if (cardea_profile_is_for (profile, program))
    g_strv_builder_addv (words, (const char **) profile->arguments);
  if (command[0] != NULL)
    g_strv_builder_addv (words, (const char **) command + 1);
  return g_strv_builder_end (words);
}

void
ui_program_profile_add_folders (const CardeaProfile *profile, const char *home,
                                GStrvBuilder *readable, GStrvBuilder *writable)
{
  for (const CardeaProfileFolder *folder = profile->folders; folder->path != NULL; folder++)
    {
      g_autofree char *path = folder->path[0] == '~'
                                  ? g_build_filename (home, folder->path + 2, NULL)
                                  : g_strdup (folder->path);
      char *real = realpath (path, NULL);
      if (real != NULL)
        g_strv_builder_add (folder->writable ? writable : readable, real);
      free (real);
    }
}

/* After those that the person named. */
static void
add_hosts (const CardeaProfile *profile, CardeaMessage *message)
{
  const CardeaJson *named = cardea_message_get_json (message, "net");
  CardeaJson *hosts = named != NULL ? cardea_json_copy (named) : cardea_json_new_array ();

  for (char **host = profile->net; *host != NULL; host++)
    cardea_json_append (hosts, cardea_json_new_string (*host));
  if (cardea_json_size (hosts) > 0)
    cardea_message_set_json (message, "net", hosts);
  else
    cardea_json_unref (hosts);
}

void
ui_program_profile_describe (const CardeaProfile *profile, CardeaMessage *message)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **name = profile->interpreters; *name != NULL; name++)
    {
      g_autofree char *path = ui_program_find (*name, NULL);
      if (path != NULL)
        g_strv_builder_add (builder, path);
    }
  g_auto (GStrv) companions = g_strv_builder_end (builder);
  cardea_message_set_string (message, "profile", profile->name);
  add_hosts (profile, message);
  if (companions[0] != NULL)
    cardea_message_set_paths (message, "companions", (const char *const *) companions);
}
