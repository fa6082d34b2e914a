/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Between cardea-agent and cardea-agent-extract. The document is standard input (a sealed memfd);
 * the answer is standard output: one line, AGENT_EXTRACT_TEXT or AGENT_EXTRACT_SHEETS, then UTF-8.
 * Of sheets each begins with a form feed, its name and a newline; then its rows, cells between
 * tabs, quoted where RFC 4180 wants it. With the arguments AGENT_EXTRACT_HTML and a character set,
 * which may be empty, it is a web page: AGENT_EXTRACT_PAGE, a line with the number of parts that a
 * page hides from those who look at it, a blank and its title, and its text. The exit status says
 * how it went. */

#define AGENT_EXTRACT_PROGRAM "cardea-agent-extract"
#define AGENT_EXTRACT_HTML "html"
#define AGENT_EXTRACT_TEXT "text\n"
#define AGENT_EXTRACT_SHEETS "sheets\n"
#define AGENT_EXTRACT_PAGE "page\n"

typedef enum {
  AGENT_EXTRACT_DONE = 0,
  AGENT_EXTRACT_DAMAGED = 2,   /* not what its name or first bytes promise */
  AGENT_EXTRACT_UNKNOWN = 3,   /* a kind of document we do not read */
  AGENT_EXTRACT_PROTECTED = 4, /* needs a password */
  AGENT_EXTRACT_LIMIT = 5,     /* larger inside than we read; what was written is incomplete */
  AGENT_EXTRACT_FAILED = 6,    /* our own failure */
} AgentExtractStatus;

#define AGENT_EXTRACT_LIMIT_DOCUMENT (64u * 1024u * 1024u) /* bytes of the document */
#define AGENT_EXTRACT_LIMIT_OUTPUT (64u * 1024u * 1024u)   /* bytes of its text */
#define AGENT_EXTRACT_LIMIT_SECONDS 30u                    /* until the agent ends the helper */
