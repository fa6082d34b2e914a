/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A person's attention is bounded: more than GUARDIAN_FLOOD_QUESTIONS in a minute, or
 * GUARDIAN_FLOOD_DENIALS denials running, pause an agent until the person says something to it
 * again. One a session. Times are monotonic microseconds. */

#define GUARDIAN_FLOOD_QUESTIONS 3u
#define GUARDIAN_FLOOD_DENIALS 3u
#define GUARDIAN_FLOOD_WINDOW_US (60 * G_USEC_PER_SEC)

typedef struct {
  gint64 asked[GUARDIAN_FLOOD_QUESTIONS]; /* a ring */
  guint next;
  guint denials;
  gboolean paused;
  guint refused; /* while paused: for the summary */
} GuardianFlood;

/* Counts a question that is about to be asked. FALSE: it must not be asked; ret_first (may be
 * NULL) is TRUE the first time, when the person gets one summary. */
gboolean guardian_flood_ask (GuardianFlood *flood, gint64 now_us, gboolean *ret_first);
void guardian_flood_answered (GuardianFlood *flood, gboolean allowed);
/* The person wrote to the agent. */
void guardian_flood_reset (GuardianFlood *flood);
