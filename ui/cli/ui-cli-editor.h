/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli-keys.h"

/* One line being typed, with a cursor and the lines typed before. Kept in memory only: what was
 * said to an agent is not left behind in a file. Pure; draws itself into a string. */
typedef struct _UiCliEditor UiCliEditor;

UiCliEditor *ui_cli_editor_new (void);
void ui_cli_editor_free (UiCliEditor *editor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliEditor, ui_cli_editor_free)

/* TRUE when the line changed or the cursor moved. ENTER, CANCEL and EOF are the caller's. */
gboolean ui_cli_editor_key (UiCliEditor *editor, UiCliKey key, gunichar character);

const char *ui_cli_editor_text (const UiCliEditor *editor);
/* Empties the line; remember: it joins the lines typed before. */
void ui_cli_editor_clear (UiCliEditor *editor, gboolean remember);

/* From the line's first column: prompt and the part around the cursor that fits, the cursor put
 * where it belongs. The caller owns it. */
char *ui_cli_editor_draw (const UiCliEditor *editor, const char *prompt, guint columns);
