/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-data.h"
#include "common/rego/cardea-rego.h"

/* Bundles as Open Policy Agent makes them: a gzipped tar of policies, data, a manifest and perhaps
 * a signature. */

typedef struct _CardeaBundle CardeaBundle;

typedef enum {
  CARDEA_BUNDLE_ERROR_MALFORMED, /* no bundle, or not one we may take */
  CARDEA_BUNDLE_ERROR_LIMIT,     /* too big, too many files */
  CARDEA_BUNDLE_ERROR_SIGNATURE, /* missing, wrong, or not of what the bundle holds */
} CardeaBundleError;

#define CARDEA_BUNDLE_ERROR (cardea_bundle_error_quark ())
GQuark cardea_bundle_error_quark (void);

#define CARDEA_BUNDLE_MAX_PACKED (64u << 20)
#define CARDEA_BUNDLE_MAX_FILE (64u << 20)
#define CARDEA_BUNDLE_MAX_TOTAL (256u << 20)
#define CARDEA_BUNDLE_MAX_FILES 10000u
#define CARDEA_BUNDLE_MAX_NAME 1024u

typedef struct {
  const char *name; /* as in the archive, without one leading slash: what a signature names */
  const char *path; /* without a leading ./ too */
  GBytes *bytes;
} CardeaBundleFile;

/* One that is unpacked already (cardea-bundle-archive.h unpacks), as cardea_bundle_write() wrote it
 * down. The text is untrusted: names and manifest are checked as those of an archive are. */
CardeaBundle *cardea_bundle_read (const char *text, gsize size,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* {"files": [{"name", "bytes": base64}…]} as JSON, with which a process that unpacks hands all it
 * found to one that does not. The caller owns it. */
char *cardea_bundle_write (const CardeaBundle *bundle, gsize *ret_size);
void cardea_bundle_free (CardeaBundle *bundle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaBundle, cardea_bundle_free)

guint cardea_bundle_size (const CardeaBundle *bundle);
const CardeaBundleFile *cardea_bundle_nth (const CardeaBundle *bundle, guint i);
/* NULL when there is none such. */
const CardeaBundleFile *cardea_bundle_find (const CardeaBundle *bundle, const char *path);
/* From the manifest, NULL-terminated, without slashes around; without a manifest: all, which is "".
 */
const char *const *cardea_bundle_roots (const CardeaBundle *bundle);
/* Whether a root of one is, or lies above or below, a root of the other. */
gboolean cardea_bundle_overlaps (const CardeaBundle *one, const CardeaBundle *other);
/* Whether data and packages lie below its roots. */
gboolean cardea_bundle_check_roots (const CardeaBundle *bundle,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From the manifest; "" without. The bundle's. */
const char *cardea_bundle_revision (const CardeaBundle *bundle);
/* The manifest says that the policies are written in the language before OPA 1.0. */
gboolean cardea_bundle_is_v0 (const CardeaBundle *bundle);
gboolean cardea_bundle_is_signed (const CardeaBundle *bundle);
/* TRUE for a file that holds data: data.json, data.yaml, data.yml. ret_yaml says which. */
gboolean cardea_bundle_is_data (const CardeaBundleFile *file, gboolean *ret_yaml);

/* Adds the bundle's data to data, after checking that it and the packages of its policies lie below
 * the manifest's roots. */
gboolean cardea_bundle_add_data (const CardeaBundle *bundle, CardeaRegoData *data,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What a public key (PEM) signs bundles with: ES256, ES384, ES512 or RS256, as OPA does when it is
 * told nothing else. NULL: it is none. */
const char *cardea_bundle_key_algorithm (const char *key, gsize size);
/* Whether the bundle bears one signature (JWT, RFC 7519) of key over exactly the files it holds.
 * key is a PEM public key, or for HS… a secret. algorithm is what the caller expects ("ES256"); the
 * token has no say. scope and key_id: NULL: none expected. */
gboolean cardea_bundle_verify (const CardeaBundle *bundle, const char *key, gsize key_size,
                               const char *algorithm, const char *key_id, const char *scope,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
