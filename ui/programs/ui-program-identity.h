/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Who the person is for git: user.name and user.email of their own configuration, which no program
 * sees (it names commands that git runs). As variables of git-var(1): GIT_AUTHOR_NAME and
 * GIT_COMMITTER_NAME; EMAIL, which git takes when nothing else says one, so that a repository's own
 * user.email is obeyed. What our environment says already is left out. Configuration that includes
 * other files, which may say something else in this folder, gives none. NAME=VALUE; the caller owns
 * them. Reads the disk. */
char **ui_program_identity (void);
