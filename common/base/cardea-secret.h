/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Bytes that must not rest in the clear: locked against swapping, guarded on both sides, left out
 * of core dumps and zeroed when the last reference goes (libsodium's secure allocator). There is
 * no getter that looks like a string, so that a secret cannot reach a log by accident. */
typedef struct _CardeaSecret CardeaSecret;

/* size: 1 byte to 64 KiB. The content is zero. NULL with ENOMEM when locking fails. */
CardeaSecret *cardea_secret_new (gsize size) G_GNUC_WARN_UNUSED_RESULT;

/* size random bytes from the kernel's generator. */
CardeaSecret *cardea_secret_new_random (gsize size) G_GNUC_WARN_UNUSED_RESULT;

/* Copies bytes and wipes the original. */
CardeaSecret *cardea_secret_new_take (void *bytes, gsize size) G_GNUC_WARN_UNUSED_RESULT;

CardeaSecret *cardea_secret_ref (CardeaSecret *secret);
void cardea_secret_unref (CardeaSecret *secret);

gsize cardea_secret_size (const CardeaSecret *secret);
const guint8 *cardea_secret_bytes (const CardeaSecret *secret);
guint8 *cardea_secret_writable (CardeaSecret *secret);

/* Constant time. */
gboolean cardea_secret_equal (const CardeaSecret *a, const CardeaSecret *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaSecret, cardea_secret_unref)
