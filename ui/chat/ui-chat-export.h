/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat.h"

/* A chat as a file for others. */
typedef enum {
  UI_CHAT_EXPORT_MARKDOWN,
  UI_CHAT_EXPORT_JSON, /* {"format":"cardea-chat-1","title","id","exported","entries":[…]} */
} UiChatExportFormat;

GBytes *ui_chat_export (UiChat *chat, UiChatExportFormat format);
/* A file's name made from the title: no path in it, at most 80 characters. The caller owns it. */
char *ui_chat_export_name (UiChat *chat, UiChatExportFormat format);
