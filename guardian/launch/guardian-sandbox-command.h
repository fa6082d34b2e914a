/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/launch/guardian-digest.h"

#include <glib.h>

/* The command line of a sandbox, built in layers: cardea-hold, bwrap, cardea-confine, program. */

/* Where our programs appear inside. */
#define GUARDIAN_SANDBOX_PROGRAMS "/opt/cardea"

/* Where the home appears when the wanted place is taken by something else or no place at all. */
#define GUARDIAN_SANDBOX_OTHER_HOME "/home/cardea"

typedef struct {
  const char *hold; /* paths outside */
  const char *bwrap;
  const char *confine;
  const char *program;          /* the agent */
  const char *helper;           /* cardea-agent-extract; NULL: not built */
  const GuardianDigest *digest; /* of program */
  const char *home;             /* the wanted place of the empty home */
  int landlock_limit;           /* a test's older ABI; 0: none */
} GuardianSandboxCommand;

/* NULL-terminated, freed with g_strfreev(). */
char **guardian_sandbox_command_build (const GuardianSandboxCommand *command);
char **guardian_sandbox_command_environment (const GuardianSandboxCommand *command);

/* The place the home gets. The caller owns it. */
char *guardian_sandbox_command_home (const char *wanted);

/* The resource limits, "name=number" joined by spaces, for the launch record. */
char *guardian_sandbox_command_limits (void);
