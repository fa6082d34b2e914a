/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Markdown (CommonMark with tables, parsed by md4c) as a flat list of blocks that know how deep
 * they lie. No widgets: what is compared, and tested, is this. The text is untrusted: raw HTML is
 * text, a picture its description, a link its text with its real target behind it. */
typedef enum {
  UI_MARKDOWN_TEXT,
  UI_MARKDOWN_HEADING,
  UI_MARKDOWN_CODE,
  UI_MARKDOWN_TABLE,
  UI_MARKDOWN_RULE,
} UiMarkdownKind;

typedef struct {
  UiMarkdownKind kind;
  guint level;      /* of a heading, 1 to 6 */
  guint indent;     /* lists around it */
  guint quotes;     /* quotations around it */
  gboolean goes_on; /* the paragraph of the block before: it was too long for one */
  char *marker;     /* "•", "3.", "☑": of the first block of an item; NULL */
  char *text;       /* Pango markup; of code the plain text */
  char *language;   /* of code, as written behind the fence; NULL */
  guint columns;    /* of a table */
  float *aligns;    /* of each column, as gtk_label_set_xalign() */
  GPtrArray *cells; /* Pango markup, row by row; the first row is the heading */
} UiMarkdownBlock;

#define UI_MARKDOWN_DEPTH_LIMIT 12u    /* what lies deeper is shown at this depth */
#define UI_MARKDOWN_BLOCKS_LIMIT 4000u /* of one message, cells of tables counted */

void ui_markdown_block_free (UiMarkdownBlock *block);
gboolean ui_markdown_block_equal (const UiMarkdownBlock *a, const UiMarkdownBlock *b);

/* Appends to blocks (which owns them). n_parts counts blocks and cells up to the limit, from what
 * earlier chunks of the message had. */
void ui_markdown_block_parse (const char *text, gsize size, guint *n_parts, GPtrArray *blocks);

/* How much of the beginning of text no later text can change: up to the first blank line outside a
 * fence after which a new block must begin; 0 when there is none yet. A text is parsed chunk by
 * chunk, so that it looks the same however it arrived, and a text that grows is never parsed again
 * from its beginning. A paragraph without end is cut. */
gsize ui_markdown_block_chunk (const char *text, gsize size);
