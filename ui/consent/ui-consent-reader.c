/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-reader.h"

#include "common/base/cardea-encoding.h"
#include "ui/consent/ui-consent-question.h"

#include <string.h>

/* Trusts: the tables of its callers. Refuses: a member that is missing, of another type or given
 * twice (as text and encoded), and more than it can keep. Known gaps: none. */

int
ui_consent_reader_find (const UiConsentReaderName *names, const char *wanted)
{
  for (; wanted != NULL && names->name != NULL; names++)
    if (strcmp (names->name, wanted) == 0)
      return names->value;
  return -1;
}

static void
set_text (char **slot, const char *text)
{
  g_free (*slot);
  *slot = g_strdup (text);
}

static gboolean
read_path (const CardeaJson *json, gboolean encoded, char **slot)
{
  const char *text = cardea_json_string (json);
  if (text == NULL)
    return FALSE;
  if (!encoded)
    {
      set_text (slot, text);
      return *text != '\0' && strlen (text) <= CARDEA_LIMIT_PATH;
    }
  g_autoptr (GBytes) bytes = cardea_base64_decode (text);
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  if (size == 0 || size > CARDEA_LIMIT_PATH || memchr (data, 0, size) != NULL)
    return FALSE;
  g_free (*slot);
  *slot = g_strndup (data, size);
  return TRUE;
}

static gboolean
read_strings (const CardeaJson *json, GStrv *slot)
{
  if (cardea_json_type (json) != CARDEA_JSON_ARRAY
      || cardea_json_size (json) > UI_CONSENT_READER_STRINGS_LIMIT)
    return FALSE;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint i = 0; i < cardea_json_size (json); i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (json, i));
      if (text == NULL)
        return FALSE;
      g_strv_builder_add (builder, text);
    }
  g_strfreev (*slot);
  *slot = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_int (const CardeaJson *json, int *slot)
{
  gint64 value;
  if (!cardea_json_int (json, &value) || value < 0 || value > G_MAXINT32)
    return FALSE;
  *slot = (int) value;
  return TRUE;
}

static gboolean
read_int64 (const CardeaJson *json, gint64 *slot)
{
  const char *text = cardea_json_string (json);
  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, slot, NULL);
}

static gboolean
read_value (gpointer target, const UiConsentReaderMember *member, const CardeaJson *json,
            gboolean encoded)
{
  gpointer slot = G_STRUCT_MEMBER_P (target, member->offset);
  switch (member->type)
    {
    case UI_CONSENT_READER_TEXT:
      set_text (slot, cardea_json_string (json));
      return cardea_json_string (json) != NULL;
    case UI_CONSENT_READER_PATH:
      return read_path (json, encoded, slot);
    case UI_CONSENT_READER_INT:
      return read_int (json, slot);
    case UI_CONSENT_READER_INT64:
      return read_int64 (json, slot);
    case UI_CONSENT_READER_BOOLEAN:
      return cardea_json_boolean (json, slot);
    case UI_CONSENT_READER_STRINGS:
      return read_strings (json, slot);
    case UI_CONSENT_READER_OBJECT:
      return cardea_json_type (json) == CARDEA_JSON_OBJECT;
    case UI_CONSENT_READER_SKIP:
      return TRUE;
    }
  return FALSE;
}

static const UiConsentReaderMember *
find_member (const UiConsentReaderMember *members, const char *name, gboolean *ret_encoded)
{
  for (; members->name != NULL; members++)
    {
      gsize length = strlen (members->name);
      *ret_encoded = members->type == UI_CONSENT_READER_PATH
                     && strncmp (name, members->name, length) == 0
                     && strcmp (name + length, "_b64") == 0;
      if (*ret_encoded || strcmp (name, members->name) == 0)
        return members;
    }
  return NULL;
}

static gboolean
keep_other (GPtrArray *others, const char *where, const char *name, const CardeaJson *json)
{
  g_autofree char *text = cardea_json_write (json, NULL, NULL);
  if (text == NULL || others->len >= UI_CONSENT_READER_OTHERS_LIMIT)
    return FALSE;
  g_ptr_array_add (others, g_strdup_printf ("%s%s: %s", where, name, text));
  return TRUE;
}

/* How often the member is there: 2 when a path is given as text and encoded. */
static guint
count_member (const CardeaJson *object, const UiConsentReaderMember *member)
{
  guint count = cardea_json_get (object, member->name) != NULL;
  if (member->type != UI_CONSENT_READER_PATH)
    return count;
  g_autofree char *encoded = g_strconcat (member->name, "_b64", NULL);
  return count + (cardea_json_get (object, encoded) != NULL);
}

static gboolean
check_members (const CardeaJson *object, const UiConsentReaderMember *members, const char *where,
               GError **error)
{
  for (; members->name != NULL; members++)
    {
      guint count = count_member (object, members);
      if (count == 1 || (count == 0 && !members->required))
        continue;
      g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                   count == 0 ? "the request lacks %s%s" : "the request has %s%s twice", where,
                   members->name);
      return FALSE;
    }
  return TRUE;
}

/* Depth is that of the tables. */
gboolean
ui_consent_reader_fill (gpointer target, const CardeaJson *object,
                        const UiConsentReaderMember *members, const char *where, GPtrArray *others,
                        GError **error)
{
  if (!check_members (object, members, where, error))
    return FALSE;
  for (guint i = 0; i < cardea_json_size (object); i++)
    {
      const char *name = cardea_json_nth_name (object, i);
      const CardeaJson *value = cardea_json_nth (object, i);
      gboolean encoded = FALSE;
      const UiConsentReaderMember *member = find_member (members, name, &encoded);
      if (member != NULL ? !read_value (target, member, value, encoded)
                         : !keep_other (others, where, name, value))
        {
          g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
                       "the request's %s%s is not what it must be", where, name);
          return FALSE;
        }
      if (member == NULL || member->members == NULL)
        continue;
      g_autofree char *deeper = g_strconcat (where, name, ".", NULL);
      if (!ui_consent_reader_fill (target, value, member->members, deeper, others, error))
        return FALSE;
    }
  return TRUE;
}
