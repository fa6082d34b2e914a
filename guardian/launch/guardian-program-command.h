/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/launch/guardian-cgroup.h"
#include "guardian/launch/guardian-digest.h"
#include "guardian/launch/guardian-program.h"

#include <glib.h>

/* The command line of the sandbox of a program that knows nothing of us: cardea-hold, bwrap,
 * cardea-confine. Its own arguments and environment are in none of them: cardea-confine reads them
 * from a descriptor (objects.md, Command). */
typedef struct {
  const char *hold; /* paths outside */
  const char *bwrap;
  const char *confine;
  const GuardianProgram *program;
  const GuardianDigest *digest;      /* of program */
  const GuardianProgram *companions; /* what it needs beside itself */
  guint n_companions;
  const char *place;    /* where its sealed copy lies inside; NULL: it is where it lies outside */
  guint64 size;         /* of the copy */
  const char *home;     /* the wanted place of its home */
  const char *own_home; /* a home that stays, as it lies outside; NULL: none */
  const char *const *pass; /* variables of the person's, more than the usual ones; or NULL */
  const char *const *set;  /* NAME=VALUE; or NULL */
  const char *const *placeholders; /* the same, where programs look for keys; or NULL */
  const char *const *proxy; /* variables for the proxy's address, more than the usual; or NULL */
  const char *const *authorities; /* and for the file of authorities; or NULL */
  const char *folder;             /* where it begins, if that is inside; else in its home */
  gboolean has_egress;            /* a proxy leads out */
  gboolean has_bundle;            /* it trusts more than the system does (guardian-bundle.h) */
  const char *const *loopback;    /* ports of this computer that are inside, too; or NULL */
  gboolean has_view;              /* files are shown by it: its home, too, unless that stays */
  const char *const *folders;     /* shown by the view beside the home; NULL-terminated */
  const char *const *shared;      /* all that the person shared; NULL-terminated */
  gboolean comes_later;           /* which program of its prefix it is, its command, streams,
                                   * placeholders and folder come with GO */
  gboolean terminal;              /* its input becomes its controlling terminal */
  int landlock_limit;             /* a test's older ABI; 0: none */
} GuardianProgramCommand;

/* FALSE: the place is the system's, or a private one's. */
gboolean guardian_program_command_may_show (const char *folder);

/* NULL-terminated, freed with g_strfreev(). */
char **guardian_program_command_build (const GuardianProgramCommand *command);
char **guardian_program_command_environment (const GuardianProgramCommand *command);

/* What comes with GO of one that comes later (GuardianHandoffTarget): NULL-terminated, freed with
 * g_strfreev(). */
char **guardian_program_command_target (const GuardianProgramCommand *command);

/* The resource limits, "name=number" joined by spaces, for the launch record. */
char *guardian_program_command_limits (void);

/* Of all its processes together. */
void guardian_program_command_group_limits (GuardianCgroupLimits *ret_limits);
