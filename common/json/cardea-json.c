/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/json/cardea-json-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK (cardea - json - error - quark, cardea_json_error)

CardeaJson *
cardea_json_alloc (CardeaJsonType type, gsize text_size, const char *name, gsize name_size,
                   const char **ret_name)
{
  gsize room = sizeof (CardeaJson) + text_size + 1 + (name != NULL ? name_size + 1 : 0);
  CardeaJson *json = g_malloc (room);

  g_atomic_ref_count_init (&json->refs);
  json->type = type;
  json->size = 0;
  json->capacity = 0;
  json->elements = NULL;
  json->text[text_size] = '\0';
  if (name != NULL)
    {
      char *copy = json->text + text_size + 1;
      memcpy (copy, name, name_size);
      copy[name_size] = '\0';
      *ret_name = copy;
    }
  return json;
}

CardeaJson *
cardea_json_ref (CardeaJson *json)
{
  g_atomic_ref_count_inc (&json->refs);
  return json;
}

void
cardea_json_unref (CardeaJson *json)
{
  if (json == NULL || !g_atomic_ref_count_dec (&json->refs))
    return;
  if (json->type == CARDEA_JSON_ARRAY)
    {
      for (guint i = 0; i < json->size; i++)
        cardea_json_unref (json->elements[i]);
      g_free (json->elements);
    }
  else if (json->type == CARDEA_JSON_OBJECT)
    {
      for (guint i = 0; i < json->size; i++)
        {
          g_free (json->members[i].own_name);
          cardea_json_unref (json->members[i].value);
        }
      g_free (json->members);
    }
  g_free (json);
}

static CardeaJson *
new_text (CardeaJsonType type, const char *text, gsize size)
{
  CardeaJson *json = cardea_json_alloc (type, size, NULL, 0, NULL);
  memcpy (json->text, text, size);
  json->size = size;
  return json;
}

CardeaJson *
cardea_json_new_null (void)
{
  return cardea_json_alloc (CARDEA_JSON_NULL, 0, NULL, 0, NULL);
}

CardeaJson *
cardea_json_new_boolean (gboolean value)
{
  CardeaJson *json = cardea_json_alloc (CARDEA_JSON_BOOLEAN, 0, NULL, 0, NULL);
  json->size = value ? 1 : 0;
  return json;
}

static gsize
int64_format (gint64 value, char text[CARDEA_JSON_NUMBER_TEXT])
{
  char digits[CARDEA_JSON_NUMBER_TEXT];
  gsize n = 0, size = 0;
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;

  do
    digits[n++] = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (value < 0)
    text[size++] = '-';
  while (n > 0)
    text[size++] = digits[--n];
  text[size] = '\0';
  return size;
}

CardeaJson *
cardea_json_new_int (gint64 value)
{
  char text[CARDEA_JSON_NUMBER_TEXT];
  return new_text (CARDEA_JSON_NUMBER, text, int64_format (value, text));
}

CardeaJson *
cardea_json_new_int64_string (gint64 value)
{
  char text[CARDEA_JSON_NUMBER_TEXT];
  return new_text (CARDEA_JSON_STRING, text, int64_format (value, text));
}

CardeaJson *
cardea_json_new_double (double value)
{
  char text[CARDEA_JSON_NUMBER_TEXT];

  /* JSON has no word for these; the text is one that the writer refuses. */
  if (!isfinite (value))
    return new_text (CARDEA_JSON_NUMBER, "1e999", 5);
  return new_text (CARDEA_JSON_NUMBER, text, cardea_json_number_format (value, text));
}

CardeaJson *
cardea_json_new_string (const char *value)
{
  return new_text (CARDEA_JSON_STRING, value, strlen (value));
}

CardeaJson *
cardea_json_new_array (void)
{
  return cardea_json_alloc (CARDEA_JSON_ARRAY, 0, NULL, 0, NULL);
}

CardeaJson *
cardea_json_new_object (void)
{
  return cardea_json_alloc (CARDEA_JSON_OBJECT, 0, NULL, 0, NULL);
}

CardeaJsonType
cardea_json_type (const CardeaJson *json)
{
  return json->type;
}

static guint
grown (guint capacity)
{
  return capacity == 0 ? 8 : capacity * 2;
}

void
cardea_json_add_member (CardeaJson *object, const char *name, char *own_name, CardeaJson *value)
{
  if (object->size == object->capacity)
    {
      object->capacity = grown (object->capacity);
      object->members = g_renew (CardeaJsonMember, object->members, object->capacity);
    }
  object->members[object->size++] = (CardeaJsonMember){ name, own_name, value };
}

static CardeaJsonMember *
find_member (const CardeaJson *object, const char *name)
{
  if (object == NULL || object->type != CARDEA_JSON_OBJECT)
    return NULL;
  for (guint i = 0; i < object->size; i++)
    if (object->members[i].name[0] == name[0] && strcmp (object->members[i].name, name) == 0)
      return &object->members[i];
  return NULL;
}

