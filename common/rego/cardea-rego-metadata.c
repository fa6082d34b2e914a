/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-resolve.h"

CardeaRegoTerm *
cardea_rego_metadata_call (CardeaRegoResolver *r, const CardeaRegoTerm *call)
{
  return NULL;
}
