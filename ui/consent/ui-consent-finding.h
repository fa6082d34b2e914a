/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What was found in what would be sent (common/protocol/objects.md, "sensitive" of R), masked.
 * Strings are what was sent: nothing is fit to be shown before it was escaped. */

typedef struct {
  char *rule;
  int count;
  int line;     /* 0: not known */
  char *before; /* what stands around it; NULL: not said */
  char *shown;  /* the spot, masked */
  char *after;
  char *from; /* bytes: the file it probably came from; NULL: not known */
  char *why;  /* of what could not be looked into; else NULL */
  char *mark; /* by which the guardian knows it again; says nothing to anybody */
} UiConsentFinding;

/* What becomes of it. */
typedef enum {
  UI_CONSENT_TREATMENT_SEND,
  UI_CONSENT_TREATMENT_REDACT,      /* it is left out */
  UI_CONSENT_TREATMENT_PLACEHOLDER, /* and put back into the answer */
} UiConsentTreatment;

#define UI_CONSENT_FINDINGS_LIMIT 1000u

/* array: NULL is none. Appends to findings (UiConsentFinding, cleared with
 * ui_consent_finding_clear()). others: as of ui_consent_reader_fill(). Error:
 * UI_CONSENT_QUESTION_ERROR_REQUEST. */
gboolean ui_consent_finding_read_all (const CardeaJson *array, GArray *findings, GPtrArray *others,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ui_consent_finding_clear (gpointer finding);

/* "send", "redact", "placeholder"; static. */
const char *ui_consent_treatment_name (UiConsentTreatment treatment);
/* A mask of 1 << UiConsentTreatment; sending is always in it. */
guint ui_consent_treatment_mask (const CardeaJson *array);
