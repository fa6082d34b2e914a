/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-markdown.h"

#include <md4c.h>
#include <string.h>

/* What it trusts: nothing of the text. Every character goes through g_markup_escape_text() before
 * it meets our own tags. Limits below keep a hostile document from making a million widgets. */
#define DEPTH_LIMIT 12
#define WIDGET_LIMIT 4000
#define INDENT 18

typedef struct {
  GtkBox *boxes[DEPTH_LIMIT]; /* where the next block goes; the last is the innermost */
  guint depth;
  guint too_deep;  /* levels opened beyond the limit: shown in the innermost box */
  GString *markup; /* the leaf block being read */
  char *link;      /* target of the link being read */
  guint n_widgets;
  gboolean item_open;         /* the next paragraph carries the bullet */
  guint numbers[DEPTH_LIMIT]; /* 0: bullets; else the next number */
  GtkGrid *table;
  int row, column;
} Builder;

static GtkWidget *
new_label (const char *markup)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

static void
append (Builder *self, GtkWidget *widget)
{
  g_object_ref_sink (widget);
  if (self->n_widgets++ < WIDGET_LIMIT)
    gtk_box_append (self->boxes[self->depth], widget);
  g_object_unref (widget);
}

static void
append_text (Builder *self, const char *css_class)
{
  if (self->markup->len == 0)
    return;
  GtkWidget *label = new_label (self->markup->str);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  g_string_truncate (self->markup, 0);

  if (!self->item_open)
    {
      append (self, label);
      return;
    }
  self->item_open = FALSE;
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  guint *number = &self->numbers[self->depth];
  g_autofree char *mark = *number > 0 ? g_strdup_printf ("%u.", (*number)++) : g_strdup ("•");
  GtkWidget *bullet = gtk_label_new (mark);
  gtk_widget_set_valign (bullet, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), bullet);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (line), label);
  append (self, line);
}

static void
enter_box (Builder *self, const char *css_class, guint first_number)
{
  if (self->depth + 1 >= DEPTH_LIMIT)
    {
      self->too_deep++;
      return;
    }
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_margin_start (box, self->depth > 0 || css_class != NULL ? INDENT : 6);
  if (css_class != NULL)
    gtk_widget_add_css_class (box, css_class);
  append (self, box);
  if (gtk_widget_get_parent (box) == NULL)
    {
      self->too_deep++; /* the widget limit is reached: box is gone already */
      return;
    }
  self->boxes[++self->depth] = GTK_BOX (box);
  self->numbers[self->depth] = first_number;
}

static void
leave_box (Builder *self)
{
  if (self->too_deep > 0)
    self->too_deep--;
  else if (self->depth > 0)
    self->depth--;
}

static void
enter_table (Builder *self)
{
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_widget_set_halign (grid, GTK_ALIGN_START);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), grid);
  gtk_widget_add_css_class (scroller, "chat-table");
  self->table = g_object_ref (GTK_GRID (grid));
  self->row = -1;
  append (self, scroller);
}

static void
leave_cell (Builder *self, MD_ALIGN align, gboolean heading)
{
  if (self->table != NULL && self->n_widgets++ < WIDGET_LIMIT)
    {
      GtkWidget *label = new_label (self->markup->str);
      gtk_label_set_wrap (GTK_LABEL (label), FALSE);
      gtk_label_set_xalign (GTK_LABEL (label), align == MD_ALIGN_RIGHT    ? 1
                                               : align == MD_ALIGN_CENTER ? 0.5f
                                                                          : 0);
      if (heading)
        gtk_widget_add_css_class (label, "heading");
      else if (align == MD_ALIGN_RIGHT)
        gtk_widget_add_css_class (label, "numeric");
      gtk_grid_attach (self->table, label, self->column, self->row, 1, 1);
    }
  self->column++;
  g_string_truncate (self->markup, 0);
}

