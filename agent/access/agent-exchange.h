/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-error.h"

#include <gio/gio.h>

/* HTTP as an agent sees it: a request, and its answer as it comes. What carries it is an AgentWay:
 * the guardian (agent-net.h), or a script in a test. */
typedef struct _AgentExchange AgentExchange;
typedef struct _AgentWay AgentWay;

typedef struct {
  const char *name;
  const char *value;
} AgentExchangeHeader;

typedef struct {
  const char *method;
  const char *url;
  const AgentExchangeHeader *headers; /* a nameless one ends them; NULL: none */
  GBytes *body;                       /* NULL: none */
  const char *object;                 /* what is reached, for sentences: "api.example.com" */
  gboolean model;                     /* the session's model is asked, whose words are its own */
  gint64 max_bytes;                   /* of the answer; 0: the guardian's limit */
  guint timeout;                      /* seconds without a byte; 0: the guardian's limit */
} AgentExchangeRequest;

typedef struct {
  /* The next bytes, as soon as there are any; NULL without an error: the end. */
  GBytes *(*next) (AgentExchange *exchange, GCancellable *cancellable, GError **error);
  void (*dispose) (AgentExchange *exchange); /* closes the connection, unless it ended */
} AgentExchangeClass;

struct _AgentExchange {
  const AgentExchangeClass *class;
  guint status;
  char *type;        /* of the content, without parameters, lower case; "" when not said */
  char *charset;     /* of it; NULL: not said */
  char *retry_after; /* as it came; NULL: not said */
  char *location;    /* where a redirect leads, as it came; NULL: not said */
  char *encoding;    /* what the content is packed with, lower case; NULL: it is not */
};

typedef struct {
  /* Waits until the answer begins. Errors are AGENT_ERROR or G_IO_ERROR_CANCELLED. */
  AgentExchange *(*open) (AgentWay *way, const AgentExchangeRequest *request,
                          GCancellable *cancellable, GError **error);
  /* Lets time pass; FALSE when it was cancelled. */
  gboolean (*wait) (AgentWay *way, guint milliseconds, GCancellable *cancellable, GError **error);
  void (*dispose) (AgentWay *way);
} AgentWayClass;

struct _AgentWay {
  const AgentWayClass *class;
};

AgentExchange *agent_exchange_open (AgentWay *way, const AgentExchangeRequest *request,
                                    GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *agent_exchange_next (AgentExchange *exchange, GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_exchange_free (AgentExchange *exchange);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentExchange, agent_exchange_free)

gboolean agent_way_wait (AgentWay *way, guint milliseconds, GCancellable *cancellable,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_way_free (AgentWay *way);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentWay, agent_way_free)

/* For ways: what of the answer's headers is kept. */
void agent_exchange_take_header (AgentExchange *exchange, const char *name, const char *value);
