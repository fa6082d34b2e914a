/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-key.h"

/* C2SP signed-note: a text and the signatures under it. */
#define CARDEA_TLOG_NOTE_LIMIT_SIZE (64u * 1024u) /* bytes of a whole note */
#define CARDEA_TLOG_NOTE_LIMIT_SIGNATURES 64u

typedef struct {
  char *name;
  guint32 id;
  GBytes *signature; /* without the id */
} CardeaTlogNoteSignature;

typedef struct {
  GBytes *text;          /* with its last newline */
  GPtrArray *signatures; /* of CardeaTlogNoteSignature, at least one */
} CardeaTlogNote;

/* data is untrusted. NULL with CARDEA_TLOG_ERROR_FORMAT. The signatures are not checked here. */
CardeaTlogNote *cardea_tlog_note_parse (const guint8 *data, gsize size,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_tlog_note_free (CardeaTlogNote *note);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaTlogNote, cardea_tlog_note_free)

/* TRUE when the note carries a signature by the key and every signature under the key's name and id
 * is valid; else CARDEA_TLOG_ERROR_SIGNATURE. Signatures of other keys are ignored, as the
 * specification asks. */
gboolean cardea_tlog_note_check (const CardeaTlogNote *note, const CardeaTlogKey *key,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The note of text (which ends in a newline) with one signature of
 * CARDEA_TLOG_KEY_SIGNATURE_SIZE bytes. */
GBytes *cardea_tlog_note_format (GBytes *text, const CardeaTlogKey *key, const guint8 *signature);
