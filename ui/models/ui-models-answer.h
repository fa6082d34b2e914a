/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What a server says when it is asked for its models (GET /models): {"data":[{"id"}…]} as OpenAI
 * and Anthropic have it, or {"models":[{"name"|"model"|"id"}…]}. */

#define UI_MODELS_ANSWER_LIMIT (1024u * 1024u) /* bytes that are read of it */
#define UI_MODELS_ANSWER_MODELS 500u           /* that are taken; the rest is left out */

/* The names of the models, as the server calls them; the caller's. NULL: text, of a stranger, is no
 * such answer. Names that session and agent could not use are left out. */
char **ui_models_answer_parse (const char *text, gsize size) G_GNUC_WARN_UNUSED_RESULT;
