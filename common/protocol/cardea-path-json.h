/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A path or name in a JSON object: bytes without NUL, as the string NAME when they are UTF-8, else
 * as base64 in NAME_b64. There is one way to write each path; the other is refused. */

#define CARDEA_PATH_JSON_SUFFIX "_b64"

void cardea_path_json_set (CardeaJson *object, const char *name, const char *bytes);

/* The path's bytes, the caller's; NULL when absent, written the wrong way, empty, or longer than
 * CARDEA_LIMIT_PATH. */
char *cardea_path_json_get (const CardeaJson *object, const char *name);

/* The same for arrays: of strings when all are UTF-8, else NAME_b64 with all in base64. get gives
 * a NULL-terminated list, NULL when absent or wrong. */
void cardea_path_json_set_list (CardeaJson *object, const char *name, const char *const *paths);
char **cardea_path_json_get_list (const CardeaJson *object, const char *name);

/* The bytes of one base64 text; NULL when it is none, empty, too long or has a NUL inside. */
char *cardea_path_json_decode (const char *base64);
