/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message-table.h"

/* The rows of the table, by who has to do with them; a row without a name ends each. */
extern const CardeaMessageRow cardea_message_rows_link[];
extern const CardeaMessageRow cardea_message_rows_front[];
extern const CardeaMessageRow cardea_message_rows_agent[];
extern const CardeaMessageRow cardea_message_rows_files[];
extern const CardeaMessageRow cardea_message_rows_network[];
extern const CardeaMessageRow cardea_message_rows_worker[];
