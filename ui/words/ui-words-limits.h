/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* Limits of a host (objects.md, Limits) on one line: "only GET, HEAD · 50 MB an answer". NULL: it
 * says nothing that is known. The caller owns it. */
char *ui_words_limits (const CardeaJson *limits);
