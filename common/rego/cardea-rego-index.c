/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-vm.h"

struct _CardeaRegoIndex
{
  guint32 n;
};

CardeaRegoIndex *
cardea_rego_index_build (CardeaRegoPlan *p, CardeaRegoRuleset *rules, const guint32 *labels)
{
  (void)p;
  (void)rules;
  (void)labels;
  return NULL;
}

void
cardea_rego_index_patch (CardeaRegoIndex *index, GArray *labels)
{
  (void)index;
  (void)labels;
}

void
cardea_rego_index_free (CardeaRegoIndex *index)
{
  g_free (index);
}

gboolean
cardea_rego_index_start (CardeaRegoCtx *ctx, const CardeaRegoIndex *index, CardeaRegoValue *regs,
                         gint32 state)
{
  (void)ctx;
  (void)index;
  (void)regs;
  (void)state;
  return FALSE;
}

gint64
cardea_rego_index_next (const CardeaRegoIndex *index, CardeaRegoValue *state)
{
  (void)index;
  (void)state;
  return -1;
}
