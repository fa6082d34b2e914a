/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* NAME = VALUE as source code, configuration, JSON, XML and query strings write it. Offsets into
 * the text. */
typedef struct {
  gsize name_start;
  gsize name_end;
  gsize value_start;
} CardeaDlpAssignment;

#define CARDEA_DLP_ASSIGNMENT_BEFORE 48u /* bytes of the name before the word, */
#define CARDEA_DLP_ASSIGNMENT_BEHIND 40u /* behind it, up to the operator */

/* Whether the word at [word_start, word_end) of untrusted text is a word of its own within a name,
 * and something is assigned to that name. */
gboolean cardea_dlp_assignment_parse (const char *text, gsize size, gsize word_start,
                                      gsize word_end, CardeaDlpAssignment *ret_assignment);
