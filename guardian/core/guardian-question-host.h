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
