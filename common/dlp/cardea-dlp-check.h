/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Whether a text that looks like something can be it: check digits, sums, structure. Pure
 * functions of untrusted bytes. */
typedef struct {
  const char *name; /* as rules name it */
  gboolean (*holds) (const char *text, gsize size);
} CardeaDlpCheck;

#define CARDEA_DLP_CHECK_MAX                                                                       \
  512u /* bytes a check looks at; what is longer does not hold,                                    \
          unless it says otherwise */

/* NULL when there is none of that name. */
const CardeaDlpCheck *cardea_dlp_check_find (const char *name);

/* Shannon's entropy in bits a byte. */
double cardea_dlp_check_entropy (const void *bytes, gsize size);
/* A placeholder where a secret would stand: ${X}, <key>, {{x}}, xxxx, ****, your-key-here. */
gboolean cardea_dlp_check_is_template (const char *text, gsize size);

/* Copies the digits (and X, when extra says so) of text; -1 when there are more than room. */
int cardea_dlp_check_digits (const char *text, gsize size, const char *extra, char *ret_digits,
                             gsize room);
