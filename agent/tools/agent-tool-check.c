/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing: arguments are what a model wrote, perhaps after reading a stranger's text.
 * Refuses what the tool's table does not declare, at both depths there are. */

#include "agent/tools/agent-tool.h"

#include <string.h>

static gboolean check_members (const AgentParameter *parameters, const CardeaJson *object,
                               const char *where, GError **error);

static const AgentParameter *
find_parameter (const AgentParameter *parameters, const char *name)
{
  for (const AgentParameter *parameter = parameters; parameter->name != NULL; parameter++)
    if (strcmp (parameter->name, name) == 0)
      return parameter;
  return NULL;
}

static gboolean
is_text (const AgentParameter *parameter, const CardeaJson *value)
{
  const char *text = cardea_json_string (value);
  return text != NULL && (gint64) strlen (text) >= parameter->min
         && (gint64) strlen (text) <= parameter->max;
}

static gboolean
is_integer (const AgentParameter *parameter, const CardeaJson *value)
{
  gint64 number;
  return cardea_json_int (value, &number) && number >= parameter->min && number <= parameter->max;
}

static gboolean
is_enum (const AgentParameter *parameter, const CardeaJson *value)
{
  const char *text = cardea_json_string (value);
  return text != NULL && g_strv_contains (parameter->values, text);
}

static gboolean
is_boolean (const AgentParameter *parameter, const CardeaJson *value)
{
  return cardea_json_type (value) == CARDEA_JSON_BOOLEAN;
}

static gboolean
is_list (const AgentParameter *parameter, const CardeaJson *value)
{
  return cardea_json_type (value) == CARDEA_JSON_ARRAY
         && cardea_json_size (value) >= parameter->least
         && cardea_json_size (value) <= parameter->most;
}

static gboolean
is_texts (const AgentParameter *parameter, const CardeaJson *value)
{
  if (!is_list (parameter, value))
    return FALSE;
  for (guint i = 0; i < cardea_json_size (value); i++)
    if (!is_text (parameter, cardea_json_nth (value, i)))
      return FALSE;
  return TRUE;
}

static gboolean (*const types[]) (const AgentParameter *parameter, const CardeaJson *value) = {
  [AGENT_PARAMETER_TEXT] = is_text,   [AGENT_PARAMETER_INTEGER] = is_integer,
  [AGENT_PARAMETER_ENUM] = is_enum,   [AGENT_PARAMETER_BOOLEAN] = is_boolean,
  [AGENT_PARAMETER_TEXTS] = is_texts, [AGENT_PARAMETER_OBJECTS] = is_list,
};

static gboolean
check_value (const AgentParameter *parameter, const CardeaJson *value, const char *where,
             GError **error)
{
  if (parameter == NULL || !types[parameter->type](parameter, value))
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT, "%s is not accepted.", where);
      return FALSE;
    }
  if (parameter->type != AGENT_PARAMETER_OBJECTS)
    return TRUE;
  for (guint i = 0; i < cardea_json_size (value); i++)
    {
      g_autofree char *inside = g_strdup_printf ("%s[%u]", where, i);
      if (!check_members (parameter->items, cardea_json_nth (value, i), inside, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_members (const AgentParameter *parameters, const CardeaJson *object, const char *where,
               GError **error)
{
  if (cardea_json_type (object) != CARDEA_JSON_OBJECT)
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT, "%s: no arguments.", where);
      return FALSE;
    }
  for (guint i = 0; i < cardea_json_size (object); i++)
    {
      const char *name = cardea_json_nth_name (object, i);
      g_autofree char *inside = g_strdup_printf ("%s: “%s”", where, name);
      if (!check_value (find_parameter (parameters, name), cardea_json_nth (object, i), inside,
                        error))
        return FALSE;
    }
  for (const AgentParameter *parameter = parameters; parameter->name != NULL; parameter++)
    if (parameter->required && cardea_json_get (object, parameter->name) == NULL)
      {
        g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT, "%s: “%s” is missing.", where,
                     parameter->name);
        return FALSE;
      }
  return TRUE;
}

gboolean
agent_tool_check (const AgentTool *tool, const CardeaJson *arguments, GError **error)
{
  return check_members (tool->parameters, arguments, tool->name, error);
}