static int
enter_block_cb (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Builder *self = user_data;

  switch (type)
    {
    case MD_BLOCK_UL:
      append_text (self, NULL);
      enter_box (self, NULL, 0);
      break;
    case MD_BLOCK_OL:
      append_text (self, NULL);
      enter_box (self, NULL, MAX (1, ((MD_BLOCK_OL_DETAIL *) detail)->start));
      break;
    case MD_BLOCK_QUOTE:
      enter_box (self, "dim-label", 0);
      break;
    case MD_BLOCK_LI:
      self->item_open = TRUE;
      break;
    case MD_BLOCK_TABLE:
      enter_table (self);
      break;
    case MD_BLOCK_TR:
      self->row++;
      self->column = 0;
      break;
    default:
      break;
    }
  return 0;
}

static int
leave_block_cb (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Builder *self = user_data;

  switch (type)
    {
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_QUOTE:
      leave_box (self);
      break;
    case MD_BLOCK_P:
    case MD_BLOCK_HTML:
      append_text (self, NULL);
      break;
    case MD_BLOCK_LI:
      append_text (self, NULL);
      self->item_open = FALSE;
      break;
    case MD_BLOCK_H:
      append_text (self, ((MD_BLOCK_H_DETAIL *) detail)->level <= 2 ? "title-3" : "heading");
      break;
    case MD_BLOCK_CODE:
      if (self->markup->len > 0 && self->markup->str[self->markup->len - 1] == '\n')
        g_string_truncate (self->markup, self->markup->len - 1);
      append_text (self, "chat-code");
      break;
    case MD_BLOCK_HR:
      append (self, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      leave_cell (self, ((MD_BLOCK_TD_DETAIL *) detail)->align, type == MD_BLOCK_TH);
      break;
    case MD_BLOCK_TABLE:
      g_clear_object (&self->table);
      break;
    default:
      break;
    }
  return 0;
}

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
  Builder *self = user_data;

  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    if (spans[i].type == type)
      g_string_append (self->markup, spans[i].open);
  if (type == MD_SPAN_A)
    {
      const MD_ATTRIBUTE *href = &((MD_SPAN_A_DETAIL *) detail)->href;
      g_free (self->link);
      self->link = g_strndup (href->text, href->size);
      g_string_append (self->markup, "<u>");
    }
  return 0;
}

static int
leave_span_cb (MD_SPANTYPE type, void *detail, void *user_data)
{
  Builder *self = user_data;

  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    if (spans[i].type == type)
      g_string_append (self->markup, spans[i].close);
  if (type == MD_SPAN_A && self->link != NULL)
    {
      g_autofree char *target = g_markup_escape_text (self->link, -1);
      g_string_append_printf (self->markup, "</u> (%s)", target);
      g_clear_pointer (&self->link, g_free);
    }
  return 0;
}

static int
text_cb (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user_data)
{
  Builder *self = user_data;

  if (type == MD_TEXT_NULLCHAR)
    g_string_append (self->markup, "\xef\xbf\xbd");
  else if (type == MD_TEXT_BR)
    g_string_append_c (self->markup, '\n');
  else if (type == MD_TEXT_SOFTBR)
    g_string_append_c (self->markup, ' ');
  else
    {
      g_autofree char *safe = g_markup_escape_text (text, size);
      g_string_append (self->markup, safe);
    }
  return 0;
}

void
ui_markdown_fill (GtkBox *box, const char *text)
{
  static const MD_PARSER parser = {
    .flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH,
    .enter_block = enter_block_cb,
    .leave_block = leave_block_cb,
    .enter_span = enter_span_cb,
    .leave_span = leave_span_cb,
    .text = text_cb,
  };
  Builder builder = { .boxes = { box }, .markup = g_string_new (NULL) };
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  md_parse (text, (MD_SIZE) strlen (text), &parser, &builder);
  append_text (&builder, NULL);

  g_string_free (builder.markup, TRUE);
  g_free (builder.link);
  g_clear_object (&builder.table);
}
