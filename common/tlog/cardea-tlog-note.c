/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-note.h"

#include "common/base/cardea-encoding.h"

#include <string.h>

#define DASH "\xe2\x80\x94 " /* U+2014 and a space open every signature line */
#define ID_SIZE 4u

static void
signature_free (gpointer data)
{
  CardeaTlogNoteSignature *signature = data;

  g_free (signature->name);
  g_clear_pointer (&signature->signature, g_bytes_unref);
  g_free (signature);
}

void
cardea_tlog_note_free (CardeaTlogNote *note)
{
  if (note == NULL)
    return;
  g_clear_pointer (&note->text, g_bytes_unref);
  g_clear_pointer (&note->signatures, g_ptr_array_unref);
  g_free (note);
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT, "not a signed note: %s", what);
  return FALSE;
}

static gboolean
is_plain (const guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (data[i] < 0x20 && data[i] != '\n')
      return FALSE;
  return g_utf8_validate_len ((const char *) data, size, NULL);
}

/* line: without its newline. */
static gboolean
parse_signature (CardeaTlogNote *note, const char *line, GError **error)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GBytes) bytes = NULL;
  CardeaTlogNoteSignature *signature;
  const guint8 *data;
  gsize size = 0;

  if (!g_str_has_prefix (line, DASH))
    return refuse (error, "a signature line does not begin with a dash");
  parts = g_strsplit (line + strlen (DASH), " ", 3);
  if (g_strv_length (parts) != 2 || !cardea_tlog_key_is_name (parts[0]))
    return refuse (error, "a signature line is not NAME SIGNATURE");
  bytes = cardea_base64_decode (parts[1]);
  data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  if (size <= ID_SIZE)
    return refuse (error, "a signature is not base64 of an id and bytes");
  signature = g_new0 (CardeaTlogNoteSignature, 1);
  signature->name = g_strdup (parts[0]);
  signature->id
      = (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
  signature->signature = g_bytes_new_from_bytes (bytes, ID_SIZE, size - ID_SIZE);
  g_ptr_array_add (note->signatures, signature);
  return TRUE;
}

/* lines: all after the last empty line, each with its newline. */
static gboolean
parse_signatures (CardeaTlogNote *note, const char *lines, gsize size, GError **error)
{
  const char *end = lines + size;

  while (lines < end)
    {
      const char *newline = memchr (lines, '\n', (gsize) (end - lines));
      g_autofree char *line = g_strndup (lines, (gsize) (newline - lines));
      if (note->signatures->len >= CARDEA_TLOG_NOTE_LIMIT_SIGNATURES)
        return refuse (error, "too many signatures");
      if (!parse_signature (note, line, error))
        return FALSE;
      lines = newline + 1;
    }
  return note->signatures->len > 0 || refuse (error, "no signature");
}

CardeaTlogNote *
cardea_tlog_note_parse (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (CardeaTlogNote) note = g_new0 (CardeaTlogNote, 1);
  const guint8 *gap;

  note->signatures = g_ptr_array_new_with_free_func (signature_free);
  if (size > CARDEA_TLOG_NOTE_LIMIT_SIZE)
    refuse (error, "too large");
  else if (size == 0 || data[size - 1] != '\n' || !is_plain (data, size))
    refuse (error, "not lines of plain text");
  else
    {
      /* The last empty line separates; the text may hold others. */
      for (gap = data + size - 1; gap > data && (gap[0] != '\n' || gap[-1] != '\n');)
        gap--;
      note->text = g_bytes_new (data, (gsize) (gap - data));
      if (gap == data)
        refuse (error, "no text above the signatures");
      else if (parse_signatures (note, (const char *) gap + 1, (gsize) (data + size - gap - 1),
                                 error))
        return g_steal_pointer (&note);
    }
  return NULL;
}

gboolean
cardea_tlog_note_check (const CardeaTlogNote *note, const CardeaTlogKey *key, GError **error)
{
  gboolean found = FALSE;
  gsize text_size, size;
  const guint8 *text = g_bytes_get_data (note->text, &text_size);

  for (guint i = 0; i < note->signatures->len; i++)
    {
      const CardeaTlogNoteSignature *signature = g_ptr_array_index (note->signatures, i);
      const guint8 *bytes = g_bytes_get_data (signature->signature, &size);
      if (signature->id != key->id || strcmp (signature->name, key->name) != 0)
        continue;
      if (size != CARDEA_TLOG_KEY_SIGNATURE_SIZE
          || !cardea_tlog_key_check (key, text, text_size, bytes))
        {
          g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_SIGNATURE,
                       "the signature by %s is wrong", key->name);
          return FALSE;
        }
      found = TRUE;
    }
  if (!found)
    g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_SIGNATURE,
                 "not signed by the key %s+%08x", key->name, key->id);
  return found;
}

GBytes *
cardea_tlog_note_format (GBytes *text, const CardeaTlogKey *key, const guint8 *signature)
{
  guint8 bytes[ID_SIZE + CARDEA_TLOG_KEY_SIGNATURE_SIZE];
  g_autofree char *encoded = NULL;
  GString *note;
  gsize size;
  const char *data = g_bytes_get_data (text, &size);

  for (guint i = 0; i < ID_SIZE; i++)
    bytes[i] = (guint8) (key->id >> (8 * (ID_SIZE - 1 - i)));
  memcpy (bytes + ID_SIZE, signature, CARDEA_TLOG_KEY_SIGNATURE_SIZE);
  encoded = cardea_base64_encode (bytes, sizeof bytes);
  note = g_string_new_len (data, (gssize) size);
  g_string_append_printf (note, "\n" DASH "%s %s\n", key->name, encoded);
  return g_string_free_to_bytes (note);
}
