/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gdk/gdk.h>

/* What a person pastes that is not words: files copied in a file manager, and pictures, which
 * become files of the chat (ui/store/ui-store-pasted.h), byte for byte. That they are pasted
 * designates them, as dropping them would. Where there are words beside a picture, as a spreadsheet
 * copies them, the words are meant. */

/* Whether the clipboard offers such a thing. */
gboolean ui_paste_is_there (GdkClipboard *clipboard);

/* chat: the id of the one that a picture is to belong to. user_data is kept until the callback,
 * which always comes. */
void ui_paste_read_async (GdkClipboard *clipboard, const char *chat, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
/* Of GFile, each with a path; empty: it was something else after all. NULL: it could not be read,
 * or not be kept; the message is for the person. The caller owns it. */
GPtrArray *ui_paste_read_finish (GAsyncResult *result, GError **error);

/* What was pasted is not to be given after all: a picture of that chat is removed, soon; of other
 * files nothing. */
void ui_paste_drop (const char *chat, GFile *file);
