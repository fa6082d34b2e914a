/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-offline.h"

#include <string.h>

/* Where a name without a folder lies: a file that is changed is looked up by the guardian; a new
 * name of a file lies where the file is; anything else new lies in the front end's working
 * folder. The answer names the real place. */

#define FILES_MAX 64

static gboolean
is_rooted (const char *path)
{
  return path[0] == '/' || g_str_has_prefix (path, "~/");
}

/* As the last line or lines of a file. */
static char *
end_line (const char *text)
{
  return g_strconcat (text, text[0] == '\0' || g_str_has_suffix (text, "\n") ? "" : "\n", NULL);
}

static gboolean
write_file (const AgentOffline *turn, const char *file, const char *if_exists, GError **error)
{
  g_autofree char *content = end_line (turn->intent->text != NULL ? turn->intent->text : "");
  CardeaJson *arguments = agent_offline_new_arguments ("file", file);
  cardea_json_set_string (arguments, "content", content);
  cardea_json_set_string (arguments, "if_exists", if_exists);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "write", arguments, error);
  return result != NULL && agent_offline_say (turn, agent_answer_written (result));
}

/* A new name, in the folder that the request names if it names one; NULL with an error. */
static char *
find_new_path (const AgentOffline *turn, GError **error)
{
  const char *name = turn->intent->target, *folder = NULL;
  if (turn->intent->folder == NULL)
    return g_strdup (name);
  if (is_rooted (name))
    agent_offline_set_ambiguous ("In which of the two folders? Please name one.", error);
  else
    folder = agent_offline_find_folder (turn, error);
  return folder != NULL ? g_build_filename (folder, name, NULL) : NULL;
}

gboolean
agent_offline_create (const AgentOffline *turn, GError **error)
{
  g_autofree char *path = find_new_path (turn, error);
  return path != NULL && write_file (turn, path, "refuse", error);
}

gboolean
agent_offline_overwrite (const AgentOffline *turn, GError **error)
{
  g_autoptr (GPtrArray) files = agent_offline_find_files (turn, 1, error);
  if (files == NULL)
    return FALSE;
  if (!is_rooted (files->pdata[0]))
    return agent_offline_set_ambiguous (
        "To replace all of a file, please name it from the top (“/…” or “~/…”), or add it to the "
        "chat.",
        error);
  return write_file (turn, files->pdata[0], "replace", error);
}

gboolean
agent_offline_append (const AgentOffline *turn, GError **error)
{
  g_autoptr (GPtrArray) files = agent_offline_find_files (turn, 1, error);
  if (files == NULL)
    return FALSE;
  CardeaJson *arguments = agent_offline_new_arguments ("file", files->pdata[0]);
  cardea_json_set_string (arguments, "text", turn->intent->text);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "append", arguments, error);
  return result != NULL
         && agent_offline_say (turn, agent_answer_appended (turn->intent->text, result));
}

gboolean
agent_offline_replace (const AgentOffline *turn, GError **error)
{
  const AgentIntent *intent = turn->intent;
  g_autoptr (GPtrArray) files = agent_offline_find_files (turn, 1, error);
  if (files == NULL)
    return FALSE;
  CardeaJson *edits = cardea_json_new_array ();
  CardeaJson *edit = agent_offline_new_arguments ("find", intent->text);
  cardea_json_set_string (edit, "replace", intent->with);
  cardea_json_set_boolean (edit, "all", intent->all);
  cardea_json_append (edits, edit);
  CardeaJson *arguments = agent_offline_new_arguments ("file", files->pdata[0]);
  cardea_json_set (arguments, "edits", edits);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "edit", arguments, error);
  return result != NULL
         && agent_offline_say (turn, agent_answer_replaced (intent->text, intent->with, result));
}

/* --- moving --- */

/* name in the folder in which path lies; relative like path itself. */
static char *
beside (const char *path, const char *name)
{
  g_autofree char *folder = g_path_get_dirname (path);
  return strcmp (folder, ".") == 0 ? g_strdup (name) : g_build_filename (folder, name, NULL);
}

