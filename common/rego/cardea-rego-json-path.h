/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-builtin.h"

/* The segments of a path written a/b/c, leading slashes dropped, ~0 and ~1 unescaped. */
CardeaRegoValue cardea_rego_json_path (CardeaRegoArena *arena, const CardeaRegoString *text);
/* json.patch: RFC 6902, with paths as text or as arrays, also into sets. */
CardeaRegoValue cardea_rego_json_patch (CardeaRegoCtx *ctx, const CardeaRegoValue *args);
