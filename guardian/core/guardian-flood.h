/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A person's attention is bounded: more than GUARDIAN_FLOOD_QUESTIONS in a minute, or
 * GUARDIAN_FLOOD_DENIALS denials running, pause an agent until the person says something to it
 * again. One a session. Times are monotonic microseconds. */

#define GUARDIAN_FLOOD_QUESTIONS 3u
#define GUARDIAN_FLOOD_DENIALS 3u
#define GUARDIAN_FLOOD_ITEMS 8u /* the last ones, for the summary */
#define GUARDIAN_FLOOD_WINDOW_US (60 * G_USEC_PER_SEC)

typedef struct {
  gint64 asked[GUARDIAN_FLOOD_QUESTIONS]; /* a ring */
  guint next;
  guint denials;
  gboolean paused;
  gboolean denied;   /* the summary was answered with no: until the person writes */
  guint n_asked;     /* since the person wrote */
  guint n_denied;    /* of these */
  CardeaJson *items; /* {action, path|host} of the last ones; NULL: none */
} GuardianFlood;

/* Counts a question that is about to be asked. FALSE: it must not be asked. */
gboolean guardian_flood_ask (GuardianFlood *flood, gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;
/* What is asked for, or would be: host or path (bytes); the other is NULL. */
void guardian_flood_note (GuardianFlood *flood, const char *action, const char *host,
                          const char *path);
void guardian_flood_answered (GuardianFlood *flood, gboolean allowed);
/* The person does not want it to go on. */
void guardian_flood_deny (GuardianFlood *flood);
/* The person wrote to the agent, or lets it go on. Also frees what it holds. */
void guardian_flood_reset (GuardianFlood *flood);
/* {asked, refused, items} for the summary; the caller owns it. */
CardeaJson *guardian_flood_describe (const GuardianFlood *flood);
