/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool-change.h"

#include <string.h>

/* The folder that all of them go into; NULL when there are several, or it is where they are. */
static char *
only_target (const CardeaJson *moves)
{
  g_autofree char *found = NULL;
  for (guint i = 0; i < cardea_json_size (moves); i++)
    {
      const CardeaJson *move = cardea_json_nth (moves, i);
      g_autofree char *from = g_path_get_dirname (cardea_json_get_string (move, "from"));
      g_autofree char *to = g_path_get_dirname (cardea_json_get_string (move, "to"));
      if (strcmp (from, to) == 0 || strcmp (to, ".") == 0
          || (found != NULL && strcmp (found, to) != 0))
        return NULL;
      g_free (found);
      found = g_steal_pointer (&to);
    }
  return g_steal_pointer (&found);
}

static gboolean
add_folders (AgentChange *change, const CardeaJson *folders, const char *missing, GError **error)
{
  if (missing != NULL && !agent_change_add_folder (change, missing, error))
    return FALSE;
  for (guint i = 0; folders != NULL && i < cardea_json_size (folders); i++)
    if (!agent_change_add_folder (change, cardea_json_string (cardea_json_nth (folders, i)), error))
      return FALSE;
  return TRUE;
}

static AgentChanged *
try_move (const AgentToolCall *call, const char *missing, GError **error)
{
  const CardeaJson *moves = agent_tool_items (call, "moves");
  guint count = cardea_json_size (moves);
  g_autoptr (AgentChange) change = agent_change_new ();
  if (!add_folders (change, agent_tool_items (call, "folders"), missing, error))
    return NULL;
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *move = cardea_json_nth (moves, i);
      if (!agent_change_add_rename (change, cardea_json_get_string (move, "from"),
                                    cardea_json_get_string (move, "to"), error))
        return NULL;
    }
  g_autofree char *shown = agent_tool_change_show_objects (
      cardea_json_get_string (cardea_json_nth (moves, 0), "from"), count);
  return agent_change_make (change, call->link, "move", shown, call->cancellable, error);
}

/* What was not there is not said by the guardian: an agent is not told where a path ends. */
static void
propagate (const CardeaJson *moves, GError *taken, GError **error)
{
  if (!g_error_matches (taken, AGENT_ERROR, AGENT_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, taken);
      return;
    }
  g_autofree char *shown = agent_tool_change_show_objects (
      cardea_json_get_string (cardea_json_nth (moves, 0), "from"), cardea_json_size (moves));
  g_error_free (taken);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_NOT_FOUND,
               "I could not move %s: either there is no such file, or the folder above the one it "
               "should go into is missing. Nothing was changed.",
               shown);
}

/* Whether a folder is there cannot be looked up without a question about listing it. A move into
 * one that is not is refused before anybody is asked: then the same is asked for with the folder
 * made first. The first refusal is the one to tell, unless the second gets further. */
AgentToolResult *
agent_tool_move (const AgentToolCall *call, GError **error)
{
  const CardeaJson *moves = agent_tool_items (call, "moves");
  g_autoptr (GError) local = NULL;
  g_autoptr (GError) again = NULL;
  g_autofree char *target = only_target (moves);
  g_autoptr (AgentChanged) changed = try_move (call, NULL, &local);
  gboolean made = FALSE;
  if (changed == NULL && target != NULL && agent_tool_items (call, "folders") == NULL
      && g_error_matches (local, AGENT_ERROR, AGENT_ERROR_NOT_FOUND))
    {
      changed = try_move (call, target, &again);
      made = changed != NULL;
      if (again != NULL && !g_error_matches (again, AGENT_ERROR, AGENT_ERROR_UNSUITABLE))
        {
          propagate (moves, g_steal_pointer (&again), error);
          return NULL;
        }
    }
  if (changed == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  AgentToolResult *result = agent_tool_change_take (changed);
  guint moved = cardea_json_size (moves);
  cardea_json_set_int (result->data, "moved", moved);
  if (made)
    {
      const AgentChangedItem *folder = changed->items->pdata[0];
      g_autofree char *shown = agent_tool_change_show_name (folder->path);
      cardea_json_set_string (result->data, "made", shown);
    }
  result->count = moved;
  return result;
}
