/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Values that live longer than one evaluation. Recursion is bounded by CARDEA_REGO_MAX_DEPTH, to
 * which every value keeps. */

#include "common/rego/cardea-rego-value.h"

void
cardea_rego_freeze (CardeaRegoValue v)
{
  if (v.tag == CARDEA_REGO_ARRAY)
    for (guint32 i = 0; i < v.a->len; i++)
      cardea_rego_freeze (v.a->v[i]);
  if (v.tag == CARDEA_REGO_OBJECT || v.tag == CARDEA_REGO_SET)
    {
      for (guint32 i = 0; i < v.c->len; i++)
        {
          cardea_rego_freeze (v.c->k[i]);
          if (v.c->v != NULL)
            cardea_rego_freeze (v.c->v[i]);
        }
      cardea_rego_coll_sort (v.c);
    }
  (void) cardea_rego_hash (v);
}

CardeaRegoValue
cardea_rego_copy (CardeaRegoArena *arena, CardeaRegoValue v)
{
  CardeaRegoValue r;
  switch (v.tag)
    {
    case CARDEA_REGO_STRING:
    case CARDEA_REGO_NUMBER:
      r = cardea_rego_string (arena, v.s->s, v.s->len);
      r.tag = v.tag;
      return r;
    case CARDEA_REGO_ARRAY:
      r = cardea_rego_array_new (arena, v.a->len);
      for (guint32 i = 0; i < v.a->len; i++)
        cardea_rego_array_push (arena, r, cardea_rego_copy (arena, v.a->v[i]));
      return r;
    case CARDEA_REGO_OBJECT:
      r = cardea_rego_object_new (arena, v.c->len);
      for (guint32 i = 0; i < v.c->len; i++)
        cardea_rego_object_put (arena, r, cardea_rego_copy (arena, v.c->k[i]),
                                cardea_rego_copy (arena, v.c->v[i]));
      return r;
    case CARDEA_REGO_SET:
      r = cardea_rego_set_new (arena, v.c->len);
      for (guint32 i = 0; i < v.c->len; i++)
        cardea_rego_set_add (arena, r, cardea_rego_copy (arena, v.c->k[i]));
      return r;
    default:
      return v;
    }
}
