/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-value.h"

/* Reads JSON (RFC 8259) of any origin: depth at most CARDEA_REGO_MAX_DEPTH, a repeated key replaces
 * the former as in OPA, numbers keep their text. Undefined with *ret_error (a GString the caller
 * owns) naming what was wrong, in the words of Go's decoder where OPA passes them on. */
CardeaRegoValue cardea_rego_json_parse (CardeaRegoArena *arena, const char *text, gsize len,
                                        GString *ret_error);

/* JSON as OPA marshals: sets become sorted arrays, keys that are no strings become their text,
 * keys sorted. Indent 0 writes one line. html escapes <, > and & as Go does by default. */
void cardea_rego_json_write (CardeaRegoBuf *out, CardeaRegoValue v, const char *prefix,
                             const char *indent, gboolean html);
/* The text of a value as Rego prints terms (sets in braces, "set()" when empty). */
void cardea_rego_term_write (CardeaRegoBuf *out, CardeaRegoValue v);
