/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-result.h"

/* Content without what was found in it. A spot becomes a mark in brackets; marks of the content's
 * own stay as they are and are never taken for ours when it is put back. */
typedef enum {
  CARDEA_DLP_MASK,         /* [removed: github-token] */
  CARDEA_DLP_HASH,         /* [github-token:5f0e91c2]: the same secret, the same mark */
  CARDEA_DLP_PSEUDONYMISE, /* [github-token-1], and a list that puts it back */
} CardeaDlpRedaction;

#define CARDEA_DLP_REDACT_KEY 32u /* bytes, for HASH */

/* Takes out what is data: credentials, financial, personal, canaries, and what could not be looked
 * into; words and commands stay. key: CARDEA_DLP_REDACT_KEY random bytes of whoever compares marks.
 * ret_names (PSEUDONYMISE; otherwise NULL): a text for cardea_dlp_restore(); it holds the secrets,
 * and so does its memory when it is gone. The caller owns both. */
GBytes *cardea_dlp_redact (const char *content, gsize size, const CardeaDlpResult *result,
                           CardeaDlpRedaction how, const guint8 *key, GBytes **ret_names);

#define CARDEA_DLP_RESTORE_MAX (64u * 1024u * 1024u) /* bytes of what comes back */

/* Puts back what cardea_dlp_redact() named; content and names are untrusted. NULL with
 * CARDEA_DLP_ERROR_RULE for names that are none, CARDEA_DLP_ERROR_LIMIT for too much. */
GBytes *cardea_dlp_restore (const char *content, gsize size, GBytes *names,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
