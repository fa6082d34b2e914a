/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#define CARDEA_REGO_GLOBS_MAX 512 /* tokens of one expression */

/* Whether two simple expressions (characters, ., [sets], + and *) have a text in common. Sets
 * *ret_error, which the caller owns, when one of them is no such expression. */
gboolean cardea_rego_globs_meet (const char *a, const char *b, char **ret_error);
