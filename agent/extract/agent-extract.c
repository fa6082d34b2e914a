/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_SIZE 65536u

G_DEFINE_QUARK (agent - extract - error - quark, agent_extract_error)

struct _AgentExtractOutput {
  int fd;
  GString *buffer;
  guint64 written;
  gboolean full;
  gboolean failed;
};

AgentExtractOutput *
agent_extract_output_new (int fd)
{
  AgentExtractOutput *output = g_new0 (AgentExtractOutput, 1);
  output->fd = fd;
  output->buffer = g_string_sized_new (BUFFER_SIZE);
  return output;
}

void
agent_extract_output_free (AgentExtractOutput *output)
{
  g_string_free (output->buffer, TRUE);
  g_free (output);
}

static void
flush (AgentExtractOutput *output)
{
  const char *text = output->buffer->str;
  gsize left = output->buffer->len;
  while (left > 0 && !output->failed)
    {
      gssize size = write (output->fd, text, left);
      if (size < 0 && errno != EINTR)
        output->failed = TRUE;
      if (size <= 0)
        continue;
      text += size;
      left -= (gsize) size;
    }
  g_string_truncate (output->buffer, 0);
}

void
agent_extract_output_put (AgentExtractOutput *output, const char *text, gsize size)
{
  if (output->full || output->written + size > AGENT_EXTRACT_LIMIT_OUTPUT)
    {
      output->full = TRUE;
      return;
    }
  output->written += size;
  g_string_append_len (output->buffer, text, (gssize) size);
  if (output->buffer->len >= BUFFER_SIZE)
    flush (output);
}

void
agent_extract_output_cell (AgentExtractOutput *output, const char *text, gboolean first)
{
  if (!first)
    agent_extract_output_put (output, "\t", 1);
  if (strpbrk (text, "\t\n\r\"") == NULL)
    {
      agent_extract_output_put (output, text, strlen (text));
      return;
    }
  g_auto (GStrv) parts = g_strsplit (text, "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);
  agent_extract_output_put (output, "\"", 1);
  agent_extract_output_put (output, doubled, strlen (doubled));
  agent_extract_output_put (output, "\"", 1);
}

void
agent_extract_output_sheet (AgentExtractOutput *output, const char *name)
{
  g_autofree char *line = g_strdup_printf ("\f%s\n", name);
  g_strdelimit (line + 1, "\f\r\t", ' ');
  for (char *c = line + 1; c[0] != '\0' && c[1] != '\0'; c++)
    if (*c == '\n')
      *c = ' ';
  agent_extract_output_put (output, line, strlen (line));
}

gboolean
agent_extract_output_is_full (const AgentExtractOutput *output)
{
  return output->full || output->failed;
}

gboolean
agent_extract_output_finish (AgentExtractOutput *output, GError **error)
{
  flush (output);
  if (output->failed)
    g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_FAILED, "cannot write");
  else if (output->full)
    g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_LIMIT, "too much text");
  return !output->failed && !output->full;
}

typedef gboolean (*Extractor) (GBytes *document, AgentExtractOutput *output, GError **error);

/* Office documents are archives; a member's name says which. */
static const struct {
  const char *member;
  Extractor extract;
} archives[] = {
  { "word/document.xml", agent_extract_docx },
  { "xl/workbook.xml", agent_extract_xlsx },
  { "content.xml", agent_extract_odf },
};

static gboolean
extract_archive (GBytes *document, AgentExtractOutput *output, GError **error)
{
  g_auto (GStrv) names = agent_extract_archive_names (document, error);
  if (names == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (archives); i++)
    if (g_strv_contains ((const char *const *) names, archives[i].member))
      return archives[i].extract (document, output, error);
  g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_UNKNOWN, "no office document");
  return FALSE;
}

static const struct {
  const char *magic;
  gsize size;
  Extractor extract; /* NULL: a container that encrypted and very old office documents use */
} kinds[] = {
  { "%PDF-", 5, agent_extract_pdf },
  { "PK\x03\x04", 4, extract_archive },
  { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, NULL },
};

gboolean
agent_extract (GBytes *document, AgentExtractOutput *output, GError **error)
{
  gsize size;
  const char *bytes = g_bytes_get_data (document, &size);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (size < kinds[i].size || memcmp (bytes, kinds[i].magic, kinds[i].size) != 0)
        continue;
      if (kinds[i].extract != NULL)
        return kinds[i].extract (document, output, error)
               && agent_extract_output_finish (output, error);
      g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_PROTECTED, "OLE container");
      return FALSE;
    }
  g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_UNKNOWN, "unknown kind");
  return FALSE;
}
