/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-edit.h"
#include "agent/tools/agent-tool.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* First line: what a model gives to "edit". The rest: the file. What comes out is text, of the same
 * kind as what went in. */

typedef struct {
  gboolean marked;
  gboolean ended;
  gboolean empty;
  gsize with;    /* lines ended by \r\n */
  gsize without; /* by \n alone */
} Shape;

static Shape
shape_of (GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  Shape shape = { size >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0, FALSE, FALSE, 0, 0 };
  gsize begin = shape.marked ? 3 : 0;
  shape.empty = size == begin;
  shape.ended = size > begin && text[size - 1] == '\n';
  for (gsize i = begin; i < size; i++)
    if (text[i] == '\n')
      (*(i > begin && text[i - 1] == '\r' ? &shape.with : &shape.without))++;
  return shape;
}

static void
check (GBytes *before, GBytes *after)
{
  Shape old = shape_of (before), new = shape_of (after);
  FUZZ_CHECK (g_utf8_validate_len (g_bytes_get_data (after, NULL), g_bytes_get_size (after), NULL));
  FUZZ_CHECK (!old.marked || new.marked);
  FUZZ_CHECK (!old.ended || new.ended || new.empty);
  FUZZ_CHECK (old.with == 0 || old.without > 0 || new.without == 0);
}

static void
apply (const CardeaJson *arguments, GBytes *before)
{
  const CardeaJson *list = cardea_json_get (arguments, "edits");
  guint count = cardea_json_size (list);
  g_autofree AgentEdit *edits = g_new0 (AgentEdit, count);
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *one = cardea_json_nth (list, i);
      edits[i].find = cardea_json_get_string (one, "find");
      edits[i].replace = cardea_json_get_string (one, "replace");
      cardea_json_get_boolean (one, "all", &edits[i].all);
      FUZZ_CHECK (edits[i].find != NULL && edits[i].find[0] != '\0' && edits[i].replace != NULL);
    }
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) after = agent_edit_apply (before, edits, count, "a.txt", &error);
  FUZZ_CHECK ((after != NULL) == (error == NULL));
  if (after != NULL)
    check (before, after);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *line = size > 0 ? memchr (data, '\n', size) : NULL;
  size_t head = line != NULL ? (size_t) (line - data) : size;
  size_t skip = line != NULL ? head + 1 : size;
  g_autoptr (GBytes) before = g_bytes_new (data + skip, size - skip);
  g_autoptr (CardeaJson) arguments = cardea_json_parse ((const char *) data, head, NULL);
  if (arguments != NULL && agent_tool_check (agent_tool_find ("edit"), arguments, NULL))
    apply (arguments, before);

  g_autofree char *text = g_strndup (head > 0 ? (const char *) data : "", head);
  g_autoptr (GBytes) added
      = g_utf8_validate (text, -1, NULL) ? agent_edit_append (before, text, "a.txt", NULL) : NULL;
  if (added != NULL)
    FUZZ_CHECK (text[0] == '\0'
                || ((const char *) g_bytes_get_data (added, NULL))[g_bytes_get_size (added) - 1]
                       == '\n');
  return 0;
}
