/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/policies/cardea-policy-files.h"
#include "common/rego/cardea-rego.h"

/* Policy files compiled into the one question data.cardea.decision. A set is immutable and may be
 * shared by threads. */
typedef struct _CardeaPolicySet CardeaPolicySet;

/* One decision's budgets; running out of one is a refusal. */
#define CARDEA_POLICY_STEPS 200000u
#define CARDEA_POLICY_MEMORY (2u << 20)
#define CARDEA_POLICY_DEADLINE_MS 250u

/* What rules are told about the guardian (data.cardea.guardian). */
typedef struct {
  const char *const *own; /* its folders, absolute bytes, NULL-terminated */
  guint uid;              /* the user it serves */
} CardeaPolicyFacts;

/* Compiles files. observe: those that are only observed take part, in the place of the enforced of
 * the same layer and name; otherwise they are left out. Every file's package must be that of its
 * layer (cardea.shipped.…, cardea.admin.NAME, cardea.user.NAME), its data below
 * data.organisation or data.user. NULL with CARDEA_POLICY_ERROR. */
CardeaPolicySet *cardea_policy_set_new (const CardeaPolicyFiles *files, gboolean observe,
                                        const CardeaPolicyFacts *facts,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
CardeaPolicySet *cardea_policy_set_ref (CardeaPolicySet *set);
void cardea_policy_set_unref (CardeaPolicySet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaPolicySet, cardea_policy_set_unref)

/* SHA-256, in hex, of the names and contents of the files: the same files have the same. */
const char *cardea_policy_set_revision (const CardeaPolicySet *set);
guint cardea_policy_set_rules (const CardeaPolicySet *set); /* files of rules */

/* TRUE when time and reason of a question's context can make no difference, nor can the clock: then
 * the same question has the same answer for as long as the set is in force. */
gboolean cardea_policy_set_is_steady (const CardeaPolicySet *set);

typedef enum {
  CARDEA_POLICY_DENY,
  CARDEA_POLICY_ASK,
  CARDEA_POLICY_ALLOW,
} CardeaPolicyEffect;

/* Texts belong to the context (or are static) and stay until its next use. */
typedef struct {
  CardeaPolicyEffect effect;
  guint tier;
  const char *reason;          /* a sentence part for the person */
  const char *policy;          /* the deciding rule's id */
  const char *where;           /* which files and whose they are, in words; NULL: unknown */
  gint64 ttl, uses, max_bytes; /* 0: no limit */
  gboolean reauthenticate;
  gboolean redact; /* what is found in it is to be left out; of a file that is read, or a request */
  gboolean placeholder; /* with redact, of a request: and put back into its answer */
  gboolean failed;      /* the rules could not be asked: another time they may answer */
  char *limits;         /* of the host, that are kept to (objects.md, Limits): JSON, always in the
                           same form; the caller owns it; NULL: none */
} CardeaPolicyAnswer;

/* A context with the budgets above. */
CardeaRegoContext *cardea_policy_context_new (void);

/* Asks. Whatever goes wrong (no answer, one that is none, an error, a budget) is a refusal that
 * says so. input: architecture.md §6. */
CardeaPolicyAnswer cardea_policy_set_decide (const CardeaPolicySet *set, CardeaRegoContext *context,
                                             const CardeaJson *input);
/* The i-th label the last decision's resource bears; NULL: there are no more. */
const char *cardea_policy_label (const CardeaRegoContext *context, guint i);

/* {effect, tier, reason, policy, where?, problem?, revision, labels, rules: [{rule, file, line,
 * value}], steps, memory}: the same decision with every rule that held on the way. Never NULL. */
CardeaJson *cardea_policy_set_explain (const CardeaPolicySet *set, CardeaRegoContext *context,
                                       const CardeaJson *input);

const char *cardea_policy_effect_name (CardeaPolicyEffect effect); /* "deny", "ask", "allow" */
