/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-question.h"

/* The part of a question that is about a host (objects.md). terms have a destination. */

/* Its resource; the caller owns it. */
CardeaJson *guardian_question_host (const GuardianQuestionTerms *terms);
/* Under which the same question is found; the caller owns it. Two that send something are never the
 * same. */
char *guardian_question_host_key (const GuardianQuestionTerms *terms);
/* Sets R's "sensitive" and "treatments". */
void guardian_question_host_findings (const GuardianQuestionTerms *terms, CardeaJson *body);
/* It is asked because of what would be sent: what is remembered is exactly that for exactly there,
 * for this task, at any tier that is asked; and not what nobody looked at. */
gboolean guardian_question_host_has_content (const GuardianQuestionTerms *terms);
gboolean guardian_question_host_may_remember (const GuardianQuestionTerms *terms);
gboolean guardian_question_host_may_treat (const GuardianQuestionTerms *terms);
/* body: of a record of the question. Where sensitive data was found, what would be sent is left
 * out. */
void guardian_question_host_conceal (CardeaJson *body);
