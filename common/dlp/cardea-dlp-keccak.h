/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#define CARDEA_DLP_KECCAK_MAX 135u /* bytes: one block of the sponge */

/* Keccak-256 as Ethereum uses it (the padding of the submission, not of FIPS 202), of at most
 * CARDEA_DLP_KECCAK_MAX bytes; FALSE beyond. For check digits, not for keeping secrets. */
gboolean cardea_dlp_keccak (const guint8 *bytes, gsize size,
                            guint8 ret_digest[32]) G_GNUC_WARN_UNUSED_RESULT;
