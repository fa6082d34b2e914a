/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* Whether the window opens when the person logs in: an entry in the autostart folder (XDG Autostart
 * Specification), written by ourselves, or by the Background portal when we run in a Flatpak. */

void ui_autostart_get_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
/* -1: cannot tell. */
int ui_autostart_get_finish (GAsyncResult *result);

void ui_autostart_set_async (gboolean on, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
/* FALSE: it is as it was, and why. */
gboolean ui_autostart_set_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
