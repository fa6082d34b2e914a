/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-error.h"
#include "common/tlog/cardea-tlog-hash.h"

/* What a verifier needs to know of a Cardea record (one RFC 8785 object, guardian/audit/README.md),
 * read without building anything. */
typedef struct {
  gint64 seq;
  gboolean has_detail;          /* the record has a detail beside the tree… */
  CardeaTlogHash sealed;        /* …whose sealed bytes hash to this */
  gboolean has_gone;            /* the record says that details are gone */
  gint64 gone_first, gone_last; /* …of these records, all before this one */
  gboolean gone_redacted;       /* by redaction; FALSE: lost before there were keys */
} CardeaTlogLeaf;

/* entry is untrusted. FALSE with CARDEA_TLOG_ERROR_FORMAT. It checks what it reads, not that the
 * whole entry is canonical: the tree vouches for the bytes. */
gboolean cardea_tlog_leaf_scan (const guint8 *entry, gsize size, CardeaTlogLeaf *ret,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
