/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"

/* Answers picture.decode; it keeps nothing from one to the next. */
const CardeaChannelHandler *guardian_picture_worker_handler (void);
