/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

/* The hosts that a person shares: --net HOST[:PORT], repeatable. */

/* words: as they were typed; NULL: none. Sets "net". A wrong one is wrong usage. */
gboolean ui_cli_hosts_set (CardeaMessage *message, char **words,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
