/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/link/ui-link.h"

#include <adwaita.h>

/* The first start: what Cardea is and may do, which model thinks, a folder now or never. Every
 * screen can be passed over, and closing it is passing over the rest. */
#define UI_TYPE_WELCOME (ui_welcome_get_type ())
G_DECLARE_FINAL_TYPE (UiWelcome, ui_welcome, UI, WELCOME, AdwWindow)

/* Signal: "over", once, however it ended: it need not be shown again. */
GtkWidget *ui_welcome_new (GtkWindow *parent, UiLink *link);
