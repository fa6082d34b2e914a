/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-compile.h"

/* What a context remembers of rules: their values in this evaluation and, if it is to be asked
 * again and again, those of earlier ones that are so still. All is given up with another policy or
 * other data. */

typedef struct {
  guint64 generation; /* the last evaluation in which the value was known to hold; 0: none */
  guint64 changed;    /* the evaluation since which it is this one */
  guint64 asker;      /* the run that noted it last */
  CardeaRegoValue value;
  guint32 *needs; /* the rule sets it was made of, in the order they were asked */
  guint32 n_needs, room;
  guint8 lasts;    /* the value does not lie in an evaluation's memory */
  guint8 restless; /* how often in a row it turned out to be another one */
} CardeaRegoMemo;

typedef struct {
  CardeaRegoArena *of_data, *of_input; /* values that depend on the stored data alone, and others */
  guint64 *changed;                    /* by the program's sets of looks: when one last did */
  guint32 n_changed;
  GArray *asked;     /* guint32: rule sets asked by the runs in progress, the innermost last */
  guint64 run, runs; /* the innermost one; of all evaluations */
  gsize needs;       /* of all memos */
} CardeaRegoRecall;

CardeaRegoRecall *cardea_rego_recall_new (void);
void cardea_rego_recall_free (CardeaRegoRecall *recall);
void cardea_rego_recall_free_memo (CardeaRegoMemo *memo, guint32 n);
/* The value in the world as it is, where nothing is replaced. Before each evaluation of a context
 * that recalls, it is told what may have changed (cardea-rego-lasting.h). */
CardeaRegoValue cardea_rego_recall_rule (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules);
void cardea_rego_recall_begin (CardeaRegoCtx *ctx, guint64 changed);
/* Empties the memo. */
void cardea_rego_recall_forget (CardeaRegoCtx *ctx);
