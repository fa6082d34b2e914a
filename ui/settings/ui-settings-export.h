/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <gio/gio.h>

/* Writes the whole log with its details into file, one JSON object (RFC 8785) a line, page by page,
 * so that a long log needs no memory. The file is the person's alone (0600), replaced only when all
 * of it is written. progress is told the records written so far. */
typedef void (*UiSettingsExportProgress) (gint64 records, gpointer user_data);

void ui_settings_export_async (UiLink *link, GFile *file, GCancellable *cancellable,
                               UiSettingsExportProgress progress, gpointer progress_data,
                               GAsyncReadyCallback callback, gpointer user_data);
/* How many records were written; -1 with an error. */
gint64 ui_settings_export_finish (GAsyncResult *result, GError **error);
