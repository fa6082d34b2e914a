/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/protocol/message-samples.h"

#include "common/protocol/cardea-descriptor.h"

#include <string.h>

#define SAFE_INTEGER ((gint64) 1 << 53)

static CardeaJson *
new_filled (gint64 size, char c)
{
  g_autofree char *text = g_strnfill ((gsize) MAX (size, 0), c);
  return cardea_json_new_string (text);
}

static CardeaJson *
new_base64 (gint64 size)
{
  g_autofree guint8 *bytes = g_malloc0 ((gsize) size + 1);
  g_autofree char *text = g_base64_encode (bytes, (gsize) size);
  return cardea_json_new_string (text);
}

static CardeaJson *
new_list (guint count, CardeaJson *(*make) (gint64 size, char c), gint64 size, char c)
{
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = 0; i < count; i++)
    cardea_json_append (list, make (size, c));
  return list;
}

/* Canonical text of exactly size bytes. */
static CardeaJson *
new_object (gint64 size)
{
  CardeaJson *object = cardea_json_new_object ();
  if (size >= 8)
    cardea_json_set (object, "x", new_filled (size - 8, 'a'));
  return object;
}

static CardeaJson *
new_objects (const CardeaField *field, guint count, gint64 size)
{
  CardeaJson *list = cardea_json_new_array ();
  gint64 left = size - 2 - 3 * ((gint64) count - 1);
  for (guint i = 0; i < count; i++)
    cardea_json_append (list, i == 0 && left >= 8 ? new_object (left) : cardea_json_new_object ());
  return list;
}

static CardeaJson *
new_descriptor (guint types)
{
  CardeaJson *declared = cardea_json_new_object ();
  guint type = 1;
  while ((types & type) == 0)
    type <<= 1;
  cardea_json_set_string (declared, "type", cardea_descriptor_type_name (type));
  cardea_json_set_int64_string (declared, "dev", 1);
  cardea_json_set_int64_string (declared, "ino", G_MAXINT64);
  return declared;
}

static CardeaJson *
list_value (const CardeaField *field, SampleSize size)
{
  guint count = size == SAMPLE_MINIMAL ? 0 : MIN (field->count, 60);
  if (field->type == CARDEA_FIELD_OBJECTS)
    return size == SAMPLE_MINIMAL ? cardea_json_new_array ()
                                  : new_objects (field, field->count, field->max);
  return new_list (count, new_filled, field->max, 'a');
}

CardeaJson *
message_sample_value (const CardeaField *field, SampleSize size)
{
  gboolean large = size == SAMPLE_MAXIMAL;
  switch (field->type)
    {
    case CARDEA_FIELD_STRING:
    case CARDEA_FIELD_TEXT:
      return new_filled (large ? field->max : field->min, 'a');
    case CARDEA_FIELD_PATH:
      return new_filled (large ? field->max : 1, '/');
    case CARDEA_FIELD_ID:
      return new_filled (field->max, large ? 'f' : '0');
    case CARDEA_FIELD_BYTES:
      return new_base64 (large ? field->max : 0);
    case CARDEA_FIELD_BOOLEAN:
      return cardea_json_new_boolean (large);
    case CARDEA_FIELD_INT:
      return cardea_json_new_int (large ? field->max : field->min);
    case CARDEA_FIELD_INT64:
      return cardea_json_new_int64_string (large ? G_MAXINT64 : field->min);
    case CARDEA_FIELD_ENUM:
      return cardea_json_new_string (
          field->values[large ? g_strv_length ((char **) field->values) - 1 : 0]);
    case CARDEA_FIELD_STRINGS:
    case CARDEA_FIELD_PATHS:
    case CARDEA_FIELD_OBJECTS:
      return list_value (field, size);
    case CARDEA_FIELD_OBJECT:
      return new_object (large ? field->max : 2);
    case CARDEA_FIELD_FD:
      return new_descriptor ((guint) field->min);
    }
  return NULL;
}

static CardeaJson *
parse (const char *text)
{
  return cardea_json_parse (text, strlen (text), NULL);
}