void
cardea_json_set (CardeaJson *object, const char *name, CardeaJson *value)
{
  char *own_name = g_strdup (name);
  CardeaJsonMember *member = find_member (object, name);

  if (member == NULL)
    {
      cardea_json_add_member (object, own_name, own_name, value);
      return;
    }
  g_free (member->own_name);
  cardea_json_unref (member->value);
  *member = (CardeaJsonMember){ own_name, own_name, value };
}

void
cardea_json_set_string (CardeaJson *object, const char *name, const char *value)
{
  cardea_json_set (object, name, cardea_json_new_string (value));
}

void
cardea_json_set_int (CardeaJson *object, const char *name, gint64 value)
{
  cardea_json_set (object, name, cardea_json_new_int (value));
}

void
cardea_json_set_boolean (CardeaJson *object, const char *name, gboolean value)
{
  cardea_json_set (object, name, cardea_json_new_boolean (value));
}

void
cardea_json_set_int64_string (CardeaJson *object, const char *name, gint64 value)
{
  cardea_json_set (object, name, cardea_json_new_int64_string (value));
}

void
cardea_json_remove (CardeaJson *object, const char *name)
{
  CardeaJsonMember *member = find_member (object, name);
  if (member == NULL)
    return;

  gsize index = member - object->members;
  g_free (member->own_name);
  cardea_json_unref (member->value);
  memmove (member, member + 1, (object->size - index - 1) * sizeof *member);
  object->size--;
}

void
cardea_json_append (CardeaJson *array, CardeaJson *value)
{
  if (array->size == array->capacity)
    {
      array->capacity = grown (array->capacity);
      array->elements = g_renew (CardeaJson *, array->elements, array->capacity);
    }
  array->elements[array->size++] = value;
}

CardeaJson *
cardea_json_get (const CardeaJson *object, const char *name)
{
  const CardeaJsonMember *member = find_member (object, name);
  return member != NULL ? member->value : NULL;
}

const char *
cardea_json_get_string (const CardeaJson *object, const char *name)
{
  return cardea_json_string (cardea_json_get (object, name));
}

gboolean
cardea_json_get_int (const CardeaJson *object, const char *name, gint64 *ret_value)
{
  return cardea_json_int (cardea_json_get (object, name), ret_value);
}

gboolean
cardea_json_get_boolean (const CardeaJson *object, const char *name, gboolean *ret_value)
{
  return cardea_json_boolean (cardea_json_get (object, name), ret_value);
}

gboolean
cardea_json_get_int64_string (const CardeaJson *object, const char *name, gint64 *ret_value)
{
  return cardea_json_int64_string (cardea_json_get (object, name), ret_value);
}

const char *
cardea_json_string (const CardeaJson *json)
{
  /* A string with a NUL inside would be read as a shorter one. */
  if (json == NULL || json->type != CARDEA_JSON_STRING || strlen (json->text) != json->size)
    return NULL;
  return json->text;
}

const char *
cardea_json_string_full (const CardeaJson *json, gsize *ret_size)
{
  if (json == NULL || json->type != CARDEA_JSON_STRING)
    return NULL;
  *ret_size = json->size;
  return json->text;
}

const char *
cardea_json_number_text (const CardeaJson *json)
{
  return json != NULL && json->type == CARDEA_JSON_NUMBER ? json->text : NULL;
}

static gboolean
int64_parse (const char *text, gint64 *ret_value)
{
  gboolean negative = text[0] == '-';
  const char *digits = text + (negative ? 1 : 0);
  guint64 limit = negative ? (guint64) G_MAXINT64 + 1 : (guint64) G_MAXINT64;
  guint64 value = 0;

  if (digits[0] == '\0' || (digits[0] == '0' && digits[1] != '\0'))
    return FALSE;
  for (const char *p = digits; *p != '\0'; p++)
    {
      guint64 digit = (guint64) (*p - '0');
      if (*p < '0' || *p > '9' || value > (limit - digit) / 10)
        return FALSE;
      value = value * 10 + digit;
    }
  *ret_value = negative ? (gint64) -value : (gint64) value;
  return TRUE;
}

gboolean
cardea_json_int (const CardeaJson *json, gint64 *ret_value)
{
  return json != NULL && json->type == CARDEA_JSON_NUMBER && int64_parse (json->text, ret_value);
}

gboolean
cardea_json_int64_string (const CardeaJson *json, gint64 *ret_value)
{
  const char *text = cardea_json_string (json);
  return text != NULL && strcmp (text, "-0") != 0 && int64_parse (text, ret_value);
}

gboolean
cardea_json_boolean (const CardeaJson *json, gboolean *ret_value)
{
  if (json == NULL || json->type != CARDEA_JSON_BOOLEAN)
    return FALSE;
  *ret_value = json->size != 0;
  return TRUE;
}

double
cardea_json_double (const CardeaJson *json)
{
  const char *text = cardea_json_number_text (json);
  return text != NULL ? g_ascii_strtod (text, NULL) : 0;
}

