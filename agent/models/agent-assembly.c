/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing: a call is what a server says a model wants. Refuses more calls and more bytes
 * than its limits; a call whose arguments are no object is handed on as such and never run. Known
 * gap: two calls of one tool by a server that tells neither index nor id are one when the arguments
 * of the first are not whole. */

#include "agent/models/agent-assembly.h"

#include "agent/content/agent-error.h"
#include "agent/models/agent-mend.h"

#include <string.h>

typedef struct {
  gint64 index;
  char *id;
  GString *name;
  GString *text;
} Part;

struct _AgentAssembly {
  GPtrArray *parts; /* of Part */
  gsize size;
  guint round;
};

static void
part_free (Part *part)
{
  g_free (part->id);
  g_string_free (part->name, TRUE);
  g_string_free (part->text, TRUE);
  g_free (part);
}

AgentAssembly *
agent_assembly_new (guint round)
{
  AgentAssembly *assembly = g_new0 (AgentAssembly, 1);
  assembly->round = round;
  assembly->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
  return assembly;
}

void
agent_assembly_free (AgentAssembly *assembly)
{
  g_ptr_array_unref (assembly->parts);
  g_free (assembly);
}

guint
agent_assembly_size (const AgentAssembly *assembly)
{
  return assembly->parts->len;
}

static gboolean
is_given (const char *text)
{
  return text != NULL && text[0] != '\0';
}

static gboolean
is_object (const CardeaJson *json)
{
  return json != NULL && cardea_json_type (json) == CARDEA_JSON_OBJECT;
}

/* Arguments that can be nothing but finished. */
static gboolean
is_whole (const Part *part)
{
  const GString *text = part->text;
  gsize end = text->len;
  while (end > 0 && g_ascii_isspace (text->str[end - 1]))
    end--;
  if (end == 0 || text->str[end - 1] != '}')
    return FALSE;
  g_autoptr (CardeaJson) json = agent_mend_parse (text->str, text->len, NULL);
  return is_object (json);
}

/* The latest part that piece may belong to. Two parts of one index have different ids. */
static Part *
find_latest (const AgentAssembly *assembly, gint64 index, const char *id)
{
  for (guint i = assembly->parts->len; i > 0; i--)
    {
      Part *part = assembly->parts->pdata[i - 1];
      if ((index == AGENT_ASSEMBLY_NO_INDEX || part->index == index)
          && (id == NULL || g_strcmp0 (part->id, id) == 0))
        return part;
    }
  return NULL;
}

/* Whether piece, which names no other call, begins a new one all the same. */
static gboolean
begins_another (const Part *part, const AgentAssemblyPiece *piece)
{
  gboolean other_id = is_given (piece->id) && part->id != NULL && strcmp (piece->id, part->id) != 0;
  if (!is_given (piece->name))
    return other_id && piece->object != NULL;
  return other_id || (!is_given (piece->id) && is_whole (part));
}

static Part *
find_part (const AgentAssembly *assembly, const AgentAssemblyPiece *piece)
{
  Part *part = is_given (piece->id) ? find_latest (assembly, piece->index, piece->id) : NULL;
  if (part != NULL)
    return part;
  part = find_latest (assembly, piece->index, NULL);
  return part != NULL && !begins_another (part, piece) ? part : NULL;
}

static gboolean
set_too_much (const char *what, GError **error)
{
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT, "it wants more of the tools at once than %s",
               what);
  return FALSE;
}

static void
add_name (Part *part, const char *name)
{
  if (!is_given (name) || strcmp (part->name->str, name) == 0 || part->text->len > 0)
    return;
  if (part->name->len + strlen (name) <= AGENT_ASSEMBLY_NAME_MAX)
    g_string_append (part->name, name);
}

static gboolean
add_text (AgentAssembly *assembly, Part *part, const char *text, gsize size, GError **error)
{
  if (size > AGENT_ASSEMBLY_BYTES_MAX - assembly->size)
    return set_too_much ("9 MiB", error);
  g_string_append_len (part->text, text, (gssize) size);
  assembly->size += size;
  return TRUE;
}

