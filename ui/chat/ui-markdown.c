/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-markdown.h"

#include "ui/chat/ui-code-view.h"
#include "ui/chat/ui-markdown-block.h"
#include "ui/chat/ui-table-view.h"

#define INDENT 22
#define BLOCK_SPACING 8

struct _UiMarkdown {
  GtkWidget parent_instance;
  GPtrArray *blocks;  /* of UiMarkdownBlock: what the widgets show */
  GPtrArray *widgets; /* one a block, children of ours */
  guint settled;      /* so many of them will not change any more … */
  gsize settled_size; /* … and stand for so much of the text */
  guint settled_parts;
};

G_DEFINE_FINAL_TYPE (UiMarkdown, ui_markdown, GTK_TYPE_WIDGET)

/* --- a widget a block --- */

static GtkWidget *
new_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

static GtkWidget *
new_text (const UiMarkdownBlock *block)
{
  GtkWidget *label = new_label ();
  if (block->marker == NULL)
    return label;
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *marker = gtk_label_new (block->marker);
  gtk_widget_set_valign (marker, GTK_ALIGN_START);
  gtk_widget_set_size_request (marker, INDENT - 6, -1);
  gtk_label_set_xalign (GTK_LABEL (marker), 1);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (line), marker);
  gtk_box_append (GTK_BOX (line), label);
  return line;
}

static void
fill_text (GtkWidget *widget, const UiMarkdownBlock *block)
{
  GtkWidget *label = GTK_IS_LABEL (widget) ? widget : gtk_widget_get_last_child (widget);
  if (!GTK_IS_LABEL (widget))
    gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (widget)), block->marker);
  gtk_label_set_markup (GTK_LABEL (label), block->text);
}

static GtkWidget *
new_heading (const UiMarkdownBlock *block)
{
  static const char *const classes[] = { "title-2", "title-3", "title-4", "heading" };
  GtkWidget *label = new_label ();
  gtk_widget_add_css_class (label, classes[MIN (block->level - 1, G_N_ELEMENTS (classes) - 1)]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL,
                                  (int) block->level, -1);
  return label;
}

static GtkWidget *
new_code (const UiMarkdownBlock *block)
{
  return ui_code_view_new ();
}

static void
fill_code (GtkWidget *widget, const UiMarkdownBlock *block)
{
  ui_code_view_set (UI_CODE_VIEW (widget), block->text, block->language);
}

static GtkWidget *
new_table (const UiMarkdownBlock *block)
{
  return ui_table_view_new ();
}

static void
fill_table (GtkWidget *widget, const UiMarkdownBlock *block)
{
  ui_table_view_set (UI_TABLE_VIEW (widget), block);
}

static GtkWidget *
new_rule (const UiMarkdownBlock *block)
{
  return gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
}

static void
fill_rule (GtkWidget *widget, const UiMarkdownBlock *block)
{
}

static const struct {
  GtkWidget *(*make) (const UiMarkdownBlock *block);
  void (*fill) (GtkWidget *widget, const UiMarkdownBlock *block);
} kinds[] = {
  [UI_MARKDOWN_TEXT] = { new_text, fill_text }, [UI_MARKDOWN_HEADING] = { new_heading, fill_text },
  [UI_MARKDOWN_CODE] = { new_code, fill_code }, [UI_MARKDOWN_TABLE] = { new_table, fill_table },
  [UI_MARKDOWN_RULE] = { new_rule, fill_rule },
};

/* --- what changed --- */

/* Whether the widget of one can show the other. */
static gboolean
is_alike (const UiMarkdownBlock *a, const UiMarkdownBlock *b)
{
  return a->kind == b->kind && a->level == b->level && a->columns == b->columns
         && (a->marker == NULL) == (b->marker == NULL);
}

static void
place_widget (GtkWidget *widget, guint index, const UiMarkdownBlock *block)
{
  guint depth = block->indent - (block->marker != NULL && block->indent > 0 ? 1 : 0);
  gtk_widget_set_margin_start (widget, (int) (depth * INDENT));
  gtk_widget_set_margin_top (widget, index > 0 && !block->goes_on ? BLOCK_SPACING : 0);
  if (block->quotes > 0)
    gtk_widget_add_css_class (widget, "chat-quote");
  else
    gtk_widget_remove_css_class (widget, "chat-quote");
}

static void
show_block (UiMarkdown *self, guint index, const UiMarkdownBlock *before,
            const UiMarkdownBlock *block)
{
  GtkWidget *widget = before != NULL ? self->widgets->pdata[index] : NULL;

  if (before != NULL && ui_markdown_block_equal (before, block))
    return;
  if (before == NULL || !is_alike (before, block))
    {
      GtkWidget *sibling = widget != NULL ? gtk_widget_get_prev_sibling (widget)
                                          : gtk_widget_get_last_child (GTK_WIDGET (self));
      g_clear_pointer (&widget, gtk_widget_unparent);
      widget = kinds[block->kind].make (block);
      gtk_widget_insert_after (widget, GTK_WIDGET (self), sibling);
      if (before != NULL)
        self->widgets->pdata[index] = widget;
      else
        g_ptr_array_add (self->widgets, widget);
    }
  place_widget (widget, index, block);
  kinds[block->kind].fill (widget, block);
}

/* blocks replaces what is shown from the settled ones on. */
static void
reconcile (UiMarkdown *self, GPtrArray *blocks)
{
  guint kept = self->settled;

  for (guint i = 0; i < blocks->len; i++)
    show_block (self, kept + i, kept + i < self->blocks->len ? self->blocks->pdata[kept + i] : NULL,
                blocks->pdata[i]);
  while (self->widgets->len > kept + blocks->len)
    gtk_widget_unparent (g_ptr_array_steal_index (self->widgets, self->widgets->len - 1));
  g_ptr_array_set_size (self->blocks, (int) kept);
  g_ptr_array_extend_and_steal (self->blocks, blocks);
}

void
ui_markdown_set_text (UiMarkdown *self, const char *text, gsize size, gboolean grown)
{
  GPtrArray *blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_markdown_block_free);
  guint newly_settled = 0, n_parts;
  gsize chunk;

  if (!grown || size < self->settled_size)
    {
      self->settled = 0;
      self->settled_size = 0;
      self->settled_parts = 0;
    }
  gsize begin = self->settled_size;
  while ((chunk = ui_markdown_block_chunk (text + begin, size - begin)) > 0)
    {
      ui_markdown_block_parse (text + begin, chunk, &self->settled_parts, blocks);
      begin += chunk;
      newly_settled = blocks->len;
    }
  n_parts = self->settled_parts;
  ui_markdown_block_parse (text + begin, size - begin, &n_parts, blocks);
  reconcile (self, blocks);
  self->settled += newly_settled;
  self->settled_size = begin;
}

static void
ui_markdown_dispose (GObject *object)
{
  UiMarkdown *self = UI_MARKDOWN (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ui_markdown_parent_class)->dispose (object);
}

static void
ui_markdown_finalize (GObject *object)
{
  UiMarkdown *self = UI_MARKDOWN (object);
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->widgets);
  G_OBJECT_CLASS (ui_markdown_parent_class)->finalize (object);
}

static void
ui_markdown_class_init (UiMarkdownClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_markdown_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_markdown_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
ui_markdown_init (UiMarkdown *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_markdown_block_free);
  self->widgets = g_ptr_array_new ();
}

GtkWidget *
ui_markdown_new (void)
{
  return g_object_new (UI_TYPE_MARKDOWN, NULL);
}
