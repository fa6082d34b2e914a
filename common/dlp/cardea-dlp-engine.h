/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-rule.h"

/* Rules made ready to run. A linear engine (Vectorscan, or Hyperscan which it came from) finds the
 * places where a rule might match, in one pass and in time that no input can raise; at each place
 * PCRE2 finds the span, within the rule's window and a limit of steps, and the rule's checks judge
 * it. Not thread-safe: one engine a thread. */
typedef struct _CardeaDlpEngine CardeaDlpEngine;

#define CARDEA_DLP_ENGINE_STEPS 100000u /* of PCRE2 at one place */

typedef struct {
  const CardeaDlpRule *rule;
  gsize start; /* of the secret itself, bytes of what was scanned */
  gsize end;
  gboolean sure; /* the rule's check holds */
} CardeaDlpMatch;

typedef void (*CardeaDlpMatchFunc) (const CardeaDlpMatch *match, gpointer user_data);

/* rules stay the caller's and must outlive the engine. database: what cardea_dlp_engine_serialize
 * wrote; when it is NULL, of other rules or of another kind of processor the expressions are
 * compiled, which takes a moment. CARDEA_DLP_ERROR_PATTERN names the rule. */
CardeaDlpEngine *cardea_dlp_engine_new (const CardeaDlpRules *rules, GBytes *database,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_dlp_engine_free (CardeaDlpEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpEngine, cardea_dlp_engine_free)

GBytes *cardea_dlp_engine_serialize (CardeaDlpEngine *engine,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the expressions came out of the database that was given. */
gboolean cardea_dlp_engine_is_ready_made (const CardeaDlpEngine *engine);

const CardeaDlpRules *cardea_dlp_engine_rules (const CardeaDlpEngine *engine);

/* Compiles every expression, which otherwise happens when it is first needed. */
gboolean cardea_dlp_engine_check (CardeaDlpEngine *engine,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
  CARDEA_DLP_SCAN_ALL = 0,
  CARDEA_DLP_SCAN_STRONG = 1 << 0,   /* only rules with long fixed parts, */
  CARDEA_DLP_SCAN_COMMANDS = 1 << 1, /* and those about commands */
} CardeaDlpScanFlags;

/* All of text at once; func is called for each match, in no order. FALSE: deadline (monotonic time,
 * 0 for none) passed, or a place took too many steps: not all of it was looked at. */
gboolean cardea_dlp_engine_scan (CardeaDlpEngine *engine, const void *text, gsize size,
                                 CardeaDlpScanFlags flags, gint64 deadline, CardeaDlpMatchFunc func,
                                 gpointer user_data);

/* A stream: pieces as they come, a match may span any number of them. Offsets count from the first
 * byte of the stream. At most CARDEA_DLP_STREAM_HELD bytes of it are held. */
#define CARDEA_DLP_STREAM_HELD (64u * 1024u)

typedef struct _CardeaDlpStream CardeaDlpStream;

CardeaDlpStream *cardea_dlp_stream_new (CardeaDlpEngine *engine, CardeaDlpMatchFunc func,
                                        gpointer user_data);
gboolean cardea_dlp_stream_feed (CardeaDlpStream *stream, const void *piece, gsize size,
                                 gint64 deadline) G_GNUC_WARN_UNUSED_RESULT;
/* Nothing more comes. */
gboolean cardea_dlp_stream_finish (CardeaDlpStream *stream,
                                   gint64 deadline) G_GNUC_WARN_UNUSED_RESULT;
void cardea_dlp_stream_free (CardeaDlpStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpStream, cardea_dlp_stream_free)
