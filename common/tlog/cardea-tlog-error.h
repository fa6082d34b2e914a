/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

typedef enum {
  CARDEA_TLOG_ERROR_IO,        /* the system did not let us read */
  CARDEA_TLOG_ERROR_MISSING,   /* no such file */
  CARDEA_TLOG_ERROR_FORMAT,    /* what is there is not what the format says */
  CARDEA_TLOG_ERROR_SIGNATURE, /* no valid signature by the key */
  CARDEA_TLOG_ERROR_RANGE,     /* the tree has no such leaf or size */
  CARDEA_TLOG_ERROR_PROOF,     /* a proof does not prove it */
} CardeaTlogError;

#define CARDEA_TLOG_ERROR (cardea_tlog_error_quark ())
GQuark cardea_tlog_error_quark (void);
