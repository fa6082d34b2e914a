/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/bundle/cardea-bundle.h"

/* Making bundles as Open Policy Agent reads them. */
typedef struct _CardeaBundleBuild CardeaBundleBuild;

CardeaBundleBuild *cardea_bundle_build_new (void);
/* With every file of bundle but its signature. */
CardeaBundleBuild *cardea_bundle_build_new_from (const CardeaBundle *bundle);
void cardea_bundle_build_free (CardeaBundleBuild *build);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaBundleBuild, cardea_bundle_build_free)

/* path: relative, as it stands in the archive. FALSE: not allowed, or there already. */
gboolean cardea_bundle_build_add (CardeaBundleBuild *build, const char *path, GBytes *bytes,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The manifest. roots: NULL-terminated, NULL: the bundle owns everything. */
gboolean cardea_bundle_build_add_manifest (CardeaBundleBuild *build, const char *revision,
                                           const char *const *roots,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Signs all files there are, the last thing to do. key: a PEM private key without a passphrase, or
 * for HS… a secret. algorithm: "ES256", …; key_id and scope may be NULL. */
gboolean cardea_bundle_build_sign (CardeaBundleBuild *build, CardeaSecret *key,
                                   const char *algorithm, const char *key_id, const char *scope,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The gzipped tar, read back and checked; the same files give the same bytes. */
GBytes *cardea_bundle_build_finish (CardeaBundleBuild *build,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
