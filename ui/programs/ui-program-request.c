/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/programs/ui-program-request.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "ui/programs/ui-program-hosts.h"
#include "ui/programs/ui-program-identity.h"
#include "ui/programs/ui-program-profile.h"
#include "ui/programs/ui-program.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_CHARACTERS 60
#define FOLDERS_LIMIT 256u /* of the message, of each kind */

/* Inside there are no links to the person's places: each has its own name there. */
static char *
real_path (char *taken)
{
  char *real = realpath (taken, NULL);

  if (real == NULL)
    return taken;
  g_free (taken);
  char *copy = g_strdup (real);
  free (real);
  return copy;
}

/* A shell leaves "~" alone in "~:rw" and where it is quoted. What is called so comes first. */
static char *
expand_home (const char *path, const char *home)
{
  if (path[0] != '~' || (path[1] != '\0' && path[1] != '/')
      || g_file_test (path, G_FILE_TEST_EXISTS))
    return g_strdup (path);
  return g_strconcat (home, path + 1, NULL);
}

/* Of "DIR:what", where DIR is a folder, what was meant. */
static gboolean
is_other_access (const char *path)
{
  const char *colon = strrchr (path, ':');
  g_autofree char *before = colon != NULL ? g_strndup (path, (gsize) (colon - path)) : NULL;

  return before != NULL && strcmp (colon, ":ro") != 0 && strcmp (colon, ":rw") != 0
         && g_file_test (before, G_FILE_TEST_IS_DIR);
}

char *
ui_program_request_folder (const char *word, const char **ret_access, GError **error)
{
  g_autofree char *path = g_strdup (word);
  g_autofree char *home = real_path (cardea_paths_home ());
  const char *access = ui_program_cut_access (path);
  g_autofree char *expanded = expand_home (path, home);
  g_autofree char *folder = ui_program_absolute_path (expanded, error);

  if (folder == NULL)
    return NULL;
  folder = real_path (g_steal_pointer (&folder));
  gboolean there = g_file_test (folder, G_FILE_TEST_IS_DIR);
  gboolean whole = g_str_has_prefix (home, folder)
                   && (folder[1] == '\0' || strchr ("/", home[strlen (folder)]) != NULL);
  if (there && !whole)
    {
      *ret_access = access;
      return g_steal_pointer (&folder);
    }
  g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
               there ? _ ("“%s” holds everything of yours: name a folder in it")
               : is_other_access (path) ? _ ("“%s”: what follows the colon is neither ro nor rw")
                                        : _ ("“%s” is not a folder: name one that is there"),
               path);
  return NULL;
}

static gboolean
share (const char *word, GStrvBuilder *readable, GStrvBuilder *writable, GError **error)
{
  const char *access;
  g_autofree char *folder = ui_program_request_folder (word, &access, error);

  if (folder == NULL)
    return FALSE;
  g_strv_builder_add (strcmp (access, "rw") == 0 ? writable : readable, folder);
  return TRUE;
}

static gboolean
set_shares (CardeaMessage *message, const UiProgramOptions *options, const char *home,
            GError **error)
{
  char **folders = options->folders;
  g_autoptr (GStrvBuilder) readable = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) writable = g_strv_builder_new ();

  for (; folders != NULL && *folders != NULL; folders++)
    if (!share (*folders, readable, writable, error))
      return FALSE;
  if (options->profile != NULL)
    ui_program_profile_add_folders (options->profile, home, readable, writable);
  g_auto (GStrv) ro = g_strv_builder_end (readable);
  g_auto (GStrv) rw = g_strv_builder_end (writable);
  if (g_strv_length (ro) > FOLDERS_LIMIT || g_strv_length (rw) > FOLDERS_LIMIT)
    {
      g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
                   _ ("at most %u folders can be shared at once: share one that holds them"),
                   FOLDERS_LIMIT);
      return FALSE;
    }
  if (ro[0] != NULL)
    cardea_message_set_paths (message, "readable", (const char *const *) ro);
  if (rw[0] != NULL)
    cardea_message_set_paths (message, "writable", (const char *const *) rw);
  return TRUE;
}

/* A home of the profile's own is put there, whatever is at that place. */
static gboolean
check_home (const char *home, const CardeaProfile *profile, GError **error)
{
  if ((profile != NULL && profile->own_home) || g_file_test (home, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, UI_PROGRAM_ERROR, UI_PROGRAM_ERROR_USAGE,
               _ ("your home “%s” is not a folder: set HOME to one that is there"), home);
  return FALSE;
}

/* A program that can leave commits behind signs them with the person's name. */
static int
pack (char **command, const CardeaMessage *message, GError **error)
{
  g_auto (GStrv) writable = cardea_message_get_paths (message, "writable");
  g_auto (GStrv) identity = writable != NULL && writable[0] != NULL ? ui_program_identity () : NULL;

  return ui_program_pack (command, identity, error);
}

CardeaMessage *
ui_program_request_new (const char *program, char **command, const UiProgramOptions *options,
                        GError **error)
{
  g_autofree char *folder = real_path (g_get_current_dir ());
  g_autofree char *home = real_path (cardea_paths_home ());
  g_autofree char *joined = g_strjoinv (" ", command);
  g_autofree char *shown = cardea_text_escape (joined, strlen (joined), NULL);
  g_autofree char *title = cardea_text_shorten (shown, TITLE_CHARACTERS);
  g_autoptr (CardeaMessage) message = cardea_message_new ("run.open");

  if (!check_home (home, options->profile, error) || !set_shares (message, options, home, error)
      || !ui_program_hosts_set (message, options->hosts, error))
    return NULL;
  int packed = pack (command, message, error);
  if (packed < 0)
    return NULL;
  cardea_message_set_fd (message, "command", packed);
  cardea_message_set_string (message, "title", title);
  cardea_message_set_string (message, "mode", options->mode != NULL ? options->mode : "ask");
  cardea_message_set_path (message, "folder", folder);
  cardea_message_set_path (message, "home", home);
  cardea_message_set_path (message, "program", program);
  if (options->profile != NULL)
    ui_program_profile_describe (options->profile, message);
  if (options->timeout != 0)
    cardea_message_set_int (message, "timeout", options->timeout);
  return g_steal_pointer (&message);
}
