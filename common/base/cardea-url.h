/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Absolute http and https URLs (RFC 3986) in the one form in which they are decided about, shown,
 * recorded and asked for, by everybody: host as common/base/cardea-host.h has it, the port always
 * known, . and .. in the path resolved, no fragment, which never leaves. What two readers could
 * read differently is no URL: a user or password, backslashes, blanks, characters that should have
 * been escaped. */

#define CARDEA_URL_LIMIT 8192u
#define CARDEA_URL_PORT_HTTP 80u
#define CARDEA_URL_PORT_HTTPS 443u

typedef enum {
  CARDEA_URL_ERROR_FORM,   /* no absolute URL, or one of the things above */
  CARDEA_URL_ERROR_SCHEME, /* another than http and https */
  CARDEA_URL_ERROR_USER,   /* names a user: the real host comes after it */
} CardeaUrlError;

#define CARDEA_URL_ERROR (cardea_url_error_quark ())
GQuark cardea_url_error_quark (void);

typedef struct {
  gboolean secure; /* https */
  char *host;      /* canonical */
  guint port;
  char *path;  /* begins with a slash */
  char *query; /* NULL: none */
} CardeaUrl;

/* text: untrusted. Errors: those above and CARDEA_HOST_ERROR. */
CardeaUrl *cardea_url_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The port only where it is not the scheme's own. The caller owns it. */
char *cardea_url_format (const CardeaUrl *url);
void cardea_url_free (CardeaUrl *url);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaUrl, cardea_url_free)
