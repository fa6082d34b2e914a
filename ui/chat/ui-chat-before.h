/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat.h"

/* What a session is told of the chat that it goes on with (common/protocol/objects.md, Before and
 * Flow). */

#define UI_CHAT_BEFORE_TEXT 16384u /* bytes of one message; what is longer is cut */

/* The newest messages before question that fit, oldest first, of those whose flow is known. The
 * caller owns it; NULL: there is nothing to tell. */
CardeaJson *ui_chat_before_new (UiChat *chat, UiChatMessage *question);

/* Both flows in one; known may be NULL. The caller owns it; NULL: told is none. */
CardeaJson *ui_chat_before_join (const CardeaJson *known, const CardeaJson *told);
