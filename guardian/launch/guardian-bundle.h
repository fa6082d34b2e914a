/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a program in a sandbox trusts: the system's authorities and, after them, the one of its
 * session. The bytes of an authority are the egress worker's; they are only written down. */

#define GUARDIAN_BUNDLE_PLACE "/opt/cardea-trust.pem" /* inside */

/* A memfd, which the caller owns; -1 with an error. der: one certificate. */
int guardian_bundle_new (GBytes *der, GError **error) G_GNUC_WARN_UNUSED_RESULT;
