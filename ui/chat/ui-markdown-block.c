/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of the text: every character passes g_markup_escape_text() before it meets our own
 * tags. Limits keep a hostile document from making a million widgets. */

#include "ui/chat/ui-markdown-block.h"

#include "common/base/cardea-text.h"

#include <md4c.h>
#include <string.h>

#define PARAGRAPH_LIMIT 8192u /* bytes without a blank line */
#define CUT_REACH 256u        /* how far beyond a space is looked for */
#define BEYOND 16u            /* bytes behind what md4c reads */
#define COLUMNS_LIMIT 64u
#define PIECE_SIZE 1800u /* bytes of a paragraph's markup that one widget shows */
#define OPEN_LIMIT 64u   /* tags open at once; what is deeper is not cut */

typedef struct {
  GPtrArray *blocks;
  guint n_parts; /* blocks and cells */
  GString *text; /* the leaf being read */
  char *link;    /* target of the link being read */
  gsize link_begin;
  guint indent, quotes;
  guint numbers[UI_MARKDOWN_DEPTH_LIMIT + 1]; /* by indent; 0: bullets, else the next number */
  char *marker;                               /* of the item that was begun */
  UiMarkdownBlock *table;
  guint heading;    /* level of the heading being read */
  gboolean in_code; /* a block of code: plain, not markup */
} Reader;

void
ui_markdown_block_free (UiMarkdownBlock *block)
{
  g_free (block->marker);
  g_free (block->text);
  g_free (block->language);
  g_free (block->aligns);
  g_clear_pointer (&block->cells, g_ptr_array_unref);
  g_free (block);
}

gboolean
ui_markdown_block_equal (const UiMarkdownBlock *a, const UiMarkdownBlock *b)
{
  if (a->kind != b->kind || a->level != b->level || a->indent != b->indent || a->quotes != b->quotes
      || a->goes_on != b->goes_on || a->columns != b->columns
      || g_strcmp0 (a->marker, b->marker) != 0 || g_strcmp0 (a->language, b->language) != 0
      || g_strcmp0 (a->text, b->text) != 0 || (a->cells == NULL) != (b->cells == NULL))
    return FALSE;
  if (a->cells == NULL)
    return TRUE;
  if (a->cells->len != b->cells->len)
    return FALSE;
  for (guint i = 0; i < a->cells->len; i++)
    if (strcmp (a->cells->pdata[i], b->cells->pdata[i]) != 0)
      return FALSE;
  return TRUE;
}

/* --- blocks --- */

static UiMarkdownBlock *
add_block (Reader *self, UiMarkdownKind kind)
{
  if (self->n_parts >= UI_MARKDOWN_BLOCKS_LIMIT)
    return NULL;
  self->n_parts++;
  UiMarkdownBlock *block = g_new0 (UiMarkdownBlock, 1);
  block->kind = kind;
  block->indent = MIN (self->indent, UI_MARKDOWN_DEPTH_LIMIT);
  block->quotes = MIN (self->quotes, UI_MARKDOWN_DEPTH_LIMIT);
  block->marker = g_steal_pointer (&self->marker);
  g_ptr_array_add (self->blocks, block);
  return block;
}

/* Tags that are open somewhere in a markup. */
typedef struct {
  const char *tags[OPEN_LIMIT]; /* "<b>…", in the markup */
  guint count;
} Open;

static gsize
tag_size (const char *tag)
{
  return (gsize) (strchr (tag, '>') - tag) + 1;
}

static void
close_all (const Open *open, GString *piece)
{
  for (guint i = open->count; i > 0; i--)
    g_string_append_printf (piece, "</%.*s", (int) tag_size (open->tags[i - 1]) - 1,
                            open->tags[i - 1] + 1);
}

static void
open_all (const Open *open, GString *piece)
{
  for (guint i = 0; i < open->count; i++)
    g_string_append_len (piece, open->tags[i], (gssize) tag_size (open->tags[i]));
}

