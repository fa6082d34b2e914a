/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Regular expressions by libre2: the syntax of Go's package and, like it, linear time. The program
 * size is limited, so that repetition of repetition is refused instead of compiled. */

G_BEGIN_DECLS

#define CARDEA_REGO_RE2_MAX_PATTERN 16384
#define CARDEA_REGO_RE2_MAX_GROUPS 100

typedef struct _CardeaRegoRe2 CardeaRegoRe2;

/* NULL with *ret_error, the message Go gives; the caller owns it. */
CardeaRegoRe2 *cardea_rego_re2_new (const char *pattern, gsize len, char **ret_error);
void cardea_rego_re2_free (CardeaRegoRe2 *re);
/* Groups without the whole match. */
gint cardea_rego_re2_groups (const CardeaRegoRe2 *re);
/* The number of the named group, or -1. */
gint cardea_rego_re2_group (const CardeaRegoRe2 *re, const char *name, gsize len);
/* The leftmost match at or after start; spans gets 2 * (n + 1) offsets, -1 where a group took no
 * part. NULL spans only asks whether there is a match. */
gboolean cardea_rego_re2_match (const CardeaRegoRe2 *re, const char *text, gsize len, gsize start,
                                gssize *spans, gint n);
/* Whether the whole text matches. */
gboolean cardea_rego_re2_full_match (const CardeaRegoRe2 *re, const char *text, gsize len);

G_END_DECLS
