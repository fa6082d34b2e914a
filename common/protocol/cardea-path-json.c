/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-path-json.h"

#include "common/base/cardea-encoding.h"

#include <string.h>

/* Trusts nothing it reads. Refuses a path with two spellings (base64 of what is UTF-8, both members
 * at once), so that what policy, question and record see is one and the same. */

static char *
with_suffix (const char *name)
{
  return g_strconcat (name, CARDEA_PATH_JSON_SUFFIX, NULL);
}

static CardeaJson *
new_base64 (const char *bytes)
{
  g_autofree char *text = cardea_base64_encode ((const guint8 *) bytes, strlen (bytes));
  return cardea_json_new_string (text);
}

static const char *
plain_path (const CardeaJson *json)
{
  const char *text = cardea_json_string (json);
  return text != NULL && text[0] != '\0' && strlen (text) <= CARDEA_LIMIT_PATH ? text : NULL;
}

char *
cardea_path_json_decode (const char *base64)
{
  if (strlen (base64) > (CARDEA_LIMIT_PATH + 2) / 3 * 4)
    return NULL;
  g_autoptr (GBytes) bytes = cardea_base64_decode (base64);
  if (bytes == NULL)
    return NULL;

  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  if (size == 0 || size > CARDEA_LIMIT_PATH || memchr (data, '\0', size) != NULL)
    return NULL;
  return g_strndup (data, size);
}

void
cardea_path_json_set (CardeaJson *object, const char *name, const char *bytes)
{
  g_autofree char *name_b64 = with_suffix (name);
  gboolean plain = g_utf8_validate (bytes, -1, NULL);

  cardea_json_remove (object, plain ? name_b64 : name);
  cardea_json_set (object, plain ? name : name_b64,
                   plain ? cardea_json_new_string (bytes) : new_base64 (bytes));
}

char *
cardea_path_json_get (const CardeaJson *object, const char *name)
{
  g_autofree char *name_b64 = with_suffix (name);
  const CardeaJson *plain = cardea_json_get (object, name);
  const CardeaJson *encoded = cardea_json_get (object, name_b64);

  if ((plain != NULL) == (encoded != NULL))
    return NULL;
  if (plain != NULL)
    return g_strdup (plain_path (plain));

  const char *text = cardea_json_string (encoded);
  g_autofree char *bytes = text != NULL ? cardea_path_json_decode (text) : NULL;
  return bytes != NULL && !g_utf8_validate (bytes, -1, NULL) ? g_steal_pointer (&bytes) : NULL;
}

static gboolean
all_utf8 (const char *const *paths)
{
  for (gsize i = 0; paths[i] != NULL; i++)
    if (!g_utf8_validate (paths[i], -1, NULL))
      return FALSE;
  return TRUE;
}

void
cardea_path_json_set_list (CardeaJson *object, const char *name, const char *const *paths)
{
  g_autofree char *name_b64 = with_suffix (name);
  gboolean plain = all_utf8 (paths);
  CardeaJson *list = cardea_json_new_array ();

  for (gsize i = 0; paths[i] != NULL; i++)
    cardea_json_append (list, plain ? cardea_json_new_string (paths[i]) : new_base64 (paths[i]));
  cardea_json_remove (object, plain ? name_b64 : name);
  cardea_json_set (object, plain ? name : name_b64, list);
}

char **
cardea_path_json_get_list (const CardeaJson *object, const char *name)
{
  g_autofree char *name_b64 = with_suffix (name);
  const CardeaJson *plain = cardea_json_get (object, name);
  const CardeaJson *encoded = cardea_json_get (object, name_b64);
  const CardeaJson *list = plain != NULL ? plain : encoded;

  if ((plain != NULL) == (encoded != NULL) || cardea_json_type (list) != CARDEA_JSON_ARRAY)
    return NULL;

  g_auto (GStrv) paths = g_new0 (char *, cardea_json_size (list) + 1);
  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const CardeaJson *element = cardea_json_nth (list, i);
      const char *text = cardea_json_string (element);
      if (plain != NULL)
        paths[i] = g_strdup (plain_path (element));
      else
        paths[i] = text != NULL ? cardea_path_json_decode (text) : NULL;
      if (paths[i] == NULL)
        return NULL;
    }
  /* An array in base64 holds at least one path that needs it. */
  if (encoded != NULL && all_utf8 ((const char *const *) paths))
    return NULL;
  return g_steal_pointer (&paths);
}
