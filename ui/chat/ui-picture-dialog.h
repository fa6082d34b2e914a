/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-picture-loader.h"

#include <gtk/gtk.h>

/* A picture as large as there is room, over the window that above is in; Escape closes it. loader
 * and path: where there is more of it than is shown already; NULL: nowhere. */
void ui_picture_dialog_show (GtkWidget *above, UiChatPicture *picture, UiPictureLoader *loader,
                             const char *path);
