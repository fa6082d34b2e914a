/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/fuzz/fuzz.h"
#include "ui/chat/ui-markdown-block.h"

#include <string.h>

#define LIMIT (64u * 1024u)

/* Our own tags and nothing else, each closed: else a label would show nothing, or what a stranger
 * wants. */
static void
start_cb (GMarkupParseContext *context, const char *name, const char **attributes,
          const char **values, gpointer user_data, GError **error)
{
  static const char *const ours[] = { "m", "i", "b", "tt", "s", "u", NULL };
  FUZZ_CHECK (g_strv_contains (ours, name));
  FUZZ_CHECK (attributes[0] == NULL);
}

static void
check_markup (const char *markup)
{
  static const GMarkupParser parser = { .start_element = start_cb };
  g_autofree char *text = g_strconcat ("<m>", markup, "</m>", NULL);
  GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, NULL, NULL);
  g_autoptr (GError) error = NULL;

  FUZZ_CHECK (g_markup_parse_context_parse (context, text, -1, &error));
  FUZZ_CHECK (g_markup_parse_context_end_parse (context, &error));
  g_markup_parse_context_free (context);
}

static void
check_block (const UiMarkdownBlock *block)
{
  FUZZ_CHECK (block->indent <= UI_MARKDOWN_DEPTH_LIMIT);
  FUZZ_CHECK (block->quotes <= UI_MARKDOWN_DEPTH_LIMIT);
  FUZZ_CHECK ((block->cells != NULL) == (block->kind == UI_MARKDOWN_TABLE));
  if (block->text != NULL && block->kind != UI_MARKDOWN_CODE)
    check_markup (block->text);
  for (guint i = 0; block->cells != NULL && i < block->cells->len; i++)
    check_markup (block->cells->pdata[i]);
  if (block->cells != NULL && block->columns > 0)
    FUZZ_CHECK (block->cells->len % block->columns == 0);
}

/* Text of the wire is valid UTF-8 without NUL. */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  const char *text = (const char *) bytes;
  guint n_parts = 0;
  gsize begin = 0, chunk;

  if (size == 0 || size > LIMIT || !g_utf8_validate_len (text, size, NULL))
    return 0;
  g_autoptr (GPtrArray) blocks
      = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_markdown_block_free);
  while ((chunk = ui_markdown_block_chunk (text + begin, size - begin)) > 0)
    {
      FUZZ_CHECK (chunk <= size - begin);
      FUZZ_CHECK (g_utf8_validate_len (text + begin, chunk, NULL));
      ui_markdown_block_parse (text + begin, chunk, &n_parts, blocks);
      begin += chunk;
    }
  ui_markdown_block_parse (text + begin, size - begin, &n_parts, blocks);
  FUZZ_CHECK (blocks->len <= UI_MARKDOWN_BLOCKS_LIMIT);
  for (guint i = 0; i < blocks->len; i++)
    check_block (blocks->pdata[i]);
  return 0;
}
