/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

typedef enum {
  CARDEA_CLIENT_ERROR_NO_GUARDIAN, /* could not be started or reached: says what is missing */
  CARDEA_CLIENT_ERROR_LOST,        /* the link ended while an answer was due */
  CARDEA_CLIENT_ERROR_PROTOCOL,
} CardeaClientError;

#define CARDEA_CLIENT_ERROR (cardea_client_error_quark ())
GQuark cardea_client_error_quark (void);
