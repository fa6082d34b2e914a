/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-picture-loader.h"

#include <gtk/gtk.h>

/* A few pictures side by side, below each other where there is no room. */

#define UI_PICTURE_STRIP_LIMIT 8u /* what goes beyond is not shown */

/* A GtkFlowBox. */
GtkWidget *ui_picture_strip_new (void);
void ui_picture_strip_clear (GtkWidget *strip);
void ui_picture_strip_add_picture (GtkWidget *strip, UiChatPicture *picture);
/* One in a file that the person designated. */
void ui_picture_strip_add_file (GtkWidget *strip, UiPictureLoader *loader, const char *path);