static CardeaJson *
bad_text (const CardeaField *field, guint index)
{
  static const char *const fixed[]
      = { "\"\\u001b\"", "\"\\u0000\"", "\"\\u007f\"", "\"\\u0085\"", "1", "[]" };
  gboolean line = field->type == CARDEA_FIELD_STRING;

  if (index < G_N_ELEMENTS (fixed))
    return parse (fixed[index]);
  index -= G_N_ELEMENTS (fixed);
  if (index == 0)
    return new_filled (field->max + 1, 'a');
  if (index == 1 && line)
    return parse ("\"a\\nb\"");
  if (index == 1 + (line ? 1 : 0) && field->min > 0)
    return new_filled (field->min - 1, 'a');
  return NULL;
}

static CardeaJson *
bad_path (const CardeaField *field, guint index, char **ret_name)
{
  static const char *const encoded[] = {
    "\"YQ==\"",  /* "a": must not be encoded */
    "\"/w==x\"", /* not base64 */
    "\"/x==\"",  /* not as the encoder writes it */
    "\"\"",      /* empty */
    "\"/wD/\"",  /* a NUL inside */
    "1",
  };

  if (index == 0)
    return new_filled (field->max + 1, '/');
  if (index == 1)
    return new_filled (0, '/');
  if (index == 2)
    return parse ("\"a\\u0000b\"");
  if (index == 3)
    return parse ("7");
  if (index - 4 >= G_N_ELEMENTS (encoded))
    return NULL;
  *ret_name = g_strconcat (field->name, "_b64", NULL);
  return parse (encoded[index - 4]);
}

static CardeaJson *
bad_id (const CardeaField *field, guint index)
{
  static const char digits[] = "gF -";
  if (index == 0)
    return new_filled (field->max + 1, '0');
  if (index == 1)
    return new_filled (field->max - 1, '0');
  return index - 2 < strlen (digits) ? new_filled (field->max, digits[index - 2]) : NULL;
}

static CardeaJson *
bad_bytes (const CardeaField *field, guint index)
{
  static const char *const fixed[]
      = { "\"A\"", "\"AA\"", "\"AB==\"", "\"AA==\\n\"", "\"____\"", "1" };
  if (index == 0)
    return new_base64 (field->max + 1);
  return index - 1 < G_N_ELEMENTS (fixed) ? parse (fixed[index - 1]) : NULL;
}

static CardeaJson *
bad_int (const CardeaField *field, guint index)
{
  static const char *const fixed[] = { "1.5", "\"1\"", "true", "9223372036854775808" };
  if (index == 0)
    return cardea_json_new_int (field->max + 1);
  if (index == 1)
    return cardea_json_new_int (field->min - 1);
  if (index == 2)
    return cardea_json_new_int (SAFE_INTEGER + 2);
  return index - 3 < G_N_ELEMENTS (fixed) ? parse (fixed[index - 3]) : NULL;
}

static CardeaJson *
bad_int64 (const CardeaField *field, guint index)
{
  static const char *const fixed[]
      = { "1", "\"01\"", "\"+1\"", "\"-0\"", "\"\"", "\"1.0\"", "\"9223372036854775808\"" };
  if (index == 0)
    return cardea_json_new_int64_string (field->min - 1);
  return index - 1 < G_N_ELEMENTS (fixed) ? parse (fixed[index - 1]) : NULL;
}

static CardeaJson *
bad_list (const CardeaField *field, guint index)
{
  static const char *const fixed[] = { "{}", "[1]", "[null]", "\"a\"" };
  gboolean objects = field->type == CARDEA_FIELD_OBJECTS;

  if (index < G_N_ELEMENTS (fixed))
    return parse (fixed[index]);
  index -= G_N_ELEMENTS (fixed);
  if (index == 0)
    return objects ? new_objects (field, field->count + 1, 0)
                   : new_list (field->count + 1, new_filled, 1, 'a');
  if (index == 1)
    return objects ? new_objects (field, 1, field->max + 1)
                   : new_list (1, new_filled, field->max + 1, 'a');
  return NULL;
}

