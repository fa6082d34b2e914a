/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-check.h"

/* The families of checks; a row without a name ends each. */
extern const CardeaDlpCheck cardea_dlp_check_national[];
extern const CardeaDlpCheck cardea_dlp_check_coin[];
extern const CardeaDlpCheck cardea_dlp_check_secret[];

/* ISO/IEC 7812-1 annex B over n digits. */
gboolean cardea_dlp_check_luhn (const char *digits, int n);
