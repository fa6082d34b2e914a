/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/audit/guardian-audit.h"
#include "guardian/capability/guardian-capability-store.h"
#include "guardian/core/guardian-grant-table.h"
#include "guardian/core/guardian-settings.h"
#include "guardian/core/guardian-workers.h"
#include "guardian/policy/guardian-policy.h"

#include <glib.h>

/* The parts of one guardian, put together by guardian-context.c and handed around instead of
 * globals. It holds no logic of its own. All parts live as long as the context. */

typedef struct _GuardianBadgeTable GuardianBadgeTable;
typedef struct _GuardianConnectionStore GuardianConnectionStore;
typedef struct _GuardianConsentBroker GuardianConsentBroker;
typedef struct _GuardianConsentScreen GuardianConsentScreen;
typedef struct _GuardianCredentialUse GuardianCredentialUse;
typedef struct _GuardianGrantStore GuardianGrantStore;
typedef struct _GuardianIdle GuardianIdle;
typedef struct _GuardianKeyring GuardianKeyring;
typedef struct _GuardianLinkTable GuardianLinkTable;
typedef struct _GuardianLoginTable GuardianLoginTable;
typedef struct _GuardianListener GuardianListener;
typedef struct _GuardianPictureQueue GuardianPictureQueue;
typedef struct _GuardianPolicyFetch GuardianPolicyFetch;
typedef struct _GuardianPool GuardianPool;
typedef struct _GuardianSessionTable GuardianSessionTable;
typedef struct _GuardianTransferTable GuardianTransferTable;
typedef struct _GuardianUndo GuardianUndo;

typedef struct _GuardianContext GuardianContext;
struct _GuardianContext {
  GMainLoop *loop;
  GuardianStarter *starter;
  GuardianWorkers *workers;
  GuardianKeyring *keyring;
  GuardianAudit *audit;
  GuardianSettings *settings;
  GuardianPolicy *policy;
  GuardianPolicyFetch *policy_fetch;
  GuardianCapabilityStore *capabilities;
  GuardianGrantTable *grants;
  GuardianGrantStore *grant_store;
  GuardianConnectionStore *connections;
  GuardianCredentialUse *credentials;
  GuardianBadgeTable *badges;
  GuardianLoginTable *logins;
  GuardianSessionTable *sessions;
  GuardianPool *pool;
  GuardianConsentBroker *consent;
  GuardianConsentScreen *screen;
  GuardianLinkTable *links;
  GuardianListener *listener;
  GuardianIdle *idle;
  GuardianTransferTable *transfers;
  GuardianPictureQueue *pictures;
  GuardianUndo *undo;
  GQueue keeps; /* what programs put aside, on its way into undo (guardian-session-keep.c) */
  CardeaJson *confinement; /* what holds this process */
  char *audit_folder;
  char *user;         /* this user's name */
  gint64 started_us;  /* wall clock */
  const char *die_at; /* test seam: the stage at which to be killed; NULL */
  gboolean unclean;   /* the former run did not end in order */
  gboolean stopping;
  gboolean loading_policy; /* guardian-policy-loader */
  guint stop_unpacking;
};

/* The name under which records and grants know the built-in agent. */
#define GUARDIAN_AGENT_NAME "Cardea"

/* Takes the listener (made before confinement), starts the parts and the workers. NULL with an
 * error when the guardian cannot do its work. */
GuardianContext *guardian_context_new (GuardianStarter *starter, GuardianListener *listener,
                                       CardeaJson *confinement,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Serves until told to stop. Returns the process's exit status. */
int guardian_context_run (GuardianContext *context);
/* Ends the sessions, seals the log, then leaves the loop. May be called more than once. */
void guardian_context_stop (GuardianContext *context, const char *reason);
void guardian_context_free (GuardianContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianContext, guardian_context_free)
