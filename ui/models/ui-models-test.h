/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/models/ui-models-verdict.h"

#include <gio/gio.h>

/* The verdict on a model, for a window, which does not wait for what the server says.
 *
 * tested: "model.tested"; its pipe is taken. wanted: as of ui_models_verdict_new(). Never fails but
 * when cancelled: what cannot be read is a verdict, too. */
void ui_models_test_read_async (CardeaMessage *tested, const char *wanted,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
UiModelsVerdict *ui_models_test_read_finish (GAsyncResult *result, GError **error);
