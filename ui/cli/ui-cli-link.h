/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* cardeactl's side of the link: greeting, asking, refusals as errors, ids by prefix. */

/* Connects (starting the guardian when none runs) and says hello, without waiting for the answer:
 * what is asked first follows at once, and if we are not welcome, that is its error. terminal: the
 * controlling terminal's descriptor, shown to the guardian as proof that questions can be drawn
 * here; borrowed, -1: none. Once; a second call does nothing. */
gboolean ui_cli_link_open (UiCli *cli, int terminal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sends request (taken), remembers its trace, waits. A refusal becomes an error; so does an answer
 * of another name. The answer is the caller's. */
CardeaMessage *ui_cli_link_call (UiCli *cli, CardeaMessage *request, const char *expected,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a request whose answer is "done". */
gboolean ui_cli_link_do (UiCli *cli, CardeaMessage *request,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sends request (taken) and waits for nothing: replied is called once, later, when an answer comes;
 * not at all when the link ends first. */
typedef void (*UiCliLinkReplied) (CardeaMessage *answer, gpointer user_data);
void ui_cli_link_ask (UiCli *cli, CardeaMessage *request, UiCliLinkReplied replied,
                      gpointer user_data);

/* Sends an event (borrowed); FALSE and debug output when the link is gone. */
gboolean ui_cli_link_send (UiCli *cli, CardeaMessage *event);
gboolean ui_cli_link_is_up (const UiCli *cli);

/* What arrives unasked; listeners are called in the order in which they came. Needs an open link.
 * The id is for ui_cli_link_unlisten(), for which 0 is nobody; closed may be NULL. */
typedef struct {
  void (*heard) (CardeaMessage *event, gpointer user_data);
  void (*closed) (gpointer user_data);
} UiCliLinkListener;
guint ui_cli_link_listen (UiCli *cli, UiCliLinkListener listener, gpointer user_data);
void ui_cli_link_unlisten (UiCli *cli, guint id);

/* The whole id of the one session that begins with prefix; all: the ended ones count too. The
 * caller owns it. */
char *ui_cli_link_find_session (UiCli *cli, const char *prefix, gboolean all,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The message of that name that takes back one thing by its id, all of a session's (the beginning
 * of its id), or all there are: the first of these that is given. */
CardeaMessage *ui_cli_link_revocation (UiCli *cli, const char *name, const char *id,
                                       const char *session, gboolean all,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Runs the default context until *done or the link ends (an error). */
gboolean ui_cli_link_wait (UiCli *cli, const gboolean *done,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the link; NULL: there is none. */
void ui_cli_link_free (UiCliLink *link);
