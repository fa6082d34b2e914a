/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/json/cardea-json-private.h"

#include <stdlib.h>
#include <string.h>

/* Trusts nothing: text is any bytes. Refuses what RFC 8259 does not allow, and beyond it duplicate
 * names, lone surrogates, a NUL in a name, nesting over CARDEA_LIMIT_JSON_DEPTH and more values
 * than the caller allows. Time is O(n log n) for any input. Noncharacters (U+FFFE …) are let
 * through, although RFC 7493 §2.1 frowns on them: a file may bear such a name. */

typedef struct {
  const char *start, *at, *end;
  guint depth;
  guint values_left;
  GError **error;
} Reader;

typedef struct {
  const char *name; /* NULL: not a member */
  gsize size;
} Name;

static CardeaJson *read_value (Reader *reader, const Name *name, const char **ret_name);

static gpointer
fail (Reader *reader, CardeaJsonError code, const char *what)
{
  g_set_error (reader->error, CARDEA_JSON_ERROR, code, "%s at byte %" G_GSIZE_FORMAT, what,
               (gsize) (reader->at - reader->start));
  return NULL;
}

static void
skip_space (Reader *reader)
{
  while (
      reader->at < reader->end
      && (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' || *reader->at == '\t'))
    reader->at++;
}

static gboolean
next_is (const Reader *reader, char c)
{
  return reader->at < reader->end && *reader->at == c;
}

static gboolean
read_hex4 (Reader *reader, gunichar *ret_unit)
{
  gunichar unit = 0;
  if (reader->end - reader->at < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (reader->at[i]);
      if (digit < 0)
        return FALSE;
      unit = unit << 4 | (gunichar) digit;
    }
  reader->at += 4;
  *ret_unit = unit;
  return TRUE;
}

/* Stands behind "\u". */
static gboolean
read_unicode_escape (Reader *reader, gunichar *ret_character)
{
  gunichar high, low;
  if (!read_hex4 (reader, &high))
    return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "not four hex digits") != NULL;
  *ret_character = high;
  if (high < 0xd800 || high > 0xdfff)
    return TRUE;
  if (high > 0xdbff || reader->end - reader->at < 6 || memcmp (reader->at, "\\u", 2) != 0)
    return fail (reader, CARDEA_JSON_ERROR_UTF8, "a lone surrogate") != NULL;
  reader->at += 2;
  if (!read_hex4 (reader, &low) || low < 0xdc00 || low > 0xdfff)
    return fail (reader, CARDEA_JSON_ERROR_UTF8, "a lone surrogate") != NULL;
  *ret_character = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  return TRUE;
}

static gboolean
read_escape (Reader *reader, char **to)
{
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  const char *found;
  gunichar character;

  if (reader->at == reader->end)
    return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "an unfinished string") != NULL;
  char letter = *reader->at++;
  if (letter == 'u')
    {
      if (!read_unicode_escape (reader, &character))
        return FALSE;
      *to += g_unichar_to_utf8 (character, *to);
      return TRUE;
    }
  found = letter != '\0' ? strchr (letters, letter) : NULL;
  if (found == NULL)
    return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "an unknown escape") != NULL;
  *(*to)++ = meanings[found - letters];
  return TRUE;
}

/* Stands behind the opening quote. Gives where the closing one is. */
static const char *
find_quote (Reader *reader, gboolean *ret_escapes)
{
  gsize plain = cardea_json_plain_span (reader->at, (gsize) (reader->end - reader->at));
  *ret_escapes = FALSE;
  for (const char *p = reader->at + plain; p < reader->end; p++)
    {
      if (*p == '"')
        return p;
      if ((guchar) *p < 0x20)
        {
          reader->at = p;
          return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "a bare control character");
        }
      if (*p == '\\')
        {
          *ret_escapes = TRUE;
          p++;
        }
    }
  return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "an unfinished string");
}

/* An escape never takes fewer bytes than what it stands for, so to needs as much room as the text
 * up to the quote. Ends behind the quote. */
static gboolean
read_escaped (Reader *reader, const char *quote, char *to, gsize *ret_size)
{
  char *start = to;
  while (reader->at < quote)
    {
      if (*reader->at != '\\')
        {
          *to++ = *reader->at++;
          continue;
        }
      reader->at++;
      if (!read_escape (reader, &to))
        return FALSE;
    }
  *to = '\0';
  *ret_size = to - start;
  reader->at = quote + 1;
  return TRUE;
}

