/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-intent.h"

/* A sentence as a row of elements with blanks between them, all of which must be there in this
 * order and nothing else:
 *
 *   word|word    one of these words
 *   [word|word]  one of these words, or nothing
 *   <all>        "all", "everywhere", …; [<all>]: or nothing
 *   <text>       what is quoted, or a single word as it stands  → text
 *   <quoted>     what is quoted                                 → text
 *   <with>       as <text>, and it may be empty                 → with
 *   <file>       a file; "this file", "it"                      → files (none for "this file")
 *   <files>      one or several                                 → files
 *   <folder>     a folder; "this folder", "it"                  → folder ("" for "this folder")
 *   <url>        http://… or https://…                          → url
 *   <target>     a file's name, or what is quoted               → target
 *   <place>      a folder's or file's name, a few words         → target
 *   <name>       the same, exactly as it was written            → target
 *   <command>    a program and its arguments, a word each       → command, and files among them
 *   <by>         "month", "year", "type"                        → by */

/* TRUE: the tokens from..to (to not included) are the pattern, and intent holds what it says; else
 * intent is as it was. */
gboolean agent_pattern_match (const char *pattern, const AgentPhrase *phrase, guint from, guint to,
                              AgentIntent *intent);
