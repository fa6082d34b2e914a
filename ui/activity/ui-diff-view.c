/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-diff-view.h"

#include "common/base/cardea-text.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define MOST_LINES 24 /* the rest is scrolled to */
#define MARGIN 8

static const struct {
  const char *prefix;
  const char *tag;
} kinds[] = {
  { "+++", "head" }, { "---", "head" }, { "@@", "hunk" }, { "+", "added" }, { "-", "removed" },
};

static const struct {
  const char *tag;
  const char *light;
  const char *dark;
} colours[] = {
  { "head", "#5e5c64", "#c0bfbc" },
  { "hunk", "#1a5fb4", "#78aeed" },
  { "added", "#12692f", "#8ff0a4" },
  { "removed", "#a51d2d", "#ff938c" },
};

static void
set_colours (GtkTextBuffer *buffer)
{
  GtkTextTagTable *table = gtk_text_buffer_get_tag_table (buffer);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  for (gsize i = 0; i < G_N_ELEMENTS (colours); i++)
    g_object_set (gtk_text_tag_table_lookup (table, colours[i].tag), "foreground",
                  dark ? colours[i].dark : colours[i].light, NULL);
}

static void
add_line (GtkTextBuffer *buffer, const char *line, gsize size)
{
  GtkTextIter end;
  const char *tag = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds) && tag == NULL; i++)
    if (g_str_has_prefix (line, kinds[i].prefix))
      tag = kinds[i].tag;
  gtk_text_buffer_get_end_iter (buffer, &end);
  if (tag != NULL)
    gtk_text_buffer_insert_with_tags_by_name (buffer, &end, line, (int) size, tag, NULL);
  else
    gtk_text_buffer_insert (buffer, &end, line, (int) size);
}

static void
add_lines (GtkTextBuffer *buffer, const char *text)
{
  for (const char *line = text; *line != '\0';)
    {
      const char *end = strchr (line, '\n');
      gsize size = end != NULL ? (gsize) (end - line) + 1 : strlen (line);
      if (end != NULL && end[1] == '\0')
        size--; /* no empty line at the end */
      add_line (buffer, line, size);
      line = end != NULL ? end + 1 : line + size;
    }
}

/* A text view learns how high it is only later; what is short is shown whole at once. */
static int
height_of (GtkWidget *view, GtkTextBuffer *buffer)
{
  int lines = MIN (gtk_text_buffer_get_line_count (buffer), MOST_LINES);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (view, "+");
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Monospace 11");
  int height = 0;

  pango_layout_set_font_description (layout, font);
  pango_layout_get_pixel_size (layout, NULL, &height);
  return lines * height + 2 * MARGIN;
}

GtkWidget *
ui_diff_view_new (const char *diff)
{
  g_autofree char *text = cardea_text_escape_lines (diff, strlen (diff));
  GtkWidget *view = gtk_text_view_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));

  for (gsize i = 0; i < G_N_ELEMENTS (colours); i++)
    gtk_text_buffer_create_tag (buffer, colours[i].tag, NULL);
  add_lines (buffer, text);
  set_colours (buffer);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (set_colours), buffer, G_CONNECT_SWAPPED);

  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), MARGIN);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), MARGIN);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Difference"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scrolled),
                                              height_of (view, buffer));
  gtk_widget_add_css_class (scrolled, "card");
  gtk_widget_set_overflow (scrolled, GTK_OVERFLOW_HIDDEN);
  return scrolled;
}
