/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-intent.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* What a person may type: an intent comes out, and one that names no figure is no table's. What
 * changes something has all that it needs. */

static const struct {
  AgentIntentKind kind;
  gboolean text, with, target;
} needs[] = {
  { AGENT_INTENT_FIND_TEXT, TRUE, FALSE, FALSE }, { AGENT_INTENT_CREATE, FALSE, FALSE, TRUE },
  { AGENT_INTENT_OVERWRITE, TRUE, FALSE, FALSE }, { AGENT_INTENT_APPEND, TRUE, FALSE, FALSE },
  { AGENT_INTENT_REPLACE, TRUE, TRUE, FALSE },    { AGENT_INTENT_RENAME, FALSE, FALSE, TRUE },
  { AGENT_INTENT_MOVE, FALSE, FALSE, TRUE },      { AGENT_INTENT_MAKE_FOLDER, FALSE, FALSE, TRUE },
};

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *raw = g_strndup (size > 0 ? (const char *) data : "", size);
  g_autofree char *text = g_utf8_make_valid (raw, -1);
  g_autoptr (GPtrArray) designated
      = g_ptr_array_new_with_free_func ((GDestroyNotify) agent_designated_free);
  g_ptr_array_add (designated, agent_designated_new ("/home/u/my bank.csv", NULL, FALSE));
  g_ptr_array_add (designated, agent_designated_new ("/home/u/Photos", NULL, TRUE));

  g_autoptr (AgentIntent) intent = agent_intent_read (text, designated);
  FUZZ_CHECK (intent != NULL && intent->files != NULL);
  FUZZ_CHECK ((intent->kind == AGENT_INTENT_TABLE) == (intent->figures != 0));
  FUZZ_CHECK (intent->filter == NULL || intent->operand != NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (needs); i++)
    if (intent->kind == needs[i].kind)
      {
        FUZZ_CHECK (!needs[i].text || (intent->text != NULL && intent->text[0] != '\0'));
        FUZZ_CHECK (!needs[i].with || intent->with != NULL);
        FUZZ_CHECK (!needs[i].target || (intent->target != NULL && intent->target[0] != '\0'));
      }
  FUZZ_CHECK ((intent->kind == AGENT_INTENT_RUN) == (intent->command->len > 0));
  return 0;
}
