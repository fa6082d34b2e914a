/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* The names that policy's rules look at (common/policies/cardea-policy-heeded.h), as the core sent
 * them. Immutable. */
typedef struct _GuardianViewHeeded GuardianViewHeeded;

/* json NULL or of another form: every name is heeded. */
GuardianViewHeeded *guardian_view_heeded_new (const CardeaJson *json);
void guardian_view_heeded_free (GuardianViewHeeded *heeded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianViewHeeded, guardian_view_heeded_free)

/* name, which lies in a folder named above: whether it matters on the way to something, and whether
 * it matters as the name of a thing itself. */
gboolean guardian_view_heeded_on_way (const GuardianViewHeeded *heeded, const char *above,
                                      const char *name);
gboolean guardian_view_heeded_last (const GuardianViewHeeded *heeded, const char *above,
                                    const char *name);
