/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-engine.h"

/* Tries one rule at one place of a text. */
typedef struct _CardeaDlpMatcher CardeaDlpMatcher;

CardeaDlpMatcher *cardea_dlp_matcher_new (const CardeaDlpRules *rules);
void cardea_dlp_matcher_free (CardeaDlpMatcher *matcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpMatcher, cardea_dlp_matcher_free)

/* Compiles rule number i; FALSE with CARDEA_DLP_ERROR_PATTERN. */
gboolean cardea_dlp_matcher_compile (CardeaDlpMatcher *matcher, guint i,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is being looked at: text begins at offset base of the whole. */
typedef struct {
  const char *text;
  gsize size;
  gsize base;
  CardeaDlpMatchFunc func;
  gpointer user_data;
} CardeaDlpPlace;

/* A new text: nothing of the last one is remembered. */
void cardea_dlp_matcher_begin (CardeaDlpMatcher *matcher);
/* Whether a rule ran out of steps, or does not compile, since then. */
gboolean cardea_dlp_matcher_gave_up (const CardeaDlpMatcher *matcher);

/* The trigger lies at [start, end) of the text; an expression's start is its end. */
void cardea_dlp_matcher_try (CardeaDlpMatcher *matcher, guint i, const CardeaDlpPlace *place,
                             gsize start, gsize end);
