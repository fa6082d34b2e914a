/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* Tells a sentence, which is shown as it is, in the window that widget is in; without a place for
 * such things there, a sound. */
void ui_toast_show (GtkWidget *widget, const char *sentence);
