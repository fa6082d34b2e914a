/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What is tried from inside a sandbox. Plain C: nothing of ours is between the attack and the
 * kernel. */

typedef struct {
  char what[256]; /* why it is broken; empty: it held */
} EscapeResult;

/* How it must fail, and so what the log owes (architecture.md §8). */
typedef enum {
  ESCAPE_TRAPPED, /* a system call that becomes a violation */
  ESCAPE_HELD,    /* refused by limits, Landlock, mounts or identity */
  ESCAPE_ABSENT,  /* it is not there: the doors of §9 */
} EscapeClass;

typedef struct {
  const char *name;
  EscapeClass class;
  const char *violation; /* TRAPPED: the call's name in the log */
  void (*attempt) (EscapeResult *result);
} EscapeAttempt;

/* What the test outside told about itself. */
typedef struct {
  int outside_pid;
  int may_be_root; /* in a container that has no other identity */
  char home[256];
} EscapeWorld;

extern EscapeWorld escape_world;
extern const EscapeAttempt escape_calls[];
extern const EscapeAttempt escape_held[];
extern const EscapeAttempt escape_doors[];
extern const size_t n_escape_calls, n_escape_held, n_escape_doors;

void escape_broken (EscapeResult *result, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));
