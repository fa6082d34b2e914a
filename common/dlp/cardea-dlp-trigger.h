/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-rule.h"

/* The words and expressions that say where a rule is to be tried, each once, and the database of
 * the linear engine that finds them all in one pass. */
typedef struct {
  gboolean literal; /* length bytes long; otherwise an expression */
  guint length;
  guint *rules; /* by number */
  guint n_rules;
} CardeaDlpTrigger;

typedef struct _CardeaDlpTriggers CardeaDlpTriggers;

/* database: see cardea_dlp_engine_new(). */
CardeaDlpTriggers *cardea_dlp_triggers_new (const CardeaDlpRules *rules, GBytes *database,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_dlp_triggers_free (CardeaDlpTriggers *triggers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpTriggers, cardea_dlp_triggers_free)

gboolean cardea_dlp_triggers_is_ready_made (const CardeaDlpTriggers *triggers);
/* A digest of rules and engine, then what the engine wrote. */
GBytes *cardea_dlp_triggers_serialize (const CardeaDlpTriggers *triggers,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* end: offset behind the trigger, from the first byte of the stream. TRUE: stop. */
typedef gboolean (*CardeaDlpTriggerFunc) (const CardeaDlpTrigger *trigger, guint64 end,
                                          gpointer user_data);

/* One stream at a time. FALSE: func stopped it, or the engine failed. */
gboolean cardea_dlp_triggers_begin (CardeaDlpTriggers *triggers) G_GNUC_WARN_UNUSED_RESULT;
gboolean cardea_dlp_triggers_feed (CardeaDlpTriggers *triggers, const void *piece, gsize size,
                                   CardeaDlpTriggerFunc func,
                                   gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
