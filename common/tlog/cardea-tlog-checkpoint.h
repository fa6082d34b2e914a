/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-error.h"
#include "common/tlog/cardea-tlog-hash.h"

/* C2SP tlog-checkpoint: the text of a signed note that names a tree. */
typedef struct {
  char *origin;
  guint64 size; /* leaves, at most G_MAXINT64 */
  CardeaTlogHash root;
} CardeaTlogCheckpoint;

/* text is what stands above the signatures; verify those first. Extension lines are accepted and
 * left out. NULL with CARDEA_TLOG_ERROR_FORMAT. */
CardeaTlogCheckpoint *cardea_tlog_checkpoint_parse (GBytes *text,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *cardea_tlog_checkpoint_format (const char *origin, guint64 size,
                                       const CardeaTlogHash *root);
void cardea_tlog_checkpoint_free (CardeaTlogCheckpoint *checkpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaTlogCheckpoint, cardea_tlog_checkpoint_free)
