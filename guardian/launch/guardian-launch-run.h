/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/launch/guardian-digest.h"
#include "guardian/launch/guardian-pinned.h"
#include "guardian/launch/guardian-sandbox.h"

/* launch.run: the sandbox of a program that knows nothing of us. */
typedef struct {
  GuardianDigests *digests;
  GuardianCgroupParent *cgroup; /* NULL: not delegated */
  int filter;                   /* of guardian_program_calls(); -1 with reason */
  char *reason;
} GuardianLaunchRun;

/* digests and cgroup are borrowed. */
void guardian_launch_run_init (GuardianLaunchRun *run, GuardianDigests *digests,
                               GuardianCgroupParent *cgroup);
void guardian_launch_run_clear (GuardianLaunchRun *run);

/* What a command line is made of beside its request. */
typedef struct {
  gboolean comes_later; /* command, streams and placeholders come with GO */
  gboolean has_view;
  gboolean has_egress;
  gboolean has_bundle;
} GuardianLaunchForm;

/* What a sandbox was built from: two with the same words are the same before their program runs. */
typedef struct {
  char **arguments;
  char **environment;
} GuardianLaunchWords;

void guardian_launch_words_clear (GuardianLaunchWords *words);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianLaunchWords, guardian_launch_words_clear)

/* On its way to WAITING; NULL with an error and the code of the refusal. Takes request's
 * descriptors. pinned: what an agent runs, borrowed; NULL: what the request names. Of form the
 * caller says whether the program comes later; the rest, and ret_words, are written. */
GuardianSandbox *guardian_launch_run_start (const GuardianLaunchRun *run, CardeaMessage *request,
                                            const GuardianPinned *pinned, GuardianLaunchForm *form,
                                            GuardianLaunchWords *ret_words,
                                            const GuardianSandboxHandler *handler,
                                            gpointer user_data, const char **ret_code,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What request wants would be built now with these very words: the same folders, the same way out,
 * the same everything but which program of those that can be seen there. */
gboolean guardian_launch_run_fits (const GuardianLaunchRun *run, CardeaMessage *request,
                                   const GuardianLaunchForm *form,
                                   const GuardianLaunchWords *words);

/* The same, and takes what comes with GO: which program it is, by device and inode, its command and
 * streams; the caller's. layers is completed with what is known now. FALSE: none of it. */
gboolean guardian_launch_run_adopt (const GuardianLaunchRun *run, CardeaMessage *request,
                                    const GuardianLaunchForm *form,
                                    const GuardianLaunchWords *words, CardeaJson *layers,
                                    int ret_gifts[GUARDIAN_HANDOFF_GIFTS]);

/* How a program that the kernel would not execute is refused: by the errno, 0 when that was not
 * why. */
const char *guardian_launch_run_code (int exec_error);
