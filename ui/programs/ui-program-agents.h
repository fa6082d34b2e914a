/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

#include <gio/gio.h>

/* Somebody else's agents that a person can talk with, for a front end that must not wait for the
 * disk: everything here is done in a thread. */

typedef struct {
  char *name;  /* the profile's */
  char *title; /* for people */
  char *note;  /* for people: how to log in; NULL: nothing to say */
  char *lacks; /* the program that is not installed; NULL: it can be talked with */
} UiProgramAgent;

void ui_program_agent_free (UiProgramAgent *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiProgramAgent, ui_program_agent_free)

/* Every profile with words for the Agent Client Protocol, by its title. A profile that cannot be
 * read is left out: `cardeactl profiles list` says why. */
void ui_program_agents_list_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
/* Of UiProgramAgent; the caller's. NULL with an error only when cancelled. */
GPtrArray *ui_program_agents_list_finish (GAsyncResult *result, GError **error);

/* What is said to the guardian to talk with one of them. */
typedef struct {
  CardeaMessage *run;          /* run.open: first */
  CardeaMessage *session_open; /* as it was given, joined to it */
  int errors;                  /* what it writes to standard error */
} UiProgramTalk;

void ui_program_talk_free (UiProgramTalk *talk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiProgramTalk, ui_program_talk_free)

/* folder: DIR[:ro|:rw] in which it works; hosts: HOST[:PORT], NULL-terminated. session_open is the
 * callee's until the call is over. */
void ui_program_agents_talk_async (const char *profile, const char *folder, char **hosts,
                                   CardeaMessage *session_open, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* The caller's. UI_PROGRAM_ERROR. */
UiProgramTalk *ui_program_agents_talk_finish (GAsyncResult *result,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
