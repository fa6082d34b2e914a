/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-foreign.h"

#include <adwaita.h>

/* What a chat begins with that is held with somebody else's agent: where it works, and what it may.
 */
void ui_chat_empty_show (AdwStatusPage *page, const UiChatForeign *foreign);
