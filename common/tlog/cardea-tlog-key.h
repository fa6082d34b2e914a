/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-error.h"

/* A verifier key as C2SP signed-note writes it: NAME+HEX(id)+BASE64(0x01 || Ed25519 key). */
#define CARDEA_TLOG_KEY_SIZE 32u
#define CARDEA_TLOG_KEY_SIGNATURE_SIZE 64u
#define CARDEA_TLOG_KEY_LIMIT_NAME 128u /* bytes */

typedef struct {
  char *name; /* for a log: its origin */
  guint32 id;
  guint8 bytes[CARDEA_TLOG_KEY_SIZE];
} CardeaTlogKey;

/* name: not empty, UTF-8 without spaces, controls or plus; else NULL with
 * CARDEA_TLOG_ERROR_FORMAT. */
CardeaTlogKey *cardea_tlog_key_new (const char *name, const guint8 *bytes,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Strict: what format would have written, nothing before or after. vkey is untrusted. */
CardeaTlogKey *cardea_tlog_key_parse (const char *vkey, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *cardea_tlog_key_format (const CardeaTlogKey *key);
gboolean cardea_tlog_key_equal (const CardeaTlogKey *a, const CardeaTlogKey *b);
/* The Ed25519 signature alone, over text. */
gboolean cardea_tlog_key_check (const CardeaTlogKey *key, const guint8 *text, gsize size,
                                const guint8 *signature) G_GNUC_WARN_UNUSED_RESULT;
void cardea_tlog_key_free (CardeaTlogKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaTlogKey, cardea_tlog_key_free)

/* Whether the text can name a key. */
gboolean cardea_tlog_key_is_name (const char *name);
