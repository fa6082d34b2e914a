/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A table as comma-separated values (RFC 4180): UTF-8, each row ended by CR LF. cells: UTF-8 texts,
 * row by row, never NULL. Who wrote them is not trusted, and spreadsheets run what looks like a
 * formula: such a cell, unless it is a number, gets an apostrophe before it, which makes it text.
 * The caller owns what comes. */
char *ui_table_csv_new (const char *const *cells, guint n_cells, guint columns);
