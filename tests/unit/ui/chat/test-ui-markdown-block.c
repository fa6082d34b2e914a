/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-markdown-block.h"

#include <string.h>

static GPtrArray *
parse (const char *text, gsize size)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_markdown_block_free);
  guint n_parts = 0;
  gsize begin = 0, chunk;

  while ((chunk = ui_markdown_block_chunk (text + begin, size - begin)) > 0)
    {
      ui_markdown_block_parse (text + begin, chunk, &n_parts, blocks);
      begin += chunk;
    }
  ui_markdown_block_parse (text + begin, size - begin, &n_parts, blocks);
  return blocks;
}

/* "KIND indent quotes [marker] text", a line a block. */
static char *
describe (GPtrArray *blocks)
{
  static const char *const names[] = { "text", "heading", "code", "table", "rule" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < blocks->len; i++)
    {
      const UiMarkdownBlock *block = blocks->pdata[i];
      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", names[block->kind]);
      if (block->level > 0)
        g_string_append_printf (text, "%u", block->level);
      if (block->indent > 0 || block->quotes > 0)
        g_string_append_printf (text, " %u/%u", block->indent, block->quotes);
      if (block->marker != NULL)
        g_string_append_printf (text, " [%s]", block->marker);
      if (block->language != NULL)
        g_string_append_printf (text, " {%s}", block->language);
      if (block->text != NULL)
        g_string_append_printf (text, " %s", block->text);
      for (guint j = 0; block->cells != NULL && j < block->cells->len; j++)
        g_string_append_printf (text, "%s%s", j % block->columns == 0 ? " |" : ",",
                                (char *) block->cells->pdata[j]);
    }
  return g_string_free (text, FALSE);
}

static const struct {
  const char *text, *blocks;
} rows[] = {
  { "", "" },
  { "Hello *you* & **all** <b>", "text Hello <i>you</i> &amp; <b>all</b> &lt;b&gt;" },
  { "# One\n\n### Three", "heading1 One\nheading3 Three" },
  { "- a\n- b\n  1. c\n  2. d\n",
    "text 1/0 [•] a\ntext 1/0 [•] b\ntext 2/0 [1.] c\ntext 2/0 [2.] d" },
  { "3. a\n\n4. b", "text 1/0 [3.] a\ntext 1/0 [4.] b" },
  { "- [ ] open\n- [x] done", "text 1/0 [☐] open\ntext 1/0 [☑] done" },
  { "> quoted\n>\n> more", "text 0/1 quoted\ntext 0/1 more" },
  { "```python\nif a < b:\n\n    pass\n```\nafter",
    "code {python} if a < b:\n\n    pass\ntext after" },
  { "```\nopen", "code open" },
  { "|a|b|\n|---|---:|\n|1|2|\n|3|\n", "table |a,b |1,2 |3," },
  { "---", "rule" },
  { "[bank](https://evil.example/)", "text <u>bank</u> (https://evil.example/)" },
  { "<https://a.example>", "text <u>https://a.example</u>" },
  { "[a](<x\">)", "text <u>a</u> (x&quot;)" },
  { "![picture](http://track.example/p.png)", "text picture" },
  { "<script>alert(1)</script>", "text &lt;script&gt;alert(1)&lt;/script&gt;" },
  { "a\\\nb\nc", "text a\nb c" },
};

static void
test_blocks (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) blocks = parse (rows[i].text, strlen (rows[i].text));
      g_autofree char *text = describe (blocks);
      g_assert_cmpstr (text, ==, rows[i].blocks);
    }
}

/* What is settled while a text arrives stays what it is when all of it is there. */
static void
test_growing (void)
{
  static const char text[]
      = "# Title\n\nSome *text* that\ngoes on.\n\n- a\n- b\n\n  still b\n\n"
        "```c\nint x;\n\nint y;\n```\n\n|a|b|\n|---|---|\n|1|2|\n\n> q\n\n1. x\n\n2. y";
  g_autoptr (GPtrArray) whole = parse (text, strlen (text));
  gsize settled = 0;
  guint n_settled = 0;

  for (gsize size = 0; size <= strlen (text); size++)
    {
      gsize chunk;
      while ((chunk = ui_markdown_block_chunk (text + settled, size - settled)) > 0)
        {
          g_autoptr (GPtrArray) blocks
              = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_markdown_block_free);
          guint n_parts = 0;
          ui_markdown_block_parse (text + settled, chunk, &n_parts, blocks);
          for (guint i = 0; i < blocks->len; i++)
            g_assert_true (ui_markdown_block_equal (blocks->pdata[i], whole->pdata[n_settled + i]));
          settled += chunk;
          n_settled += blocks->len;
        }
    }
  g_assert_cmpuint (n_settled, >=, whole->len - 1);
}

