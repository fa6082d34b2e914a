/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

#include <glib.h>

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

/* tested: "model.tested". wanted: the server's name of the model that is to be used, NULL when none
 * is chosen yet. body: what came out of its pipe, as far as UI_MODELS_ANSWER_LIMIT. */
UiModelsVerdict *ui_models_verdict_new (const CardeaMessage *tested, const char *wanted,
                                        const GByteArray *body);