static CardeaJson *
read_string (Reader *reader, const Name *name, const char **ret_name)
{
  gboolean escapes;
  reader->at++;
  const char *quote = find_quote (reader, &escapes);
  if (quote == NULL)
    return NULL;

  gsize size = quote - reader->at;
  g_autoptr (CardeaJson) json
      = cardea_json_alloc (CARDEA_JSON_STRING, size, name->name, name->size, ret_name);
  if (escapes)
    {
      if (!read_escaped (reader, quote, json->text, &size))
        return NULL;
    }
  else
    {
      memcpy (json->text, reader->at, size);
      reader->at = quote + 1;
    }
  json->size = size;
  return g_steal_pointer (&json);
}

static gboolean
skip_digits (Reader *reader)
{
  const char *first = reader->at;
  while (reader->at < reader->end && g_ascii_isdigit (*reader->at))
    reader->at++;
  return reader->at > first;
}

static gboolean
skip_number (Reader *reader)
{
  if (next_is (reader, '-'))
    reader->at++;
  if (next_is (reader, '0'))
    reader->at++;
  else if (!skip_digits (reader))
    return FALSE;
  if (next_is (reader, '.'))
    {
      reader->at++;
      if (!skip_digits (reader))
        return FALSE;
    }
  if (next_is (reader, 'e') || next_is (reader, 'E'))
    {
      reader->at++;
      if (next_is (reader, '+') || next_is (reader, '-'))
        reader->at++;
      if (!skip_digits (reader))
        return FALSE;
    }
  return TRUE;
}

static CardeaJson *
read_number (Reader *reader, const Name *name, const char **ret_name)
{
  const char *first = reader->at;
  if (!skip_number (reader))
    return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "not a number");

  gsize size = reader->at - first;
  CardeaJson *json = cardea_json_alloc (CARDEA_JSON_NUMBER, size, name->name, name->size, ret_name);
  memcpy (json->text, first, size);
  json->size = size;
  return json;
}

static CardeaJson *
read_word (Reader *reader, const Name *name, const char **ret_name)
{
  static const struct {
    const char *word;
    CardeaJsonType type;
    guint value;
  } words[] = {
    { "null", CARDEA_JSON_NULL, 0 },
    { "true", CARDEA_JSON_BOOLEAN, 1 },
    { "false", CARDEA_JSON_BOOLEAN, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      gsize size = strlen (words[i].word);
      if ((gsize) (reader->end - reader->at) < size
          || memcmp (reader->at, words[i].word, size) != 0)
        continue;
      reader->at += size;
      CardeaJson *json = cardea_json_alloc (words[i].type, 0, name->name, name->size, ret_name);
      json->size = words[i].value;
      return json;
    }
  return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "not a JSON value");
}

static CardeaJson *
read_array (Reader *reader, const Name *name, const char **ret_name)
{
  static const Name none = { NULL, 0 };
  g_autoptr (CardeaJson) json
      = cardea_json_alloc (CARDEA_JSON_ARRAY, 0, name->name, name->size, ret_name);

  reader->at++;
  skip_space (reader);
  if (next_is (reader, ']'))
    {
      reader->at++;
      return g_steal_pointer (&json);
    }
  for (;;)
    {
      CardeaJson *value = read_value (reader, &none, NULL);
      if (value == NULL)
        return NULL;
      cardea_json_append (json, value);
      skip_space (reader);
      if (!next_is (reader, ',') && !next_is (reader, ']'))
        return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "neither , nor ]");
      if (*reader->at++ == ']')
        return g_steal_pointer (&json);
    }
}