static void
test_limits (void)
{
  g_autoptr (GString) many = g_string_new (NULL);
  g_autofree char *wide = g_strnfill (100000, 'a');

  for (guint i = 0; i < 2 * UI_MARKDOWN_BLOCKS_LIMIT; i++)
    g_string_append (many, "a\n\n");
  g_autoptr (GPtrArray) blocks = parse (many->str, many->len);
  g_assert_cmpuint (blocks->len, ==, UI_MARKDOWN_BLOCKS_LIMIT);

  g_autoptr (GPtrArray) pieces = parse (wide, strlen (wide));
  g_assert_cmpuint (pieces->len, >, 8);
  for (guint i = 0; i < pieces->len; i++)
    g_assert_cmpuint (strlen (((UiMarkdownBlock *) pieces->pdata[i])->text), <, 10000);

  g_autofree char *deep = g_strnfill (500, '>');
  g_autoptr (GPtrArray) quoted = parse (deep, strlen (deep));
  for (guint i = 0; i < quoted->len; i++)
    g_assert_cmpuint (((UiMarkdownBlock *) quoted->pdata[i])->quotes, <=, UI_MARKDOWN_DEPTH_LIMIT);
}

/* A long paragraph is cut where no tag and no word is, is whole markup in each part, and of a text
 * that grows all parts but the last stay as they are. */
static void
test_long_paragraph (void)
{
  g_autoptr (GString) text = g_string_new ("1. **It");
  g_autoptr (GString) said = g_string_new (NULL);

  for (guint i = 0; i < 400; i++)
    g_string_append_printf (text, " goes & goes %u", i);
  g_string_append (text, "** and ends");
  g_autoptr (GPtrArray) blocks = parse (text->str, text->len);
  g_assert_cmpuint (blocks->len, >=, 4);
  for (guint i = 0; i < blocks->len; i++)
    {
      const UiMarkdownBlock *block = blocks->pdata[i];
      g_autofree char *whole = g_strdup_printf ("<all>%s</all>", block->text);
      static const GMarkupParser nothing = { NULL };
      g_autoptr (GMarkupParseContext) context
          = g_markup_parse_context_new (&nothing, 0, NULL, NULL);
      g_assert_true (g_markup_parse_context_parse (context, whole, -1, NULL)
                     && g_markup_parse_context_end_parse (context, NULL));
      g_assert_cmpint (block->goes_on, ==, i > 0);
      g_assert_cmpint (block->marker != NULL, ==, i == 0);
      g_assert_true (g_str_has_prefix (block->text, "<b>"));
      g_assert_cmpuint (strlen (block->text), <, 2000);
      g_assert_true (i + 1 == blocks->len || g_str_has_suffix (block->text, " </b>"));
      g_string_append (said, block->text);
    }
  g_string_replace (said, "<b>", "", 0);
  g_string_replace (said, "</b>", "", 0);
  g_string_replace (said, "&amp;", "&", 0);
  g_assert_true (g_str_has_suffix (said->str, " and ends"));
  g_assert_cmpuint (said->len, ==, text->len - strlen ("1. ****"));

  g_autoptr (GPtrArray) shorter = parse (text->str + 5, text->len - 600);
  g_autoptr (GPtrArray) longer = parse (text->str + 5, text->len - 500);
  for (guint i = 0; i + 1 < shorter->len; i++)
    g_assert_true (ui_markdown_block_equal (shorter->pdata[i], longer->pdata[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-markdown-block/blocks", test_blocks);
  g_test_add_func ("/ui-markdown-block/growing", test_growing);
  g_test_add_func ("/ui-markdown-block/limits", test_limits);
  g_test_add_func ("/ui-markdown-block/long-paragraph", test_long_paragraph);
  return g_test_run ();
}