static gboolean
move (const AgentOffline *turn, GPtrArray *files, GPtrArray *targets, gboolean renamed,
      GError **error)
{
  CardeaJson *moves = cardea_json_new_array ();
  for (guint i = 0; i < files->len; i++)
    {
      CardeaJson *one = agent_offline_new_arguments ("from", files->pdata[i]);
      cardea_json_set_string (one, "to", targets->pdata[i]);
      cardea_json_append (moves, one);
    }
  CardeaJson *arguments = cardea_json_new_object ();
  cardea_json_set (arguments, "moves", moves);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "move", arguments, error);
  return result != NULL && agent_offline_say (turn, agent_answer_moved (renamed, result));
}

gboolean
agent_offline_rename (const AgentOffline *turn, GError **error)
{
  const char *name = turn->intent->target;
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) files = agent_offline_find_files (turn, 1, error);
  if (files == NULL)
    return FALSE;
  if (!is_rooted (name) && strchr (name, '/') != NULL)
    return agent_offline_set_ambiguous (
        "Please give the new name alone, or the whole path from the top (“/…” or “~/…”).", error);
  g_ptr_array_add (targets, is_rooted (name) ? g_strdup (name) : beside (files->pdata[0], name));
  return move (turn, files, targets, TRUE, error);
}

/* The folder that is meant; NULL with an error. */
static char *
find_place (const GPtrArray *files, const char *place, GError **error)
{
  if (is_rooted (place))
    return g_strdup (place);
  g_autofree char *folder = g_path_get_dirname (files->pdata[0]);
  for (guint i = 1; i < files->len; i++)
    {
      g_autofree char *other = g_path_get_dirname (files->pdata[i]);
      if (strcmp (other, folder) == 0)
        continue;
      agent_offline_set_ambiguous ("The files lie in different folders: please name the folder to "
                                   "move them to from the top (“/…” or “~/…”).",
                                   error);
      return NULL;
    }
  return beside (files->pdata[0], place);
}

gboolean
agent_offline_move (const AgentOffline *turn, GError **error)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) files = agent_offline_find_files (turn, FILES_MAX, error);
  g_autofree char *place = files != NULL ? find_place (files, turn->intent->target, error) : NULL;
  if (place == NULL)
    return FALSE;
  /* "Move a.txt to b.txt" gives it a name. */
  gboolean named = files->len == 1 && agent_phrase_has_ending (place);
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *name = g_path_get_basename (files->pdata[i]);
      g_ptr_array_add (targets, named ? g_strdup (place) : g_build_filename (place, name, NULL));
    }
  return move (turn, files, targets, FALSE, error);
}

gboolean
agent_offline_tidy (const AgentOffline *turn, GError **error)
{
  static const char *const ways[] = { NULL, "month", "year", "type" };
  const char *folder = agent_offline_find_folder (turn, error);
  if (folder == NULL)
    return FALSE;
  if (turn->intent->by == AGENT_TIDY_NONE)
    return agent_offline_set_ambiguous (
        "Into folders by what? Please say “by month”, “by year” or “by type”.", error);
  CardeaJson *arguments = agent_offline_new_arguments ("folder", folder);
  cardea_json_set_string (arguments, "by", ways[turn->intent->by]);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "tidy", arguments, error);
  return result != NULL && agent_offline_say (turn, agent_answer_tidied (result));
}

/* --- deleting, making --- */

gboolean
agent_offline_delete (const AgentOffline *turn, GError **error)
{
  g_autoptr (GPtrArray) files = NULL;
  if (turn->intent->target != NULL)
    {
      files = g_ptr_array_new ();
      g_ptr_array_add (files, turn->intent->target);
    }
  else
    files = agent_offline_find_files (turn, FILES_MAX, error);
  if (files == NULL)
    return FALSE;
  CardeaJson *list = cardea_json_new_array (), *arguments = cardea_json_new_object ();
  for (guint i = 0; i < files->len; i++)
    cardea_json_append (list, cardea_json_new_string (files->pdata[i]));
  cardea_json_set (arguments, "files", list);
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "delete", arguments, error);
  return result != NULL && agent_offline_say (turn, agent_answer_deleted (result));
}

gboolean
agent_offline_make_folder (const AgentOffline *turn, GError **error)
{
  g_autofree char *path = find_new_path (turn, error);
  if (path == NULL)
    return FALSE;
  g_autoptr (AgentToolResult) result = agent_offline_run (
      turn, "make-folder", agent_offline_new_arguments ("folder", path), error);
  return result != NULL && agent_offline_say (turn, agent_answer_made_folder (result));
}
