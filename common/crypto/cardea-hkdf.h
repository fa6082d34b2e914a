/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

#include <glib.h>

/* HKDF-SHA-256 (RFC 5869). salt may be empty; size: 1 to 255 * 32. NULL when out of range or
 * without memory to lock. */
CardeaSecret *cardea_hkdf_derive (const CardeaSecret *key, const void *salt, gsize salt_size,
                                  const void *info, gsize info_size,
                                  gsize size) G_GNUC_WARN_UNUSED_RESULT;
