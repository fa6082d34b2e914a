/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-error.h"
#include "common/tlog/cardea-tlog-hash.h"

/* RFC 9162 §2.1.3 and §2.1.4 (RFC 6962 §2.1.1 and §2.1.2). A proof is an array of CardeaTlogHash in
 * the order the RFC gives. Sizes and indexes are leaves. */

/* Gives the root of the whole subtree of 2^height leaves that starts at leaf index * 2^height.
 * Asked only for subtrees inside the tree. */
typedef gboolean (*CardeaTlogProofSource) (guint height, guint64 index, CardeaTlogHash *ret,
                                           gpointer user_data, GError **error);

/* The root of the tree's first size leaves. */
gboolean cardea_tlog_proof_root (CardeaTlogHasher *hasher, CardeaTlogProofSource source,
                                 gpointer user_data, guint64 size, CardeaTlogHash *ret,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* NULL with CARDEA_TLOG_ERROR_RANGE unless index < size, or with the source's error. */
GArray *cardea_tlog_proof_inclusion (CardeaTlogHasher *hasher, CardeaTlogProofSource source,
                                     gpointer user_data, guint64 index, guint64 size,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* NULL with CARDEA_TLOG_ERROR_RANGE unless 0 < older <= size. */
GArray *cardea_tlog_proof_consistency (CardeaTlogHasher *hasher, CardeaTlogProofSource source,
                                       gpointer user_data, guint64 older, guint64 size,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The proof is untrusted. FALSE with CARDEA_TLOG_ERROR_RANGE or CARDEA_TLOG_ERROR_PROOF. */
gboolean cardea_tlog_proof_check_inclusion (CardeaTlogHasher *hasher, guint64 index, guint64 size,
                                            const CardeaTlogHash *leaf, const CardeaTlogHash *proof,
                                            gsize count, const CardeaTlogHash *root,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* older 0 is consistent with everything when older_root is the hash of nothing and the proof is
 * empty. */
gboolean cardea_tlog_proof_check_consistency (CardeaTlogHasher *hasher, guint64 older, guint64 size,
                                              const CardeaTlogHash *older_root,
                                              const CardeaTlogHash *root,
                                              const CardeaTlogHash *proof, gsize count,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
