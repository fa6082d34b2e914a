/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/json/cardea-json-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEW_MEMBERS 24
#define EXACT_DIGITS 15 /* an integer of so many digits is its own double */

static gboolean write_value (GString *to, const CardeaJson *json, GError **error);

/* RFC 8785 §3.2.2.2: what must be escaped, in the one way it may be. */
static void
write_escape (GString *to, guchar c)
{
  static const char letters[] = "bfnrt\"\\", meanings[] = "\b\f\n\r\t\"\\";
  const char *found = c != 0 ? strchr (meanings, c) : NULL;

  if (found != NULL)
    {
      g_string_append_c (to, '\\');
      g_string_append_c (to, letters[found - meanings]);
    }
  else
    g_string_append_printf (to, "\\u%04x", c);
}

static void
write_string (GString *to, const char *text, gsize size)
{
  gsize from = 0;
  g_string_append_c (to, '"');
  for (gsize i = cardea_json_plain_span (text, size); i < size; i++)
    {
      guchar c = (guchar) text[i];
      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (to, text + from, i - from);
      write_escape (to, c);
      from = i + 1;
    }
  g_string_append_len (to, text + from, size - from);
  g_string_append_c (to, '"');
}

/* A number whose text is already its canonical one. */
static gboolean
is_exact (const CardeaJson *json)
{
  gsize sign = json->text[0] == '-' ? 1 : 0;
  return json->size - sign <= EXACT_DIGITS
         && strspn (json->text + sign, "0123456789") == json->size - sign
         && strcmp (json->text, "-0") != 0;
}

static gboolean
write_number (GString *to, const CardeaJson *json, GError **error)
{
  char text[CARDEA_JSON_NUMBER_TEXT];

  if (is_exact (json))
    {
      g_string_append_len (to, json->text, json->size);
      return TRUE;
    }
  double value = g_ascii_strtod (json->text, NULL);
  if (!isfinite (value))
    {
      g_set_error (error, CARDEA_JSON_ERROR, CARDEA_JSON_ERROR_NUMBER,
                   "%.40s has no finite IEEE 754 double", json->text);
      return FALSE;
    }
  g_string_append_len (to, text, cardea_json_number_format (value, text));
  return TRUE;
}

static gboolean
write_array (GString *to, const CardeaJson *json, GError **error)
{
  g_string_append_c (to, '[');
  for (guint i = 0; i < json->size; i++)
    {
      if (i > 0)
        g_string_append_c (to, ',');
      if (!write_value (to, json->elements[i], error))
        return FALSE;
    }
  g_string_append_c (to, ']');
  return TRUE;
}

static int
compare_members (const void *a, const void *b)
{
  const CardeaJsonMember *const *x = a, *const *y = b;
  return cardea_json_compare_names ((*x)->name, (*y)->name);
}

static void
sort_few (const CardeaJsonMember **sorted, guint size)
{
  for (guint i = 1; i < size; i++)
    {
      const CardeaJsonMember *member = sorted[i];
      guint j = i;
      for (; j > 0 && cardea_json_compare_names (sorted[j - 1]->name, member->name) > 0; j--)
        sorted[j] = sorted[j - 1];
      sorted[j] = member;
    }
}

static gboolean
write_object (GString *to, const CardeaJson *json, GError **error)
{
  const CardeaJsonMember *few[FEW_MEMBERS];
  g_autofree const CardeaJsonMember **many
      = json->size > FEW_MEMBERS ? g_new (const CardeaJsonMember *, json->size) : NULL;
  const CardeaJsonMember **sorted = many != NULL ? many : few;

  for (guint i = 0; i < json->size; i++)
    sorted[i] = &json->members[i];
  if (many != NULL)
    qsort (sorted, json->size, sizeof *sorted, compare_members);
  else
    sort_few (sorted, json->size);

  g_string_append_c (to, '{');
  for (guint i = 0; i < json->size; i++)
    {
      if (i > 0)
        g_string_append_c (to, ',');
      write_string (to, sorted[i]->name, strlen (sorted[i]->name));
      g_string_append_c (to, ':');
      if (!write_value (to, sorted[i]->value, error))
        return FALSE;
    }
  g_string_append_c (to, '}');
  return TRUE;
}

