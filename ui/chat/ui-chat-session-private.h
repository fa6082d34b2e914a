/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/chat/ui-chat-run.h"
#include "ui/chat/ui-chat-session.h"
#include "ui/chat/ui-chat-turn.h"

/* Shared by ui-chat-session and ui-chat-session-events only. */

struct _UiChatSession {
  GObject parent_instance;
  GCancellable *cancellable; /* everything under way; cancelled when this goes */
  UiLink *link;
  UiChat *chat;
  UiChatTurn *turn;
  UiChatRun *run; /* of somebody else's agent; NULL: ours answers, or none is there */
  char *id;
  char *choice; /* the model's name; NULL: the default */
  char *model;  /* that answers in the session; NULL without one */
  UiChatSessionState state;
  char *waiting;
  char *waiting_id;
  CardeaMessage *unsent; /* waits for the agent */
  guint opening;         /* counts; an answer to a former one is nobody's */
  guint stop_source;
  gboolean told;      /* this session has heard of the chat: nothing needs to be said again */
  GPtrArray *revoked; /* paths that are not shared any more, not yet told */
  guint revoked_source;
};

void ui_chat_session_set_state (UiChatSession *session, UiChatSessionState state);
/* sentence NULL: none waits. about: as ui_chat_turn_set_waiting(). */
void ui_chat_session_set_waiting (UiChatSession *session, const char *id, const char *sentence,
                                  const char *const *about);
/* The session is over: what was under way is told as failed, the text stays. */
void ui_chat_session_close (UiChatSession *session, const char *reason);
/* Tells the window that files were changed without a question. */
void ui_chat_session_tell_silent (UiChatSession *session, UiChatCard *card);

/* ui-chat-session-events.c: what comes from the guardian. */
void ui_chat_session_events_take (UiLink *link, CardeaMessage *event, UiChatSession *session);
/* What was revoked and not told is not told any more. */
void ui_chat_session_events_drop (UiChatSession *session);
