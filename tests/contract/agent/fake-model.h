/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"

/* What a guardian does about net.request: answers come from a script, the body through a real pipe
 * that is written while the agent reads. */

typedef enum {
  FAKE_MODEL_WHOLE,
  FAKE_MODEL_STALLS,     /* the body never ends */
  FAKE_MODEL_BREAKS_OFF, /* at its end, and net.finished says why */
  FAKE_MODEL_SILENT,     /* the request is never answered */
  FAKE_MODEL_DENIED,     /* the request is refused */
  FAKE_MODEL_CLOSES,     /* the guardian goes away in the middle */
} FakeModelWay;

typedef struct {
  const char *body;
  FakeModelWay way;
  guint status; /* 0: 200 */
} FakeModelAnswer;

typedef struct _FakeModel FakeModel;

/* The last answer again and again. endpoint: JSON, of agent.start. */
FakeModel *fake_model_new (const char *endpoint, const FakeModelAnswer *answers, guint count);
void fake_model_free (FakeModel *model);

CardeaJson *fake_model_endpoint (const FakeModel *model); /* the caller's */
/* FALSE: it is not going to be answered. */
gboolean fake_model_request (FakeModel *model, CardeaMessage *message, CardeaChannel *channel);
void fake_model_cancel (FakeModel *model, CardeaMessage *message);

guint fake_model_requests (const FakeModel *model);
guint fake_model_cancels (const FakeModel *model);    /* of requests that were asked */
const char *fake_model_body (const FakeModel *model); /* of the last request */
const CardeaJson *fake_model_headers (const FakeModel *model);
const char *fake_model_url (const FakeModel *model);
/* When the last bytes were written and when the agent gave up, microseconds, monotonic. */
gint64 fake_model_cancelled_at (const FakeModel *model);