static gboolean
write_value (GString *to, const CardeaJson *json, GError **error)
{
  switch (json->type)
    {
    case CARDEA_JSON_NULL:
      g_string_append_len (to, "null", 4);
      return TRUE;
    case CARDEA_JSON_BOOLEAN:
      g_string_append (to, json->size != 0 ? "true" : "false");
      return TRUE;
    case CARDEA_JSON_NUMBER:
      return write_number (to, json, error);
    case CARDEA_JSON_STRING:
      write_string (to, json->text, json->size);
      return TRUE;
    case CARDEA_JSON_ARRAY:
      return write_array (to, json, error);
    case CARDEA_JSON_OBJECT:
      return write_object (to, json, error);
    }
  g_set_error (error, CARDEA_JSON_ERROR, CARDEA_JSON_ERROR_SYNTAX, "not a JSON value");
  return FALSE;
}

char *
cardea_json_write (const CardeaJson *json, gsize *ret_size, GError **error)
{
  GString *to = g_string_sized_new (256);
  if (!write_value (to, json, error))
    {
      g_string_free (to, TRUE);
      return NULL;
    }
  if (ret_size != NULL)
    *ret_size = to->len;
  return g_string_free (to, FALSE);
}

/* --- the size of what would be written --- */

static gboolean count_value (const CardeaJson *json, gsize *left);

static gboolean
take (gsize *left, gsize size)
{
  if (size > *left)
    return FALSE;
  *left -= size;
  return TRUE;
}

static gboolean
count_string (const char *text, gsize size, gsize *left)
{
  gsize escapes = 0;
  if (!take (left, size) || !take (left, 2))
    return FALSE;
  for (gsize i = cardea_json_plain_span (text, size); i < size; i++)
    {
      guchar c = (guchar) text[i];
      if (c == '"' || c == '\\' || (c >= '\b' && c <= '\r' && c != '\v'))
        escapes += 1;
      else if (c < 0x20)
        escapes += 5;
    }
  return take (left, escapes);
}

static gboolean
count_number (const CardeaJson *json, gsize *left)
{
  char text[CARDEA_JSON_NUMBER_TEXT];
  if (is_exact (json))
    return take (left, json->size);
  double value = g_ascii_strtod (json->text, NULL);
  return isfinite (value) && take (left, cardea_json_number_format (value, text));
}

static gboolean
count_members (const CardeaJson *json, gsize *left)
{
  for (guint i = 0; i < json->size; i++)
    {
      const CardeaJsonMember *member = &json->members[i];
      if (!count_string (member->name, strlen (member->name), left) || !take (left, 1)
          || !count_value (member->value, left))
        return FALSE;
    }
  return TRUE;
}

static gboolean
count_elements (const CardeaJson *json, gsize *left)
{
  for (guint i = 0; i < json->size; i++)
    if (!count_value (json->elements[i], left))
      return FALSE;
  return TRUE;
}

static gboolean
count_value (const CardeaJson *json, gsize *left)
{
  switch (json->type)
    {
    case CARDEA_JSON_NULL:
      return take (left, strlen ("null"));
    case CARDEA_JSON_BOOLEAN:
      return take (left, strlen (json->size != 0 ? "true" : "false"));
    case CARDEA_JSON_NUMBER:
      return count_number (json, left);
    case CARDEA_JSON_STRING:
      return count_string (json->text, json->size, left);
    case CARDEA_JSON_ARRAY:
      return take (left, 2 + MAX (json->size, 1) - 1) && count_elements (json, left);
    case CARDEA_JSON_OBJECT:
      return take (left, 2 + MAX (json->size, 1) - 1) && count_members (json, left);
    }
  return FALSE;
}

gboolean
cardea_json_fits (const CardeaJson *json, gsize limit)
{
  return count_value (json, &limit);
}
