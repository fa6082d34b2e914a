/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-markdown-block.h"

#include <gtk/gtk.h>

/* A table of a message, which can be copied and saved as CSV (ui-table-csv.h). */
#define UI_TYPE_TABLE_VIEW (ui_table_view_get_type ())
G_DECLARE_FINAL_TYPE (UiTableView, ui_table_view, UI, TABLE_VIEW, GtkWidget)

GtkWidget *ui_table_view_new (void);
/* block: UI_MARKDOWN_TABLE, with as many columns as before, if there was one; rows come at its end.
 */
void ui_table_view_set (UiTableView *table, const UiMarkdownBlock *block);
