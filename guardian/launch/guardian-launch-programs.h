/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/launch/guardian-digest.h"

#include <glib.h>

/* The programs a sandbox is made of, by their paths outside. */
typedef struct {
  char *hold;
  char *confine;
  char *program; /* the agent */
  char *helper;  /* cardea-agent-extract; NULL: documents were left out of the build */
  const char *bwrap;
  gboolean is_test; /* program is a test's (CARDEA_TEST_AGENT_PROGRAM) */
} GuardianLaunchPrograms;

void guardian_launch_programs_clear (GuardianLaunchPrograms *programs);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianLaunchPrograms, guardian_launch_programs_clear)

gboolean guardian_launch_programs_find (GuardianLaunchPrograms *ret_programs,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* bwrap's path, or the one a test wants (CARDEA_TEST_BWRAP). */
const char *guardian_launch_programs_bwrap (void);

/* The home and the content of everything of ours that is bound inside: two sandboxes of one kind
 * are the same before their program runs. NULL with an error. The caller owns it. */
char *guardian_launch_programs_kind (const GuardianLaunchPrograms *programs,
                                     GuardianDigests *digests, const char *home, GError **error);
