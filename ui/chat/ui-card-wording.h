/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-card.h"

/* What a card says, in the person's language; every name in it is escaped. The caller owns all. */
char *ui_card_wording_title (UiChatCard *card); /* "Changed summary.md" */
char *ui_card_wording_state (UiChatCard *card); /* "3 files · 12 lines added, 2 removed" */
char *ui_card_wording_why (UiChatCard *card);   /* reason, rule, note; NULL when nothing is known */
char *ui_card_wording_items (UiChatCard *card); /* the files of a change, a line each; NULL */
/* Lines that somebody else's agent shows with a step; NULL. */
char *ui_card_wording_detail (UiChatCard *card);
const char *ui_card_wording_icon (UiChatCard *card); /* static */
