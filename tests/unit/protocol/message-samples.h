/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/protocol/cardea-message-table.h"

/* Values made from the message table, for tests. All results are the caller's. */

typedef enum {
  SAMPLE_MINIMAL, /* the smallest value that is good */
  SAMPLE_MAXIMAL, /* the largest */
} SampleSize;

CardeaJson *message_sample_value (const CardeaField *field, SampleSize size);

/* Values that are not good: as many as index reaches before NULL comes. ret_name: the member's
 * name where it is not the field's (FIELD_b64), else NULL. */
CardeaJson *message_sample_bad_value (const CardeaField *field, guint index, char **ret_name);

/* A whole body: with MINIMAL the required fields only, with MAXIMAL all. */
CardeaJson *message_sample_body (const CardeaMessageRow *row, SampleSize size);

CardeaRole message_sample_role (guint mask); /* the first of them */
