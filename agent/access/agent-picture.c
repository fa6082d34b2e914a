/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-picture.h"

#include "common/base/cardea-limits.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-descriptor.h"

#include <string.h>

#define NAME_MAX_SHOWN 200u /* characters */

gboolean
agent_picture_is_one (GBytes *beginning)
{
  static const struct {
    gsize offset;
    const char *magic;
    gsize length;
  } kinds[] = { { 0, "\x89PNG\r\n\x1a\n", 8 },
                { 0, "\xff\xd8\xff", 3 },
                { 8, "WEBP", 4 },
                { 0, "GIF8", 4 },
                { 6, "\0\0\0\0", 4 } /* of BMP: what is reserved, as BM begins words, too */ };
  gsize size = 0;
  const char *bytes = g_bytes_get_data (beginning, &size);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (size >= kinds[i].offset + kinds[i].length
        && memcmp (bytes + kinds[i].offset, kinds[i].magic, kinds[i].length) == 0)
      return kinds[i].offset != 6 || memcmp (bytes, "BM", 2) == 0;
  return FALSE;
}

GBytes *
agent_picture_gather (AgentSource *source, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (GError) local = NULL;
  GBytes *next = NULL;

  while ((next = agent_source_next (source, cancellable, &local)) != NULL)
    {
      g_autoptr (GBytes) piece = next;
      gsize size = 0;
      const guint8 *bytes = g_bytes_get_data (piece, &size);
      if (size > CARDEA_LIMIT_PICTURE - all->len)
        {
          g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
                               "The picture is larger than can be shown.");
          return NULL;
        }
      g_byte_array_append (all, bytes, (guint) size);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

gboolean
agent_picture_show (AgentLink *link, GBytes *bytes, const char *name, GCancellable *cancellable,
                    GError **error)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);
  g_autofree char *shown = cardea_text_shorten (name, NAME_MAX_SHOWN);
  g_autoptr (CardeaMessage) message = cardea_message_new ("chat.picture");
  int content = cardea_descriptor_new_memfd ("cardea-picture", data, size);

  if (content < 0)
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE, "There is no room to show %s.",
                   name);
      return FALSE;
    }
  cardea_message_set_fd (message, "content", content);
  cardea_message_set_string (message, "name", shown);
  g_autoptr (CardeaMessage) done
      = agent_link_ask (link, message, "done", "show", name, cancellable, error);
  return done != NULL;
}