static void
add_piece (Reader *self, GString *piece, gboolean goes_on)
{
  UiMarkdownBlock *block = add_block (self, UI_MARKDOWN_TEXT);

  if (block != NULL)
    {
      block->text = g_strdup (piece->str);
      block->goes_on = goes_on;
    }
  g_string_truncate (piece, 0);
}

/* A label lays out all of its text for every word that is added, some milliseconds for a page: a
 * long paragraph is shown by several, of which only the last one grows. It is cut at spaces, where
 * a text that goes on does not change it, and tags are closed and opened again. */
static void
add_paragraph (Reader *self)
{
  g_autoptr (GString) piece = g_string_new (NULL);
  Open open = { .count = 0 };
  gboolean goes_on = FALSE, deep = FALSE;
  gsize size;

  for (const char *at = self->text->str; *at != '\0'; at += size)
    {
      size = *at == '<' ? tag_size (at) : 1;
      g_string_append_len (piece, at, (gssize) size);
      if (size > 1 && at[1] == '/')
        open.count -= open.count > 0 ? 1 : 0;
      else if (size > 1 && open.count < OPEN_LIMIT)
        open.tags[open.count++] = at;
      else if (size > 1)
        deep = TRUE;
      if (*at != ' ' || piece->len < PIECE_SIZE || deep)
        continue;
      close_all (&open, piece);
      add_piece (self, piece, goes_on);
      open_all (&open, piece);
      goes_on = TRUE;
    }
  if (piece->len > 0)
    add_piece (self, piece, goes_on);
}

static void
add_text (Reader *self)
{
  if (self->text->len > PIECE_SIZE && self->heading == 0)
    {
      add_paragraph (self);
      g_string_truncate (self->text, 0);
    }
  if (self->text->len == 0)
    return;
  UiMarkdownBlock *block
      = add_block (self, self->heading > 0 ? UI_MARKDOWN_HEADING : UI_MARKDOWN_TEXT);
  if (block != NULL)
    {
      block->level = self->heading;
      block->text = g_strdup (self->text->str);
    }
  g_string_truncate (self->text, 0);
}

static void
add_code (Reader *self, const MD_BLOCK_CODE_DETAIL *detail)
{
  UiMarkdownBlock *block = add_block (self, UI_MARKDOWN_CODE);
  gsize size = self->text->len;

  if (size > 0 && self->text->str[size - 1] == '\n')
    size--;
  if (block != NULL)
    {
      block->text = g_strndup (self->text->str, size);
      if (detail->lang.size > 0)
        block->language = g_strndup (detail->lang.text, detail->lang.size);
    }
  g_string_truncate (self->text, 0);
}

static void
begin_table (Reader *self, const MD_BLOCK_TABLE_DETAIL *detail)
{
  self->table = add_block (self, UI_MARKDOWN_TABLE);
  if (self->table == NULL)
    return;
  self->table->columns = MIN (detail->col_count, COLUMNS_LIMIT);
  self->table->aligns = g_new0 (float, self->table->columns);
  self->table->cells = g_ptr_array_new_with_free_func (g_free);
}

static void
begin_row (Reader *self)
{
  UiMarkdownBlock *table = self->table;
  /* A row has all its cells, also where the one before was cut short. */
  while (table != NULL && table->cells->len % table->columns != 0)
    g_ptr_array_add (table->cells, g_strdup (""));
}

static void
end_cell (Reader *self, MD_ALIGN align)
{
  UiMarkdownBlock *table = self->table;

  if (table != NULL && table->columns > 0 && self->n_parts < UI_MARKDOWN_BLOCKS_LIMIT)
    {
      guint column = table->cells->len % table->columns;
      self->n_parts++;
      table->aligns[column] = align == MD_ALIGN_RIGHT ? 1 : align == MD_ALIGN_CENTER ? 0.5f : 0;
      g_ptr_array_add (table->cells, g_strdup (self->text->str));
    }
  g_string_truncate (self->text, 0);
}

