/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <string.h>

#define HOME "/home/eva"

/* JSON with ' in place of ", so that it can be read here. */
static inline CardeaJson *
fixture_json (const char *text)
{
  g_autofree char *copy = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GError) error = NULL;
  CardeaJson *json = cardea_json_parse (copy, strlen (copy), &error);
  g_assert_no_error (error);
  return json;
}
