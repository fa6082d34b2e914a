/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* Where something would go out to, and exactly what (common/protocol/objects.md, R for net.connect
 * and net.request). Strings are what was sent: nothing is fit to be shown before it was escaped. */

typedef struct {
  char *name;
  char *value;
} UiConsentHeader;

typedef struct {
  char *host;
  char *domain; /* its registrable part, at the end of it; NULL: none is known */
  int port;
  char *scheme; /* "http", "https"; NULL: a tunnel */
  char *method; /* NULL: a tunnel */
  char *url;    /* NULL: a tunnel */
  gboolean inside;
  char *credential;   /* that is added on the way; NULL: none */
  char *purpose;      /* "model"; NULL: none was made sure of */
  GPtrArray *headers; /* UiConsentHeader; may be empty */
  gboolean sends;     /* a body: the members below */
  gint64 bytes;
  char *sha256;
  char *type; /* NULL: not said */
  char *text; /* NULL: it is no text */
  gboolean cut;
  gboolean masked;
} UiConsentHost;

#define UI_CONSENT_HEADERS_LIMIT 100u

/* resource: of R; sends: NULL when R has none. others: as of ui_consent_reader_fill(). NULL:
 * UI_CONSENT_QUESTION_ERROR_REQUEST. */
UiConsentHost *ui_consent_host_read (const CardeaJson *resource, const CardeaJson *sends,
                                     GPtrArray *others, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ui_consent_host_free (UiConsentHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiConsentHost, ui_consent_host_free)

/* The name in its own letters; NULL: it has no others than those that stand there. The caller owns
 * it. */
char *ui_consent_host_letters (const UiConsentHost *host);