static void
begin_list (Reader *self, guint first_number)
{
  add_text (self);
  self->indent++;
  if (self->indent <= UI_MARKDOWN_DEPTH_LIMIT)
    self->numbers[self->indent] = first_number;
}

static void
begin_item (Reader *self, const MD_BLOCK_LI_DETAIL *detail)
{
  guint *number = &self->numbers[MIN (self->indent, UI_MARKDOWN_DEPTH_LIMIT)];

  g_free (self->marker);
  if (detail->is_task)
    self->marker = g_strdup (detail->task_mark == ' ' ? "☐" : "☑");
  else if (*number > 0)
    self->marker = g_strdup_printf ("%u.", (*number)++);
  else
    self->marker = g_strdup (self->indent % 2 == 1 ? "•" : "◦");
}

static int
enter_block_cb (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Reader *self = user_data;

  switch (type)
    {
    case MD_BLOCK_UL:
      begin_list (self, 0);
      break;
    case MD_BLOCK_OL:
      begin_list (self, MAX (1, ((MD_BLOCK_OL_DETAIL *) detail)->start));
      break;
    case MD_BLOCK_LI:
      begin_item (self, detail);
      break;
    case MD_BLOCK_QUOTE:
      add_text (self);
      self->quotes++;
      break;
    case MD_BLOCK_CODE:
      self->in_code = TRUE;
      break;
    case MD_BLOCK_H:
      self->heading = ((MD_BLOCK_H_DETAIL *) detail)->level;
      break;
    case MD_BLOCK_TABLE:
      begin_table (self, detail);
      break;
    case MD_BLOCK_TR:
      begin_row (self);
      break;
    default:
      break;
    }
  return 0;
}

static int
leave_block_cb (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Reader *self = user_data;

  switch (type)
    {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      self->indent--;
      break;
    case MD_BLOCK_LI:
      add_text (self);
      g_clear_pointer (&self->marker, g_free);
      break;
    case MD_BLOCK_QUOTE:
      add_text (self);
      self->quotes--;
      break;
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
      add_text (self);
      break;
    case MD_BLOCK_H:
      add_text (self);
      self->heading = 0;
      break;
    case MD_BLOCK_CODE:
      add_code (self, detail);
      self->in_code = FALSE;
      break;
    case MD_BLOCK_HR:
      add_block (self, UI_MARKDOWN_RULE);
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      end_cell (self, ((MD_BLOCK_TD_DETAIL *) detail)->align);
      break;
    case MD_BLOCK_TABLE:
      begin_row (self);
      self->table = NULL;
      break;
    default:
      break;
    }
  return 0;
}

/* --- spans --- */

static const struct {
  MD_SPANTYPE type;
  const char *open, *close;
} spans[] = {
  { MD_SPAN_EM, "<i>", "</i>" },
  { MD_SPAN_STRONG, "<b>", "</b>" },
  { MD_SPAN_CODE, "<tt>", "</tt>" },
  { MD_SPAN_DEL, "<s>", "</s>" },
};

static int
enter_span_cb (MD_SPANTYPE type, void *detail, void *user_data)
{
  Reader *self = user_data;

  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    if (spans[i].type == type)
      g_string_append (self->text, spans[i].open);
  if (type == MD_SPAN_A)
    {
      const MD_ATTRIBUTE *href = &((MD_SPAN_A_DETAIL *) detail)->href;
      g_free (self->link);
      self->link = cardea_text_escape (href->text != NULL ? href->text : "", href->size, NULL);
      g_string_append (self->text, "<u>");
      self->link_begin = self->text->len;
    }
  return 0;
}

static int
leave_span_cb (MD_SPANTYPE type, void *detail, void *user_data)
{
  Reader *self = user_data;

  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    if (spans[i].type == type)
      g_string_append (self->text, spans[i].close);
  if (type == MD_SPAN_A && self->link != NULL)
    {
      g_autofree char *target = g_markup_escape_text (self->link, -1);
      gboolean same = strcmp (self->text->str + self->link_begin, target) == 0;
      g_string_append (self->text, "</u>");
      if (!same)
        g_string_append_printf (self->text, " (%s)", target);
      g_clear_pointer (&self->link, g_free);
    }
  return 0;
}

