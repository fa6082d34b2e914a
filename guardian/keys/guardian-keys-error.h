/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Why no key is given. A message is a sentence for the person that says what to do. */
typedef enum {
  GUARDIAN_KEYS_ERROR_ABSENT,    /* no Secret Service on the session's bus */
  GUARDIAN_KEYS_ERROR_LOCKED,    /* locked and not unlocked: dismissed, or nobody answered */
  GUARDIAN_KEYS_ERROR_MISSING,   /* the store is there, the key is not */
  GUARDIAN_KEYS_ERROR_ALTERED,   /* not the key the log was begun with, or a damaged file */
  GUARDIAN_KEYS_ERROR_UNSAFE,    /* another owner or mode than we gave it */
  GUARDIAN_KEYS_ERROR_WRONG,     /* passphrase missing or wrong, or another store than the log's */
  GUARDIAN_KEYS_ERROR_FAILED,    /* the store or the disk reports an error */
  GUARDIAN_KEYS_ERROR_BUSY,      /* keys are being opened already */
  GUARDIAN_KEYS_ERROR_MALFORMED, /* what was to be certified or derived makes no sense */
} GuardianKeysError;

#define GUARDIAN_KEYS_ERROR (guardian_keys_error_quark ())
GQuark guardian_keys_error_quark (void);

/* The code of the "refused" message. */
const char *guardian_keys_error_code (const GError *error);