static CardeaJson *
bad_object (const CardeaField *field, guint index)
{
  static const char *const fixed[] = { "[]", "\"{}\"", "null", "{\"a\":1e999}" };
  if (index == 0)
    return new_object (field->max + 1);
  return index - 1 < G_N_ELEMENTS (fixed) ? parse (fixed[index - 1]) : NULL;
}

static CardeaJson *
bad_descriptor (const CardeaField *field, guint index)
{
  static const char *const fixed[] = { "null", "3", "{}" };
  static const char *const missing[] = { "type", "dev", "ino" };

  if (index < G_N_ELEMENTS (fixed))
    return parse (fixed[index]);
  index -= G_N_ELEMENTS (fixed);
  CardeaJson *declared = new_descriptor ((guint) field->min);
  if (index < G_N_ELEMENTS (missing))
    cardea_json_remove (declared, missing[index]);
  else if (index == G_N_ELEMENTS (missing))
    cardea_json_set_int (declared, "index", 0);
  else if (index == G_N_ELEMENTS (missing) + 1)
    cardea_json_set_int (declared, "ino", 1);
  else if (index == G_N_ELEMENTS (missing) + 2)
    {
      guint other = 1;
      while ((field->min & other) != 0)
        other <<= 1;
      cardea_json_set_string (declared, "type", cardea_descriptor_type_name (other));
    }
  else
    g_clear_pointer (&declared, cardea_json_unref);
  return declared;
}

CardeaJson *
message_sample_bad_value (const CardeaField *field, guint index, char **ret_name)
{
  static const char *const booleans[] = { "1", "\"true\"", "null" };
  static const char *const names[] = { "\"no-such\"", "\"\"", "1", "null" };

  *ret_name = NULL;
  switch (field->type)
    {
    case CARDEA_FIELD_STRING:
    case CARDEA_FIELD_TEXT:
      return bad_text (field, index);
    case CARDEA_FIELD_PATH:
      return bad_path (field, index, ret_name);
    case CARDEA_FIELD_ID:
      return bad_id (field, index);
    case CARDEA_FIELD_BYTES:
      return bad_bytes (field, index);
    case CARDEA_FIELD_BOOLEAN:
      return index < G_N_ELEMENTS (booleans) ? parse (booleans[index]) : NULL;
    case CARDEA_FIELD_INT:
      return bad_int (field, index);
    case CARDEA_FIELD_INT64:
      return bad_int64 (field, index);
    case CARDEA_FIELD_ENUM:
      return index < G_N_ELEMENTS (names) ? parse (names[index]) : NULL;
    case CARDEA_FIELD_STRINGS:
    case CARDEA_FIELD_PATHS:
    case CARDEA_FIELD_OBJECTS:
      return bad_list (field, index);
    case CARDEA_FIELD_OBJECT:
      return bad_object (field, index);
    case CARDEA_FIELD_FD:
      return bad_descriptor (field, index);
    }
  return NULL;
}

CardeaJson *
message_sample_body (const CardeaMessageRow *row, SampleSize size)
{
  CardeaJson *body = cardea_json_new_object ();
  const CardeaField *lists[] = { cardea_message_envelope, row->fields };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (const CardeaField *field = lists[i]; field->name != NULL; field++)
      if (field->required || size == SAMPLE_MAXIMAL)
        cardea_json_set (body, field->name, message_sample_value (field, size));
  cardea_json_set_string (body, "type", row->name);
  if (row->kind != CARDEA_MESSAGE_EVENT && size == SAMPLE_MINIMAL)
    cardea_json_set_string (body, "request", "r");
  if (row->capability)
    cardea_json_set_string (body, "cap", "c");
  else
    cardea_json_remove (body, "cap");
  return body;
}

CardeaRole
message_sample_role (guint mask)
{
  guint role = 1;
  while ((mask & role) == 0)
    role <<= 1;
  return role;
}
