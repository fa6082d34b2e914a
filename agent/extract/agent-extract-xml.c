/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/extract/agent-extract.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <string.h>

#define ATTRIBUTES_MAX 64
#define SAX2_ATTRIBUTE 5 /* pointers for each attribute in the SAX2 callback */

/* No document type is accepted, and with it no entity: office documents have none. The network is
 * off, nothing is loaded from elsewhere, libxml2's own limits on depth and size stay on. */

typedef struct {
  const AgentExtractXmlHandler *handler;
  gpointer user_data;
  const gboolean *stop;
  xmlParserCtxtPtr context;
  gboolean refused;
  gboolean broken;
} Parser;

static void
start_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
  Parser *parser = data;
  const char *pairs[2 * ATTRIBUTES_MAX + 1] = { NULL };
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  int count = MIN (n_attributes, ATTRIBUTES_MAX);

  if (parser->handler->start == NULL)
    return;
  for (int i = 0; i < count; i++)
    {
      const xmlChar **one = attributes + i * SAX2_ATTRIBUTE;
      char *value = g_strndup ((const char *) one[3], (gsize) (one[4] - one[3]));
      g_ptr_array_add (values, value);
      pairs[2 * i] = (const char *) one[0];
      pairs[2 * i + 1] = value;
    }
  parser->handler->start ((const char *) name, pairs, parser->user_data);
}

static void
end_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  Parser *parser = data;
  if (parser->handler->end != NULL)
    parser->handler->end ((const char *) name, parser->user_data);
}

static void
text_cb (void *data, const xmlChar *text, int size)
{
  Parser *parser = data;
  if (parser->handler->text != NULL && size > 0)
    parser->handler->text ((const char *) text, (gsize) size, parser->user_data);
}

static void
doctype_cb (void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
  Parser *parser = data;
  parser->refused = TRUE;
  xmlStopParser (parser->context);
}

static xmlEntityPtr
entity_cb (void *data, const xmlChar *name)
{
  return xmlGetPredefinedEntity (name);
}

static void
error_cb (void *data, xmlErrorPtr error)
{
  Parser *parser = data;
  if (error->level == XML_ERR_FATAL)
    parser->broken = TRUE;
}

static gboolean
block_cb (const char *bytes, gsize size, gpointer user_data)
{
  Parser *parser = user_data;
  xmlParseChunk (parser->context, bytes, (int) size, 0);
  return !parser->refused && !parser->broken && (parser->stop == NULL || !*parser->stop);
}

gboolean
agent_extract_xml (GBytes *document, const char *member, guint64 *inflated,
                   const AgentExtractXmlHandler *handler, gpointer user_data, const gboolean *stop,
                   GError **error)
{
  Parser parser = { handler, user_data, stop, NULL, FALSE, FALSE };
  xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
                        .startElementNs = start_cb,
                        .endElementNs = end_cb,
                        .characters = text_cb,
                        .cdataBlock = text_cb,
                        .internalSubset = doctype_cb,
                        .getEntity = entity_cb,
                        .serror = (xmlStructuredErrorFunc) error_cb };

  parser.context = xmlCreatePushParserCtxt (&sax, &parser, NULL, 0, NULL);
  if (parser.context == NULL)
    {
      g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_FAILED, "no parser");
      return FALSE;
    }
  xmlCtxtUseOptions (parser.context, XML_PARSE_NONET | XML_PARSE_COMPACT);
  gboolean ok = agent_extract_archive_read (document, member, inflated, block_cb, &parser, error);
  gboolean stopped = stop != NULL && *stop;
  if (ok && !stopped && !parser.refused && !parser.broken)
    xmlParseChunk (parser.context, NULL, 0, 1);
  xmlFreeParserCtxt (parser.context);
  if (ok && (parser.refused || parser.broken))
    {
      g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_DAMAGED,
                           parser.refused ? "declares a document type" : "damaged XML");
      return FALSE;
    }
  return ok;
}

const char *
agent_extract_xml_attribute (const char *const *attributes, const char *name)
{
  for (; *attributes != NULL; attributes += 2)
    if (strcmp (attributes[0], name) == 0)
      return attributes[1];
  return NULL;
}
