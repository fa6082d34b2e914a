/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"
#include "ui/models/ui-models-local.h"

#include <adwaita.h>

/* Asks for a model and connects it. server: one that was found, for what is known of it already;
 * NULL: anyone. done gets the page and the model's name after it was connected. */
void ui_settings_model_form_open (GtkWidget *page, UiLink *link, const UiModelsServer *server,
                                  void (*done) (GtkWidget *page, const char *name));
