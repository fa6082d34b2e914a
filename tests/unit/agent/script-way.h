/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-exchange.h"

/* A way out that leads to a script: each request gets the next answer, and is kept. */
typedef struct {
  guint status; /* 0: the request fails with error */
  const char *type;
  const char *retry_after;
  const char *body;
  AgentErrorCode error; /* of a request that fails, and of a body that breaks off */
  gboolean breaks;      /* the body breaks off at its end */
  gboolean stops;       /* the person stops the turn when the body is at its end */
} ScriptAnswer;

typedef struct {
  AgentWay base;
  const ScriptAnswer *answers; /* count of them; the last one again and again */
  guint count;
  guint asked;
  GPtrArray *bodies;     /* of char *: what was sent */
  GString *waits;        /* "1000 2000 " */
  GCancellable *stopped; /* borrowed; what stops cancels */
} ScriptWay;

ScriptWay *script_way_new (const ScriptAnswer *answers, guint count);
