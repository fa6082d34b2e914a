/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* The core's side of the scan worker, which is started when it is first needed and ended when it
 * does not answer. Whoever asks takes no verdict for a refusal. */

#define GUARDIAN_SCAN_CHECK_TIMEOUT_MS 30000u
#define GUARDIAN_SCAN_CHECK_FLOW_LIMIT 320u /* characters */
#define GUARDIAN_SCAN_CHECK_KEY 32u         /* bytes */

typedef struct {
  int content;       /* a sealed memfd; taken */
  const char *name;  /* of a file; may be NULL */
  const char *flow;  /* session and destination: a secret in two requests is found; may be NULL */
  gsize skip;        /* bytes of content in front of its body, which is looked at where it is new */
  const guint8 *key; /* GUARDIAN_SCAN_CHECK_KEY bytes: findings get marks, and are shown; or NULL */
  const GPtrArray *only; /* marks: nothing else is taken out; NULL: all is */
  const char *action;    /* "find", "mask", "hash", "pseudonymise"; NULL is "find" */
} GuardianScanQuery;

typedef struct {
  const CardeaJson *findings; /* array of objects.md's Finding */
  const CardeaJson *labels;   /* array of texts */
  guint data;                 /* findings that are data, not words or commands */
  const char *obstacle;       /* NULL: all of it was looked at */
  const char *kind;           /* of the obstacle: one word; NULL: there is none */
  int content;                /* masked; -1 for "find"; whoever wants it takes it and sets -1 */
  int names;                  /* of "pseudonymise", for guardian_scan_check_restore(); -1 */
} GuardianScanVerdict;

/* verdict NULL: it could not be judged. */
typedef void (*GuardianScanCallback) (GuardianScanVerdict *verdict, gpointer user_data);

/* 0: it cannot be judged now, and done is never called; else an id for
 * guardian_scan_check_cancel(), and done is called once, never from inside this function. */
guint guardian_scan_check (GuardianContext *context, const GuardianScanQuery *query,
                           GuardianScanCallback done, gpointer user_data);
void guardian_scan_check_cancel (GuardianContext *context, guint check);

/* restored: a memfd, to be taken like the above; -1: it could not be put back. */
typedef void (*GuardianScanRestored) (int *restored, gpointer user_data);
/* content and names are taken; otherwise as guardian_scan_check(). */
guint guardian_scan_check_restore (GuardianContext *context, int content, int names,
                                   GuardianScanRestored done, gpointer user_data);

/* For those who make the call themselves: the worker is started when it is not there; the message.
 */
CardeaMessage *guardian_scan_check_message (GuardianContext *context,
                                            const GuardianScanQuery *query);
/* reply: "scan.checked". Descriptors stay the reply's until they are taken out of the verdict. */
void guardian_scan_check_read (CardeaMessage *reply, GuardianScanVerdict *ret_verdict);
/* Closes what nobody took. */
void guardian_scan_check_clear (GuardianScanVerdict *verdict);
