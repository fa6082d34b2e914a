/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* Buttons side by side. Where letters are so large, or words so long, that they do not fit into
 * pixels, they stand one below another, each as wide as there is room, in the same order. To be
 * called before the question is on the screen: nothing of it may move afterwards. */
void ui_consent_row_fit (GtkBox *row, int pixels);
