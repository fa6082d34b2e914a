/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gdk/gdk.h>

/* What a person pastes that is not words: files copied in a file manager. That they are pasted
 * designates them, as dropping them would. */

/* Whether the clipboard offers such a thing. */
gboolean ui_paste_is_there (GdkClipboard *clipboard);

/* user_data is kept until the callback, which always comes. */
void ui_paste_read_async (GdkClipboard *clipboard, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
/* Of GFile, each with a path; empty: it was something else after all. NULL: it could not be read.
 * The caller owns it. */
GPtrArray *ui_paste_read_finish (GAsyncResult *result, GError **error);
