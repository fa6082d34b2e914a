/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-file.h"
#include "agent/access/agent-program.h"
#include "agent/tools/agent-tool.h"
#include "common/base/cardea-text.h"

#include <string.h>

/* Where a program would find a file: inside its sandbox it has its real name alone. */
static char *
find_place (const AgentToolCall *call, const char *reference, GError **error)
{
  if (reference[0] == '/')
    return g_strdup (reference);
  if (reference[0] == '~' && (reference[1] == '/' || reference[1] == '\0'))
    return g_strconcat (g_get_home_dir (), reference + 1, NULL);
  g_autoptr (AgentSource) source
      = agent_file_open (call->link, reference, call->cancellable, error);
  return source != NULL ? g_strdup (source->path) : NULL;
}

/* Places of a list of the call, NULL-terminated; each is entered in places under the name by which
 * the call knows it. NULL with an error. */
static GPtrArray *
find_places (const AgentToolCall *call, const char *name, GHashTable *places, GError **error)
{
  const CardeaJson *list = agent_tool_items (call, name);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const char *reference = cardea_json_string (cardea_json_nth (list, i));
      char *place = find_place (call, reference, error);
      if (place == NULL)
        return NULL;
      g_hash_table_insert (places, g_strdup (reference), place);
      g_ptr_array_add (found, place);
    }
  g_ptr_array_add (found, NULL);
  return g_steal_pointer (&found);
}

/* The program, then its arguments; what names a listed file becomes its place. */
static GPtrArray *
new_arguments (const AgentToolCall *call, GHashTable *places)
{
  const CardeaJson *list = agent_tool_items (call, "arguments");
  GPtrArray *arguments = g_ptr_array_new ();

  g_ptr_array_add (arguments, (char *) agent_tool_text (call, "program"));
  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (list, i));
      const char *place = g_hash_table_lookup (places, text);
      g_ptr_array_add (arguments, (char *) (place != NULL ? place : text));
    }
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

static GPtrArray *
new_variables (const AgentToolCall *call)
{
  const CardeaJson *list = agent_tool_items (call, "variables");
  GPtrArray *variables = g_ptr_array_new ();

  for (guint i = 0; i < cardea_json_size (list); i++)
    g_ptr_array_add (variables, (char *) cardea_json_string (cardea_json_nth (list, i)));
  g_ptr_array_add (variables, NULL);
  return variables;
}

/* What it wrote is a stranger's text. */
static void
set_stream (CardeaJson *data, const char *name, const GString *bytes)
{
  g_autofree char *shown = cardea_text_escape_lines (bytes->str, bytes->len);
  cardea_json_set_string (data, name, shown);
}

static AgentToolResult *
new_result (const AgentProgram *program)
{
  AgentToolResult *result = agent_tool_result_new ();
  CardeaJson *data = result->data;

  if (program->status >= 0)
    cardea_json_set_int (data, "status", program->status);
  if (program->signal > 0)
    cardea_json_set_int (data, "signal", program->signal);
  set_stream (data, "output", program->output);
  set_stream (data, "errors", program->errors);
  cardea_json_set_boolean (data, "cut", program->cut);
  if (program->discarded > 0)
    cardea_json_set_int (data, "discarded", program->discarded);
  if (program->unkept > 0 && program->unkept_what != NULL)
    {
      cardea_json_set_int (data, "unkept", program->unkept);
      cardea_json_set_string (data, "unkept_what", program->unkept_what);
    }
  if (program->reason != NULL)
    cardea_json_set_string (data, "ended", program->reason);
  result->path = g_strdup (program->program);
  return result;
}

AgentToolResult *
agent_tool_run_program (const AgentToolCall *call, GError **error)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) readable = find_places (call, "files", places, error);
  g_autoptr (GPtrArray) writable
      = readable != NULL ? find_places (call, "writable", places, error) : NULL;
  if (writable == NULL)
    return NULL;
  const char *folder = agent_tool_text (call, "folder");
  g_autofree char *begin = folder != NULL ? find_place (call, folder, error) : NULL;
  if (folder != NULL && begin == NULL)
    return NULL;
  g_autoptr (GPtrArray) arguments = new_arguments (call, places);
  g_autoptr (GPtrArray) variables = new_variables (call);
  const AgentProgramTerms terms = {
    .arguments = (const char *const *) arguments->pdata,
    .variables = (const char *const *) variables->pdata,
    .readable = (const char *const *) readable->pdata,
    .writable = (const char *const *) writable->pdata,
    .folder = begin,
    .seconds = (guint) agent_tool_integer (call, "seconds", 0),
  };
  g_autoptr (AgentProgram) program
      = agent_program_run (call->link, &terms, call->cancellable, error);
  return program != NULL ? new_result (program) : NULL;
}
