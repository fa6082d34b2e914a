/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* The text of a composer: a text view for a scrolled window that grows with it. GtkTextView scrolls
 * to the caret in a moving picture, and does not hear of its own new height before that is over: a
 * text just pasted would stand scrolled in a place that has room for all of it. This one ends the
 * movement when it grows or shrinks. */

#define UI_TYPE_COMPOSER_ENTRY (ui_composer_entry_get_type ())
G_DECLARE_FINAL_TYPE (UiComposerEntry, ui_composer_entry, UI, COMPOSER_ENTRY, GtkTextView)
