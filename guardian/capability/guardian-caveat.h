/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* One condition of a capability, as text: NAME=VALUE. All conditions of a token must hold, so that
 * adding one can only narrow it. A name that is not in the table never holds. */

#define GUARDIAN_CAVEAT_LIMIT 1024u         /* bytes of one caveat */
#define GUARDIAN_CAVEAT_USES_LIMIT 1000000u /* the largest number of uses that can be written */

typedef enum {
  GUARDIAN_CAVEAT_HOLDS,
  GUARDIAN_CAVEAT_MALFORMED, /* no such name, or a value that is not of its form */
  GUARDIAN_CAVEAT_FOREIGN,   /* another session or another peer */
  GUARDIAN_CAVEAT_ACTION,
  GUARDIAN_CAVEAT_RESOURCE,
  GUARDIAN_CAVEAT_EXPIRED,
  GUARDIAN_CAVEAT_STALE, /* another policy revision */
} GuardianCaveatVerdict;

/* What a token is used for. Strings are borrowed; a NULL member never satisfies a caveat about it,
 * but for resource: before the object is resolved, caveats about it are left for later. */
typedef struct {
  const char *session;
  const char *peer; /* certificate thumbprint, hex */
  const char *action;
  const char *resource; /* canonical absolute path; NULL: not known yet */
  const char *policy;   /* revision in force */
  const char *boot;     /* boot id, 32 hex digits */
  gint64 now_us;        /* CLOCK_BOOTTIME: a set-back wall clock extends nothing */
} GuardianCaveatUse;

/* caveat is untrusted. */
GuardianCaveatVerdict guardian_caveat_check (const char *caveat, const GuardianCaveatUse *use);

/* The number of a "uses" caveat; 0 for any other caveat (and for a malformed one, which
 * guardian_caveat_check() refuses). */
guint guardian_caveat_uses (const char *caveat);

/* TRUE when path is pattern, or lies below it where pattern ends in "/" followed by two stars.
 * Both are bytes; a path with empty, "." or ".." elements matches nothing. */
gboolean guardian_caveat_pattern_matches (const char *pattern, const char *path);

/* The caller owns the texts. */
char *guardian_caveat_new_actions (const char *const *actions);
char *guardian_caveat_new_expiry (const char *boot, gint64 expires_us);
