/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-list.h"

#include <adwaita.h>

/* The button above the list of chats that begins one with somebody else's agent: every profile that
 * can be talked with, and which of them are not installed. */
#define UI_TYPE_AGENT_MENU (ui_agent_menu_get_type ())
G_DECLARE_FINAL_TYPE (UiAgentMenu, ui_agent_menu, UI, AGENT_MENU, AdwBin)

/* Signal: "begin" (UiChatForeign *): the person chose an agent and where it works. list: where to
 * look for the folder that it worked in last. */
void ui_agent_menu_set_list (UiAgentMenu *menu, UiChatList *list);
