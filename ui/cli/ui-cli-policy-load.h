/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-data.h"
#include "common/rego/cardea-rego.h"
#include "ui/cli/ui-cli.h"

/* Policies and data from files, for the verbs of `policy`. */

typedef struct {
  GPtrArray *names; /* owned strings, as typed and walked: what messages name */
  GPtrArray *texts; /* GBytes, one a name */
  CardeaRegoData *data;
  guint64 size;  /* bytes read so far */
  guint entries; /* names looked at so far */
  gboolean v0;   /* a bundle is in the language before OPA 1.0 */
} UiCliPolicyLoad;

UiCliPolicyLoad *ui_cli_policy_load_new (void);
void ui_cli_policy_load_free (UiCliPolicyLoad *load);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliPolicyLoad, ui_cli_policy_load_free)

/* A .rego, .json, .yaml or .yml file, or a folder of them: policies are collected, data is merged,
 * a folder's at the place its path below the named folder says. Other files and names that begin
 * with a dot are passed over in folders; links in folders are not followed. FALSE with error: the
 * load is of no more use. rego_only: data files are passed over. */
gboolean ui_cli_policy_load_path (UiCliPolicyLoad *load, const char *path, gboolean rego_only,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A bundle. key_path: a PEM public key or, algorithm being HS…, a secret, over which it must be
 * signed; NULL: its signature is not looked at. algorithm NULL: ES256 or RS256 for a PEM key,
 * whichever fits, HS256 for anything else. */
gboolean ui_cli_policy_load_bundle (UiCliPolicyLoad *load, const char *path, const char *key_path,
                                    const char *algorithm,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The shipped policies and their data, as they are part of this program. */
gboolean ui_cli_policy_load_shipped (UiCliPolicyLoad *load,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Compiles what was collected. */
CardeaRegoPolicy *ui_cli_policy_load_compile (const UiCliPolicyLoad *load, CardeaRegoFlags flags,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The input of --input; NULL without error when path is NULL. */
CardeaRegoDocument *ui_cli_policy_load_input (const char *path,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
