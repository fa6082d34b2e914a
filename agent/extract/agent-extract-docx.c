/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"

#include <string.h>

/* ECMA-376 part 1, WordprocessingML: the text of paragraphs, deleted text and field codes left
 * out, cells of tables between tabs. */

typedef struct {
  AgentExtractOutput *output;
  gboolean in_text;
  guint cells; /* nesting of table cells */
  gboolean stop;
} Docx;

static const struct {
  const char *name;
  const char *text;
} marks[] = {
  { "tab", "\t" },
  { "br", "\n" },
  { "cr", "\n" },
  { "noBreakHyphen", "-" },
};

static void
put (Docx *docx, const char *text)
{
  agent_extract_output_put (docx->output, text, strlen (text));
  docx->stop = agent_extract_output_is_full (docx->output);
}

static void
start (const char *name, const char *const *attributes, gpointer user_data)
{
  Docx *docx = user_data;
  docx->in_text = strcmp (name, "t") == 0;
  docx->cells += strcmp (name, "tc") == 0;
  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strcmp (name, marks[i].name) == 0 && attributes[0] == NULL)
      put (docx, marks[i].text);
}

static void
end (const char *name, gpointer user_data)
{
  Docx *docx = user_data;
  docx->in_text = FALSE;
  if (strcmp (name, "p") == 0)
    put (docx, docx->cells > 0 ? " " : "\n\n");
  else if (strcmp (name, "tc") == 0)
    {
      docx->cells -= docx->cells > 0;
      put (docx, "\t");
    }
  else if (strcmp (name, "tr") == 0)
    put (docx, "\n");
}

static void
text (const char *bytes, gsize size, gpointer user_data)
{
  Docx *docx = user_data;
  if (docx->in_text)
    agent_extract_output_put (docx->output, bytes, size);
}

gboolean
agent_extract_docx (GBytes *document, AgentExtractOutput *output, GError **error)
{
  static const AgentExtractXmlHandler handler = { start, end, text };
  Docx docx = { .output = output };
  guint64 inflated = 0;
  agent_extract_output_put (output, AGENT_EXTRACT_TEXT, strlen (AGENT_EXTRACT_TEXT));
  return agent_extract_xml (document, "word/document.xml", &inflated, &handler, &docx, &docx.stop,
                            error);
}
