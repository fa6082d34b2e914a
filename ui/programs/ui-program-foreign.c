/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program-foreign.h"

#include "ui/programs/ui-program-profile.h"
#include "ui/programs/ui-program-request.h"
#include "ui/programs/ui-program.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>

static gboolean
open_pipe (int ends[2], GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (g_unix_open_pipe (ends, FD_CLOEXEC, &problem))
    return TRUE;
  g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_FAILED, _ ("no pipe can be made: %s"),
               problem->message);
  return FALSE;
}

/* Joins one direction: the end that writes goes into one message, the end that reads into another.
 */
static gboolean
join (CardeaMessage *from, const char *written, CardeaMessage *to, const char *read, GError **error)
{
  int ends[2];

  if (!open_pipe (ends, error))
    return FALSE;
  cardea_message_set_fd (to, read, ends[0]);
  cardea_message_set_fd (from, written, ends[1]);
  return TRUE;
}

static CardeaMessage *
compose (const CardeaProfile *profile, const UiProgramForeignOptions *options, char **folders,
         GError **error)
{
  const UiProgramOptions chosen = { .mode = options->mode,
                                    .hosts = options->hosts,
                                    .folders = folders,
                                    .profile = profile,
                                    .timeout = options->timeout };

  if (profile->agent[0] == NULL)
    {
      g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                   _ ("“%s” is no agent to talk with: see cardeactl profiles list"), profile->name);
      return NULL;
    }
  g_autofree char *program = ui_program_find (profile->agent[0], error);
  return program != NULL ? ui_program_request_new (program, profile->agent, &chosen, error) : NULL;
}

/* What is shared with the one is the other's, too. */
static void
grant (const CardeaMessage *run, const char *shared, CardeaMessage *session_open, const char *field)
{
  g_auto (GStrv) folders = cardea_message_get_paths (run, shared);
  g_auto (GStrv) before = cardea_message_get_paths (session_open, field);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (folders == NULL || folders[0] == NULL)
    return;
  if (before != NULL)
    g_strv_builder_addv (builder, (const char **) before);
  g_strv_builder_addv (builder, (const char **) folders);
  g_auto (GStrv) all = g_strv_builder_end (builder);
  cardea_message_set_paths (session_open, field, (const char *const *) all);
}

/* Where it works is where the conversation is: relative names mean the same to both. */
static gboolean
share_folders (CardeaMessage *run, const char *first, CardeaMessage *session_open, GError **error)
{
  const char *access;
  g_autofree char *folder = ui_program_request_folder (first, &access, error);

  if (folder == NULL)
    return FALSE;
  cardea_message_set_path (run, "folder", folder);
  cardea_message_set_path (session_open, "folder", folder);
  grant (run, "readable", session_open, "files");
  grant (run, "writable", session_open, "writable");
  return TRUE;
}

CardeaMessage *
ui_program_foreign_new (const UiProgramForeignOptions *options, CardeaMessage *session_open,
                        int *ret_errors, GError **error)
{
  char *here[] = { (char *) ".", NULL };
  char **folders = options->folders != NULL ? options->folders : here;
  g_autoptr (CardeaProfile) profile = ui_program_profile_load (options->profile, error);
  g_autoptr (CardeaMessage) run
      = profile != NULL ? compose (profile, options, folders, error) : NULL;
  int errors[2];

  if (run == NULL || !join (run, "output", session_open, "foreign_input", error)
      || !join (session_open, "foreign_output", run, "input", error)
      || !share_folders (run, folders[0], session_open, error))
    return NULL;
  cardea_message_set_string (session_open, "foreign", profile->name);
  if (ret_errors == NULL)
    return g_steal_pointer (&run);
  if (!open_pipe (errors, error))
    return NULL;
  cardea_message_set_fd (run, "error", errors[1]);
  *ret_errors = errors[0];
  return g_steal_pointer (&run);
}
