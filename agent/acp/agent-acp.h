/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-model.h"

/* A foreign agent as a model: it speaks the Agent Client Protocol, version 1, over a pair of pipes,
 * from a sandbox of its own. What it says becomes text and steps of the turn; the files it asks for
 * are read and written through the guardian like those of any model; its questions become the
 * guardian's. It is always answered “once”: what holds longer is a grant of ours.
 *
 * Trusts nothing it says: all of it is text of a stranger, bounded here. A terminal
 * that it wants (terminal/create) is a program in a sandbox of its own beside the agent's, with
 * less than that has. Known gap: a session that it could load again (session/load) is begun anew.
 */

#define AGENT_ACP_STEPS_MAX 256u                 /* of one turn */
#define AGENT_ACP_READ_MAX (384u * 1024u)        /* bytes of one fs/read_text_file */
#define AGENT_ACP_GIVEN_MAX (1024u * 1024u)      /* bytes of given files sent with one prompt */
#define AGENT_ACP_WRITE_MAX AGENT_TOOL_WRITE_MAX /* bytes of one fs/write_text_file */
#define AGENT_ACP_PICTURES_MAX 16u               /* of one turn */
#define AGENT_ACP_SAID_MAX (8u * 1024u * 1024u)  /* bytes of one answer */

/* Takes both descriptors. name is the profile's; folder is where it works. */
AgentModel *agent_acp_new (const char *name, const char *folder, int input, int output);
