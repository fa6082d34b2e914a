/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* JSON as servers and models write it. What the strict reader takes is taken as it is; else what is
 * wrong in a way that leaves one meaning is mended first: bytes that are no UTF-8 and halves of
 * surrogate pairs become U+FFFD, control characters in strings are escaped, NaN and Infinity become
 * null. Everything else, duplicate names among it, stays an error. */

#define AGENT_MEND_VALUES_MAX 50000u

/* text is untrusted and need not end in NUL. */
CardeaJson *agent_mend_parse (const char *text, gsize size,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A text that a person is shown and that fits into a message: valid UTF-8 without control
 * characters other than newline and tab. The caller owns it. */
char *agent_mend_text (const char *text, gsize size);
/* The same of a string value; NULL for another type. */
char *agent_mend_string (const CardeaJson *json);
