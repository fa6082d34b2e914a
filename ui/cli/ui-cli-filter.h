/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a confined program writes to the person's terminal, without what reaches further than the
 * screen: clipboard (OSC 52), device strings (DCS, APC, PM, SOS), titles, everything the terminal
 * would answer to as if the person had typed it, printing, other character sets, C1 controls.
 * ECMA-48, xterm's ctlseqs. A pure state machine: what comes out depends on the bytes alone,
 * however they are cut into pieces. */
typedef struct _UiCliFilter UiCliFilter;

UiCliFilter *ui_cli_filter_new (void);
void ui_cli_filter_free (UiCliFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliFilter, ui_cli_filter_free)

/* Appends to out what may pass of bytes. Never more than three bytes for one, and at most
 * UI_CLI_FILTER_SEQUENCE held back. */
void ui_cli_filter_pass (UiCliFilter *filter, const guint8 *bytes, gsize size, GByteArray *out);

#define UI_CLI_FILTER_SEQUENCE 128u /* bytes of one control sequence; a longer one is dropped */
