/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* System-call lists as data, made into seccomp filters by libseccomp. A list allows, and what it
 * does not name is refused; or it denies, and what it does not name is allowed. Another
 * architecture's calls (i386, x32) are refused either way. */

/* Allowed (of a denying list: refused) when (argument & mask) == value. Several rows of one call:
 * any of them. */
typedef struct {
  const char *call; /* NULL ends a list */
  guint argument;
  guint64 mask;
  guint64 value;
} GuardianFilterCheck;

/* Answered with an errno instead: probes of libraries that know how to go on. mask 0: always; else
 * as a check, and never together with an answer that is given always. */
typedef struct {
  const char *call; /* NULL ends a list */
  int error;
  guint argument;
  guint64 mask;
  guint64 value;
} GuardianFilterAnswer;

typedef struct {
  gboolean denies;                  /* what stands here is refused, all else allowed */
  const char *const *const *groups; /* NULL-terminated lists of calls that are always allowed (or
                                     * refused) */
  const GuardianFilterCheck *checks;
  const GuardianFilterAnswer *answers;
} GuardianFilter;

/* int arguments: the kernel looks at the low 32 bits only, and so does the comparison. */
#define GUARDIAN_FILTER_INT G_GUINT64_CONSTANT (0xffffffff)

/* As mask: the argument, as an unsigned number of 64 bits, is greater than value. */
#define GUARDIAN_FILTER_GREATER G_GUINT64_CONSTANT (0)

typedef enum {
  GUARDIAN_FILTER_ERROR_BUILD,
  GUARDIAN_FILTER_ERROR_LOAD,
} GuardianFilterError;

#define GUARDIAN_FILTER_ERROR (guardian_filter_error_quark ())
GQuark guardian_filter_error_quark (void);

/* Binds the whole process for good; a refused call ends it (SIGSYS). With the test seam
 * CARDEA_TEST_FILTER_TRAP=1 the call's name is printed first. */
gboolean guardian_filter_load (const GuardianFilter *filter,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The program (struct sock_filter[]) in a sealed memfd, for another process to load: refused calls
 * go to a listener (SECCOMP_RET_USER_NOTIF). -1 with an error. */
int guardian_filter_export (const GuardianFilter *filter, GError **error) G_GNUC_WARN_UNUSED_RESULT;
