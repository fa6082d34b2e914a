/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/bundle/cardea-bundle.h"

/* Unpacks and checks names, sizes and manifest; bytes are untrusted. No signature is checked. */
CardeaBundle *cardea_bundle_new (GBytes *packed, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same with at most max_total bytes in all files together. */
CardeaBundle *cardea_bundle_new_bounded (GBytes *packed, gsize max_total,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
