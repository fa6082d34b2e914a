/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The text of a web page. Trusts nothing in it; libxml2 to take it apart, in this process. Leaves
 * out what a person who looks at the page would not see, as far as the page itself says so:
 * scripts, comments, elements that are hidden or made invisible by their own style. Known gap: what
 * a style sheet hides is text here. */

#include "agent/extract/agent-extract.h"

#include <libxml/HTMLparser.h>
#include <libxml/xmlerror.h>
#include <string.h>

#define BLOCK 65536
#define LIMIT_DEPTH 4096u /* of hidden elements within hidden ones */
#define LIMIT_LINK 512u   /* bytes of an address that is written out */
#define LIMIT_TITLE 300u

typedef struct {
  AgentExtractOutput *output;
  GString *text;
  GString *title;
  char *link;     /* of the anchor that is open; NULL: none */
  guint skipped;  /* elements open that are left out, one in another */
  guint verbatim; /* pre */
  guint titles;
  guint breaks;   /* line ends before the next text */
  gboolean space; /* a blank before it */
  guint hidden;   /* parts left out because nobody sees them */
  htmlParserCtxtPtr parser;
} Page;

typedef enum { NOTHING, SKIP, LINE, PARAGRAPH, ITEM, HEADING, CELL, ROW, VERBATIM, TITLE } Kind;

static const struct {
  const char *name;
  Kind kind;
} elements[] = {
  { "address", PARAGRAPH },
  { "article", PARAGRAPH },
  { "aside", PARAGRAPH },
  { "blockquote", PARAGRAPH },
  { "br", LINE },
  { "dd", LINE },
  { "div", LINE },
  { "dl", PARAGRAPH },
  { "dt", LINE },
  { "figure", PARAGRAPH },
  { "footer", PARAGRAPH },
  { "form", PARAGRAPH },
  { "h1", HEADING },
  { "h2", HEADING },
  { "h3", HEADING },
  { "h4", HEADING },
  { "h5", HEADING },
  { "h6", HEADING },
  { "header", PARAGRAPH },
  { "hr", PARAGRAPH },
  { "iframe", SKIP },
  { "li", ITEM },
  { "main", PARAGRAPH },
  { "math", SKIP },
  { "nav", PARAGRAPH },
  { "noscript", SKIP },
  { "object", SKIP },
  { "ol", PARAGRAPH },
  { "option", LINE },
  { "p", PARAGRAPH },
  { "pre", VERBATIM },
  { "script", SKIP },
  { "section", PARAGRAPH },
  { "style", SKIP },
  { "svg", SKIP },
  { "table", PARAGRAPH },
  { "td", CELL },
  { "template", SKIP },
  { "th", CELL },
  { "title", TITLE },
  { "tr", ROW },
  { "ul", PARAGRAPH },
};

static Kind
kind_of (const xmlChar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (elements); i++)
    if (g_ascii_strcasecmp ((const char *) name, elements[i].name) == 0)
      return elements[i].kind;
  return NOTHING;
}

static const char *
attribute (const xmlChar **attributes, const char *name)
{
  for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
    if (g_ascii_strcasecmp ((const char *) attributes[0], name) == 0)
      return attributes[1] != NULL ? (const char *) attributes[1] : "";
  return NULL;
}

