/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "ui/chat/ui-chat-entry.h"
#include "ui/chat/ui-chat-picture.h"

/* One action of the assistant: what it wanted, what became of it, and, when it changed files, which
 * change that was. Filled from chat.event "tool" (the agent's word, untrusted) and from change.made
 * (the guardian's). */
#define UI_TYPE_CHAT_CARD (ui_chat_card_get_type ())
G_DECLARE_FINAL_TYPE (UiChatCard, ui_chat_card, UI, CHAT_CARD, UiChatEntry)

typedef enum {
  UI_CHAT_CARD_RUNNING,
  UI_CHAT_CARD_WAITING, /* for the person, at a question */
  UI_CHAT_CARD_DONE,
  UI_CHAT_CARD_REFUSED,
  UI_CHAT_CARD_FAILED,
  UI_CHAT_CARD_UNDOING,
  UI_CHAT_CARD_UNDONE,
} UiChatCardState;

typedef struct {
  UiChatCardState state;
  char *tool;
  char *path; /* bytes; NULL when there is none */
  char *call; /* the agent's id of it, pairs beginning and end */
  char *text; /* the agent's line about it */
  gint64 count;
  char *code; /* of a refusal, with rule, sentence and the person's note */
  char *policy;
  char *reason;
  char *note;
  char *change;      /* the guardian's id of the change it made */
  gboolean undoable; /* while it is made */
  char *why_not;     /* why it cannot be undone */
  gint64 added, removed;
  CardeaJson *items;   /* the change's, an array; NULL */
  gboolean foreign;    /* a foreign agent says it does this by itself */
  char *detail;        /* lines that it shows with it; NULL */
  char *trouble;       /* why taking it back did not work */
  gboolean asked;      /* a person was asked about it */
  char **about;        /* pictures that a question is about, while it waits; NULL: none */
  gboolean was_read;   /* the guardian says that path was */
  GPtrArray *pictures; /* UiChatPicture, that it showed; NULL: none */
} UiChatCardFacts;

#define UI_CHAT_CARD_PICTURES 8u

UiChatCard *ui_chat_card_new (const char *tool, const char *path);

/* Read freely; who writes calls ui_chat_entry_changed() afterwards. */
UiChatCardFacts *ui_chat_card_facts (UiChatCard *card);
UiChatCardState ui_chat_card_get_state (UiChatCard *card);
void ui_chat_card_set_state (UiChatCard *card, UiChatCardState state);
/* Whether its end is still to come. */
gboolean ui_chat_card_is_open (UiChatCard *card);

/* chat.event's data; untrusted. */
void ui_chat_card_take_event (UiChatCard *card, const CardeaJson *data, const char *text);
/* A Change of objects.md. */
void ui_chat_card_take_change (UiChatCard *card, const CardeaJson *change);
gboolean ui_chat_card_can_undo (UiChatCard *card);
/* What the guardian said that was made, changed or read, and is not undone: full paths, the
 * caller's; NULL: nothing. What only the agent says is not among them. */
char **ui_chat_card_files (UiChatCard *card);

/* What an agent has shown with it; FALSE: it has UI_CHAT_CARD_PICTURES already.
 */
gboolean ui_chat_card_add_picture (UiChatCard *card, UiChatPicture *picture);

void ui_chat_card_set_text (char **member, const char *text);
/* NULL: what is there stays. */
void ui_chat_card_set_detail (UiChatCard *card, const char *detail);
