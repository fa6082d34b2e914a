/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* A block of code: highlighted, scrolled sideways, with a button that copies it. */
#define UI_TYPE_CODE_VIEW (ui_code_view_get_type ())
G_DECLARE_FINAL_TYPE (UiCodeView, ui_code_view, UI, CODE_VIEW, GtkWidget)

GtkWidget *ui_code_view_new (void);
/* language: as written behind the fence, NULL or unknown: none. Text that only grew is appended. */
void ui_code_view_set (UiCodeView *view, const char *text, const char *language);
