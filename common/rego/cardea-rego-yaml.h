/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-value.h"

#define CARDEA_REGO_YAML_MAX_NODES 100000

/* The first document of a YAML text as JSON. Aliases are refused where they would nest or multiply
 * beyond the limits. Undefined with *ret_error, which the caller owns. */
CardeaRegoValue cardea_rego_yaml_parse (CardeaRegoArena *arena, const char *text, gsize len,
                                        char **ret_error);
void cardea_rego_yaml_write (CardeaRegoBuf *out, CardeaRegoValue v);
