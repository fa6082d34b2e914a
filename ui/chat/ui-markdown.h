/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* Markdown (CommonMark with tables, parsed by md4c) as native widgets. The text is untrusted: raw
 * HTML is shown as text, pictures as their description, a link as its text with its real target
 * behind it; nothing is fetched and nothing can be clicked. Replaces what box held before. */
void ui_markdown_fill (GtkBox *box, const char *text);
