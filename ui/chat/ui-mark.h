/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* Words that are looked for, marked in the labels and text views below a widget. What is marked are
 * the attributes of labels: of a label that has others of its own they would be lost. */

/* words: of ui_find_words_split(); NULL: none are marked any more. current: the entry that the
 * person is at. */
void ui_mark_show (GtkWidget *widget, char **words, gboolean current);

/* Where the topmost of them is, in the coordinates of an ancestor; FALSE: nowhere. */
gboolean ui_mark_find (GtkWidget *widget, char **words, GtkWidget *ancestor,
                       GdkRectangle *ret_place);
