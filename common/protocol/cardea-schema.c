/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-schema.h"

#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-message-table.h"
#include "common/protocol/cardea-path-json.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"
#define PATTERN_LINE "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"
#define PATTERN_TEXT "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$"
#define PATTERN_PATH "^[^\\u0000]+$"
#define PATTERN_BASE64 "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
#define PATTERN_INT64 "^(0|-?[1-9][0-9]{0,18})$"
#define PATTERN_NATURAL "^(0|[1-9][0-9]{0,18})$"
#define DESCRIPTOR_TYPES 7u

static const struct {
  CardeaRole role;
  const char *name;
} roles[] = {
  { CARDEA_ROLE_CORE, "guardian" },   { CARDEA_ROLE_FRONT, "front end" },
  { CARDEA_ROLE_CONSENT, "consent" }, { CARDEA_ROLE_AGENT, "agent" },
  { CARDEA_ROLE_FILES, "files" },     { CARDEA_ROLE_KEYS, "keys" },
  { CARDEA_ROLE_CHANGE, "change" },   { CARDEA_ROLE_VIEW, "view" },
  { CARDEA_ROLE_LAUNCH, "launch" },   { CARDEA_ROLE_NEWCOMER, "newcomer" },
  { CARDEA_ROLE_EGRESS, "egress" },   { CARDEA_ROLE_SCAN, "scan" },
  { CARDEA_ROLE_BUNDLE, "bundle" },   { CARDEA_ROLE_PICTURE, "picture" },
};

static const char *const kinds[] = {
  [CARDEA_MESSAGE_REQUEST] = "request",
  [CARDEA_MESSAGE_REPLY] = "reply",
  [CARDEA_MESSAGE_EVENT] = "event",
};

/* --- the schema of one field --- */

static CardeaJson *
new_typed (const char *type)
{
  CardeaJson *schema = cardea_json_new_object ();
  cardea_json_set_string (schema, "type", type);
  return schema;
}

static CardeaJson *
new_text (const char *pattern, gint64 min, gint64 max)
{
  CardeaJson *schema = new_typed ("string");
  cardea_json_set_string (schema, "pattern", pattern);
  if (min > 0)
    cardea_json_set_int (schema, "minLength", min);
  if (max >= 0)
    cardea_json_set_int (schema, "maxLength", max);
  return schema;
}

static CardeaJson *
new_base64 (gint64 max)
{
  CardeaJson *schema = new_text (PATTERN_BASE64, 0, (max + 2) / 3 * 4);
  cardea_json_set_string (schema, "contentEncoding", "base64");
  return schema;
}

static CardeaJson *
new_array (const CardeaField *field, CardeaJson *items)
{
  CardeaJson *schema = new_typed ("array");
  cardea_json_set_int (schema, "maxItems", field->count);
  cardea_json_set (schema, "items", items);
  return schema;
}

static CardeaJson *
string_schema (const CardeaField *field)
{
  return new_text (PATTERN_LINE, field->min, field->max);
}

static CardeaJson *
text_schema (const CardeaField *field)
{
  return new_text (PATTERN_TEXT, field->min, field->max);
}

static CardeaJson *
path_schema (const CardeaField *field)
{
  return new_text (PATTERN_PATH, 1, field->max);
}

static CardeaJson *
id_schema (const CardeaField *field)
{
  return new_text ("^[0-9a-f]*$", field->max, field->max);
}

static CardeaJson *
bytes_schema (const CardeaField *field)
{
  return new_base64 (field->max);
}

static CardeaJson *
boolean_schema (const CardeaField *field)
{
  return new_typed ("boolean");
}

static CardeaJson *
int_schema (const CardeaField *field)
{
  CardeaJson *schema = new_typed ("integer");
  cardea_json_set_int (schema, "minimum", field->min);
  cardea_json_set_int (schema, "maximum", field->max);
  return schema;
}

static CardeaJson *
int64_schema (const CardeaField *field)
{
  return new_text (field->min >= 0 ? PATTERN_NATURAL : PATTERN_INT64, 0, -1);
}

static CardeaJson *
enum_schema (const CardeaField *field)
{
  CardeaJson *schema = new_typed ("string");
  CardeaJson *values = cardea_json_new_array ();
  for (gsize i = 0; field->values[i] != NULL; i++)
    cardea_json_append (values, cardea_json_new_string (field->values[i]));
  cardea_json_set (schema, "enum", values);
  return schema;
}

static CardeaJson *
strings_schema (const CardeaField *field)
{
  return new_array (field, string_schema (field));
}

