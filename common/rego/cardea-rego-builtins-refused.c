/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Functions that reach out of the engine, sign, or parse languages of their own: declared, so that
 * policies may replace them by `with`, and refused at load otherwise. */

#include "common/rego/cardea-rego-builtin.h"

static CardeaRegoValue
refuse (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_fail (ctx, "refused: not replaced by with");
}

/* As a replacement of another function it gives nothing away. */
static CardeaRegoValue
empty (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_object_new (cardea_rego_ctx_arena (ctx), 0);
}

#define REFUSED(name, n)                                                                           \
  {                                                                                                \
    name, n, BUILTIN_REFUSED, refuse                                                               \
  }

const CardeaRegoBuiltin cardea_rego_builtins_refused[] = {
  REFUSED ("crypto.parse_private_keys", 1),
  REFUSED ("crypto.x509.parse_keypair", 2),
  REFUSED ("crypto.x509.parse_rsa_private_key", 1),
  REFUSED ("graphql.is_valid", 2),
  REFUSED ("graphql.parse", 2),
  REFUSED ("graphql.parse_and_verify", 2),
  REFUSED ("graphql.parse_query", 1),
  REFUSED ("graphql.parse_schema", 1),
  REFUSED ("graphql.schema_is_valid", 1),
  REFUSED ("http.send", 1),
  REFUSED ("io.jwt.encode_sign", 3),
  REFUSED ("io.jwt.encode_sign_raw", 3),
  REFUSED ("net.lookup_ip_addr", 1),
  { "opa.runtime", 0, BUILTIN_REFUSED, empty },
  REFUSED ("providers.aws.sign_req", 3),
  REFUSED ("rego.parse_module", 2),
  REFUSED ("strings.render_template", 2),
  REFUSED ("trace", 1),
  { NULL },
};
