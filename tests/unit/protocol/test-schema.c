/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-path-json.h"
#include "common/protocol/cardea-schema.h"
#include "tests/unit/protocol/message-samples.h"

#include <string.h>

/* As much of JSON Schema (draft 2020-12) as our schemas use, so that they are held against the same
 * good and bad messages as the decoder. */

static gboolean validate (const CardeaJson *schema, const CardeaJson *value);

static gboolean
validate_type (const CardeaJson *schema, const CardeaJson *value)
{
  static const char *const names[] = {
    [CARDEA_JSON_NULL] = "null",     [CARDEA_JSON_BOOLEAN] = "boolean",
    [CARDEA_JSON_NUMBER] = "number", [CARDEA_JSON_STRING] = "string",
    [CARDEA_JSON_ARRAY] = "array",   [CARDEA_JSON_OBJECT] = "object",
  };
  const char *type = cardea_json_get_string (schema, "type");
  gint64 number;
  if (type == NULL)
    return TRUE;
  if (g_str_equal (type, "integer"))
    return cardea_json_int (value, &number);
  return g_str_equal (type, names[cardea_json_type (value)]);
}

static gboolean
validate_string (const CardeaJson *schema, const CardeaJson *value)
{
  gsize size;
  gint64 limit;
  const char *text = cardea_json_string_full (value, &size);
  const char *pattern = cardea_json_get_string (schema, "pattern");
  glong length = g_utf8_strlen (text, (gssize) size);

  if (cardea_json_get_int (schema, "minLength", &limit) && length < limit)
    return FALSE;
  if (cardea_json_get_int (schema, "maxLength", &limit) && length > limit)
    return FALSE;
  if (pattern == NULL)
    return TRUE;
  /* ECMAScript writes \uNNNN what PCRE writes \x{NNNN}. */
  g_autoptr (GRegex) escape = g_regex_new ("\\\\u([0-9a-f]{4})", 0, 0, NULL);
  g_autofree char *translated = g_regex_replace (escape, pattern, -1, 0, "\\\\x{\\1}", 0, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = g_regex_new (translated, G_REGEX_DOLLAR_ENDONLY, 0, &error);
  g_assert_no_error (error);
  return g_regex_match_full (regex, text, (gssize) size, 0, 0, NULL, NULL);
}

static gboolean
validate_number (const CardeaJson *schema, const CardeaJson *value)
{
  gint64 number, limit;
  return cardea_json_int (value, &number)
         && !(cardea_json_get_int (schema, "minimum", &limit) && number < limit)
         && !(cardea_json_get_int (schema, "maximum", &limit) && number > limit);
}

static gboolean
validate_array (const CardeaJson *schema, const CardeaJson *value)
{
  const CardeaJson *items = cardea_json_get (schema, "items");
  gint64 limit;
  if (cardea_json_get_int (schema, "maxItems", &limit) && cardea_json_size (value) > limit)
    return FALSE;
  for (guint i = 0; items != NULL && i < cardea_json_size (value); i++)
    if (!validate (items, cardea_json_nth (value, i)))
      return FALSE;
  return TRUE;
}

static gboolean
validate_object (const CardeaJson *schema, const CardeaJson *value)
{
  const CardeaJson *properties = cardea_json_get (schema, "properties");
  const CardeaJson *required = cardea_json_get (schema, "required");

  for (guint i = 0; i < cardea_json_size (required); i++)
    if (cardea_json_get (value, cardea_json_string (cardea_json_nth (required, i))) == NULL)
      return FALSE;
  for (guint i = 0; i < cardea_json_size (value); i++)
    {
      const CardeaJson *property = cardea_json_get (properties, cardea_json_nth_name (value, i));
      gboolean more = TRUE;
      cardea_json_get_boolean (schema, "additionalProperties", &more);
      if (property == NULL ? !more : !validate (property, cardea_json_nth (value, i)))
        return FALSE;
    }
  return TRUE;
}

static guint
count_valid (const CardeaJson *schemas, const CardeaJson *value)
{
  guint count = 0;
  for (guint i = 0; i < cardea_json_size (schemas); i++)
    count += validate (cardea_json_nth (schemas, i), value) ? 1 : 0;
  return count;
}

static gboolean
validate_combined (const CardeaJson *schema, const CardeaJson *value)
{
  const CardeaJson *all = cardea_json_get (schema, "allOf");
  const CardeaJson *one = cardea_json_get (schema, "oneOf");
  const CardeaJson *not = cardea_json_get (schema, "not");
  return (all == NULL || count_valid (all, value) == cardea_json_size (all))
         && (one == NULL || count_valid (one, value) == 1)
         && (not == NULL || !validate (not, value));
}

static gboolean
validate_values (const CardeaJson *schema, const CardeaJson *value)
{
  const CardeaJson *constant = cardea_json_get (schema, "const");
  const CardeaJson *values = cardea_json_get (schema, "enum");
  gboolean found = values == NULL;
  for (guint i = 0; i < cardea_json_size (values); i++)
    found = found || cardea_json_equal (cardea_json_nth (values, i), value);
  return found && (constant == NULL || cardea_json_equal (constant, value));
}

static gboolean
validate (const CardeaJson *schema, const CardeaJson *value)
{
  static gboolean (*const checks[]) (const CardeaJson *, const CardeaJson *) = {
    [CARDEA_JSON_NUMBER] = validate_number,
    [CARDEA_JSON_STRING] = validate_string,
    [CARDEA_JSON_ARRAY] = validate_array,
    [CARDEA_JSON_OBJECT] = validate_object,
  };
  CardeaJsonType type = cardea_json_type (value);
  return validate_type (schema, value) && validate_values (schema, value)
         && validate_combined (schema, value)
         && (checks[type] == NULL || checks[type](schema, value));
}

/* What a schema cannot see: canonical size, a number without a double, and what base64 holds. */
static gboolean
is_beyond_schemas (const CardeaField *field, const char *name, const CardeaJson *value)
{
  gboolean sized = field->type == CARDEA_FIELD_OBJECT || field->type == CARDEA_FIELD_OBJECTS;
  gboolean encoded = (name != NULL && g_str_has_suffix (name, CARDEA_PATH_JSON_SUFFIX))
                     || field->type == CARDEA_FIELD_BYTES;
  return (sized
          && (cardea_json_type (value) == CARDEA_JSON_OBJECT
              || cardea_json_type (value) == CARDEA_JSON_ARRAY))
         || (encoded && cardea_json_type (value) == CARDEA_JSON_STRING)
         || field->type == CARDEA_FIELD_INT64 || field->type == CARDEA_FIELD_FD;
}

static void
check_bad_values (const CardeaMessageRow *row, const CardeaJson *schema, const CardeaField *field)
{
  for (guint i = 0;; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (CardeaJson) value = message_sample_bad_value (field, i, &name);
      if (value == NULL)
        return;
      if (is_beyond_schemas (field, name, value))
        continue;
      g_autoptr (CardeaJson) body = message_sample_body (row, SAMPLE_MINIMAL);
      cardea_json_remove (body, field->name);
      cardea_json_set (body, name != NULL ? name : field->name, g_steal_pointer (&value));
      if (validate (schema, body))
        g_test_message ("%s: bad value %u", field->name, i);
      g_assert_false (validate (schema, body));
    }
}

static void
test_row (gconstpointer data)
{
  const CardeaMessageRow *row = data;
  g_autoptr (CardeaJson) schema = cardea_schema_message (row->name);
  g_autoptr (CardeaJson) minimal = message_sample_body (row, SAMPLE_MINIMAL);
  g_autoptr (CardeaJson) maximal = message_sample_body (row, SAMPLE_MAXIMAL);

  g_assert_true (validate (schema, minimal));
  g_assert_true (validate (schema, maximal));
  cardea_json_set_int (minimal, "undeclared", 1);
  g_assert_false (validate (schema, minimal));
  cardea_json_remove (minimal, "undeclared");
  cardea_json_set_string (minimal, "type", "another");
  g_assert_false (validate (schema, minimal));
  for (const CardeaField *field = row->fields; field->name != NULL; field++)
    {
      g_autoptr (CardeaJson) body = message_sample_body (row, SAMPLE_MINIMAL);
      cardea_json_remove (body, field->name);
      g_assert_cmpint (validate (schema, body), ==, !field->required);
      check_bad_values (row, schema, field);
    }
}

static void
test_path_forms (void)
{
  g_autoptr (CardeaJson) schema = cardea_schema_message ("launch.start");
  g_autoptr (CardeaJson) body
      = message_sample_body (cardea_message_table_find ("launch.start"), SAMPLE_MINIMAL);

  cardea_json_set_string (body, "home_b64", "/w==");
  g_assert_false (validate (schema, body));
  cardea_json_remove (body, "home");
  g_assert_true (validate (schema, body));
}

static void
test_whole (void)
{
  const CardeaMessageRow *row;
  gsize count = 0;
  g_autoptr (CardeaJson) document = cardea_schema_document ();
  g_autoptr (CardeaJson) list = cardea_schema_list ();
  g_autofree char *reference = cardea_schema_reference ();

  while (cardea_message_table_row (count) != NULL)
    count++;
  g_assert_null (cardea_schema_message ("no.such"));
  g_assert_cmpuint (cardea_json_size (list), ==, count);
  g_assert_cmpuint (cardea_json_size (cardea_json_get (document, "oneOf")), ==, count);
  g_assert_cmpuint (cardea_json_size (cardea_json_get (document, "$defs")), ==, count);
  g_assert_true (g_utf8_validate (reference, -1, NULL));
  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    {
      g_autofree char *heading = g_strdup_printf ("\n## %s\n", row->name);
      g_assert_nonnull (strstr (reference, heading));
      g_assert_cmpstr (cardea_json_get_string (cardea_json_nth (list, (guint) i), "name"), ==,
                       row->name);
    }
}

int
main (int argc, char **argv)
{
  const CardeaMessageRow *row;

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/schema/row/", row->name, NULL);
      g_test_add_data_func (path, row, test_row);
    }
  g_test_add_func ("/schema/path-forms", test_path_forms);
  g_test_add_func ("/schema/whole", test_whole);
  return g_test_run ();
}
