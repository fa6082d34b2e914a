/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/egress/guardian-egress-restore-text.h"

#include "common/base/cardea-encoding.h"
#include "common/json/cardea-json.h"

#include <string.h>

typedef struct {
  char *mark;
  char *plain;
  char *quoted; /* as a string of JSON writes it, without quotation marks */
} Name;

struct _GuardianEgressNames {
  GArray *names;
};

static void
wipe (char **text)
{
  if (*text != NULL)
    explicit_bzero (*text, strlen (*text));
  g_clear_pointer (text, g_free);
}

static void
name_clear (gpointer data)
{
  Name *name = data;

  g_clear_pointer (&name->mark, g_free);
  wipe (&name->plain);
  wipe (&name->quoted);
}

void
guardian_egress_names_free (GuardianEgressNames *names)
{
  if (names == NULL)
    return;
  g_array_unref (names->names);
  g_free (names);
}

/* It was taken out of a string of JSON, or of a plain text. */
static char *
unquote (const char *text)
{
  g_autofree char *quoted = g_strdup_printf ("\"%s\"", text);
  g_autoptr (CardeaJson) json = cardea_json_parse (quoted, strlen (quoted), NULL);
  const char *plain = json != NULL ? cardea_json_string (json) : NULL;
  char *result = g_strdup (plain != NULL ? plain : text);

  wipe (&quoted);
  return result;
}

static char *
quote (const char *text)
{
  g_autoptr (CardeaJson) json = cardea_json_new_string (text);
  gsize size = 0;
  g_autofree char *written = cardea_json_write (json, &size, NULL);
  char *inner = written != NULL && size >= 2 ? g_strndup (written + 1, size - 2) : g_strdup ("");

  wipe (&written);
  return inner;
}

static gboolean
read_name (GArray *names, const CardeaJson *pair)
{
  gboolean two = pair != NULL && cardea_json_type (pair) == CARDEA_JSON_ARRAY
                 && cardea_json_size (pair) == 2;
  const char *mark = two ? cardea_json_string (cardea_json_nth (pair, 0)) : NULL;
  const char *code = two ? cardea_json_string (cardea_json_nth (pair, 1)) : NULL;
  g_autoptr (GBytes) bytes = code != NULL ? cardea_base64_decode (code) : NULL;
  gsize size = 0;
  const char *value = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (mark == NULL || mark[0] != '[' || mark[1] == '\0' || value == NULL
      || memchr (value, '\0', size) != NULL || !g_utf8_validate_len (value, size, NULL))
    return FALSE;
  g_autofree char *text = g_strndup (value, size);
  Name name = { .mark = g_strdup (mark), .plain = unquote (text) };
  name.quoted = quote (name.plain);
  wipe (&text);
  g_array_append_val (names, name);
  return TRUE;
}

GuardianEgressNames *
guardian_egress_names_read (const char *text, gsize size, guint most)
{
  g_autoptr (CardeaJson) json = cardea_json_parse_bounded (text, size, 3 * most + 1, NULL);
  g_autoptr (GArray) names = g_array_new (FALSE, TRUE, sizeof (Name));

  g_array_set_clear_func (names, name_clear);
  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_ARRAY)
    return NULL;
  for (guint i = 0; i < cardea_json_size (json); i++)
    if (!read_name (names, cardea_json_nth (json, i)))
      return NULL;
  GuardianEgressNames *result = g_new0 (GuardianEgressNames, 1);
  result->names = g_steal_pointer (&names);
  return result;
}

/* The placeholder that text begins with; ret_begins: it may be the beginning of one. */
static const Name *
find (const GuardianEgressNames *names, const char *text, gsize size, gboolean *ret_begins)
{
  *ret_begins = FALSE;
  for (guint i = 0; i < names->names->len; i++)
    {
      const Name *name = &g_array_index (names->names, Name, i);
      gsize length = strlen (name->mark);
      if (length <= size && memcmp (text, name->mark, length) == 0)
        return name;
      *ret_begins |= size < length && memcmp (text, name->mark, size) == 0;
    }
  return NULL;
}

gsize
guardian_egress_names_replace (const GuardianEgressNames *names, const char *text, gsize size,
                               gboolean quoted, gboolean last, GString *out)
{
  for (gsize at = 0; at < size;)
    {
      const char *bracket = memchr (text + at, '[', size - at);
      gsize next = bracket != NULL ? (gsize) (bracket - text) : size;
      gboolean begins = FALSE;
      const Name *name = next < size ? find (names, bracket, size - next, &begins) : NULL;
      g_string_append_len (out, text + at, (gssize) (next - at));
      if (name == NULL && begins && !last)
        return size - next;
      if (name != NULL)
        g_string_append (out, quoted ? name->quoted : name->plain);
      else if (next < size)
        g_string_append_c (out, '[');
      at = name != NULL ? next + strlen (name->mark) : next + 1;
    }
  return 0;
}
