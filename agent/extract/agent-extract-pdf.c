/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"

#include <poppler.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PopplerDocument, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PopplerPage, g_object_unref)

static gboolean
fail (const GError *cause, GError **error)
{
  gboolean locked = g_error_matches (cause, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);
  g_set_error_literal (error, AGENT_EXTRACT_ERROR,
                       locked ? AGENT_EXTRACT_PROTECTED : AGENT_EXTRACT_DAMAGED, cause->message);
  return FALSE;
}

static void
put_page (PopplerDocument *pdf, int index, AgentExtractOutput *output)
{
  g_autoptr (PopplerPage) page = poppler_document_get_page (pdf, index);
  g_autofree char *text = page != NULL ? poppler_page_get_text (page) : NULL;
  if (text == NULL)
    return;
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  agent_extract_output_put (output, valid, strlen (valid));
  agent_extract_output_put (output, "\n\n", 2);
}

gboolean
agent_extract_pdf (GBytes *document, AgentExtractOutput *output, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (PopplerDocument) pdf = poppler_document_new_from_bytes (document, NULL, &local);
  if (pdf == NULL)
    return fail (local, error);

  int pages = poppler_document_get_n_pages (pdf);
  agent_extract_output_put (output, AGENT_EXTRACT_TEXT, strlen (AGENT_EXTRACT_TEXT));
  for (int i = 0; i < MIN (pages, AGENT_EXTRACT_LIMIT_PAGES); i++)
    if (!agent_extract_output_is_full (output))
      put_page (pdf, i, output);
  if (pages > AGENT_EXTRACT_LIMIT_PAGES && agent_extract_output_finish (output, error))
    g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_LIMIT, "too many pages");
  return pages <= AGENT_EXTRACT_LIMIT_PAGES;
}
