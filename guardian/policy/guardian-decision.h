/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What policy answers (architecture.md §6). A zeroed one is a refusal. */

typedef enum {
  GUARDIAN_EFFECT_DENY,
  GUARDIAN_EFFECT_ASK,
  GUARDIAN_EFFECT_ALLOW,
} GuardianEffect;

#define GUARDIAN_TIER_SILENT 0u     /* inside a grant */
#define GUARDIAN_TIER_UNDOABLE 1u   /* silent, with undo */
#define GUARDIAN_TIER_QUESTION 2u   /* a question */
#define GUARDIAN_TIER_DELIBERATE 3u /* a question, and the person acts on the object */
#define GUARDIAN_TIER_SYSTEM 4u     /* needs system mode */
#define GUARDIAN_TIER_CLOSED 5u     /* refused, not askable */

typedef struct {
  GuardianEffect effect;
  guint tier;
  const char *reason; /* a sentence for the person; interned or static */
  const char *policy; /* the deciding rule's id; interned or static */
  guint ttl;          /* seconds an answer may be remembered; 0: no limit of its own */
  guint uses;         /* 0: no limit */
  gint64 max_bytes;   /* 0: no limit */
  gboolean reauthenticate;
  gboolean redact; /* only of guardian_policy_decide_redacting() */
  gboolean
      placeholder;    /* with redact: what is taken out of a request is put back into its answer */
  const char *limits; /* of a host (objects.md, Limits): JSON, interned; NULL: none */
} GuardianDecision;

const char *guardian_effect_name (GuardianEffect effect); /* "deny", "ask", "allow" */
