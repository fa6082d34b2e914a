/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

/* Everything that can go wrong in cardeactl, with the exit status that cli.md gives it. The codes
 * from MALFORMED on are those of a "refused" message. */
typedef enum {
  UI_CLI_ERROR_USAGE,
  UI_CLI_ERROR_FAILED,
  UI_CLI_ERROR_CANCELLED,
  UI_CLI_ERROR_LOST,
  UI_CLI_ERROR_NO_GUARDIAN,
  UI_CLI_ERROR_NOT_UNDONE, /* "changed", of a change that was to be taken back */
  UI_CLI_ERROR_MALFORMED,
  UI_CLI_ERROR_UNAUTHORIZED,
  UI_CLI_ERROR_DENIED,
  UI_CLI_ERROR_DECLINED,
  UI_CLI_ERROR_UNANSWERED,
  UI_CLI_ERROR_NOT_FOUND,
  UI_CLI_ERROR_AMBIGUOUS,
  UI_CLI_ERROR_UNSUITABLE,
  UI_CLI_ERROR_CHANGED,
  UI_CLI_ERROR_BUSY,
  UI_CLI_ERROR_UNAVAILABLE,
  UI_CLI_ERROR_INTERNAL,
} UiCliError;

#define UI_CLI_ERROR (ui_cli_error_quark ())
GQuark ui_cli_error_quark (void);

typedef enum {
  UI_CLI_EXIT_DONE = 0,
  UI_CLI_EXIT_FAILED = 1,
  UI_CLI_EXIT_USAGE = 2,
  UI_CLI_EXIT_REFUSED = 3,
  UI_CLI_EXIT_NO_GUARDIAN = 4,
} UiCliExit;

/* From a refusal's code and texts; an unknown code is INTERNAL. reason and the others may be NULL
 * and are untrusted. */
void ui_cli_error_set_refusal (GError **error, const char *code, const char *reason,
                               const char *policy, const char *note);
/* From a message named "refused". */
void ui_cli_error_set_refused (GError **error, const CardeaMessage *refused);

/* From what could not be said of a program (UI_PROGRAM_ERROR); problem is taken. FALSE, for the
 * caller to return. */
gboolean ui_cli_error_take_program (GError **error, GError *problem);

/* Of any error; one of another domain counts as FAILED. */
int ui_cli_error_exit_status (const GError *error);
const char *ui_cli_error_name (const GError *error); /* "denied" */

/* "cardeactl: VERB: what happened: what to do". verb may be NULL. The caller owns it. */
char *ui_cli_error_line (const GError *error, const char *verb);

/* {"error":{"code","message","trace"}}, canonical. trace may be NULL. The caller owns it. */
char *ui_cli_error_json (const GError *error, const char *trace);
