/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-verify.h"
#include "guardian/audit/guardian-audit-private.h"

/* A log in a folder of its own, with a keys worker that lives in the same process and answers from
 * the main loop. */
typedef enum {
  AUDIT_SIGNER_SIGNS,
  AUDIT_SIGNER_REFUSES,
  AUDIT_SIGNER_SILENT,
  AUDIT_SIGNER_WRONG, /* signs with another key */
} AuditSigner;

typedef struct {
  char *parent;
  char *folder; /* the log */
  char *vkey;
  guint8 secret[64];
  guint8 detail_key[32];
  AuditSigner signer;
  guint asked;
  guint appended;
  GuardianAudit *audit;
} AuditFixture;

AuditFixture *audit_fixture_new (void);
void audit_fixture_free (AuditFixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AuditFixture, audit_fixture_free)

void audit_fixture_open (AuditFixture *fixture, gboolean keys);
GuardianAudit *audit_fixture_try_open (AuditFixture *fixture, GuardianAuditFault fault,
                                       gpointer fault_data, GError **error);
void audit_fixture_set_keys (AuditFixture *fixture);
void audit_fixture_close (AuditFixture *fixture);

/* Appends count records, every one with a detail that holds secret-SEQ. */
void audit_fixture_append (AuditFixture *fixture, guint count, GuardianAuditDurability durability);
gboolean audit_fixture_try_append (AuditFixture *fixture, GuardianAuditDurability durability,
                                   gint64 *ret_seq, GError **error);
/* A checkpoint over everything; what done said. */
gboolean audit_fixture_seal (AuditFixture *fixture);
void audit_fixture_spin (guint milliseconds);

void audit_fixture_assert_whole (AuditFixture *fixture, guint64 sealed, guint64 pending);
/* All files of the log, from its folder; the caller frees. */
GPtrArray *audit_fixture_files (AuditFixture *fixture);
