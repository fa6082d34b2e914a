/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-link.h"
#include "agent/content/agent-source.h"

/* Pictures for the person to see. They are never taken apart here: the guardian has them decoded
 * elsewhere, and passes on pixels. */

/* Whether bytes begin like one of a kind that can be decoded. */
gboolean agent_picture_is_one (GBytes *beginning);

/* All of a source that begins so, at most CARDEA_LIMIT_PICTURE. The caller owns it. */
GBytes *agent_picture_gather (AgentSource *source, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Waits until the person can see it. name: for the sentence of a refusal, and shown with it; fit to
 * be shown. Errors are AGENT_ERROR, or G_IO_ERROR_CANCELLED. */
gboolean agent_picture_show (AgentLink *link, GBytes *bytes, const char *name,
                             GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
