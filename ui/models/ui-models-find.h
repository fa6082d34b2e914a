/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/models/ui-models-local.h"

#include <gio/gio.h>

/* ui_models_local_search() for a window, which may close meanwhile. */
void ui_models_find_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
/* UiModelsServer, in the order of the ports; the caller's. NULL: cancelled. */
GPtrArray *ui_models_find_finish (GAsyncResult *result, GError **error);
