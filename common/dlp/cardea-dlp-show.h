/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-result.h"

/* What a person sees of something that was found: where it stands, and enough of it to know it
 * again, but not itself. */

#define CARDEA_DLP_SHOW_CONTEXT 40u /* bytes before and behind it */
#define CARDEA_DLP_SHOW_KEY 32u     /* bytes */

/* Sets "before", "shown" and "after" of json (objects.md, Finding): text around it, in which
 * whatever else was found is masked, too. finding is one of result's, which is settled; content is
 * what was scanned. */
void cardea_dlp_show (const CardeaDlpResult *result, const CardeaDlpFinding *finding,
                      const char *content, gsize size, CardeaJson *json);

/* The same for the same bytes under the same key (CARDEA_DLP_SHOW_KEY), and nothing that says what
 * they are without it; the caller owns it. */
char *cardea_dlp_show_mark (const CardeaDlpFinding *finding, const char *content, gsize size,
                            const guint8 *key);
