/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* What comes of a chat, dragged out of the window, and copied. It is always copied, never moved. */

/* Called when a drag begins, with the widget: full paths, or a text; NULL: there is nothing to
 * drag. What is returned is taken. */
typedef char **(*UiDragFiles) (GtkWidget *widget);
typedef char *(*UiDragText) (GtkWidget *widget);

/* area: what is dragged by; a part of widget, or it. */
void ui_drag_add_files (GtkWidget *area, GtkWidget *widget, UiDragFiles get);
void ui_drag_add_text (GtkWidget *area, GtkWidget *widget, UiDragText get);

/* The same for who has no pointer: files into the clipboard, as file managers know them. */
void ui_drag_copy_files (GtkWidget *widget, char **files);
