/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-exchange.h"

/* Something on the web, got whole and within limits. */

#define AGENT_PAGE_REDIRECTS 5u /* each is a request of its own, decided about as such */
#define AGENT_PAGE_QUIET_SECONDS 20
#define AGENT_PAGE_SECONDS 120 /* from an answer's beginning to its end */

typedef struct {
  char *url;     /* where it was in the end */
  char *type;    /* as its server said, lower case, without parameters; "": it did not say */
  char *charset; /* the same; NULL: it did not say */
  GBytes *bytes;
} AgentPage;

/* url: whoever asked for it wrote it, a model perhaps; the guardian decides about it and about
 * every address that a redirect leads to. Refuses answers of more than most bytes, packed ones
 * (what they hold is known only when they are unpacked), redirects from https to http, and whatever
 * is not status 200. Errors are AGENT_ERROR, or G_IO_ERROR_CANCELLED. */
AgentPage *agent_page_get (AgentWay *way, const char *url, gint64 most, GCancellable *cancellable,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_page_free (AgentPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentPage, agent_page_free)

/* host:port as sentences name it; the caller owns it. */
char *agent_page_show_host (const char *url);
