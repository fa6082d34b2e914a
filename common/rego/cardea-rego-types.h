/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-ast.h"

/* The number (from 1) of the first argument that cannot be of the kind the function takes; 0: none
 * is known to be wrong. */
guint cardea_rego_types_bad_argument (const char *name, CardeaRegoTerm **args, guint32 n);
