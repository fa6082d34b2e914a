/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* Asks for a folder, then what the assistant may do in it and for how long, and shares it. page:
 * where it is asked; done is called when it was shared. */
void ui_settings_share_folder (GtkWidget *page, UiLink *link, void (*done) (GtkWidget *page));
