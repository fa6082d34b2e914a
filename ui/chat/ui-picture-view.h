/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-picture-loader.h"

#include <gtk/gtk.h>

/* A small picture that can be pressed, and then is shown as large as there is room. Hidden until
 * there is one, and when there is none. */
#define UI_TYPE_PICTURE_VIEW (ui_picture_view_get_type ())
G_DECLARE_FINAL_TYPE (UiPictureView, ui_picture_view, UI, PICTURE_VIEW, GtkWidget)

GtkWidget *ui_picture_view_new (void);
/* One that is there; NULL: none any more. */
void ui_picture_view_set_picture (UiPictureView *view, UiChatPicture *picture);
/* One in a file of the person's; loaded again, larger, when it is pressed. */
void ui_picture_view_load (UiPictureView *view, UiPictureLoader *loader, const char *path);

/* A picture as GTK draws it; nothing is decoded. The caller owns it. */
GdkPaintable *ui_picture_view_paintable (UiChatPicture *picture);
