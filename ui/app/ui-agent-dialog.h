/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-foreign.h"

#include <adwaita.h>

/* Before a chat with somebody else's agent begins: the folder in which it works, and whether it may
 * change files there. */
#define UI_TYPE_AGENT_DIALOG (ui_agent_dialog_get_type ())
G_DECLARE_FINAL_TYPE (UiAgentDialog, ui_agent_dialog, UI, AGENT_DIALOG, AdwMessageDialog)

/* Signal: "begin" (UiChatForeign *). wanted: the agent, with what is proposed; its folder may be
 * empty. note: how to log in, NULL: nothing to say. */
GtkWidget *ui_agent_dialog_new (GtkWindow *parent, const UiChatForeign *wanted, const char *note);