static int
compare_strings (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

#define FEW_MEMBERS 12

/* Sorting and not hashing: names are a stranger's and could all fall into one bucket. */
static gboolean
has_duplicate (const CardeaJson *object)
{
  if (object->size <= FEW_MEMBERS)
    {
      for (guint i = 1; i < object->size; i++)
        for (guint j = 0; j < i; j++)
          if (strcmp (object->members[i].name, object->members[j].name) == 0)
            return TRUE;
      return FALSE;
    }

  g_autofree const char **names = g_new (const char *, object->size);
  for (guint i = 0; i < object->size; i++)
    names[i] = object->members[i].name;
  qsort (names, object->size, sizeof *names, compare_strings);
  for (guint i = 1; i < object->size; i++)
    if (strcmp (names[i - 1], names[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
read_member (Reader *reader, CardeaJson *object)
{
  g_autofree char *unescaped = NULL;
  const char *kept = NULL;
  gboolean escapes;
  Name name;

  if (!next_is (reader, '"'))
    return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "not a member's name") != NULL;
  reader->at++;
  const char *quote = find_quote (reader, &escapes);
  if (quote == NULL)
    return FALSE;
  name.name = reader->at;
  name.size = quote - reader->at;
  if (escapes)
    {
      name.name = unescaped = g_malloc (name.size + 1);
      if (!read_escaped (reader, quote, unescaped, &name.size))
        return FALSE;
      if (memchr (unescaped, '\0', name.size) != NULL)
        return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "a NUL in a name") != NULL;
    }
  reader->at = quote + 1;

  skip_space (reader);
  if (!next_is (reader, ':'))
    return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "no : behind a name") != NULL;
  reader->at++;
  CardeaJson *value = read_value (reader, &name, &kept);
  if (value == NULL)
    return FALSE;
  cardea_json_add_member (object, kept, NULL, value);
  return TRUE;
}

static CardeaJson *
read_object (Reader *reader, const Name *name, const char **ret_name)
{
  g_autoptr (CardeaJson) json
      = cardea_json_alloc (CARDEA_JSON_OBJECT, 0, name->name, name->size, ret_name);

  reader->at++;
  skip_space (reader);
  if (next_is (reader, '}'))
    {
      reader->at++;
      return g_steal_pointer (&json);
    }
  for (;;)
    {
      skip_space (reader);
      if (!read_member (reader, json))
        return NULL;
      skip_space (reader);
      if (!next_is (reader, ',') && !next_is (reader, '}'))
        return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "neither , nor }");
      if (*reader->at++ == '}')
        break;
    }
  if (has_duplicate (json))
    return fail (reader, CARDEA_JSON_ERROR_DUPLICATE,
                 "a name stands twice in the object that ends");
  return g_steal_pointer (&json);
}

static CardeaJson *
read_container (Reader *reader, const Name *name, const char **ret_name)
{
  if (reader->depth == CARDEA_LIMIT_JSON_DEPTH)
    return fail (reader, CARDEA_JSON_ERROR_DEPTH, "nested too deep");
  reader->depth++;
  CardeaJson *json = *reader->at == '{' ? read_object (reader, name, ret_name)
                                        : read_array (reader, name, ret_name);
  reader->depth--;
  return json;
}

static CardeaJson *
read_value (Reader *reader, const Name *name, const char **ret_name)
{
  skip_space (reader);
  if (reader->at == reader->end)
    return fail (reader, CARDEA_JSON_ERROR_SYNTAX, "a value is missing");
  if (reader->values_left == 0)
    return fail (reader, CARDEA_JSON_ERROR_VALUES, "too many values");
  reader->values_left--;

  char first = *reader->at;
  if (first == '"')
    return read_string (reader, name, ret_name);
  if (first == '{' || first == '[')
    return read_container (reader, name, ret_name);
  if (first == '-' || g_ascii_isdigit (first))
    return read_number (reader, name, ret_name);
  return read_word (reader, name, ret_name);
}

/* Most texts are. */
static gboolean
is_ascii (const char *text, gsize size)
{
  guint64 high = 0;
  gsize i = 0;
  for (; size - i >= sizeof (guint64); i += sizeof (guint64))
    {
      guint64 word;
      memcpy (&word, text + i, sizeof word);
      high |= word;
    }
  for (; i < size; i++)
    high |= (guchar) text[i];
  return (high & (G_MAXUINT64 / 255 * 0x80)) == 0 && memchr (text, '\0', size) == NULL;
}

CardeaJson *
cardea_json_parse_bounded (const char *text, gsize size, guint max_values, GError **error)
{
  static const Name none = { NULL, 0 };
  Reader reader = { text, text, text + size, 0, max_values, error };
  const char *valid_end = text;

  if (size > G_MAXUINT / 2)
    return fail (&reader, CARDEA_JSON_ERROR_VALUES, "too long");
  if (size > 0 && !is_ascii (text, size) && !g_utf8_validate_len (text, size, &valid_end))
    {
      reader.at = valid_end;
      return fail (&reader, CARDEA_JSON_ERROR_UTF8, "not UTF-8");
    }
  g_autoptr (CardeaJson) json = read_value (&reader, &none, NULL);
  if (json == NULL)
    return NULL;
  skip_space (&reader);
  if (reader.at != reader.end)
    return fail (&reader, CARDEA_JSON_ERROR_SYNTAX, "something behind the value");
  return g_steal_pointer (&json);
}

CardeaJson *
cardea_json_parse (const char *text, gsize size, GError **error)
{
  return cardea_json_parse_bounded (text, size, G_MAXUINT, error);
}
