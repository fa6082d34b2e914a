/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

/* How the window behaves for this person: data/org.cardea.Cardea.gschema.xml. Nothing that decides
 * anything. */

#define UI_PREFERENCES_KEEP_CHATS "keep-chats"
#define UI_PREFERENCES_OPEN_CHAT "open-chat"
#define UI_PREFERENCES_WELCOMED "welcomed"
#define UI_PREFERENCES_SEARCH_CHATS "search-chats"
#define UI_PREFERENCES_GLOBAL_SHORTCUT "global-shortcut"

/* From where schemas are installed, else from beside the program. NULL: it is in neither place, and
 * nothing can be remembered. The caller owns it. */
GSettings *ui_preferences_new (void);

/* window is as large as the last one was, and the next will be as it was last. preferences may be
 * NULL. */
void ui_preferences_follow_window (GSettings *preferences, GtkWindow *window);
