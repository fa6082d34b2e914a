/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"

/* Shared by the files of common/protocol only. */

/* Ends the channel without a call and hands its descriptor back. TRUE when nothing had been read
 * beyond the last message and nothing waits to be sent, so that another channel may go on. */
gboolean cardea_channel_release (CardeaChannel *channel, int *ret_fd);
