/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-mark.h"

#include "ui/chat/ui-find-words.h"

#define TAG "found"

/* Dark on light whatever the style, so that they can be read in every one. */
typedef struct {
  guint16 red, green, blue;
} Colour;

static const Colour text_colour = { 0x1a1a, 0x1a1a, 0x1a1a };
static const Colour colours[] = {
  [FALSE] = { 0xf9f9, 0xf0f0, 0x6b6b },
  [TRUE] = { 0xffff, 0xa3a3, 0x4848 },
};

/* --- labels --- */

static void
add_attribute (PangoAttrList *list, PangoAttribute *attribute, const UiFindPlace *place)
{
  attribute->start_index = place->start;
  attribute->end_index = place->end;
  pango_attr_list_insert (list, attribute);
}

/* GTK 4.8 lays a label's attributes into those of its markup, where they stay until that is read
 * again. */
static void
forget_marks (GtkLabel *label)
{
  if (gtk_label_get_attributes (label) == NULL || !gtk_label_get_use_markup (label))
    return;
  gtk_label_set_attributes (label, NULL);
  gtk_label_set_use_markup (label, FALSE);
  gtk_label_set_use_markup (label, TRUE);
}

static void
mark_label (GtkLabel *label, char **words, gboolean current)
{
  g_autoptr (PangoAttrList) list = NULL;

  if (words != NULL)
    {
      g_autoptr (GArray) places = ui_find_words_places (gtk_label_get_text (label), words);
      const Colour *c = &colours[current], *t = &text_colour;
      for (guint i = 0; i < places->len; i++)
        {
          const UiFindPlace *place = &g_array_index (places, UiFindPlace, i);
          list = list != NULL ? list : pango_attr_list_new ();
          add_attribute (list, pango_attr_background_new (c->red, c->green, c->blue), place);
          add_attribute (list, pango_attr_foreground_new (t->red, t->green, t->blue), place);
          /* Not the style's, which lets what is below shine through. */
          add_attribute (list, pango_attr_background_alpha_new (G_MAXUINT16), place);
          add_attribute (list, pango_attr_foreground_alpha_new (G_MAXUINT16), place);
        }
    }
  forget_marks (label);
  gtk_label_set_attributes (label, list);
}

static gboolean
find_in_label (GtkLabel *label, char **words, GdkRectangle *ret_place)
{
  g_autoptr (GArray) places = ui_find_words_places (gtk_label_get_text (label), words);
  guint first = G_MAXUINT;
  PangoRectangle at;
  int x, y;

  for (guint i = 0; i < places->len; i++)
    first = MIN (first, g_array_index (places, UiFindPlace, i).start);
  if (first == G_MAXUINT)
    return FALSE;
  pango_layout_index_to_pos (gtk_label_get_layout (label), (int) first, &at);
  gtk_label_get_layout_offsets (label, &x, &y);
  *ret_place = (GdkRectangle){ x + PANGO_PIXELS (at.x), y + PANGO_PIXELS (at.y),
                               PANGO_PIXELS (at.width), PANGO_PIXELS (at.height) };
  return TRUE;
}

/* --- text views --- */

static char *
get_text (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static GtkTextTag *
get_tag (GtkTextBuffer *buffer, gboolean current)
{
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), TAG);
  const Colour *c = &colours[current];
  GdkRGBA background = { (float) c->red / G_MAXUINT16, (float) c->green / G_MAXUINT16,
                         (float) c->blue / G_MAXUINT16, 1 };
  GdkRGBA foreground
      = { (float) text_colour.red / G_MAXUINT16, (float) text_colour.green / G_MAXUINT16,
          (float) text_colour.blue / G_MAXUINT16, 1 };

  if (tag == NULL)
    tag = gtk_text_buffer_create_tag (buffer, TAG, NULL, NULL);
  g_object_set (tag, "background-rgba", &background, "foreground-rgba", &foreground, NULL);
  return tag;
}

static void
mark_text (GtkTextView *view, char **words, gboolean current)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;

  if (gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), TAG) != NULL)
    {
      gtk_text_buffer_get_bounds (buffer, &start, &end);
      gtk_text_buffer_remove_tag_by_name (buffer, TAG, &start, &end);
    }
  if (words == NULL)
    return;
  g_autofree char *text = get_text (buffer);
  g_autoptr (GArray) places = ui_find_words_places (text, words);
  for (guint i = 0; i < places->len; i++)
    {
      const UiFindPlace *place = &g_array_index (places, UiFindPlace, i);
      gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) g_utf8_strlen (text, place->start));
      gtk_text_buffer_get_iter_at_offset (buffer, &end, (int) g_utf8_strlen (text, place->end));
      gtk_text_buffer_apply_tag (buffer, get_tag (buffer, current), &start, &end);
    }
}

static gboolean
find_in_text (GtkTextView *view, char **words, GdkRectangle *ret_place)
{
  g_autofree char *text = get_text (gtk_text_view_get_buffer (view));
  g_autoptr (GArray) places = ui_find_words_places (text, words);
  guint first = G_MAXUINT;
  GdkRectangle at;
  GtkTextIter iter;
  int x, y;

  for (guint i = 0; i < places->len; i++)
    first = MIN (first, g_array_index (places, UiFindPlace, i).start);
  if (first == G_MAXUINT)
    return FALSE;
  gtk_text_buffer_get_iter_at_offset (gtk_text_view_get_buffer (view), &iter,
                                      (int) g_utf8_strlen (text, first));
  gtk_text_view_get_iter_location (view, &iter, &at);
  gtk_text_view_buffer_to_window_coords (view, GTK_TEXT_WINDOW_WIDGET, at.x, at.y, &x, &y);
  *ret_place = (GdkRectangle){ x, y, at.width, at.height };
  return TRUE;
}

/* --- all that is below --- */

void
ui_mark_show (GtkWidget *widget, char **words, gboolean current)
{
  if (GTK_IS_LABEL (widget))
    mark_label (GTK_LABEL (widget), words, current);
  else if (GTK_IS_TEXT_VIEW (widget))
    mark_text (GTK_TEXT_VIEW (widget), words, current);
  else
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      ui_mark_show (child, words, current);
}

gboolean
ui_mark_find (GtkWidget *widget, char **words, GtkWidget *ancestor, GdkRectangle *ret_place)
{
  GdkRectangle place;
  double x, y;
  gboolean found = FALSE;

  if (GTK_IS_LABEL (widget))
    found = find_in_label (GTK_LABEL (widget), words, &place);
  else if (GTK_IS_TEXT_VIEW (widget))
    found = find_in_text (GTK_TEXT_VIEW (widget), words, &place);
  else
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
         child = gtk_widget_get_next_sibling (child))
      if (ui_mark_find (child, words, ancestor, ret_place))
        return TRUE;
  if (!found || !gtk_widget_translate_coordinates (widget, ancestor, place.x, place.y, &x, &y))
    return FALSE;
  *ret_place = (GdkRectangle){ (int) x, (int) y, place.width, place.height };
  return TRUE;
}
