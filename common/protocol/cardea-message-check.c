/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-message-private.h"

#include "common/base/cardea-encoding.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

/* Decides whether a message is one that its row allows. Trusts nothing in the body; refuses an
 * undeclared member, a member of another type or beyond its limits, a missing one, a path written
 * in two ways, a capability where none is due, and a sender or receiver the row does not name. */

#define SAFE_INTEGER ((gint64) 1 << 53)

typedef gboolean (*FieldCheck) (const CardeaField *field, const CardeaJson *value);

static gboolean
in_range (gint64 value, gint64 min, gint64 max)
{
  return value >= min && value <= max;
}

#define EACH_BYTE(value) (G_MAXUINT64 / 255 * (value))

/* How many bytes from text on are ordinary ASCII: a whole number of words. */
static gsize
ordinary_span (const char *text, gsize size)
{
  gsize span = 0;
  for (; size - span >= sizeof (guint64); span += sizeof (guint64))
    {
      guint64 word;
      memcpy (&word, text + span, sizeof word);
      guint64 del = word ^ EACH_BYTE (0x7f);
      /* The high bit of some byte: it is set, or the byte is below 0x20, or DEL. */
      if (((word | (word - EACH_BYTE (0x20)) | (del - EACH_BYTE (0x01))) & EACH_BYTE (0x80)) != 0)
        break;
    }
  return span;
}

/* C0, DEL and C1 controls. */
static gboolean
has_control (const char *text, gsize size, const char *allowed)
{
  const guchar *bytes = (const guchar *) text;
  for (const guchar *p = bytes + ordinary_span (text, size); *p != '\0'; p++)
    if ((*p < 0x20 && strchr (allowed, *p) == NULL) || *p == 0x7f
        || (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0))
      return TRUE;
  return FALSE;
}

static gboolean
is_text (const CardeaField *field, const CardeaJson *value, const char *allowed)
{
  const char *text = cardea_json_string (value);
  gsize size = text != NULL ? strlen (text) : 0;
  return text != NULL && in_range ((gint64) size, field->min, field->max)
         && !has_control (text, size, allowed);
}

static gboolean
check_string (const CardeaField *field, const CardeaJson *value)
{
  return is_text (field, value, "");
}

static gboolean
check_text (const CardeaField *field, const CardeaJson *value)
{
  return is_text (field, value, "\n\t");
}

static gboolean
check_path (const CardeaField *field, const CardeaJson *value)
{
  const char *text = cardea_json_string (value);
  return text != NULL && in_range ((gint64) strlen (text), 1, field->max);
}

static gboolean
check_id (const CardeaField *field, const CardeaJson *value)
{
  const char *text = cardea_json_string (value);
  return text != NULL && (gint64) strlen (text) == field->max
         && (gint64) strspn (text, "0123456789abcdef") == field->max;
}

static gboolean
check_bytes (const CardeaField *field, const CardeaJson *value)
{
  const char *text = cardea_json_string (value);
  if (text == NULL || (gint64) strlen (text) > (field->max + 2) / 3 * 4)
    return FALSE;
  g_autoptr (GBytes) bytes = cardea_base64_decode (text);
  return bytes != NULL && (gint64) g_bytes_get_size (bytes) <= field->max;
}

static gboolean
check_boolean (const CardeaField *field, const CardeaJson *value)
{
  return cardea_json_type (value) == CARDEA_JSON_BOOLEAN;
}

static gboolean
check_int (const CardeaField *field, const CardeaJson *value)
{
  gint64 number;
  return cardea_json_int (value, &number) && in_range (number, -SAFE_INTEGER, SAFE_INTEGER)
         && in_range (number, field->min, field->max);
}

static gboolean
check_int64 (const CardeaField *field, const CardeaJson *value)
{
  gint64 number;
  return cardea_json_int64_string (value, &number) && number >= field->min;
}

static gboolean
check_enum (const CardeaField *field, const CardeaJson *value)
{
  const char *text = cardea_json_string (value);
  return text != NULL && g_strv_contains (field->values, text);
}

static gboolean
is_array (const CardeaField *field, const CardeaJson *value)
{
  return cardea_json_type (value) == CARDEA_JSON_ARRAY && cardea_json_size (value) <= field->count;
}

static gboolean
check_each (const CardeaField *field, const CardeaJson *value, FieldCheck check)
{
  for (guint i = 0; i < cardea_json_size (value); i++)
    if (!check (field, cardea_json_nth (value, i)))
      return FALSE;
  return TRUE;
}

static gboolean
check_strings (const CardeaField *field, const CardeaJson *value)
{
  return is_array (field, value) && check_each (field, value, check_string);
}

static gboolean
check_paths (const CardeaField *field, const CardeaJson *value)
{
  return is_array (field, value) && check_each (field, value, check_path);
}

static gboolean
fits_canonically (const CardeaField *field, const CardeaJson *value)
{
  return field->max >= 0 && cardea_json_fits (value, (gsize) field->max);
}

static gboolean
check_object (const CardeaField *field, const CardeaJson *value)
{
  return cardea_json_type (value) == CARDEA_JSON_OBJECT && fits_canonically (field, value);
}

static gboolean
is_object (const CardeaField *field, const CardeaJson *value)
{
  return cardea_json_type (value) == CARDEA_JSON_OBJECT;
}

static gboolean
check_objects (const CardeaField *field, const CardeaJson *value)
{
  return is_array (field, value) && check_each (field, value, is_object)
         && fits_canonically (field, value);
}

static gboolean
check_fd (const CardeaField *field, const CardeaJson *value)
{
  return cardea_descriptor_is_declaration (value, (guint) field->min);
}

