/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* What a person names is shared (consent.md): paths are resolved by the files worker, judged (tier
 * 5 stays closed), recorded and granted, all or none. For files given to a session and for
 * `grants add` alike. */

typedef struct {
  GuardianSession *session; /* a task grant; NULL: a standing one */
  const char *agent;        /* whose a standing one is; NULL: the built-in agent's */
  const char *home;         /* what ~ means */
  const char *folder;       /* where a relative path starts; NULL: none may be relative */
  const char *trace;
  GuardianGrantOrigin origin;
  GuardianGrantLevel level;
  gint64 seconds; /* standing: how long */
  gboolean renewing;
} GuardianDesignationTerms;

/* Called once, never from inside guardian_designation_start(). grants: GuardianGrant, borrowed,
 * already in force; NULL: refused with code and reason. */
typedef void (*GuardianDesignationDone) (GPtrArray *grants, const char *code, const char *reason,
                                         gpointer user_data);

/* paths: NULL-terminated bytes, copied; terms are copied. */
GuardianDesignation *guardian_designation_start (GuardianContext *context,
                                                 const GuardianDesignationTerms *terms,
                                                 const char *const *paths,
                                                 GuardianDesignationDone done, gpointer user_data);
/* Gives up: done is called at once, with a refusal. */
void guardian_designation_cancel (GuardianDesignation *designation);
