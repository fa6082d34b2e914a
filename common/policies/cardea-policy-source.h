/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Where bundles are fetched from (data/policies/README.md): a file of the administrator's. */

#define CARDEA_POLICY_SOURCES "bundles.json"
#define CARDEA_POLICY_MAX_SOURCES 8u
#define CARDEA_POLICY_SOURCE_SECONDS 300u

typedef struct {
  char *name;    /* letters, digits, hyphens */
  char *url;     /* https, or http of this computer; in its one form */
  guint seconds; /* until it is asked for again */
} CardeaPolicySource;

/* Of CardeaPolicySource. NULL with CARDEA_POLICY_ERROR_BUNDLE: not of its form. */
GPtrArray *cardea_policy_source_read_all (const char *text, gsize size,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
