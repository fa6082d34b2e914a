/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* The desktop's portal (XDG Desktop Portal). Its answers are the desktop's, and no more than
 * wishes: nothing of an agent depends on one. */

#define UI_PORTAL "org.freedesktop.portal.Desktop"
#define UI_PORTAL_PATH "/org/freedesktop/portal/desktop"

/* A method that is answered by a signal (org.freedesktop.portal.Request). before: a tuple of what
 * comes before its options, options: a{sv}; both may be floating. handle_token is added. */
void ui_portal_request_async (GDBusConnection *bus, const char *interface, const char *method,
                              GVariant *before, GVariant *options, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
/* a{sv}; the caller's. NULL with G_IO_ERROR_PERMISSION_DENIED: the desktop or the person said no.
 */
GVariant *ui_portal_request_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