/* By its own style. */
static gboolean
is_invisible (const char *style)
{
  static const char *const ways[] = { ";display:none", ";visibility:hidden", ";font-size:0",
                                      ";opacity:0;",   ";text-indent:-",     ";left:-",
                                      ";top:-",        ";clip:rect(0",       ";color:transparent" };
  g_autoptr (GString) plain = g_string_new (";");

  for (const char *c = style; *c != '\0'; c++)
    if (!g_ascii_isspace (*c))
      g_string_append_c (plain, g_ascii_tolower (*c));
  g_string_append_c (plain, ';');
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (strstr (plain->str, ways[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_hidden (const xmlChar **attributes)
{
  const char *aria = attribute (attributes, "aria-hidden");
  const char *style = attribute (attributes, "style");

  return attribute (attributes, "hidden") != NULL
         || (aria != NULL && g_ascii_strcasecmp (aria, "true") == 0)
         || (style != NULL && is_invisible (style));
}

/* --- writing --- */

static gboolean
is_full (const Page *page)
{
  return page->text->len >= AGENT_EXTRACT_LIMIT_PAGE;
}

static void
break_lines (Page *page, guint count)
{
  page->breaks = MAX (page->breaks, count);
  page->space = FALSE;
}

static void
put (Page *page, const char *text, gsize size)
{
  if (size == 0 || is_full (page))
    return;
  for (guint i = 0; page->text->len > 0 && i < page->breaks; i++)
    g_string_append_c (page->text, '\n');
  if (page->breaks == 0 && page->space && page->text->len > 0)
    g_string_append_c (page->text, ' ');
  page->breaks = 0;
  page->space = FALSE;
  g_string_append_len (page->text, text, (gssize) size);
}

/* Blanks and line ends are one blank, as browsers show them. */
static void
put_words (Page *page, const char *text, gsize size)
{
  gsize begin = 0;

  for (gsize i = 0; i <= size; i++)
    {
      if (i < size && !g_ascii_isspace (text[i]))
        continue;
      put (page, text + begin, i - begin);
      page->space = page->space || i < size;
      begin = i + 1;
    }
}

static void
put_heading (Page *page, const char *name)
{
  static const char marks[] = "######";
  guint level = (guint) CLAMP (name[1] - '0', 1, 6);

  break_lines (page, 2);
  put (page, marks, level);
  page->space = TRUE;
}

static void
put_picture (Page *page, const xmlChar **attributes)
{
  const char *alt = attribute (attributes, "alt");

  if (alt == NULL || alt[0] == '\0')
    return;
  g_autofree char *words = g_strdup_printf ("[picture: %s]", alt);
  put_words (page, words, strlen (words));
}

static void
begin_link (Page *page, const xmlChar **attributes)
{
  const char *to = attribute (attributes, "href");
  gboolean leads = to != NULL && to[0] != '#' && to[0] != '\0' && strlen (to) <= LIMIT_LINK
                   && g_ascii_strncasecmp (to, "javascript:", 11) != 0
                   && g_ascii_strncasecmp (to, "data:", 5) != 0;

  g_free (page->link);
  page->link = leads ? g_strdup (to) : NULL;
}

static void
end_link (Page *page)
{
  g_autofree char *to = g_steal_pointer (&page->link);
  g_autofree char *words = to != NULL ? g_strdup_printf (" <%s>", to) : NULL;

  if (words != NULL)
    put_words (page, words, strlen (words));
}

/* --- what libxml2 calls --- */

static void
begin_kind (Page *page, Kind kind, const char *name)
{
  switch (kind)
    {
    case HEADING:
      put_heading (page, name);
      break;
    case ITEM:
      break_lines (page, 1);
      put (page, "-", 1);
      page->space = TRUE;
      break;
    case CELL:
      if (page->breaks == 0)
        put (page, " |", 2);
      page->space = TRUE;
      break;
    case VERBATIM:
      page->verbatim++;
      break_lines (page, 2);
      break;
    case TITLE:
      page->titles++;
      break;
    default:
      if (kind == LINE || kind == ROW || kind == PARAGRAPH)
        break_lines (page, kind == PARAGRAPH ? 2 : 1);
    }
}

static void
start_cb (void *data, const xmlChar *name, const xmlChar **attributes)
{
  Page *page = data;
  Kind kind = kind_of (name);
  gboolean hidden = page->skipped == 0 && kind != SKIP && is_hidden (attributes);

  page->hidden += hidden;
  if (page->skipped > 0 || kind == SKIP || hidden)
    {
      page->skipped = MIN (page->skipped + 1, LIMIT_DEPTH);
      return;
    }
  begin_kind (page, kind, (const char *) name);
  if (g_ascii_strcasecmp ((const char *) name, "a") == 0)
    begin_link (page, attributes);
  else if (g_ascii_strcasecmp ((const char *) name, "img") == 0)
    put_picture (page, attributes);
}

static void
end_cb (void *data, const xmlChar *name)
{
  Page *page = data;
  Kind kind = kind_of (name);

  if (page->skipped > 0)
    {
      page->skipped--;
      return;
    }
  if (g_ascii_strcasecmp ((const char *) name, "a") == 0)
    end_link (page);
  if (kind == VERBATIM && page->verbatim > 0)
    page->verbatim--;
  if (kind == TITLE && page->titles > 0)
    page->titles--;
  if (kind == PARAGRAPH || kind == HEADING || kind == VERBATIM)
    break_lines (page, 2);
  else if (kind == LINE || kind == ITEM || kind == ROW)
    break_lines (page, 1);
}

static void
text_cb (void *data, const xmlChar *text, int size)
{
  Page *page = data;

  if (page->skipped > 0 || size <= 0)
    return;
  if (page->titles > 0)
    g_string_append_len (
        page->title, (const char *) text,
        (gssize) MIN ((gsize) size, LIMIT_TITLE - MIN (page->title->len, LIMIT_TITLE)));
  else if (page->verbatim > 0)
    put (page, (const char *) text, (gsize) size);
  else
    put_words (page, (const char *) text, (gsize) size);
  if (is_full (page))
    xmlStopParser (page->parser);
}

/* --- a document --- */

static xmlCharEncoding
encoding_of (const char *charset, const char *bytes, gsize size)
{
  xmlCharEncoding said = charset != NULL && charset[0] != '\0' ? xmlParseCharEncoding (charset)
                                                               : XML_CHAR_ENCODING_NONE;

  if (said != XML_CHAR_ENCODING_NONE && said != XML_CHAR_ENCODING_ERROR)
    return said;
  return g_utf8_validate_len (bytes, size, NULL) ? XML_CHAR_ENCODING_UTF8 : XML_CHAR_ENCODING_NONE;
}

static void
write_page (const Page *page, AgentExtractOutput *output)
{
  g_autofree char *title = g_utf8_make_valid (page->title->str, (gssize) page->title->len);
  g_autofree char *text = g_utf8_make_valid (page->text->str, (gssize) page->text->len);
  g_strdelimit (title, "\r\n\t\f", ' ');
  g_autofree char *head
      = g_strdup_printf (AGENT_EXTRACT_PAGE "%u %s\n", page->hidden, g_strstrip (title));

  agent_extract_output_put (output, head, strlen (head));
  agent_extract_output_put (output, text, strlen (text));
  agent_extract_output_put (output, "\n", 1);
}

static void
ignore_cb (void *data, xmlErrorPtr error)
{
}

gboolean
agent_extract_html (GBytes *document, const char *charset, AgentExtractOutput *output,
                    GError **error)
{
  gsize size;
  const char *bytes = g_bytes_get_data (document, &size);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) title = g_string_new (NULL);
  Page page = { .output = output, .text = text, .title = title };
  xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
                        .startElement = start_cb,
                        .endElement = end_cb,
                        .characters = text_cb,
                        .ignorableWhitespace = text_cb,
                        .serror = (xmlStructuredErrorFunc) ignore_cb };

  page.parser
      = htmlCreatePushParserCtxt (&sax, &page, NULL, 0, NULL, encoding_of (charset, bytes, size));
  if (page.parser == NULL)
    {
      g_set_error_literal (error, AGENT_EXTRACT_ERROR, AGENT_EXTRACT_FAILED, "no parser");
      return FALSE;
    }
  htmlCtxtUseOptions (page.parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET);
  for (gsize at = 0; at < size && !is_full (&page); at += BLOCK)
    htmlParseChunk (page.parser, bytes + at, (int) MIN (BLOCK, size - at), 0);
  if (!is_full (&page))
    htmlParseChunk (page.parser, NULL, 0, 1);
  htmlFreeParserCtxt (page.parser);
  g_free (page.link);
  write_page (&page, output);
  return agent_extract_output_finish (output, error);
}
