/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool-schema.h"

static CardeaJson *new_object_schema (const AgentParameter *parameters, gboolean closed);

static CardeaJson *
new_typed (const char *type)
{
  CardeaJson *schema = cardea_json_new_object ();
  cardea_json_set_string (schema, "type", type);
  return schema;
}

static CardeaJson *
new_text (const AgentParameter *parameter, gboolean closed)
{
  CardeaJson *schema = new_typed ("string");
  if (parameter->min > 0)
    cardea_json_set_int (schema, "minLength", 1);
  return schema;
}

static CardeaJson *
new_integer (const AgentParameter *parameter, gboolean closed)
{
  CardeaJson *schema = new_typed ("integer");
  cardea_json_set_int (schema, "minimum", parameter->min);
  cardea_json_set_int (schema, "maximum", parameter->max);
  return schema;
}

static CardeaJson *
new_enum (const AgentParameter *parameter, gboolean closed)
{
  CardeaJson *schema = new_typed ("string");
  CardeaJson *values = cardea_json_new_array ();
  for (const char *const *value = parameter->values; *value != NULL; value++)
    cardea_json_append (values, cardea_json_new_string (*value));
  cardea_json_set (schema, "enum", values);
  return schema;
}

static CardeaJson *
new_boolean (const AgentParameter *parameter, gboolean closed)
{
  return new_typed ("boolean");
}

static CardeaJson *
new_list (CardeaJson *items)
{
  CardeaJson *schema = new_typed ("array");
  cardea_json_set (schema, "items", items);
  return schema;
}

static CardeaJson *
new_texts (const AgentParameter *parameter, gboolean closed)
{
  return new_list (new_text (parameter, closed));
}

static CardeaJson *
new_objects (const AgentParameter *parameter, gboolean closed)
{
  return new_list (new_object_schema (parameter->items, closed));
}

static CardeaJson *(*const types[]) (const AgentParameter *parameter, gboolean closed) = {
  [AGENT_PARAMETER_TEXT] = new_text,   [AGENT_PARAMETER_INTEGER] = new_integer,
  [AGENT_PARAMETER_ENUM] = new_enum,   [AGENT_PARAMETER_BOOLEAN] = new_boolean,
  [AGENT_PARAMETER_TEXTS] = new_texts, [AGENT_PARAMETER_OBJECTS] = new_objects,
};

static CardeaJson *
new_object_schema (const AgentParameter *parameters, gboolean closed)
{
  CardeaJson *schema = new_typed ("object");
  CardeaJson *properties = cardea_json_new_object ();
  CardeaJson *required = cardea_json_new_array ();
  for (const AgentParameter *parameter = parameters; parameter->name != NULL; parameter++)
    {
      CardeaJson *property = types[parameter->type](parameter, closed);
      cardea_json_set_string (property, "description", parameter->what);
      cardea_json_set (properties, parameter->name, property);
      if (parameter->required)
        cardea_json_append (required, cardea_json_new_string (parameter->name));
    }
  cardea_json_set (schema, "properties", properties);
  if (cardea_json_size (required) > 0)
    cardea_json_set (schema, "required", required);
  else
    cardea_json_unref (required);
  if (closed)
    cardea_json_set_boolean (schema, "additionalProperties", FALSE);
  return schema;
}

CardeaJson *
agent_tool_schema_list (gboolean closed)
{
  CardeaJson *list = cardea_json_new_array ();
  const AgentTool *tool;
  for (guint i = 0; (tool = agent_tool_nth (i)) != NULL; i++)
    {
      CardeaJson *one = cardea_json_new_object ();
      cardea_json_set_string (one, "name", tool->name);
      cardea_json_set_string (one, "description", tool->what);
      cardea_json_set (one, "parameters", new_object_schema (tool->parameters, closed));
      cardea_json_append (list, one);
    }
  return list;
}
