/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* Texts of a question with their accessible names (consent.md): "NAME: TEXT". Plain text only. */

void ui_consent_label_name (gpointer widget, const char *name, const char *text);
/* NULL or "": invisible. */
void ui_consent_label_show (GtkLabel *label, const char *name, const char *text);
void ui_consent_label_show_lines (GtkLabel *label, const char *name, char *const *lines);
