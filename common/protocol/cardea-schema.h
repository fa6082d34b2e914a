/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* The message table, said for others: JSON Schema (draft 2020-12) and a reference page. What a
 * schema cannot say (limits in bytes, canonical size, who may send) stands in descriptions and in
 * the member "x-cardea" of each schema. All results are the caller's. */

/* The schema of one message; NULL when there is none of that name. */
CardeaJson *cardea_schema_message (const char *name);

/* One object a message, in the table's order: {"name","kind","from","to","reply"?,"what"}. */
CardeaJson *cardea_schema_list (void);

/* One document that any message fits: {"oneOf":[{"$ref"}…],"$defs":{NAME: schema…}}. */
CardeaJson *cardea_schema_document (void);

/* Markdown. */
char *cardea_schema_reference (void);
