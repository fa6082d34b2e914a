/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-keeper.h"
#include "ui/chat/ui-chat-list.h"

/* Deletes chats for good when the person wants them kept for so many days only (keep-chats of the
 * preferences): once all that is kept is known, and again every few hours. So a choice can be
 * thought over: nothing is deleted by choosing. */
#define UI_TYPE_RETENTION (ui_retention_get_type ())
G_DECLARE_FINAL_TYPE (UiRetention, ui_retention, UI, RETENTION, GObject)

/* preferences: NULL: everything is kept. */
UiRetention *ui_retention_new (GSettings *preferences, UiChatKeeper *keeper, UiChatList *list);
