/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-limits.h"
#include "guardian/policy/guardian-policy.h"

/* What kinds of data something holds, or a session has read: labels as policy gives them, each
 * once, in the order in which they came. NULL is an empty set. */
typedef struct _GuardianLabelSet GuardianLabelSet;

#define GUARDIAN_LABEL_SET_LIMIT                                                                   \
  CARDEA_LIMIT_LABELS /* the last one then stands for all further ones */
#define GUARDIAN_LABEL_SET_MORE "and-more"

void guardian_label_set_free (GuardianLabelSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianLabelSet, guardian_label_set_free)

/* Those of what policy decided about last; NULL when it has none. */
GuardianLabelSet *guardian_label_set_new_decided (const GuardianPolicy *policy);
/* *set: made when it is NULL and there is something to add. */
void guardian_label_set_add_all (GuardianLabelSet **set, const GuardianLabelSet *more);
/* Of guardian_label_set_to_json(), by way of a front end. FALSE: it is none, and nothing is added.
 */
gboolean guardian_label_set_add_json (GuardianLabelSet **set,
                                      const CardeaJson *array) G_GNUC_WARN_UNUSED_RESULT;
guint guardian_label_set_size (const GuardianLabelSet *set);
CardeaJson *guardian_label_set_to_json (const GuardianLabelSet *set);
