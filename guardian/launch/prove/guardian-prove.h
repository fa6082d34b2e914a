/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* cardea-prove: attempts to get out of a sandbox, made from inside one. Plain C without GLib: what
 * it says must not depend on what an attacker could not use. One line an attempt on standard
 * output, four fields between tabs:
 *
 *   CLASS  NAME  held|through|absent  DETAIL
 *
 * CLASS: filesystem, network, ipc, kernel or process. absent: this machine has nothing to try it
 * on. The last line is "end". */

typedef enum {
  GUARDIAN_PROVE_HELD,
  GUARDIAN_PROVE_THROUGH,
  GUARDIAN_PROVE_ABSENT,
} GuardianProveResult;

#define GUARDIAN_PROVE_DETAIL 160
#define GUARDIAN_PROVE_NAMESPACES 7

/* What lies outside, to be reached for. */
typedef struct {
  const char *canary;   /* a file of the person's */
  const char *abstract; /* name of a socket that listens there */
  int port;             /* of 127.0.0.1 on which something listens there; 0: none */
  int pid;              /* a process of the person's */
  unsigned long long namespaces[GUARDIAN_PROVE_NAMESPACES]; /* of that process */
} GuardianProveWorld;

extern const char *const guardian_prove_namespaces[GUARDIAN_PROVE_NAMESPACES];

typedef struct {
  GuardianProveResult result;
  char detail[GUARDIAN_PROVE_DETAIL];
} GuardianProveReport;

typedef struct {
  const char *name; /* NULL ends a table */
  void (*attempt) (const GuardianProveWorld *world, GuardianProveReport *report);
} GuardianProveAttempt;

extern const GuardianProveAttempt guardian_prove_files[];
extern const GuardianProveAttempt guardian_prove_network[];
extern const GuardianProveAttempt guardian_prove_ipc[];
extern const GuardianProveAttempt guardian_prove_process[];
/* System calls say their own lines. */
void guardian_prove_kernel_run (void);

/* errno is what refused it; the result is HELD. */
void guardian_prove_refused (GuardianProveReport *report);
void guardian_prove_through (GuardianProveReport *report, const char *format, ...)
    __attribute__ ((format (printf, 2, 3)));
void guardian_prove_absent (GuardianProveReport *report, const char *why);
/* fd >= 0 is through, and closed; else refused. */
void guardian_prove_opened (GuardianProveReport *report, int fd, const char *what);
void guardian_prove_say (const char *class_name, const char *name,
                         const GuardianProveReport *report);

/* CANARY ABSTRACT PORT PID NAMESPACE…: everything is tried. The exit status: 0, or 2 for wrong
 * arguments. */
int guardian_prove_run (int argc, char **argv);
