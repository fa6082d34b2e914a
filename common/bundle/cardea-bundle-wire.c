/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nobody: whoever unpacked the bundle may have been taken over by what was in it, so the
 * reader checks everything that a signature does not. */

#include "common/bundle/cardea-bundle.h"

#include "common/base/cardea-encoding.h"
#include "common/bundle/cardea-bundle-private.h"
#include "common/json/cardea-json.h"

#include <string.h>

/* The list, and of each file an object, a name and its bytes. */
#define MAX_VALUES (3u * CARDEA_BUNDLE_MAX_FILES + 2)

char *
cardea_bundle_write (const CardeaBundle *bundle, gsize *ret_size)
{
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  CardeaJson *files = cardea_json_new_array ();
  for (guint i = 0; i < cardea_bundle_size (bundle); i++)
    {
      const CardeaBundleFile *file = cardea_bundle_nth (bundle, i);
      CardeaJson *one = cardea_json_new_object ();
      gsize size = 0;
      const guint8 *bytes = g_bytes_get_data (file->bytes, &size);
      g_autofree char *text = cardea_base64_encode (bytes, size);
      cardea_json_set_string (one, "name", file->name);
      cardea_json_set_string (one, "bytes", text);
      cardea_json_append (files, one);
    }
  cardea_json_set (json, "files", files);
  return cardea_json_write (json, ret_size, NULL);
}

static gboolean
read_file (CardeaBundle *bundle, const CardeaJson *json, GError **error)
{
  const char *name = cardea_json_get_string (json, "name");
  const char *text = cardea_json_get_string (json, "bytes");
  g_autoptr (GBytes) bytes = text != NULL ? cardea_base64_decode (text) : NULL;
  if (name == NULL || bytes == NULL)
    {
      g_set_error_literal (error, CARDEA_BUNDLE_ERROR, CARDEA_BUNDLE_ERROR_MALFORMED,
                           "bundle: a file is not whole");
      return FALSE;
    }
  return cardea_bundle_add (bundle, name, bytes, error);
}

CardeaBundle *
cardea_bundle_read (const char *text, gsize size, GError **error)
{
  g_autoptr (CardeaBundle) bundle = cardea_bundle_begin ();
  g_autoptr (GError) problem = NULL;
  g_autoptr (CardeaJson) json = cardea_json_parse_bounded (text, size, MAX_VALUES, &problem);
  const CardeaJson *files = json != NULL ? cardea_json_get (json, "files") : NULL;
  if (files == NULL || cardea_json_type (files) != CARDEA_JSON_ARRAY)
    {
      g_set_error (error, CARDEA_BUNDLE_ERROR, CARDEA_BUNDLE_ERROR_MALFORMED,
                   "bundle: it was not unpacked: %s",
                   problem != NULL ? problem->message : "there is no list of files");
      return NULL;
    }
  for (guint i = 0; i < cardea_json_size (files); i++)
    if (!read_file (bundle, cardea_json_nth (files, i), error))
      return NULL;
  if (!cardea_bundle_finish (bundle, error))
    return NULL;
  return g_steal_pointer (&bundle);
}
