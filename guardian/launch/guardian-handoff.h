/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What cardea-hold and cardea-confine tell the launch worker before the program of a sandbox runs:
 * one fixed-size message on a SOCK_SEQPACKET pair. Plain C, shared by all three.
 *
 *   hold ──FAILED──▶ launch            a namespace or mount could not be made
 *   confine ──FAILED──▶ launch         a layer is missing, or exec failed
 *   confine ──READY + listener──▶ launch ──GO──▶ confine ──exec, the pair closes──▶
 *
 * With GO come the descriptors of a program that was not known when its sandbox was built. */

/* The descriptors of the chain. */
#define GUARDIAN_HANDOFF_CHANNEL_FD 3 /* an agent's; else the command, which ends with exec */
#define GUARDIAN_HANDOFF_FD 4
#define GUARDIAN_HANDOFF_FILTER_FD 5
#define GUARDIAN_HANDOFF_STREAMS_FD 6 /* 6 to 8: what a program reads and writes */
#define GUARDIAN_HANDOFF_VIEW_FD 9    /* cardea-hold's alone: where /dev/fuse goes */
#define GUARDIAN_HANDOFF_EGRESS_FD 10 /* and where the proxy's listener goes */
#define GUARDIAN_HANDOFF_COPY_FD 10   /* bwrap's alone, without a proxy: the program itself */
#define GUARDIAN_HANDOFF_BUNDLE_FD 11 /* bwrap's alone: what the program trusts */

typedef enum {
  GUARDIAN_HANDOFF_FAILED = 1,
  GUARDIAN_HANDOFF_READY = 2,
} GuardianHandoffKind;

/* Where it failed: what a person is told stands in guardian-explain.c. */
typedef enum {
  GUARDIAN_HANDOFF_STEP_NONE,
  GUARDIAN_HANDOFF_STEP_ARGUMENTS,
  GUARDIAN_HANDOFF_STEP_PARENT,
  GUARDIAN_HANDOFF_STEP_IDENTITY,
  GUARDIAN_HANDOFF_STEP_USER_NAMESPACE,
  GUARDIAN_HANDOFF_STEP_MOUNT_NAMESPACE,
  GUARDIAN_HANDOFF_STEP_NET_NAMESPACE,
  GUARDIAN_HANDOFF_STEP_LOOPBACK,
  GUARDIAN_HANDOFF_STEP_PROGRAMS,
  GUARDIAN_HANDOFF_STEP_VIEW,
  GUARDIAN_HANDOFF_STEP_HOME,
  GUARDIAN_HANDOFF_STEP_EGRESS,
  GUARDIAN_HANDOFF_STEP_BWRAP,
  GUARDIAN_HANDOFF_STEP_LIMITS,
  GUARDIAN_HANDOFF_STEP_LANDLOCK,
  GUARDIAN_HANDOFF_STEP_SECCOMP,
  GUARDIAN_HANDOFF_STEP_SELF_CHECK,
  GUARDIAN_HANDOFF_STEP_EXEC,
  GUARDIAN_HANDOFF_STEP_COUNT
} GuardianHandoffStep;

typedef struct {
  uint32_t kind;
  uint32_t step;
  int32_t error;    /* errno, 0 when there is none */
  int32_t landlock; /* READY: the ABI in force */
  char what[112];   /* detail for the log; ends in NUL */
} GuardianHandoff;

#define GUARDIAN_HANDOFF_GO 'g'

/* Which program it is. */
typedef enum {
  GUARDIAN_HANDOFF_TARGET_PATH,
  GUARDIAN_HANDOFF_TARGET_IDENTITY, /* "DEVICE:INODE" as it is seen inside; device 0: a view's */
  GUARDIAN_HANDOFF_TARGET_FOLDER,   /* where it begins */
  GUARDIAN_HANDOFF_TARGET_INPUT,    /* "terminal": it controls the program; "" */
  GUARDIAN_HANDOFF_TARGETS
} GuardianHandoffTarget;

/* What comes with GO. */
typedef enum {
  GUARDIAN_HANDOFF_GIFT_COMMAND,
  GUARDIAN_HANDOFF_GIFT_TARGET, /* as the command, of the guardian: a word for each of
                                 * GuardianHandoffTarget, and variables, all of which are set */
  GUARDIAN_HANDOFF_GIFT_INPUT,
  GUARDIAN_HANDOFF_GIFT_OUTPUT,
  GUARDIAN_HANDOFF_GIFT_ERROR,
  GUARDIAN_HANDOFF_GIFTS
} GuardianHandoffGift;

/* In the child. fd -1: none rides along. */
bool guardian_handoff_send (const GuardianHandoff *message, int fd);

/* Sends fd alone to a worker of the guardian, by the door that is descriptor door. */
bool guardian_handoff_pass (int door, int fd);

/* Tells launch and ends the process. what may be NULL; errno is the error. */
void guardian_handoff_fail (GuardianHandoffStep step, const char *what) __attribute__ ((noreturn));

/* Waits for launch's GO; false when it never comes. */
bool guardian_handoff_wait (void);

/* The same for GO with all gifts, which are the caller's; false also when one is missing. */
bool guardian_handoff_wait_gifts (int ret_gifts[GUARDIAN_HANDOFF_GIFTS]);

/* In launch: GO with all gifts, which stay the caller's. */
bool guardian_handoff_go_gifts (int socket, const int gifts[GUARDIAN_HANDOFF_GIFTS]);
