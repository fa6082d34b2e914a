/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

/* The master key under a passphrase: Argon2id (RFC 9106) over a random salt gives the key of an
 * XChaCha20-Poly1305 box. All functions take about a second and 64 MiB: call them in a thread. */

/* The content of the file "passphrase": {"version":1,"salt","ops","memory","nonce","box"}. The
 * caller owns it. */
char *guardian_keys_passphrase_seal (const CardeaSecret *master, const CardeaSecret *passphrase,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ERROR_WRONG: not this passphrase, or the box was altered (the two cannot be told apart);
 * ERROR_ALTERED: text is no such file or asks for more memory or time than we do. */
CardeaSecret *guardian_keys_passphrase_open (const char *text, gsize size,
                                             const CardeaSecret *passphrase,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
