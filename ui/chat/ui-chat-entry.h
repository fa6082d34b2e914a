/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

/* What a conversation consists of: a message (UiChatMessage) or the card of an action (UiChatCard).
 * Signal: "changed": something of it that is shown or kept is another now. */
#define UI_TYPE_CHAT_ENTRY (ui_chat_entry_get_type ())
G_DECLARE_DERIVABLE_TYPE (UiChatEntry, ui_chat_entry, UI, CHAT_ENTRY, GObject)

struct _UiChatEntryClass {
  GObjectClass parent_class;
};

/* Its number within the chat, given when it is added; 0 before. */
guint ui_chat_entry_get_number (UiChatEntry *entry);
void ui_chat_entry_set_number (UiChatEntry *entry, guint number);
/* When it began, microseconds since 1970; that of its making unless set. */
gint64 ui_chat_entry_get_time (UiChatEntry *entry);
void ui_chat_entry_set_time (UiChatEntry *entry, gint64 time);

/* How high it was when it was last shown, pixels; 0: never. */
int ui_chat_entry_get_height (UiChatEntry *entry);
void ui_chat_entry_set_height (UiChatEntry *entry, int height);

void ui_chat_entry_changed (UiChatEntry *entry);
