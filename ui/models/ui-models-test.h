/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

#include <gio/gio.h>

/* What came of trying a model (model.test): the guardian asked its server for its models, with the
 * key; what the server said is read here. */

typedef struct {
  gboolean good; /* it is there, answers as such a server does, and takes the key */
  guint ms;      /* until the answer began */
  char **models; /* as the server calls them; NULL: not known */
  char *problem; /* a sentence of what is wrong and what to do; NULL when good */
} UiModelsVerdict;

void ui_models_verdict_free (UiModelsVerdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiModelsVerdict, ui_models_verdict_free)

/* tested: "model.tested"; its pipe is taken. wanted: the server's name of the model that is to be
 * used, NULL when none is chosen yet. Never fails but when cancelled: what cannot be read is a
 * verdict, too. */
void ui_models_test_read_async (CardeaMessage *tested, const char *wanted,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
UiModelsVerdict *ui_models_test_read_finish (GAsyncResult *result, GError **error);
