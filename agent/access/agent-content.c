/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-content.h"

#include "agent/access/agent-document.h"
#include "agent/access/agent-file.h"
#include "agent/access/agent-picture.h"
#include "agent/content/agent-text.h"

#include <string.h>

#define PIECE_SIZE (1024u * 1024u)
#define SHOW_SHEET 60

void
agent_content_free (AgentContent *content)
{
  g_clear_pointer (&content->source, agent_source_free);
  g_ptr_array_unref (content->notes);
  g_free (content->path);
  g_free (content);
}

/* The first sheet that holds anything; the others are counted. */
static GBytes *
take_sheet (AgentContent *content, GBytes *sheets)
{
  gsize size;
  const char *bytes = g_bytes_get_data (sheets, &size);
  const char *end = bytes + size, *found = end, *found_end = end;
  guint count = 0;
  g_autofree char *name = NULL;

  for (const char *sheet = size > 0 ? memchr (bytes, '\f', size) : NULL; sheet != NULL;)
    {
      const char *next = memchr (sheet + 1, '\f', (gsize) (end - sheet - 1));
      const char *newline = memchr (sheet, '\n', (gsize) (end - sheet));
      const char *stop = next != NULL ? next : end;
      count++;
      if (name == NULL && newline != NULL && newline + 1 < stop)
        {
          g_autofree char *raw = g_strndup (sheet + 1, (gsize) (newline - sheet) - 1);
          g_autofree char *valid = g_utf8_make_valid (raw, -1);
          name = agent_text_show (valid, SHOW_SHEET);
          found = newline + 1;
          found_end = stop;
        }
      sheet = next;
    }
  if (count > 1 && name != NULL)
    g_ptr_array_add (content->notes,
                     g_strdup_printf ("The file has %u sheets; I read “%s” only.", count, name));
  return g_bytes_new_from_bytes (sheets, (gsize) (found - bytes), (gsize) (found_end - found));
}

gboolean
agent_content_take_extracted (AgentContent *content, GBytes *extracted, GError **error)
{
  const struct {
    const char *line;
    gboolean sheets;
  } kinds[] = { { AGENT_EXTRACT_TEXT, FALSE }, { AGENT_EXTRACT_SHEETS, TRUE } };
  gsize size;
  const char *bytes = g_bytes_get_data (extracted, &size);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gsize line = strlen (kinds[i].line);
      if (size < line || memcmp (bytes, kinds[i].line, line) != 0)
        continue;
      g_autoptr (GBytes) rest = g_bytes_new_from_bytes (extracted, line, size - line);
      g_autoptr (GBytes) text = kinds[i].sheets ? take_sheet (content, rest) : g_bytes_ref (rest);
      content->sheets = kinds[i].sheets;
      g_clear_pointer (&content->source, agent_source_free);
      content->source = agent_source_new_memory (content->path, text, PIECE_SIZE);
      return TRUE;
    }
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                       "The program that reads documents gave no text.");
  return FALSE;
}

static gboolean
unpack (AgentContent *content, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) beginning = agent_source_next (content->source, cancellable, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (beginning == NULL || !agent_document_is_one (beginning))
    {
      content->picture = beginning != NULL && agent_picture_is_one (beginning);
      agent_source_rewind (content->source);
      return TRUE;
    }
  g_clear_pointer (&beginning, g_bytes_unref);
  g_autoptr (GBytes) extracted = agent_document_extract (content->source, NULL, cancellable, error);
  return extracted != NULL && agent_content_take_extracted (content, extracted, error);
}

AgentContent *
agent_content_open (AgentLink *link, const char *reference, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (AgentSource) source = agent_file_open (link, reference, cancellable, error);
  if (source == NULL)
    return NULL;
  g_autoptr (AgentContent) content = g_new0 (AgentContent, 1);
  content->notes = g_ptr_array_new_with_free_func (g_free);
  content->path = g_strdup (source->path);
  content->source = g_steal_pointer (&source);
  if (!unpack (content, cancellable, error))
    return NULL;
  return g_steal_pointer (&content);
}
