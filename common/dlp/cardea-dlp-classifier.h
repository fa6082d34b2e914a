/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* What a text is likely to be about, where no rule can say: personal, financial, credentials or
 * source code. A linear model over hashed n-grams of characters, trained by data/dlp/train.py. It
 * is a guess: it makes labels, and nothing is ever held back for it alone. */
typedef struct _CardeaDlpClassifier CardeaDlpClassifier;

#define CARDEA_DLP_CLASSIFIER_SAMPLE 4096u /* bytes of a text that are looked at */
#define CARDEA_DLP_CLASSIFIER_MIN 200u     /* and that it needs at least */
#define CARDEA_DLP_CLASSIFIER_KINDS 8u

CardeaDlpClassifier *cardea_dlp_classifier_new_shipped (void);
/* NULL with CARDEA_DLP_ERROR_RULE: it is no model. */
CardeaDlpClassifier *cardea_dlp_classifier_new (const char *text, gsize size,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_dlp_classifier_free (CardeaDlpClassifier *classifier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpClassifier, cardea_dlp_classifier_free)

/* Names of the kinds that text is likely of ("likely-personal", …), at most
 * CARDEA_DLP_CLASSIFIER_KINDS and a NULL; borrowed. Returns how many. */
guint cardea_dlp_classifier_judge (const CardeaDlpClassifier *classifier, const char *text,
                                   gsize size,
                                   const char *ret_kinds[CARDEA_DLP_CLASSIFIER_KINDS + 1]);
