/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "ui/chat/ui-chat-card.h"
#include "ui/chat/ui-chat-foreign.h"
#include "ui/chat/ui-chat-message.h"

/* A chat as records, one JSON object each, in the order things happened (README.md lists them).
 * Writing gives a new record, the caller's. */
CardeaJson *ui_chat_record_entry (UiChatEntry *entry);
/* What the text of a message has grown by since `from` bytes. */
CardeaJson *ui_chat_record_text (UiChatMessage *message, gsize from);
CardeaJson *ui_chat_record_state (UiChatMessage *message);
CardeaJson *ui_chat_record_gone (UiChatEntry *entry);
CardeaJson *ui_chat_record_picture (UiChatCard *card, UiChatPicture *picture);
CardeaJson *ui_chat_record_title (const char *title);
CardeaJson *ui_chat_record_flow (const CardeaJson *flow, guint since);
CardeaJson *ui_chat_record_session (const char *id);
CardeaJson *ui_chat_record_with (const UiChatForeign *foreign);

#define UI_CHAT_RECORD_SESSIONS 1000u /* of one chat that are noted */

/* Reading: takes records one after another and keeps what they amount to. Not tied to a main loop,
 * so that it may run in a thread of its own; what it made is then handed over. */
typedef struct {
  GPtrArray *entries;     /* of UiChatEntry, oldest first */
  GHashTable *places;     /* number → index + 1 in entries */
  char *title;            /* NULL: the person gave none */
  gint64 time;            /* of the last message */
  UiChatForeign *foreign; /* with whom it is held; NULL: with our agent */
  CardeaJson *flow;       /* as of ui_chat_get_flow() */
  guint flow_since;
  GPtrArray *sessions; /* char *, as of ui_chat_get_sessions() */
} UiChatRecords;

UiChatRecords *ui_chat_records_new (void);
void ui_chat_records_free (UiChatRecords *records);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiChatRecords, ui_chat_records_free)

/* FALSE for a record that makes no sense here: the file is damaged from it on. A kind of record
 * that is not known is passed over. */
gboolean ui_chat_records_take (UiChatRecords *records, const CardeaJson *record);
/* To be called once after the last: what was under way when the window ended is called stopped, and
 * what was taken out is left out. */
void ui_chat_records_finish (UiChatRecords *records);

/* The first line of text for a list: escaped, without marks of Markdown, at most `limit`
 * characters. The caller owns it. */
char *ui_chat_record_line (const char *text, gsize limit);
