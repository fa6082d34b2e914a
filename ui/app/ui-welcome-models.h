/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* The choice of a model: none, one that is connected, one found on this computer, or a service
 * that is connected here. Nothing is connected before it is applied or its form was sent. */
#define UI_TYPE_WELCOME_MODELS (ui_welcome_models_get_type ())
G_DECLARE_FINAL_TYPE (UiWelcomeModels, ui_welcome_models, UI, WELCOME_MODELS, AdwBin)

void ui_welcome_models_set_link (UiWelcomeModels *models, UiLink *link);
/* Looks for models: those connected and those on this computer. */
void ui_welcome_models_look (UiWelcomeModels *models);

/* Makes the chosen one the model of new chats. done gets a sentence of what went wrong, or NULL. */
void ui_welcome_models_apply (UiWelcomeModels *models,
                              void (*done) (const char *trouble, gpointer user_data),
                              gpointer user_data);
