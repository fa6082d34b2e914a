/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* The badges that are still good: short-lived JWTs (RFC 7519) that say to a service which program
 * of which session asks, and for what. What services verify them with, and which of them were taken
 * back, lies for them in a folder of the state folder:
 *   badges/jwks.json     a JWK set (RFC 7517)
 *   badges/revoked.json  {"revoked": {JTI: seconds since 1970 when it would have ended}} */

#define GUARDIAN_BADGE_LIMIT 1000u       /* that are good at the same time */
#define GUARDIAN_BADGE_SESSION_LIMIT 64u /* of one session */
#define GUARDIAN_BADGE_SECONDS 60u       /* that one is good for; less when less was asked for */
#define GUARDIAN_BADGE_SECONDS_MOST 300u /* when policy says so (obligation "ttl") */
#define GUARDIAN_BADGE_KEY_SIZE 32       /* bytes of an Ed25519 public key (RFC 8032) */

/* Its members are the table's. */
typedef struct {
  char *id; /* jti */
  char *session;
  char *grant;        /* under which; NULL: an answer, or policy alone */
  CardeaJson *claims; /* all of them */
  gint64 until;       /* seconds since 1970 */
} GuardianBadge;

/* guardian-context.h declares GuardianBadgeTable. */
GuardianBadgeTable *guardian_badge_table_new (GuardianContext *context, const char *state_folder);
void guardian_badge_table_free (GuardianBadgeTable *table);

/* The keys worker said which key it signs with. */
void guardian_badge_table_set_key (GuardianBadgeTable *table,
                                   const guint8 key[GUARDIAN_BADGE_KEY_SIZE]);
/* The RFC 7638 thumbprint of that key; NULL: there is none yet. */
const char *guardian_badge_table_key_id (const GuardianBadgeTable *table);
/* The caller owns it. */
CardeaJson *guardian_badge_table_keys (const GuardianBadgeTable *table);
const char *guardian_badge_table_folder (const GuardianBadgeTable *table);

/* Makes the folder ready for services. FALSE: no badge can be given. */
gboolean guardian_badge_table_publish (GuardianBadgeTable *table,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* There is room for one more. */
gboolean guardian_badge_table_has_room (GuardianBadgeTable *table, const char *session);
/* Takes claims, with "jti", "exp" and "sid". grant may be NULL. */
void guardian_badge_table_add (GuardianBadgeTable *table, CardeaJson *claims, const char *grant);

/* Of those that are good: {"badges": […]} without its name; the caller owns it. */
CardeaJson *guardian_badge_table_list (GuardianBadgeTable *table);

/* How many were taken back: recorded, and published at once. */
guint guardian_badge_table_revoke (GuardianBadgeTable *table, const char *id_or_beginning,
                                   const char *reason);
guint guardian_badge_table_revoke_session (GuardianBadgeTable *table, const char *session,
                                           const char *reason);
guint guardian_badge_table_revoke_grant (GuardianBadgeTable *table, const char *grant,
                                         const char *reason);
guint guardian_badge_table_revoke_all (GuardianBadgeTable *table, const char *reason);
