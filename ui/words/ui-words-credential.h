/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* What a credential and a model (objects.md) are in words. What is returned is the caller's. */

/* "api.example.com · Authorization: Bearer … · never used". now_us: wall clock. */
char *ui_words_credential_terms (const CardeaJson *credential, gint64 now_us);
/* "qwen3:4b at http://127.0.0.1:11434/v1 · with a key". */
char *ui_words_credential_model (const CardeaJson *model);
