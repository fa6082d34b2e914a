/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What a program is started with (common/protocol/objects.md, Command): a count, that many
 * arguments, then an environment. Plain C. */

#define GUARDIAN_CONFINE_COMMAND_LIMIT (4u << 20) /* bytes */

typedef struct {
  char **arguments;   /* NULL-terminated; texts are borrowed from the bytes that were parsed */
  char **environment; /* the same */
} GuardianConfineCommand;

/* bytes is untrusted and stays with the command. false with errno EINVAL (no such form) or ENOMEM.
 */
bool guardian_confine_command_parse (char *bytes, size_t size, GuardianConfineCommand *ret_command);
void guardian_confine_command_clear (GuardianConfineCommand *command);

/* Reads the whole of fd (never freed: the process becomes another). false with errno. */
bool guardian_confine_command_read (int fd, GuardianConfineCommand *ret_command);

/* A variable, NAME=VALUE, whose name stands in passed ("NAME" or "PREFIX*"). */
bool guardian_confine_command_allows (const char *variable, const char *const *passed,
                                      size_t n_passed);

/* Puts into the process's own environment what passed names. The bytes that were parsed
 * must stay. */
bool guardian_confine_command_pass (const GuardianConfineCommand *command,
                                    const char *const *passed, size_t n_passed);
