/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-text.h"

#include "agent/content/agent-decoder.h"
#include "agent/content/agent-error.h"
#include "common/base/cardea-text.h"

#include <string.h>

#define SHOW_BYTES_PER_CHARACTER 4

static gboolean
breathe (GCancellable *cancellable, GError **error)
{
  g_main_context_iteration (NULL, FALSE);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
check_text (AgentSource *source, const AgentDecoder *decoder, GError **error)
{
  if (!agent_decoder_is_binary (decoder))
    return TRUE;
  g_autofree char *name = agent_source_show_name (source);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
               "%s is not text, so I cannot read it. I read text, CSV and TSV tables, PDF, ODT, "
               "DOCX and XLSX.",
               name);
  return FALSE;
}

static gboolean
scan_piece (AgentSource *source, AgentDecoder *decoder, GBytes *piece, GString *text,
            AgentTextFunc func, gpointer user_data, gboolean *ret_more, GCancellable *cancellable,
            GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (piece, &size);
  for (gsize offset = 0; offset < size && *ret_more; offset += AGENT_TEXT_SLICE)
    {
      g_string_truncate (text, 0);
      agent_decoder_feed (decoder, bytes + offset, MIN (size - offset, AGENT_TEXT_SLICE), text);
      if (!check_text (source, decoder, error) || !breathe (cancellable, error))
        return FALSE;
      *ret_more = func (text->str, text->len, user_data);
    }
  return TRUE;
}

gboolean
agent_text_scan (AgentSource *source, AgentTextFunc func, gpointer user_data,
                 GCancellable *cancellable, GError **error)
{
  g_autoptr (AgentDecoder) decoder = agent_decoder_new ();
  g_autoptr (GString) text = g_string_sized_new (AGENT_TEXT_SLICE);
  gboolean more = TRUE;

  agent_source_rewind (source);
  while (more)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (GBytes) piece = agent_source_next (source, cancellable, &local);
      if (piece == NULL && local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (piece == NULL)
        break;
      if (!scan_piece (source, decoder, piece, text, func, user_data, &more, cancellable, error))
        return FALSE;
    }
  g_string_truncate (text, 0);
  agent_decoder_finish (decoder, text);
  if (!check_text (source, decoder, error))
    return FALSE;
  if (more && text->len > 0)
    func (text->str, text->len, user_data);
  return TRUE;
}

typedef struct {
  GString *text;
  gsize limit;
  gboolean complete;
} Reading;

static gboolean
collect (const char *text, gsize size, gpointer user_data)
{
  Reading *reading = user_data;
  gsize room = reading->limit - reading->text->len;
  if (size > room)
    {
      reading->complete = FALSE;
      while (room > 0 && ((guint8) text[room] & 0xc0) == 0x80)
        room--;
      size = room;
    }
  g_string_append_len (reading->text, text, (gssize) size);
  return reading->complete;
}

char *
agent_text_read (AgentSource *source, gsize limit, gboolean *ret_complete,
                 GCancellable *cancellable, GError **error)
{
  Reading reading = { g_string_new (NULL), limit, TRUE };
  gboolean ok = agent_text_scan (source, collect, &reading, cancellable, error);
  char *text = g_string_free (reading.text, !ok);
  if (ret_complete != NULL)
    *ret_complete = reading.complete;
  return ok ? text : NULL;
}

const char *
agent_text_trim (const char *text, gsize *ret_size)
{
  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  const char *end = text + strlen (text);
  while (end > text)
    {
      /* A name need not be UTF-8: there may be no beginning of a character. */
      const char *previous = g_utf8_find_prev_char (text, end);
      if (previous == NULL || !g_unichar_isspace (g_utf8_get_char (previous)))
        break;
      end = previous;
    }
  *ret_size = (gsize) (end - text);
  return text;
}

char *
agent_text_fold (const char *text)
{
  gsize size;
  const char *trimmed = agent_text_trim (text, &size);
  return g_utf8_casefold (trimmed, (gssize) size);
}

char *
agent_text_fold_name (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  GString *out = g_string_new (NULL);
  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_isalnum (g_utf8_get_char (c)))
      g_string_append_unichar (out, g_utf8_get_char (c));
  return g_string_free (out, FALSE);
}

char *
agent_text_show (const char *text, gsize limit)
{
  gsize size;
  const char *trimmed = agent_text_trim (text, &size);
  gsize used = MIN (size, limit * SHOW_BYTES_PER_CHARACTER);
  while (used < size && used > 0 && ((guint8) trimmed[used] & 0xc0) == 0x80)
    used--;
  g_autofree char *escaped = cardea_text_escape (trimmed, used, NULL);
  return cardea_text_shorten (escaped, limit);
}
