/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-crypto-error.h"

G_DEFINE_QUARK (cardea - crypto - error - quark, cardea_crypto_error)
