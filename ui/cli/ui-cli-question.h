/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli-tty.h"
#include "ui/consent/ui-consent-answer.h"

/* One question on the terminal (consent.md, "In a terminal"): takes the screen, drops what was
 * typed, waits, and wants a word that it shows. Driven by the default main context. */
typedef struct _UiCliQuestion UiCliQuestion;

/* Called once, from the main context, with the screen already given back. answer is valid during
 * the call. */
typedef void (*UiCliQuestionCallback) (const UiConsentQuestion *question,
                                       const UiConsentAnswer *answer, gpointer user_data);

/* question is taken; tty is borrowed until the end. NULL when the terminal cannot be taken (then
 * question was freed and the callback is not called). home may be NULL. */
UiCliQuestion *ui_cli_question_new (UiConsentQuestion *question, UiCliTty *tty, const char *home,
                                    UiCliQuestionCallback callback,
                                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

/* Gives the screen back without an answer: the question was closed elsewhere. */
void ui_cli_question_free (UiCliQuestion *question);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliQuestion, ui_cli_question_free)

const UiConsentQuestion *ui_cli_question_asked (const UiCliQuestion *question);
