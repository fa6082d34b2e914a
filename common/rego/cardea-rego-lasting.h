/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-code.h"

/* Values of rules that depend on the stored data alone: a context works them out once and remembers
 * them until it is asked another policy or with other data. */

/* Marks the rule sets of a program whose values last. */
void cardea_rego_lasting_mark (CardeaRegoProgram *program);

CardeaRegoArena *cardea_rego_lasting_new (void);
/* Whether *value may be remembered: then it is replaced by an equal one that lasts. */
gboolean cardea_rego_lasting_keep (CardeaRegoArena *lasting, CardeaRegoValue *value);