static CardeaJson *
paths_schema (const CardeaField *field)
{
  return new_array (field, path_schema (field));
}

static CardeaJson *
object_schema (const CardeaField *field)
{
  return new_typed ("object");
}

static CardeaJson *
objects_schema (const CardeaField *field)
{
  return new_array (field, new_typed ("object"));
}

static CardeaJson *
fd_schema (const CardeaField *field)
{
  static const char *const members[] = { "type", "dev", "ino" };
  CardeaJson *schema = new_typed ("object");
  CardeaJson *properties = cardea_json_new_object ();
  CardeaJson *required = cardea_json_new_array ();
  CardeaJson *types = cardea_json_new_array ();
  CardeaJson *type = new_typed ("string");

  for (guint i = 0; i < DESCRIPTOR_TYPES; i++)
    if ((field->min & 1 << i) != 0)
      cardea_json_append (types, cardea_json_new_string (cardea_descriptor_type_name (1 << i)));
  cardea_json_set (type, "enum", types);
  cardea_json_set (properties, "type", type);
  cardea_json_set (properties, "dev", new_text (PATTERN_INT64, 0, -1));
  cardea_json_set (properties, "ino", new_text (PATTERN_INT64, 0, -1));
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    cardea_json_append (required, cardea_json_new_string (members[i]));
  cardea_json_set (schema, "properties", properties);
  cardea_json_set (schema, "required", required);
  cardea_json_set_boolean (schema, "additionalProperties", FALSE);
  return schema;
}

static const struct {
  CardeaJson *(*schema) (const CardeaField *field);
  const char *name; /* on the reference page */
} types[] = {
  [CARDEA_FIELD_STRING] = { string_schema, "line" },
  [CARDEA_FIELD_TEXT] = { text_schema, "text" },
  [CARDEA_FIELD_PATH] = { path_schema, "path" },
  [CARDEA_FIELD_ID] = { id_schema, "hex" },
  [CARDEA_FIELD_BYTES] = { bytes_schema, "base64" },
  [CARDEA_FIELD_BOOLEAN] = { boolean_schema, "boolean" },
  [CARDEA_FIELD_INT] = { int_schema, "integer" },
  [CARDEA_FIELD_INT64] = { int64_schema, "64-bit text" },
  [CARDEA_FIELD_ENUM] = { enum_schema, "one of" },
  [CARDEA_FIELD_STRINGS] = { strings_schema, "lines" },
  [CARDEA_FIELD_PATHS] = { paths_schema, "paths" },
  [CARDEA_FIELD_OBJECT] = { object_schema, "object" },
  [CARDEA_FIELD_OBJECTS] = { objects_schema, "objects" },
  [CARDEA_FIELD_FD] = { fd_schema, "descriptor" },
};

