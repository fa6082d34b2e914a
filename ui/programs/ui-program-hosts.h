/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"

/* The hosts that a person shares with a program or a task. */

/* words: HOST[:PORT] as they were typed; NULL: none. Sets "net". UI_PROGRAM_ERROR_USAGE. */
gboolean ui_program_hosts_set (CardeaMessage *message, char **words,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
