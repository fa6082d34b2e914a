/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

/* The rows of all pages whose title or text have a word in them, as a list. */
#define UI_TYPE_SETTINGS_SEARCH (ui_settings_search_get_type ())
G_DECLARE_FINAL_TYPE (UiSettingsSearch, ui_settings_search, UI, SETTINGS_SEARCH, AdwBin)

/* Signal: "chosen" (GtkWidget *), a row of a page. */
GtkWidget *ui_settings_search_new (void);
/* Looks in the pages of stack; FALSE: text is empty, and nothing is listed. */
gboolean ui_settings_search_look (UiSettingsSearch *search, GtkStack *stack, const char *text);
/* The same when pages may show more by now. */
void ui_settings_search_look_again (UiSettingsSearch *search, GtkStack *stack, const char *text);
