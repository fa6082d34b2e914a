/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/consent/ui-consent-answer.h"

/* What one entered line means. Pure; line is UTF-8. */
typedef enum {
  UI_CLI_REPLY_DENY, /* empty too */
  UI_CLI_REPLY_STOP,
  UI_CLI_REPLY_WORD, /* the word that was shown */
  UI_CLI_REPLY_DETAILS,
  UI_CLI_REPLY_UNFOLD,    /* what is folded wants to be read */
  UI_CLI_REPLY_CHOICE,    /* choice was changed and is offered */
  UI_CLI_REPLY_UNOFFERED, /* a choice that this question does not offer */
  UI_CLI_REPLY_WRONG,
} UiCliReply;

/* word: what an Allow wants; NULL: the target's last element (tier 3). ret_note: borrowed from
 * line, behind a DENY; NULL when there is none. */
UiCliReply ui_cli_reply_read (const UiConsentQuestion *question, const char *word, const char *line,
                              UiConsentChoice *choice, const char **ret_note);

/* A word for Allow from a short list, at random; static. */
const char *ui_cli_reply_pick_word (void);