/* The arguments at once take the place of what came before of them. */
static gboolean
add_object (AgentAssembly *assembly, Part *part, const CardeaJson *object, GError **error)
{
  gsize size;
  g_autofree char *text = cardea_json_write (object, &size, NULL);
  assembly->size -= part->text->len;
  g_string_truncate (part->text, 0);
  return text == NULL || add_text (assembly, part, text, size, error);
}

static Part *
begin_part (AgentAssembly *assembly, gint64 index, GError **error)
{
  if (assembly->parts->len == AGENT_ASSEMBLY_CALLS_MAX)
    {
      set_too_much ("32 calls", error);
      return NULL;
    }
  Part *part = g_new0 (Part, 1);
  part->index = index;
  part->name = g_string_new (NULL);
  part->text = g_string_new (NULL);
  g_ptr_array_add (assembly->parts, part);
  return part;
}

gboolean
agent_assembly_add (AgentAssembly *assembly, const AgentAssemblyPiece *piece, GError **error)
{
  Part *part = find_part (assembly, piece);
  if (part == NULL)
    part = begin_part (assembly, piece->index, error);
  if (part == NULL)
    return FALSE;
  if (part->id == NULL && is_given (piece->id))
    part->id = g_strdup (piece->id);
  add_name (part, piece->name);
  if (is_object (piece->object))
    return add_object (assembly, part, piece->object, error);
  return piece->text == NULL || add_text (assembly, part, piece->text, piece->size, error);
}

/* --- the calls --- */

/* An object, or the text of one in a string. Nothing at all is an object without members: so call
 * models tools that need nothing. */
static CardeaJson *
read_arguments (const GString *text)
{
  g_autoptr (CardeaJson) json = NULL;
  if (text->len == 0)
    return cardea_json_new_object ();
  json = agent_mend_parse (text->str, text->len, NULL);
  gsize size;
  const char *inner = cardea_json_string_full (json, &size);
  if (inner != NULL)
    {
      CardeaJson *unwrapped = agent_mend_parse (inner, size, NULL);
      cardea_json_unref (json);
      json = unwrapped;
    }
  return is_object (json) ? g_steal_pointer (&json) : NULL;
}

static gboolean
is_good_id (const char *id)
{
  if (!is_given (id) || strlen (id) > AGENT_ASSEMBLY_ID_MAX)
    return FALSE;
  for (; *id != '\0'; id++)
    if (!g_ascii_isalnum (*id) && *id != '-' && *id != '_')
      return FALSE;
  return TRUE;
}

static gboolean
has_id (const GPtrArray *calls, const char *id)
{
  for (guint i = 0; i < calls->len; i++)
    if (strcmp (((const AgentCall *) calls->pdata[i])->id, id) == 0)
      return TRUE;
  return FALSE;
}

static char *
choose_id (const GPtrArray *calls, const char *given, guint round)
{
  if (is_good_id (given) && !has_id (calls, given))
    return g_strdup (given);
  for (guint i = calls->len + 1;; i++)
    {
      g_autofree char *id = g_strdup_printf ("call_%u_%u", round, i);
      if (!has_id (calls, id))
        return g_steal_pointer (&id);
    }
}

/* Fit to be given back to the server; what is not a tool's name stays none. */
static char *
clean_name (const GString *name)
{
  char *clean = g_strdup (name->len > 0 ? name->str : "unknown");
  for (char *at = clean; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && *at != '-' && *at != '_')
      *at = '_';
  return clean;
}

GPtrArray *
agent_assembly_take (AgentAssembly *assembly)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) agent_call_free);
  for (guint i = 0; i < assembly->parts->len; i++)
    {
      const Part *part = assembly->parts->pdata[i];
      g_autofree char *id = choose_id (calls, part->id, assembly->round);
      if (part->name->len == 0 && part->text->len == 0)
        continue; /* an announcement that nothing followed */
      g_autofree char *name = clean_name (part->name);
      g_ptr_array_add (calls, agent_call_new (id, name, read_arguments (part->text)));
    }
  g_ptr_array_set_size (assembly->parts, 0);
  assembly->size = 0;
  return calls;
}
