/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* Where a request goes out to: one canonical host (common/base/cardea-host.h) and port, and, unless
 * it is a tunnel, one method and one URL in one form. Policy, person and record see this, and
 * exactly this is dialled and sent, never the text that an agent or a program wrote. */

typedef struct {
  char *host;
  guint port;
  const char *scheme; /* "http", "https"; NULL: a tunnel, nobody knows; static */
  char *method;       /* NULL: a tunnel */
  char *url;          /* absolute, without fragment; NULL: a tunnel */
} GuardianDestination;

typedef enum {
  GUARDIAN_DESTINATION_ERROR_URL,    /* not an absolute URL of characters RFC 3986 allows */
  GUARDIAN_DESTINATION_ERROR_SCHEME, /* neither http nor https */
  GUARDIAN_DESTINATION_ERROR_USER,   /* names a user: the real host comes after it */
  GUARDIAN_DESTINATION_ERROR_HOST,   /* cardea-host.h */
} GuardianDestinationError;

#define GUARDIAN_DESTINATION_ERROR (guardian_destination_error_quark ())
GQuark guardian_destination_error_quark (void);

/* url: untrusted. . and .. in its path are resolved, a fragment is dropped. */
GuardianDestination *guardian_destination_new (const char *method, const char *url,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* host: must be canonical. NULL with an error when it is not. */
GuardianDestination *guardian_destination_new_tunnel (const char *host, guint port,
                                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
GuardianDestination *guardian_destination_copy (const GuardianDestination *destination);
void guardian_destination_free (GuardianDestination *destination);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianDestination, guardian_destination_free)

/* As policy and records see it: {host, port, scheme?, method?, url?, address?: the host is one,
 * labels: []}. The caller owns it. */
CardeaJson *guardian_destination_describe (const GuardianDestination *destination);
/* host:port, for sentences; the caller owns it. */
char *guardian_destination_name (const GuardianDestination *destination);
