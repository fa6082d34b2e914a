/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-builtin.h"

const CardeaRegoBuiltin cardea_rego_builtins_schema[] = { { NULL } };
