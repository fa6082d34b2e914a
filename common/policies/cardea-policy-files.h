/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/bundle/cardea-bundle.h"
#include "common/policies/cardea-policy-source.h"

#include <glib.h>
#include <sys/types.h>

/* The files policy is made of: those shipped, those of the administrator, those of the user. */

typedef enum {
  CARDEA_POLICY_SHIPPED,
  CARDEA_POLICY_ADMINISTRATOR,
  CARDEA_POLICY_USER,
  CARDEA_POLICY_LAYERS,
} CardeaPolicyLayer;

#define CARDEA_POLICY_ADMINISTRATOR_FOLDER "/etc/cardea/policy.d"
/* Below this folder of a layer lies what is observed only. */
#define CARDEA_POLICY_OBSERVE_FOLDER "observe"

#define CARDEA_POLICY_MAX_FILE (1u << 20)    /* bytes of one file of rules */
#define CARDEA_POLICY_MAX_DATA (16u << 20)   /* of one file of data */
#define CARDEA_POLICY_MAX_TOTAL (32u << 20)  /* of all files of a layer */
#define CARDEA_POLICY_MAX_BUNDLE (16u << 20) /* of one bundle, packed */
#define CARDEA_POLICY_MAX_BUNDLES 32u        /* of a layer */
#define CARDEA_POLICY_MAX_KEY 65536u         /* bytes of a bundle key */
/* With it, in a layer's folder, all bundles of the layer must be signed. */
#define CARDEA_POLICY_BUNDLE_KEY "bundles.pem"
#define CARDEA_POLICY_MAX_FILES 1000u   /* of a layer */
#define CARDEA_POLICY_MAX_ENTRIES 4000u /* names looked at in a layer */
#define CARDEA_POLICY_MAX_FOLDERS 8u    /* nesting */

typedef enum {
  CARDEA_POLICY_ERROR_UNSAFE,   /* owner or permissions: somebody else could have written it */
  CARDEA_POLICY_ERROR_LIMIT,    /* too large, too many */
  CARDEA_POLICY_ERROR_READ,     /* it cannot be read */
  CARDEA_POLICY_ERROR_POLICY,   /* FILE:ROW:COL: CODE: TEXT, one line a problem */
  CARDEA_POLICY_ERROR_PLACE,    /* its package or its data is not where its layer's must be */
  CARDEA_POLICY_ERROR_DOCUMENT, /* data that is none */
  CARDEA_POLICY_ERROR_BUNDLE,   /* a bundle that is none, or is not signed as it must be */
} CardeaPolicyError;

#define CARDEA_POLICY_ERROR (cardea_policy_error_quark ())
GQuark cardea_policy_error_quark (void);

typedef struct {
  CardeaPolicyLayer layer;
  char *name;  /* below the layer's folder, without observe/ */
  char *path;  /* as messages name it */
  char *place; /* where its data lies: folders below data, with slashes between */
  gboolean observed;
  gboolean rego; /* otherwise data */
  GBytes *bytes;
} CardeaPolicyFile;

/* A bundle (common/bundle) that lies in a layer's folder. What is in it is not known before it is
 * unpacked, which is not done here. */
typedef struct {
  CardeaPolicyLayer layer;
  char *name; /* below the layer's folder, without observe/ */
  char *path;
  gboolean observed;
  GBytes *packed;
  CardeaBundle *content; /* NULL: not unpacked yet */
} CardeaPolicyBundle;

typedef struct _CardeaPolicyFiles CardeaPolicyFiles;

CardeaPolicyFiles *cardea_policy_files_new (void);
void cardea_policy_files_free (CardeaPolicyFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaPolicyFiles, cardea_policy_files_free)

guint cardea_policy_files_size (const CardeaPolicyFiles *files);
const CardeaPolicyFile *cardea_policy_files_nth (const CardeaPolicyFiles *files, guint i);

void cardea_policy_files_add_shipped (CardeaPolicyFiles *files);
/* One text of whatever origin; a file of that name and layer that is there already gives way. */
void cardea_policy_files_add (CardeaPolicyFiles *files, CardeaPolicyLayer layer, const char *name,
                              const char *path, gboolean observed, GBytes *bytes);
/* Adds the .rego, .json, .yaml and .yml files of a folder and those below it, but for tests
 * (…_test.rego) and names that begin with a dot; and its bundles (.tar.gz), packed as they are. A
 * folder that does not exist has none. Folder and files must belong to owner or to root and be
 * writable by nobody else; links are refused. FALSE with error: files is of no more use. */
gboolean cardea_policy_files_add_folder (CardeaPolicyFiles *files, CardeaPolicyLayer layer,
                                         const char *path, uid_t owner,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the administrator wants fetched; CardeaPolicySource, files' own. */
const GPtrArray *cardea_policy_files_sources (const CardeaPolicyFiles *files);
/* One that came from there, packed, as if it lay in the administrator's folder. */
void cardea_policy_files_add_fetched (CardeaPolicyFiles *files, const CardeaPolicySource *source,
                                      GBytes *packed);

guint cardea_policy_files_bundles (const CardeaPolicyFiles *files);
const CardeaPolicyBundle *cardea_policy_files_bundle (const CardeaPolicyFiles *files, guint i);
/* What the i-th bundle holds, which is untrusted; takes content. Its policies and data become files
 * of its layer, after checking that it is signed with the layer's key, if there is one; that
 * everything lies below the roots it claims, and that no other bundle of the layer claims the same.
 * FALSE with error: files is of no more use. */
gboolean cardea_policy_files_unpacked (CardeaPolicyFiles *files, guint i, CardeaBundle *content,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "shipped", "administrator", "user". */
const char *cardea_policy_layer_name (CardeaPolicyLayer layer);
/* Where the administrator's files lie: CARDEA_POLICY_ADMINISTRATOR_FOLDER, or where the test seam
 * CARDEA_TEST_POLICY_FOLDER says; ret_owner: whose they must be. */
const char *cardea_policy_administrator_folder (uid_t *ret_owner);