static int
text_cb (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user_data)
{
  Reader *self = user_data;

  if (type == MD_TEXT_NULLCHAR)
    g_string_append (self->text, "\xef\xbf\xbd");
  else if (type == MD_TEXT_BR)
    g_string_append_c (self->text, '\n');
  else if (type == MD_TEXT_SOFTBR)
    g_string_append_c (self->text, ' ');
  else if (self->in_code)
    g_string_append_len (self->text, text, size);
  else
    {
      g_autofree char *safe = g_markup_escape_text (text, size);
      g_string_append (self->text, safe);
    }
  return 0;
}

void
ui_markdown_block_parse (const char *text, gsize size, guint *n_parts, GPtrArray *blocks)
{
  static const MD_PARSER parser = {
    .flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS,
    .enter_block = enter_block_cb,
    .leave_block = leave_block_cb,
    .enter_span = enter_span_cb,
    .leave_span = leave_span_cb,
    .text = text_cb,
  };
  Reader reader = { .blocks = blocks, .text = g_string_new (NULL), .n_parts = *n_parts };

  /* md4c 0.4.8 looks beyond the end of a text that does not end with a line: it gets one that does,
   * and NUL bytes behind it. */
  g_autofree char *ended = g_malloc0 (size + BEYOND);
  memcpy (ended, text, size);
  ended[size] = '\n';
  md_parse (ended, (MD_SIZE) size + 1, &parser, &reader);
  add_text (&reader);
  *n_parts = reader.n_parts;
  g_string_free (reader.text, TRUE);
  g_free (reader.link);
  g_free (reader.marker);
}

/* --- what is settled --- */

/* The length of a fence that this line opens or closes, 0 for any other line. */
static gsize
fence_length (const char *line, gsize size, char *ret_mark)
{
  gsize spaces = 0, length = 0;

  while (spaces < 3 && spaces < size && line[spaces] == ' ')
    spaces++;
  if (spaces == size || (line[spaces] != '`' && line[spaces] != '~'))
    return 0;
  *ret_mark = line[spaces];
  while (spaces + length < size && line[spaces + length] == *ret_mark)
    length++;
  return length >= 3 ? length : 0;
}

/* Where a paragraph that is too long is cut: behind a space when there is one near. */
static gsize
cut (const char *text, gsize size)
{
  const char *space = memchr (text + PARAGRAPH_LIMIT, ' ', MIN (size - PARAGRAPH_LIMIT, CUT_REACH));
  gsize end = PARAGRAPH_LIMIT;

  if (space != NULL)
    return (gsize) (space - text) + 1;
  while (end > 0 && (text[end] & 0xc0) == 0x80)
    end--;
  return end;
}

gsize
ui_markdown_block_chunk (const char *text, gsize size)
{
  gsize begin = 0, fence = 0;
  gboolean blank = FALSE, table = FALSE;
  char mark = 0, found = 0;

  while (begin < size)
    {
      const char *newline = memchr (text + begin, '\n', size - begin);
      gsize end = newline != NULL ? (gsize) (newline - text) : size;
      gsize length = end - begin, spaces = 0;

      while (spaces < length && g_ascii_isspace (text[begin + spaces]))
        spaces++;
      if (fence == 0 && blank && length > 0 && spaces == 0)
        return begin;
      table = table || (spaces < length && text[begin + spaces] == '|');
      gsize marks = fence_length (text + begin, length, &found);
      if (fence == 0 && marks > 0)
        {
          fence = marks;
          mark = found;
        }
      else if (marks >= fence && marks > 0 && found == mark)
        fence = 0;
      if (fence == 0 && !table && end > PARAGRAPH_LIMIT + CUT_REACH)
        return cut (text, end);
      blank = spaces == length;
      begin = end + 1;
    }
  return 0;
}