static const FieldCheck checks[] = {
  [CARDEA_FIELD_STRING] = check_string,   [CARDEA_FIELD_TEXT] = check_text,
  [CARDEA_FIELD_PATH] = check_path,       [CARDEA_FIELD_ID] = check_id,
  [CARDEA_FIELD_BYTES] = check_bytes,     [CARDEA_FIELD_BOOLEAN] = check_boolean,
  [CARDEA_FIELD_INT] = check_int,         [CARDEA_FIELD_INT64] = check_int64,
  [CARDEA_FIELD_ENUM] = check_enum,       [CARDEA_FIELD_STRINGS] = check_strings,
  [CARDEA_FIELD_PATHS] = check_paths,     [CARDEA_FIELD_OBJECT] = check_object,
  [CARDEA_FIELD_OBJECTS] = check_objects, [CARDEA_FIELD_FD] = check_fd,
};

static gboolean
refuse (GError **error, CardeaMessageError code, const CardeaMessageRow *row, const char *field,
        const char *what)
{
  /* The field's name may be a stranger's. */
  g_autofree char *shown = cardea_text_escape (field, MIN (strlen (field), 64), NULL);
  g_set_error (error, CARDEA_MESSAGE_ERROR, code, "%s: \"%s\" %s", row->name, shown, what);
  return FALSE;
}

static const CardeaField *
find_field (const CardeaMessageRow *row, const char *name)
{
  for (const CardeaField *field = cardea_message_envelope; field->name != NULL; field++)
    if (field->name[0] == name[0] && strcmp (field->name, name) == 0)
      return field;
  return cardea_message_table_field (row, name);
}

/* FIELD_b64 of a path or of a list of paths. */
static const CardeaField *
find_encoded (const CardeaMessageRow *row, const char *name)
{
  if (!g_str_has_suffix (name, CARDEA_PATH_JSON_SUFFIX))
    return NULL;
  g_autofree char *plain = g_strndup (name, strlen (name) - strlen (CARDEA_PATH_JSON_SUFFIX));
  const CardeaField *field = cardea_message_table_field (row, plain);
  gboolean path
      = field != NULL && (field->type == CARDEA_FIELD_PATH || field->type == CARDEA_FIELD_PATHS);
  return path ? field : NULL;
}

static gboolean
check_encoded (const CardeaField *field, const CardeaJson *body, const CardeaJson *value)
{
  if (field->type == CARDEA_FIELD_PATH)
    {
      g_autofree char *path = cardea_path_json_get (body, field->name);
      return path != NULL;
    }
  g_auto (GStrv) paths = NULL;
  if (is_array (field, value))
    paths = cardea_path_json_get_list (body, field->name);
  return paths != NULL;
}

static gboolean
check_member (const CardeaMessageRow *row, const CardeaJson *body, const char *name,
              const CardeaJson *value, GError **error)
{
  const CardeaField *field = find_field (row, name);
  if (field != NULL)
    return checks[field->type](field, value)
           || refuse (error, CARDEA_MESSAGE_ERROR_FIELD, row, name, "is not what it may be");

  field = find_encoded (row, name);
  if (field == NULL)
    return refuse (error, CARDEA_MESSAGE_ERROR_UNKNOWN, row, name, "is not declared");
  return check_encoded (field, body, value)
         || refuse (error, CARDEA_MESSAGE_ERROR_FIELD, row, name, "is not what it may be");
}

static gboolean
is_present (const CardeaField *field, const CardeaJson *body)
{
  if (cardea_json_get (body, field->name) != NULL)
    return TRUE;
  if (field->type != CARDEA_FIELD_PATH && field->type != CARDEA_FIELD_PATHS)
    return FALSE;
  g_autofree char *encoded = g_strconcat (field->name, CARDEA_PATH_JSON_SUFFIX, NULL);
  return cardea_json_get (body, encoded) != NULL;
}

static gboolean
check_envelope (const CardeaMessageRow *row, const CardeaJson *body, GError **error)
{
  const char *name = cardea_json_get_string (body, "type");
  gboolean paired = row->kind != CARDEA_MESSAGE_EVENT;

  if (name == NULL || strcmp (name, row->name) != 0)
    return refuse (error, CARDEA_MESSAGE_ERROR_UNKNOWN, row, "type", "is another");
  if (paired && cardea_json_get (body, "request") == NULL)
    return refuse (error, CARDEA_MESSAGE_ERROR_FIELD, row, "request", "is missing");
  if (row->capability != (cardea_json_get (body, "cap") != NULL))
    return refuse (error, CARDEA_MESSAGE_ERROR_FIELD, row, "cap",
                   row->capability ? "is missing" : "is not due here");
  return TRUE;
}

gboolean
cardea_message_check_body (const CardeaMessageRow *row, const CardeaJson *body, CardeaRole from,
                           CardeaRole to, GError **error)
{
  if ((row->from & from) == 0 || (row->to & to) == 0)
    {
      g_set_error (error, CARDEA_MESSAGE_ERROR, CARDEA_MESSAGE_ERROR_DIRECTION,
                   "%s may not be sent here", row->name);
      return FALSE;
    }
  if (!check_envelope (row, body, error))
    return FALSE;
  for (guint i = 0; i < cardea_json_size (body); i++)
    if (!check_member (row, body, cardea_json_nth_name (body, i), cardea_json_nth (body, i), error))
      return FALSE;
  for (const CardeaField *field = row->fields; field->name != NULL; field++)
    if (field->required && !is_present (field, body))
      return refuse (error, CARDEA_MESSAGE_ERROR_FIELD, row, field->name, "is missing");
  return TRUE;
}
