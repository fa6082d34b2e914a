/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-picture.h"
#include "ui/link/ui-link.h"

/* Pictures in files of the person's own, as pixels: the file is handed to the guardian, which has
 * it decoded in a process that holds nothing. One after another; who is not wanted any more is
 * cancelled. */
#define UI_TYPE_PICTURE_LOADER (ui_picture_loader_get_type ())
G_DECLARE_FINAL_TYPE (UiPictureLoader, ui_picture_loader, UI, PICTURE_LOADER, GObject)

UiPictureLoader *ui_picture_loader_new (UiLink *link);

/* Whether a file of that name is worth a try: nothing else is opened to be shown. */
gboolean ui_picture_loader_knows (const char *path);

/* What that file was a moment ago, without waiting; borrowed until the next call. NULL: not known.
 * To be loaded all the same: it may have changed. edge: as it was asked for. */
UiChatPicture *ui_picture_loader_peek (UiPictureLoader *loader, const char *path, guint edge);

/* path: one that the person designated, never one that an agent only says. edge: of the longer
 * side, in pixels. */
void ui_picture_loader_load_async (UiPictureLoader *loader, const char *path, guint edge,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
/* The caller owns it. NULL: there is none to be shown; the error says why, for a log. */
UiChatPicture *ui_picture_loader_load_finish (UiPictureLoader *loader, GAsyncResult *result,
                                              GError **error);
