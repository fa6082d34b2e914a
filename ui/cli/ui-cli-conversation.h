/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli-asker.h"

/* A session of its own and the turns in it: what ask and chat have in common. */
typedef struct _UiCliConversation UiCliConversation;

/* What -f, --net, --model, --mode, --with and -w say. For GOption: the strings are filled by it. */
typedef struct {
  char **files;
  char **hosts;
  char *model;
  char *mode;
  char *foreign;  /* a profile: somebody else's agent is talked with */
  char **folders; /* of that agent */
} UiCliConversationOptions;

/* The rows of these options, ended by a NULL row. The caller frees the array. */
GOptionEntry *ui_cli_conversation_entries (UiCliConversationOptions *options);
void ui_cli_conversation_clear_options (UiCliConversationOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (UiCliConversationOptions, ui_cli_conversation_clear_options)

/* Checks the options, connects, opens the session. title: shown in lists, shortened here; may be
 * NULL. asker is borrowed. */
UiCliConversation *ui_cli_conversation_open (UiCli *cli, UiCliAsker *asker,
                                             const UiCliConversationOptions *options,
                                             const char *title,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Tells the guardian (which seals the log over it) and waits. */
void ui_cli_conversation_end (UiCliConversation *conversation);
void ui_cli_conversation_free (UiCliConversation *conversation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliConversation, ui_cli_conversation_free)

const char *ui_cli_conversation_session (const UiCliConversation *conversation);
/* No model answers, but rules. */
gboolean ui_cli_conversation_offline (const UiCliConversation *conversation);
/* FALSE: the log's keys rest in a plain file. */
gboolean ui_cli_conversation_sealed (const UiCliConversation *conversation);

/* One message and its answer, written as it comes unless quiet. files: absolute paths, or NULL.
 * TRUE: answered. Refusals, failures and a cancelled turn are errors. Ctrl-C stops the turn, a
 * second one the session. */
gboolean ui_cli_conversation_turn (UiCliConversation *conversation, const char *text, char **files,
                                   gboolean quiet, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of the last turn; borrowed. The data is that of chat.event (objects.md), or NULL. */
const char *ui_cli_conversation_answer (const UiCliConversation *conversation);
const CardeaJson *ui_cli_conversation_data (const UiCliConversation *conversation);
/* TRUE after a second Ctrl-C. */
gboolean ui_cli_conversation_abandoned (const UiCliConversation *conversation);

/* Of every verb that opens a session. Mode NULL is the default. */
gboolean ui_cli_conversation_check_mode (const char *mode,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* CARDEA_CONSENT_TIMEOUT in seconds; 0: not set. */
gboolean ui_cli_conversation_read_timeout (gint64 *ret_seconds,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
