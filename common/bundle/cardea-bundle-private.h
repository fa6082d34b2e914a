/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/bundle/cardea-bundle.h"
#include "common/rego/cardea-rego-keys.h"

/* Shared by the files of common/bundle only. */

typedef struct {
  const char *name;
  CardeaRegoSignKind kind;
  const EVP_MD *(*md) (void);
} CardeaBundleAlgorithm;

/* NULL: not one of those that sign bundles. */
const CardeaBundleAlgorithm *cardea_bundle_algorithm_find (const char *name);

/* The digest of a file as OPA takes it: of documents their canonical JSON, of others the bytes.
 * NULL: it is no document. The caller owns it. */
char *cardea_bundle_file_digest (const CardeaBundleFile *file, GChecksumType type);

/* An empty one; its files one by one, by the names they have in the archive; then its manifest. */
CardeaBundle *cardea_bundle_begin (void);
gboolean cardea_bundle_add (CardeaBundle *bundle, const char *name, GBytes *bytes, GError **error);
gboolean cardea_bundle_finish (CardeaBundle *bundle, GError **error);

/* No component is empty, "." or ".."; no byte moves a cursor. */
gboolean cardea_bundle_is_safe_path (const char *path);
