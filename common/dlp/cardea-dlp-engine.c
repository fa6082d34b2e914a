/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-engine.h"

#include "common/dlp/cardea-dlp-matcher.h"
#include "common/dlp/cardea-dlp-trigger.h"

#include <string.h>

#define CLOCK_EVERY 64u                       /* places between two looks at the clock */
#define PIECE (32u * 1024u)                   /* of a stream that is fed at once */
#define BEFORE (CARDEA_DLP_MAX_BEFORE + 128u) /* bytes before a place that may be looked at */

struct _CardeaDlpEngine {
  const CardeaDlpRules *rules;
  CardeaDlpTriggers *triggers;
  CardeaDlpMatcher *matcher;
};

/* One pass over a text, or over a piece of a stream. */
typedef struct {
  CardeaDlpEngine *engine;
  CardeaDlpPlace place;
  CardeaDlpScanFlags flags;
  gint64 deadline;
  guint places;
} Pass;

CardeaDlpEngine *
cardea_dlp_engine_new (const CardeaDlpRules *rules, GBytes *database, GError **error)
{
  CardeaDlpTriggers *triggers = cardea_dlp_triggers_new (rules, database, error);
  if (triggers == NULL)
    return NULL;
  CardeaDlpEngine *engine = g_new0 (CardeaDlpEngine, 1);
  engine->rules = rules;
  engine->triggers = triggers;
  engine->matcher = cardea_dlp_matcher_new (rules);
  return engine;
}

void
cardea_dlp_engine_free (CardeaDlpEngine *engine)
{
  if (engine == NULL)
    return;
  cardea_dlp_triggers_free (engine->triggers);
  cardea_dlp_matcher_free (engine->matcher);
  g_free (engine);
}

GBytes *
cardea_dlp_engine_serialize (CardeaDlpEngine *engine, GError **error)
{
  return cardea_dlp_triggers_serialize (engine->triggers, error);
}

gboolean
cardea_dlp_engine_is_ready_made (const CardeaDlpEngine *engine)
{
  return cardea_dlp_triggers_is_ready_made (engine->triggers);
}

const CardeaDlpRules *
cardea_dlp_engine_rules (const CardeaDlpEngine *engine)
{
  return engine->rules;
}

gboolean
cardea_dlp_engine_check (CardeaDlpEngine *engine, GError **error)
{
  for (guint i = 0; i < cardea_dlp_rules_size (engine->rules); i++)
    if (!cardea_dlp_matcher_compile (engine->matcher, i, error))
      return FALSE;
  return TRUE;
}

/* --- places --- */

static gboolean
is_late (Pass *pass)
{
  return pass->deadline != 0 && pass->places++ % CLOCK_EVERY == 0
         && g_get_monotonic_time () > pass->deadline;
}

static gboolean
is_wanted (const Pass *pass, const CardeaDlpRule *rule)
{
  return (pass->flags & CARDEA_DLP_SCAN_STRONG) == 0 || (rule->flags & CARDEA_DLP_RULE_STRONG) != 0
         || ((pass->flags & CARDEA_DLP_SCAN_COMMANDS) != 0 && rule->class == CARDEA_DLP_COMMAND);
}

/* TRUE: time is up. */
static gboolean
try_place (Pass *pass, const CardeaDlpTrigger *trigger, gsize end)
{
  gsize start = trigger->literal ? end - MIN (end, (gsize) trigger->length) : end;

  for (guint i = 0; i < trigger->n_rules; i++)
    {
      const CardeaDlpRule *rule = cardea_dlp_rules_nth (pass->engine->rules, trigger->rules[i]);
      if (!is_wanted (pass, rule))
        continue;
      cardea_dlp_matcher_try (pass->engine->matcher, trigger->rules[i], &pass->place, start, end);
    }
  return is_late (pass);
}

static gboolean
place_cb (const CardeaDlpTrigger *trigger, guint64 end, gpointer user_data)
{
  return try_place (user_data, trigger, end);
}

