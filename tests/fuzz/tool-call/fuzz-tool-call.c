/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-assembly.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Pieces of calls, a line each: index (a character; "-" is none), id, name and arguments between
 * tabs. Arguments that begin with "=" come as an object. */

static void
add_line (AgentAssembly *assembly, const char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", 4);
  guint count = g_strv_length (fields);
  AgentAssemblyPiece piece = { .index = AGENT_ASSEMBLY_NO_INDEX };
  g_autoptr (CardeaJson) object = NULL;
  if (count > 0 && fields[0][0] != '-' && fields[0][0] != '\0')
    piece.index = fields[0][0] & 7;
  piece.id = count > 1 ? fields[1] : NULL;
  piece.name = count > 2 ? fields[2] : NULL;
  piece.text = count > 3 ? fields[3] : NULL;
  piece.size = piece.text != NULL ? strlen (piece.text) : 0;
  if (piece.text != NULL && piece.text[0] == '=')
    {
      object = cardea_json_parse (piece.text + 1, piece.size - 1, NULL);
      piece.object = object;
      piece.text = NULL;
    }
  g_autoptr (GError) error = NULL;
  gboolean added = agent_assembly_add (assembly, &piece, &error);
  FUZZ_CHECK (added == (error == NULL));
}

static void
check_name (const char *name)
{
  FUZZ_CHECK (name[0] != '\0' && strlen (name) <= AGENT_ASSEMBLY_NAME_MAX);
  for (; *name != '\0'; name++)
    FUZZ_CHECK (g_ascii_isalnum (*name) || *name == '-' || *name == '_');
}

static void
check_call (const GPtrArray *calls, guint index)
{
  const AgentCall *call = calls->pdata[index];
  check_name (call->id);
  check_name (call->name);
  for (guint i = 0; i < index; i++)
    FUZZ_CHECK (strcmp (((const AgentCall *) calls->pdata[i])->id, call->id) != 0);
  g_autofree char *arguments = agent_call_write (call);
  FUZZ_CHECK (arguments[0] == '{');
  if (call->arguments != NULL)
    FUZZ_CHECK (cardea_json_type (call->arguments) == CARDEA_JSON_OBJECT);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup (size > 0 ? (const char *) data : "", size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 200);
  g_autoptr (AgentAssembly) assembly = agent_assembly_new (1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      add_line (assembly, lines[i]);
      FUZZ_CHECK (agent_assembly_size (assembly) <= AGENT_ASSEMBLY_CALLS_MAX);
    }
  g_autoptr (GPtrArray) calls = agent_assembly_take (assembly);
  for (guint i = 0; i < calls->len; i++)
    check_call (calls, i);
  FUZZ_CHECK (agent_assembly_size (assembly) == 0);
  return 0;
}