/* What the field's limits mean, in words; NULL: the schema says it all. */
static char *
describe_limit (const CardeaField *field)
{
  g_autoptr (GString) text = g_string_new (NULL);

  switch (field->type)
    {
    case CARDEA_FIELD_STRING:
    case CARDEA_FIELD_TEXT:
    case CARDEA_FIELD_PATH:
    case CARDEA_FIELD_BYTES:
      g_string_printf (text, "≤ %" G_GINT64_FORMAT " bytes", field->max);
      break;
    case CARDEA_FIELD_ID:
      g_string_printf (text, "%" G_GINT64_FORMAT " digits", field->max);
      break;
    case CARDEA_FIELD_INT:
      g_string_printf (text, "%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, field->min, field->max);
      break;
    case CARDEA_FIELD_INT64:
      g_string_printf (text, "≥ %" G_GINT64_FORMAT, field->min);
      break;
    case CARDEA_FIELD_STRINGS:
    case CARDEA_FIELD_PATHS:
      g_string_printf (text, "≤ %u of ≤ %" G_GINT64_FORMAT " bytes", field->count, field->max);
      break;
    case CARDEA_FIELD_OBJECT:
      g_string_printf (text, "canonical text ≤ %" G_GINT64_FORMAT " bytes", field->max);
      break;
    case CARDEA_FIELD_OBJECTS:
      g_string_printf (text, "≤ %u, canonical text ≤ %" G_GINT64_FORMAT " bytes", field->count,
                       field->max);
      break;
    case CARDEA_FIELD_ENUM:
      for (gsize i = 0; field->values[i] != NULL; i++)
        g_string_append_printf (text, "%s`%s`", i > 0 ? ", " : "", field->values[i]);
      break;
    case CARDEA_FIELD_FD:
      for (guint i = 0; i < DESCRIPTOR_TYPES; i++)
        if ((field->min & 1 << i) != 0)
          g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                                  cardea_descriptor_type_name (1 << i));
      break;
    case CARDEA_FIELD_BOOLEAN:
      break;
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- the schema of one message --- */

static void
add_description (CardeaJson *schema, const CardeaField *field)
{
  g_autofree char *limit = describe_limit (field);
  gboolean in_schema = field->type == CARDEA_FIELD_ENUM || field->type == CARDEA_FIELD_FD
                       || field->type == CARDEA_FIELD_INT;
  g_autofree char *text
      = g_strconcat (field->what, in_schema || limit[0] == '\0' ? "" : " (", in_schema ? "" : limit,
                     in_schema || limit[0] == '\0' ? "" : ")", NULL);
  cardea_json_set_string (schema, "description", text);
}

static gboolean
has_encoded_form (const CardeaField *field)
{
  return field->type == CARDEA_FIELD_PATH || field->type == CARDEA_FIELD_PATHS;
}

static CardeaJson *
new_required (const char *name)
{
  CardeaJson *schema = cardea_json_new_object ();
  CardeaJson *names = cardea_json_new_array ();
  cardea_json_append (names, cardea_json_new_string (name));
  cardea_json_set (schema, "required", names);
  return schema;
}

/* A path has one of two members: exactly one when it is required, else at most one. */
static void
add_encoded_form (CardeaJson *properties, CardeaJson *rules, const CardeaField *field)
{
  g_autofree char *encoded = g_strconcat (field->name, CARDEA_PATH_JSON_SUFFIX, NULL);
  CardeaJson *schema = new_base64 (field->max);
  CardeaJson *rule = cardea_json_new_object ();
  CardeaJson *both = cardea_json_new_array ();

  if (field->type == CARDEA_FIELD_PATHS)
    schema = new_array (field, schema);
  cardea_json_set_string (schema, "description", "in its place, when it is not UTF-8");
  cardea_json_set (properties, encoded, schema);
  cardea_json_append (both, new_required (field->name));
  cardea_json_append (both, new_required (encoded));
  if (field->required)
    cardea_json_set (rule, "oneOf", both);
  else
    {
      CardeaJson *all = cardea_json_new_object ();
      cardea_json_set (all, "allOf", both);
      cardea_json_set (rule, "not", all);
    }
  cardea_json_append (rules, rule);
}

static gboolean
is_due (const CardeaMessageRow *row, const CardeaField *field)
{
  if (g_str_equal (field->name, "request") && row->kind != CARDEA_MESSAGE_EVENT)
    return TRUE;
  return field->required || (row->capability && g_str_equal (field->name, "cap"));
}

static void
add_fields (CardeaJson *schema, const CardeaMessageRow *row, const CardeaField *fields)
{
  CardeaJson *properties = cardea_json_get (schema, "properties");
  CardeaJson *required = cardea_json_get (schema, "required");
  CardeaJson *rules = cardea_json_get (schema, "allOf");

  for (const CardeaField *field = fields; field->name != NULL; field++)
    {
      if (fields == cardea_message_envelope && !row->capability && g_str_equal (field->name, "cap"))
        continue;
      CardeaJson *property = types[field->type].schema (field);
      add_description (property, field);
      cardea_json_set (properties, field->name, property);
      if (has_encoded_form (field))
        add_encoded_form (properties, rules, field);
      else if (is_due (row, field))
        cardea_json_append (required, cardea_json_new_string (field->name));
    }
}

static CardeaJson *
role_list (guint mask)
{
  CardeaJson *list = cardea_json_new_array ();
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if ((mask & roles[i].role) != 0)
      cardea_json_append (list, cardea_json_new_string (roles[i].name));
  return list;
}

/* Into object: kind, from, to, reply. */
static void
add_row (CardeaJson *object, const CardeaMessageRow *row)
{
  cardea_json_set_string (object, "kind", kinds[row->kind]);
  cardea_json_set (object, "from", role_list (row->from));
  cardea_json_set (object, "to", role_list (row->to));
  if (row->reply != NULL)
    cardea_json_set_string (object, "reply", row->reply);
}

static CardeaJson *
row_schema (const CardeaMessageRow *row)
{
  CardeaJson *schema = new_typed ("object");
  CardeaJson *about = cardea_json_new_object ();
  CardeaJson *type = cardea_json_new_object ();

  cardea_json_set_string (schema, "$schema", DIALECT);
  cardea_json_set_string (schema, "title", row->name);
  cardea_json_set_string (schema, "description", row->what);
  add_row (about, row);
  cardea_json_set (schema, "x-cardea", about);
  cardea_json_set (schema, "properties", cardea_json_new_object ());
  cardea_json_set (schema, "required", cardea_json_new_array ());
  cardea_json_set (schema, "allOf", cardea_json_new_array ());
  add_fields (schema, row, cardea_message_envelope);
  add_fields (schema, row, row->fields);
  cardea_json_set_string (type, "const", row->name);
  cardea_json_set (cardea_json_get (schema, "properties"), "type", type);
  cardea_json_set_boolean (schema, "additionalProperties", FALSE);
  if (cardea_json_size (cardea_json_get (schema, "allOf")) == 0)
    cardea_json_remove (schema, "allOf");
  return schema;
}

CardeaJson *
cardea_schema_message (const char *name)
{
  const CardeaMessageRow *row = cardea_message_table_find (name);
  return row != NULL ? row_schema (row) : NULL;
}

CardeaJson *
cardea_schema_list (void)
{
  CardeaJson *list = cardea_json_new_array ();
  const CardeaMessageRow *row;

  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    {
      CardeaJson *entry = cardea_json_new_object ();
      cardea_json_set_string (entry, "name", row->name);
      add_row (entry, row);
      cardea_json_set_string (entry, "what", row->what);
      cardea_json_append (list, entry);
    }
  return list;
}

CardeaJson *
cardea_schema_document (void)
{
  CardeaJson *document = cardea_json_new_object ();
  CardeaJson *definitions = cardea_json_new_object ();
  CardeaJson *any = cardea_json_new_array ();
  const CardeaMessageRow *row;

  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    {
      g_autofree char *pointer = g_strconcat ("#/$defs/", row->name, NULL);
      CardeaJson *reference = cardea_json_new_object ();
      CardeaJson *schema = row_schema (row);
      cardea_json_remove (schema, "$schema");
      cardea_json_set (definitions, row->name, schema);
      cardea_json_set_string (reference, "$ref", pointer);
      cardea_json_append (any, reference);
    }
  cardea_json_set_string (document, "$schema", DIALECT);
  cardea_json_set_string (document, "title", "The wire of Cardea");
  cardea_json_set (document, "$defs", definitions);
  cardea_json_set (document, "oneOf", any);
  return document;
}

/* --- the reference page --- */

static void
write_roles (GString *to, guint mask)
{
  const char *separator = "";
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    if ((mask & roles[i].role) != 0)
      {
        g_string_append_printf (to, "%s%s", separator, roles[i].name);
        separator = ", ";
      }
}

static void
write_fields (GString *to, const CardeaField *fields)
{
  if (fields->name == NULL)
    return;
  g_string_append (to, "\n| field | | type | limit | |\n|---|---|---|---|---|\n");
  for (const CardeaField *field = fields; field->name != NULL; field++)
    {
      g_autofree char *limit = describe_limit (field);
      g_string_append_printf (to, "| `%s` | %s | %s | %s | %s |\n", field->name,
                              field->required ? "required" : "", types[field->type].name, limit,
                              field->what);
    }
}

static void
write_row (GString *to, const CardeaMessageRow *row)
{
  g_string_append_printf (to, "\n## %s\n\n%s: ", row->name, kinds[row->kind]);
  write_roles (to, row->from);
  g_string_append (to, " → ");
  write_roles (to, row->to);
  if (row->reply != NULL)
    g_string_append_printf (to, "; answered by `%s` or `refused`", row->reply);
  if (row->capability)
    g_string_append (to, "; carries `cap`");
  g_string_append (to, ".\n");
  if (row->what[0] != '\0')
    g_string_append_printf (to, "\n%s\n", row->what);
  write_fields (to, row->fields);
}

char *
cardea_schema_reference (void)
{
  GString *to = g_string_new (
      "# The wire of Cardea\n\n"
      "A frame is a 4-byte big-endian length and one JSON object of at most 1 MiB. What is not\n"
      "declared here is refused. A path that is not UTF-8 travels as `FIELD_b64` in place of\n"
      "`FIELD`; 64-bit values are decimal text; a descriptor is `{\"type\",\"dev\",\"ino\"}` and\n"
      "travels beside its frame (SCM_RIGHTS).\n\n## Every message\n");
  const CardeaMessageRow *row;

  write_fields (to, cardea_message_envelope);
  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    write_row (to, row);
  return g_string_free (to, FALSE);
}
