/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

/* Another chat that goes on from where message, of the person, was said: what came before it is
 * copied, and what it said is the draft, with its files. The chat itself stays as it is. Its agent
 * is a new one, which knows nothing of what was copied. The caller owns it. */
UiChat *ui_chat_branch_new (UiChatList *list, UiChat *chat, UiChatMessage *message);
