/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-card.h"
#include "ui/chat/ui-chat-foreign.h"
#include "ui/chat/ui-chat-message.h"

#include <gio/gio.h>

/* One conversation as it is kept: title, order, entries, draft. It knows neither the guardian nor
 * the disk: UiChatSession fills it, UiChatKeeper writes it down. */
#define UI_TYPE_CHAT (ui_chat_get_type ())
G_DECLARE_FINAL_TYPE (UiChat, ui_chat, UI, CHAT, GObject)

#define UI_CHAT_ID_BYTES 16u          /* its id is these in hex; also its file's name */
#define UI_CHAT_TITLE_CHARACTERS 200u /* of a title a person gives */

typedef enum {
  UI_CHAT_FRESH,   /* nothing of it is on the disk */
  UI_CHAT_KNOWN,   /* title and order are known, its entries are not read yet */
  UI_CHAT_READING, /* they are being read */
  UI_CHAT_LOADED,
  UI_CHAT_DAMAGED, /* cannot be read any further; shows what could, is never written to */
} UiChatPhase;

/* Properties, notified: "title", "preview", "draft" (strings), "time" (int64, microseconds, of the
 * last message), "phase" (int).
 * Signal: "record" (CardeaJson *): something happened that is to be kept, in the form of
 * ui-chat-record.h. */
UiChat *ui_chat_new (const char *id); /* NULL: a new one */

/* One that is held with somebody else's agent from its first message on. */
UiChat *ui_chat_new_with (const UiChatForeign *foreign);

const char *ui_chat_get_id (UiChat *chat);
const UiChatForeign *ui_chat_get_foreign (UiChat *chat); /* NULL: it is held with our agent */
const char *ui_chat_get_title (UiChat *chat); /* never NULL; may be made from the first message */
const char *ui_chat_get_preview (UiChat *chat);
gint64 ui_chat_get_time (UiChat *chat);
UiChatPhase ui_chat_get_phase (UiChat *chat);
void ui_chat_set_phase (UiChat *chat, UiChatPhase phase);
/* Whether there is anything in it worth a line in a list. */
gboolean ui_chat_is_empty (UiChat *chat);

/* The person's own name for it; empty: the one made from the first message again. */
void ui_chat_rename (UiChat *chat, const char *title);
/* Told by who reads the disk; no record. */
void ui_chat_restore (UiChat *chat, const char *title, const char *preview, gint64 time);
void ui_chat_restore_foreign (UiChat *chat, const UiChatForeign *foreign);

/* What was taken in by those who answered here (objects.md, Flow); borrowed. NULL: it is not known.
 * It is known of the entries whose number is above `since`. */
CardeaJson *ui_chat_get_flow (UiChat *chat);
guint ui_chat_get_flow_since (UiChat *chat);
/* Adds what the guardian told, which is of the last entry and what follows; kept when it is news.
 */
void ui_chat_add_flow (UiChat *chat, const CardeaJson *flow);
/* Of the chat whose first entries these are. */
void ui_chat_inherit_flow (UiChat *chat, const CardeaJson *flow, guint since);
/* Told by who reads the disk; no record. */
void ui_chat_restore_flow (UiChat *chat, const CardeaJson *flow, guint since);

/* Ids of the guardian's sessions in which it was held, oldest first: what the log has of it is
 * found by them. char *, borrowed. At most UI_CHAT_RECORD_SESSIONS are noted. */
const GPtrArray *ui_chat_get_sessions (UiChat *chat);
void ui_chat_add_session (UiChat *chat, const char *id);
/* Told by who reads the disk; no record. */
void ui_chat_restore_sessions (UiChat *chat, const GPtrArray *sessions);

/* Of UiChatMessage and UiChatCard; borrowed. */
GListModel *ui_chat_get_entries (UiChat *chat);
/* An answer that has no text yet is held: it stays last, and is kept from its first text on. */
void ui_chat_append (UiChat *chat, GObject *entry);
void ui_chat_remove (UiChat *chat, GObject *entry);
/* All entries at once, oldest first, before those there are; no records. */
void ui_chat_restore_entries (UiChat *chat, GPtrArray *entries);
/* A card has this picture now. */
void ui_chat_note_picture (UiChat *chat, UiChatCard *card, UiChatPicture *picture);
/* entry changed in a way that is to be kept. */
void ui_chat_note (UiChat *chat, GObject *entry);

/* Everything that is to be kept is a record now, also what an answer has grown by this moment. */
void ui_chat_flush (UiChat *chat);

/* What is typed and not sent; "" when there is none. */
const char *ui_chat_get_draft (UiChat *chat);
const char *const *ui_chat_get_draft_files (UiChat *chat);
void ui_chat_set_draft (UiChat *chat, const char *text, const char *const *files);