gboolean
cardea_dlp_engine_scan (CardeaDlpEngine *engine, const void *text, gsize size,
                        CardeaDlpScanFlags flags, gint64 deadline, CardeaDlpMatchFunc func,
                        gpointer user_data)
{
  Pass pass = { engine, { text, size, 0, func, user_data }, flags, deadline, 0 };

  cardea_dlp_matcher_begin (engine->matcher);
  if (!cardea_dlp_triggers_begin (engine->triggers))
    return FALSE;
  /* The linear engine takes 32-bit lengths. */
  for (gsize at = 0; at < size; at += G_MAXINT32)
    if (!cardea_dlp_triggers_feed (engine->triggers, (const char *) text + at,
                                   MIN (size - at, (gsize) G_MAXINT32), place_cb, &pass))
      return FALSE;
  return !cardea_dlp_matcher_gave_up (engine->matcher);
}

/* --- streams --- */

typedef struct {
  const CardeaDlpTrigger *trigger;
  guint64 end;
} Waiting;

struct _CardeaDlpStream {
  CardeaDlpEngine *engine;
  CardeaDlpMatchFunc func;
  gpointer user_data;
  GByteArray *held; /* the last bytes of the stream */
  guint64 base;     /* where they begin */
  GArray *waiting;  /* of Waiting: places not all of whose window is here yet */
  gboolean begun;
};

CardeaDlpStream *
cardea_dlp_stream_new (CardeaDlpEngine *engine, CardeaDlpMatchFunc func, gpointer user_data)
{
  CardeaDlpStream *stream = g_new0 (CardeaDlpStream, 1);
  stream->engine = engine;
  stream->func = func;
  stream->user_data = user_data;
  stream->held = g_byte_array_new ();
  stream->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  return stream;
}

void
cardea_dlp_stream_free (CardeaDlpStream *stream)
{
  if (stream == NULL)
    return;
  g_byte_array_unref (stream->held);
  g_array_unref (stream->waiting);
  g_free (stream);
}

static gboolean
wait_cb (const CardeaDlpTrigger *trigger, guint64 end, gpointer user_data)
{
  CardeaDlpStream *stream = user_data;
  const Waiting waiting = { trigger, end };
  g_array_append_val (stream->waiting, waiting);
  return FALSE;
}

/* Tries the places whose windows are here, or all, and lets go of what none needs any more. */
static gboolean
settle (CardeaDlpStream *stream, gboolean all, gint64 deadline)
{
  guint64 end = stream->base + stream->held->len;
  Pass pass = { stream->engine,
                { (const char *) stream->held->data, stream->held->len, stream->base, stream->func,
                  stream->user_data },
                0,
                deadline,
                0 };
  gboolean late = FALSE;
  guint done = 0;

  for (; done < stream->waiting->len && !late; done++)
    {
      const Waiting *waiting = &g_array_index (stream->waiting, Waiting, done);
      if (!all && waiting->end + CARDEA_DLP_MAX_WINDOW > end)
        break;
      late = try_place (&pass, waiting->trigger, waiting->end - stream->base);
    }
  g_array_remove_range (stream->waiting, 0, done);
  guint64 needed = stream->waiting->len > 0 ? g_array_index (stream->waiting, Waiting, 0).end : end;
  guint64 keep = needed > stream->base + BEFORE ? needed - BEFORE : stream->base;
  g_byte_array_remove_range (stream->held, 0, keep - stream->base);
  stream->base = keep;
  return !late;
}

static gboolean
feed (CardeaDlpStream *stream, const guint8 *piece, gsize size, gint64 deadline)
{
  g_byte_array_append (stream->held, piece, size);
  return cardea_dlp_triggers_feed (stream->engine->triggers, piece, size, wait_cb, stream)
         && settle (stream, FALSE, deadline);
}

gboolean
cardea_dlp_stream_feed (CardeaDlpStream *stream, const void *piece, gsize size, gint64 deadline)
{
  if (!stream->begun)
    {
      cardea_dlp_matcher_begin (stream->engine->matcher);
      stream->begun = cardea_dlp_triggers_begin (stream->engine->triggers);
    }
  if (!stream->begun)
    return FALSE;
  for (gsize at = 0; at < size; at += PIECE)
    if (!feed (stream, (const guint8 *) piece + at, MIN (size - at, (gsize) PIECE), deadline))
      return FALSE;
  return TRUE;
}

gboolean
cardea_dlp_stream_finish (CardeaDlpStream *stream, gint64 deadline)
{
  return settle (stream, TRUE, deadline) && !cardea_dlp_matcher_gave_up (stream->engine->matcher);
}
