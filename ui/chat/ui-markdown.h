/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* Markdown as native widgets, a widget a block. Nothing is fetched and nothing can be followed.
 * What did not change since the last text keeps its widgets, and a text that grew is parsed only
 * from its last unsettled block on. */
#define UI_TYPE_MARKDOWN (ui_markdown_get_type ())
G_DECLARE_FINAL_TYPE (UiMarkdown, ui_markdown, UI, MARKDOWN, GtkWidget)

GtkWidget *ui_markdown_new (void);
/* grown: text begins with all of the text before. */
void ui_markdown_set_text (UiMarkdown *markdown, const char *text, gsize size, gboolean grown);