guint
cardea_json_size (const CardeaJson *json)
{
  gboolean container
      = json != NULL && (json->type == CARDEA_JSON_ARRAY || json->type == CARDEA_JSON_OBJECT);
  return container ? json->size : 0;
}

CardeaJson *
cardea_json_nth (const CardeaJson *json, guint index)
{
  if (index >= cardea_json_size (json))
    return NULL;
  return json->type == CARDEA_JSON_ARRAY ? json->elements[index] : json->members[index].value;
}

const char *
cardea_json_nth_name (const CardeaJson *object, guint index)
{
  if (index >= cardea_json_size (object) || object->type != CARDEA_JSON_OBJECT)
    return NULL;
  return object->members[index].name;
}

CardeaJson *
cardea_json_copy (const CardeaJson *json)
{
  gboolean text = json->type == CARDEA_JSON_STRING || json->type == CARDEA_JSON_NUMBER;
  if (text)
    return new_text (json->type, json->text, json->size);

  CardeaJson *copy = cardea_json_alloc (json->type, 0, NULL, 0, NULL);
  if (json->type == CARDEA_JSON_BOOLEAN)
    copy->size = json->size;
  for (guint i = 0; i < cardea_json_size (json); i++)
    if (json->type == CARDEA_JSON_ARRAY)
      cardea_json_append (copy, cardea_json_copy (json->elements[i]));
    else
      {
        char *name = g_strdup (json->members[i].name);
        cardea_json_add_member (copy, name, name, cardea_json_copy (json->members[i].value));
      }
  return copy;
}

#define EACH_BYTE(value) (G_MAXUINT64 / 255 * (value))

/* The high bit of some byte is set when one of the bytes is zero. */
static inline guint64
zero_byte (guint64 word)
{
  return (word - EACH_BYTE (0x01)) & ~word & EACH_BYTE (0x80);
}

gsize
cardea_json_plain_span (const char *text, gsize size)
{
  gsize span = 0;
  for (; size - span >= sizeof (guint64); span += sizeof (guint64))
    {
      guint64 word;
      memcpy (&word, text + span, sizeof word);
      guint64 control = (word - EACH_BYTE (0x20)) & ~word & EACH_BYTE (0x80);
      if ((control | zero_byte (word ^ EACH_BYTE ('"')) | zero_byte (word ^ EACH_BYTE ('\\'))) != 0)
        break;
    }
  return span;
}

int
cardea_json_compare_names (const char *a, const char *b)
{
  while (*a != '\0' && *a == *b)
    a++, b++;

  /* UTF-8 sorts by code point. UTF-16 differs from that in one place: surrogates, that is lead
   * bytes from F0, come before U+E000 to U+FFFF, that is lead bytes EE and EF. */
  int x = (guchar) *a, y = (guchar) *b;
  x += x == 0xee || x == 0xef ? 0x10 : 0;
  y += y == 0xee || y == 0xef ? 0x10 : 0;
  return x - y;
}

static int
compare_members (const void *a, const void *b)
{
  const CardeaJsonMember *const *x = a, *const *y = b;
  return strcmp ((*x)->name, (*y)->name);
}

static const CardeaJsonMember **
sorted_members (const CardeaJson *object)
{
  const CardeaJsonMember **sorted = g_new (const CardeaJsonMember *, object->size + 1);
  for (guint i = 0; i < object->size; i++)
    sorted[i] = &object->members[i];
  qsort (sorted, object->size, sizeof *sorted, compare_members);
  return sorted;
}

static gboolean
equal_numbers (const CardeaJson *a, const CardeaJson *b)
{
  gint64 x, y;
  if (strcmp (a->text, b->text) == 0)
    return TRUE;
  if (cardea_json_int (a, &x) && cardea_json_int (b, &y))
    return x == y;
  return cardea_json_double (a) == cardea_json_double (b);
}

static gboolean
equal_objects (const CardeaJson *a, const CardeaJson *b)
{
  g_autofree const CardeaJsonMember **x = sorted_members (a);
  g_autofree const CardeaJsonMember **y = sorted_members (b);

  for (guint i = 0; i < a->size; i++)
    if (strcmp (x[i]->name, y[i]->name) != 0 || !cardea_json_equal (x[i]->value, y[i]->value))
      return FALSE;
  return TRUE;
}

gboolean
cardea_json_equal (const CardeaJson *a, const CardeaJson *b)
{
  if (a == b)
    return TRUE;
  if (a->type == CARDEA_JSON_NUMBER && b->type == CARDEA_JSON_NUMBER)
    return equal_numbers (a, b);
  if (a->type != b->type || a->size != b->size)
    return FALSE;
  if (a->type == CARDEA_JSON_STRING)
    return memcmp (a->text, b->text, a->size) == 0;
  if (a->type == CARDEA_JSON_OBJECT)
    return equal_objects (a, b);
  for (guint i = 0; i < cardea_json_size (a); i++)
    if (!cardea_json_equal (a->elements[i], b->elements[i]))
      return FALSE;
  return TRUE;
}
