/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What cardeactl writes for people and for programs. Always UTF-8. Colour only on a terminal that
 * has it and when NO_COLOR is not set; it never carries meaning alone. */
typedef struct _UiCliOutput UiCliOutput;

typedef enum {
  UI_CLI_TONE_PLAIN,
  UI_CLI_TONE_STRONG,
  UI_CLI_TONE_DIM,
  UI_CLI_TONE_GOOD,
  UI_CLI_TONE_WARNING,
  UI_CLI_TONE_BAD,
} UiCliTone;

/* The descriptors are borrowed: 1 and 2 in the program, a pipe in a test. */
UiCliOutput *ui_cli_output_new (int out_fd, int err_fd);
void ui_cli_output_free (UiCliOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliOutput, ui_cli_output_free)

gboolean ui_cli_output_out_is_terminal (const UiCliOutput *output);
gboolean ui_cli_output_err_is_terminal (const UiCliOutput *output);

/* FALSE once a write failed (a full disk, a closed pipe): the task's answer did not arrive. */
gboolean ui_cli_output_ok (const UiCliOutput *output);
/* It failed because whoever read it has enough. */
gboolean ui_cli_output_reader_gone (const UiCliOutput *output);

/* One line to standard output or error. text is ours or escaped. */
void ui_cli_output_line (UiCliOutput *output, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ui_cli_output_note (UiCliOutput *output, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ui_cli_output_tone_line (UiCliOutput *output, UiCliTone tone, const char *text);

/* A piece of conversation, untrusted, as it comes: control and bidirectional override characters
 * are written out, so that it cannot move the cursor or reorder what is read. */
void ui_cli_output_prose (UiCliOutput *output, const char *text);
/* Ends the line when one is begun. */
void ui_cli_output_end_prose (UiCliOutput *output);

/* A passing remark on standard error, when that is a terminal and no line is begun; replaced by the
 * next remark or by whatever else is written. Untrusted text is fine. NULL takes it away. */
void ui_cli_output_remark (UiCliOutput *output, const char *text);

/* One canonical document and a newline to standard output. */
void ui_cli_output_json (UiCliOutput *output, const CardeaJson *json);

/* Rows of cells in aligned columns; the heads may be NULL. On a terminal too narrow for them the
 * last cells are wrapped, never cut. Cells are text of ours or escaped; tones
 * (one a row) may be NULL. */
typedef struct _UiCliTable UiCliTable;
UiCliTable *ui_cli_table_new (const char *const *heads, guint columns);
void ui_cli_table_free (UiCliTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliTable, ui_cli_table_free)
/* Takes columns strings; a NULL one is empty. */
void ui_cli_table_add (UiCliTable *table, UiCliTone tone, ...);
guint ui_cli_table_size (const UiCliTable *table);
void ui_cli_output_table (UiCliOutput *output, const UiCliTable *table);

/* "12 June 2025 14:03:05" in local time from RFC 3339; what cannot be read comes back escaped. */
char *ui_cli_output_local_time (const char *rfc3339);
/* Strings of JSON for a cell: escaped; "" when absent. */
char *ui_cli_output_cell (const CardeaJson *object, const char *name);
/* NAME or NAME_b64 of object as bytes; NULL when neither is there. */
char *ui_cli_output_path_bytes (const CardeaJson *object, const char *name);
/* The same, escaped, whole (listings are copied from); "" when absent. */
char *ui_cli_output_path (const CardeaJson *object, const char *name);
/* Columns that text takes on a terminal. */
guint ui_cli_output_width (const char *text);
