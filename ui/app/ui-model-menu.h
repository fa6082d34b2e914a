/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-session.h"

#include <adwaita.h>

/* The button in the header of a chat that chooses which model answers in it: the default, one of
 * those that are connected, or none. */
#define UI_TYPE_MODEL_MENU (ui_model_menu_get_type ())
G_DECLARE_FINAL_TYPE (UiModelMenu, ui_model_menu, UI, MODEL_MENU, AdwBin)

/* Property, notified: "model" (string), the name of the one that answers; NULL: not known yet.
 * Signal: "chosen", by the person: now one goes on writing. */
void ui_model_menu_set_link (UiModelMenu *menu, UiLink *link);
void ui_model_menu_show (UiModelMenu *menu, UiChatSession *session);
/* A sentence part for the window's title; the caller owns it. */
char *ui_model_menu_describe (UiModelMenu *menu);
