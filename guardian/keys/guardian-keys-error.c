/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/keys/guardian-keys-error.h"

G_DEFINE_QUARK (guardian - keys - error - quark, guardian_keys_error)

const char *
guardian_keys_error_code (const GError *error)
{
  if (g_error_matches (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_BUSY))
    return "busy";
  if (g_error_matches (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_MALFORMED))
    return "malformed";
  return "unavailable";
}
