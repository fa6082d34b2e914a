/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-keys.h"

#include "ui/chat/ui-chat-row.h"

static GtkWidget *
next_item (GtkWidget *item, gboolean forward)
{
  return forward ? gtk_widget_get_next_sibling (item) : gtk_widget_get_prev_sibling (item);
}

static gboolean
is_in_sight (GtkWidget *item, GtkWidget *list)
{
  graphene_rect_t place;
  return gtk_widget_get_mapped (item) && gtk_widget_compute_bounds (item, list, &place)
         && place.origin.y < (float) gtk_widget_get_height (list)
         && place.origin.y + place.size.height > 0;
}

/* The first of what is seen, or the last. */
static GtkWidget *
enter (GtkWidget *list, gboolean forward)
{
  GtkWidget *item = forward ? gtk_widget_get_first_child (list) : gtk_widget_get_last_child (list);
  while (item != NULL && !is_in_sight (item, list))
    item = next_item (item, forward);
  return item;
}

static gboolean
move_in_list (GtkWidget *list, GtkDirectionType direction)
{
  gboolean forward = direction == GTK_DIR_TAB_FORWARD;
  GtkWidget *item = gtk_widget_get_focus_child (list);

  for (item = item != NULL ? item : enter (list, forward); item != NULL;
       item = next_item (item, forward))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);
      if (row == NULL || !gtk_widget_get_mapped (item))
        continue;
      ui_chat_row_show (UI_CHAT_ROW (row));
      if (gtk_widget_child_focus (row, direction))
        return TRUE;
    }
  return FALSE;
}

static gboolean
holds_focus (GtkWidget *stop)
{
  GtkRoot *root = gtk_widget_get_root (stop);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  return focus != NULL && (focus == stop || gtk_widget_is_ancestor (focus, stop));
}

gboolean
ui_chat_keys_move (GtkWidget *const *stops, GtkListView *list, GtkDirectionType direction)
{
  int step = direction == GTK_DIR_TAB_FORWARD ? 1 : -1;
  int count = 0, at = -1;

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;
  for (; stops[count] != NULL; count++)
    if (holds_focus (stops[count]))
      at = count;
  if (at < 0)
    at = step > 0 ? 0 : count - 1;
  for (; at >= 0 && at < count; at += step)
    if (stops[at] == GTK_WIDGET (list) ? move_in_list (stops[at], direction)
                                       : gtk_widget_child_focus (stops[at], direction))
      return TRUE;
  return FALSE;
}
