/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* A unified diff to read: + and − stand there as text, colour only adds to them. diff is untrusted
 * and is escaped, but for line ends and tabs. */
GtkWidget *ui_diff_view_new (const char *diff);
