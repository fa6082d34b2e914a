/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-value.h"

#include <gmp.h>
#include <mpfr.h>

/* Numbers as OPA computes them: int64, then exact integers (GMP), then floating point with 64 bits
 * of mantissa, round to even (MPFR), printed as the shortest text that reads back the same. A
 * number that is not an int64 in plain notation keeps the text it was written with. */

/* Reads a JSON number; undefined when it is none or exceeds CARDEA_REGO_MAX_DIGITS or _EXPONENT. */
CardeaRegoValue cardea_rego_number_parse (CardeaRegoArena *arena, const char *text, gsize len);
/* The text of a number; room must hold 32 bytes. */
const char *cardea_rego_number_text (CardeaRegoValue v, char *room);
gint cardea_rego_number_cmp (CardeaRegoValue a, CardeaRegoValue b);
guint64 cardea_rego_number_hash_word (CardeaRegoValue v);
/* The int64 the number equals, or undefined. */
CardeaRegoValue cardea_rego_number_to_int (CardeaRegoValue v);
/* Whether the text is that of an integer (no point, no exponent). */
gboolean cardea_rego_number_is_integer (CardeaRegoValue v);
gdouble cardea_rego_number_to_double (CardeaRegoValue v);
CardeaRegoValue cardea_rego_number_from_double (CardeaRegoArena *arena, gdouble d);

/* The caller has initialised the numbers, MPFR's with 64 bits. FALSE: v is no integer in value. */
gboolean cardea_rego_number_get_mpz (CardeaRegoValue v, mpz_t out);
void cardea_rego_number_get_mpfr (CardeaRegoValue v, mpfr_t out);
CardeaRegoValue cardea_rego_number_from_mpz (CardeaRegoArena *arena, const mpz_t z);
CardeaRegoValue cardea_rego_number_from_mpfr (CardeaRegoArena *arena, const mpfr_t f);

typedef enum {
  CARDEA_REGO_ADD,
  CARDEA_REGO_SUB,
  CARDEA_REGO_MUL,
  CARDEA_REGO_DIV,
  CARDEA_REGO_REM,
} CardeaRegoArith;

/* Undefined with *ret_error set to a static text when the operation has no result. */
CardeaRegoValue cardea_rego_number_arith (CardeaRegoArena *arena, CardeaRegoArith op,
                                          CardeaRegoValue a, CardeaRegoValue b,
                                          const char **ret_error);

typedef enum {
  CARDEA_REGO_ROUND,
  CARDEA_REGO_CEIL,
  CARDEA_REGO_FLOOR,
} CardeaRegoRounding;

CardeaRegoValue cardea_rego_number_round (CardeaRegoArena *arena, CardeaRegoRounding how,
                                          CardeaRegoValue v);
CardeaRegoValue cardea_rego_number_abs (CardeaRegoArena *arena, CardeaRegoValue v);
