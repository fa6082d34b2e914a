/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"

/* Answers bundle.unpack; it keeps nothing from one to the next. */
const CardeaChannelHandler *guardian_bundle_worker_handler (void);
