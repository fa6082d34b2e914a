/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-builtin.h"

#include <string.h>

static const CardeaRegoBuiltin *const lists[] = {
  cardea_rego_builtins_aggregate, cardea_rego_builtins_array,   cardea_rego_builtins_bits,
  cardea_rego_builtins_compare,   cardea_rego_builtins_crypto,  cardea_rego_builtins_encoding,
  cardea_rego_builtins_glob,      cardea_rego_builtins_graph,   cardea_rego_builtins_json,
  cardea_rego_builtins_jwt,       cardea_rego_builtins_net,     cardea_rego_builtins_number,
  cardea_rego_builtins_object,    cardea_rego_builtins_refused, cardea_rego_builtins_regex,
  cardea_rego_builtins_schema,    cardea_rego_builtins_semver,  cardea_rego_builtins_set,
  cardea_rego_builtins_sprintf,   cardea_rego_builtins_string,  cardea_rego_builtins_time,
  cardea_rego_builtins_type,      cardea_rego_builtins_units,   cardea_rego_builtins_url,
  cardea_rego_builtins_x509,
};

const CardeaRegoBuiltin *
cardea_rego_builtin_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (const CardeaRegoBuiltin *b = lists[i]; b->name != NULL; b++)
      if (strcmp (b->name, name) == 0)
        return b;
  return NULL;
}
