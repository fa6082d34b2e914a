/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/policies/cardea-policy-set.h"

/* The names that rules about files look at. Two files below the same folder that are reached by
 * other names only are decided alike, while all else of them is the same: kind, owner, number of
 * names, whether they exist. Who had one decided then knows about the other.
 *
 *   {"names": [NAME…],         wherever they stand in a path
 *    "last": [NAME…],          as the last element
 *    "pairs": [NAME/NAME…],    one in the other
 *    "extensions": [TEXT…]}    of the last element, without the dot
 *
 * In small letters. A name that is not printable ASCII is always looked at.
 *
 * NULL: what rules look at is not known: there are others than the shipped ones, whose tables alone
 * are read here, or something is observed. The caller owns it. */
CardeaJson *cardea_policy_heeded_new (const CardeaPolicyFiles *files,
                                      const CardeaPolicyFacts *facts);
