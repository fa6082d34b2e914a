/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-error.h"

G_DEFINE_QUARK (cardea - tlog - error - quark, cardea_tlog_error)
