/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-program.h"

#include "ui/consent/ui-consent-question.h"
#include "ui/consent/ui-consent-reader.h"

#include <string.h>

/* Trusts: nothing but types. Refuses: a program without arguments, one that is pinned in a way not
 * known here, one with a network and no hosts (no question has words for that), scripts and files
 * without what they are. Known gaps: none. */

typedef struct {
  UiConsentProgram program;
  char *pinned;
  gboolean network;
} Reading;

#define AT(field_) G_STRUCT_OFFSET (Reading, field_)

static const UiConsentReaderMember resource_members[] = {
  { "kind", UI_CONSENT_READER_SKIP },
  { "path", UI_CONSENT_READER_SKIP }, /* the question's */
  { "path_b64", UI_CONSENT_READER_SKIP },
  { "size", UI_CONSENT_READER_SKIP },
  { "uid", UI_CONSENT_READER_SKIP },
  { "dev", UI_CONSENT_READER_SKIP },
  { "ino", UI_CONSENT_READER_SKIP },
  { "labels", UI_CONSENT_READER_SKIP },
  { "argv", UI_CONSENT_READER_SKIP },    /* read_arguments() */
  { "scripts", UI_CONSENT_READER_SKIP }, /* read_scripts() */
  { "files", UI_CONSENT_READER_SKIP },   /* read_seen() */
  { "folder", UI_CONSENT_READER_PATH, TRUE, AT (program.folder) },
  { "environment", UI_CONSENT_READER_STRINGS, FALSE, AT (program.environment) },
  { "sha256", UI_CONSENT_READER_TEXT, TRUE, AT (program.sha256) },
  { "pinned", UI_CONSENT_READER_TEXT, TRUE, AT (pinned) },
  { "package", UI_CONSENT_READER_TEXT, FALSE, AT (program.package) },
  { "interpreter", UI_CONSENT_READER_TEXT, FALSE, AT (program.interpreter) },
  { "network", UI_CONSENT_READER_BOOLEAN, TRUE, AT (network) },
  { "hosts", UI_CONSENT_READER_STRINGS, FALSE, AT (program.hosts) },
  { "seconds", UI_CONSENT_READER_INT, TRUE, AT (program.seconds) },
  { NULL },
};

static gboolean
contradicts (GError **error)
{
  g_set_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST,
               "the request contradicts itself about its program");
  return FALSE;
}

static void
free_script (gpointer data)
{
  UiConsentScript *script = data;
  g_free (script->path);
  g_free (script->sha256);
  g_free (script);
}

static void
free_seen (gpointer data)
{
  UiConsentSeen *seen = data;
  g_free (seen->path);
  g_free (seen);
}

static gboolean
is_list (const CardeaJson *array, guint most)
{
  return array == NULL
         || (cardea_json_type (array) == CARDEA_JSON_ARRAY && cardea_json_size (array) <= most);
}

static gboolean
read_arguments (UiConsentProgram *program, const CardeaJson *array, GError **error)
{
  guint count = cardea_json_size (array);

  if (array == NULL || count == 0 || !is_list (array, UI_CONSENT_ARGUMENTS_LIMIT))
    return contradicts (error);
  for (guint i = 0; i < count; i++)
    {
      const char *argument = cardea_json_string (cardea_json_nth (array, i));
      if (argument == NULL)
        return contradicts (error);
      g_ptr_array_add (program->arguments, g_strdup (argument));
    }
  return TRUE;
}

static gboolean
read_scripts (UiConsentProgram *program, const CardeaJson *array, GPtrArray *others, GError **error)
{
  static const UiConsentReaderMember members[] = {
    { "index", UI_CONSENT_READER_INT, TRUE, G_STRUCT_OFFSET (UiConsentScript, index) },
    { "path", UI_CONSENT_READER_PATH, TRUE, G_STRUCT_OFFSET (UiConsentScript, path) },
    { "size", UI_CONSENT_READER_INT64, TRUE, G_STRUCT_OFFSET (UiConsentScript, size) },
    { "sha256", UI_CONSENT_READER_TEXT, TRUE, G_STRUCT_OFFSET (UiConsentScript, sha256) },
    { NULL },
  };

  if (!is_list (array, UI_CONSENT_SEEN_LIMIT))
    return contradicts (error);
  for (guint i = 0; array != NULL && i < cardea_json_size (array); i++)
    {
      UiConsentScript *script = g_new0 (UiConsentScript, 1);
      g_ptr_array_add (program->scripts, script);
      if (!ui_consent_reader_fill (script, cardea_json_nth (array, i), members, "resource.scripts.",
                                   others, error))
        return FALSE;
      if (script->index < 1 || (guint) script->index >= program->arguments->len)
        return contradicts (error);
    }
  return TRUE;
}

static gboolean
read_one_seen (UiConsentSeen *seen, const CardeaJson *json, GPtrArray *others, GError **error)
{
  typedef struct {
    UiConsentSeen seen;
    char *kind, *access;
  } One;
  static const UiConsentReaderMember members[] = {
    { "path", UI_CONSENT_READER_PATH, TRUE, G_STRUCT_OFFSET (One, seen.path) },
    { "kind", UI_CONSENT_READER_TEXT, TRUE, G_STRUCT_OFFSET (One, kind) },
    { "access", UI_CONSENT_READER_TEXT, TRUE, G_STRUCT_OFFSET (One, access) },
    { NULL },
  };
  One one = { 0 };
  gboolean good = ui_consent_reader_fill (&one, json, members, "resource.files.", others, error);

  *seen = one.seen;
  seen->folder = g_strcmp0 (one.kind, "folder") == 0;
  seen->writable = g_strcmp0 (one.access, "ro") != 0;
  if (good
      && ((!seen->folder && strcmp (one.kind, "file") != 0)
          || (seen->writable && strcmp (one.access, "rw") != 0)))
    good = contradicts (error);
  g_free (one.kind);
  g_free (one.access);
  return good;
}

static gboolean
read_seen (UiConsentProgram *program, const CardeaJson *array, GPtrArray *others, GError **error)
{
  if (!is_list (array, UI_CONSENT_SEEN_LIMIT))
    return contradicts (error);
  for (guint i = 0; array != NULL && i < cardea_json_size (array); i++)
    {
      UiConsentSeen *seen = g_new0 (UiConsentSeen, 1);
      g_ptr_array_add (program->seen, seen);
      if (!read_one_seen (seen, cardea_json_nth (array, i), others, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check (Reading *reading, GError **error)
{
  gboolean listed = reading->program.hosts != NULL && reading->program.hosts[0] != NULL;

  reading->program.copied = g_strcmp0 (reading->pinned, "copy") == 0;
  if (reading->network != listed
      || (!reading->program.copied && g_strcmp0 (reading->pinned, "inode") != 0))
    return contradicts (error);
  return TRUE;
}

UiConsentProgram *
ui_consent_program_read (const CardeaJson *resource, GPtrArray *others, GError **error)
{
  Reading *reading = g_new0 (Reading, 1);
  g_autoptr (UiConsentProgram) program = &reading->program; /* the first member */

  reading->network = TRUE;
  program->arguments = g_ptr_array_new_with_free_func (g_free);
  program->scripts = g_ptr_array_new_with_free_func (free_script);
  program->seen = g_ptr_array_new_with_free_func (free_seen);
  gboolean good
      = ui_consent_reader_fill (reading, resource, resource_members, "resource.", others, error)
        && check (reading, error)
        && read_arguments (program, cardea_json_get (resource, "argv"), error)
        && read_scripts (program, cardea_json_get (resource, "scripts"), others, error)
        && read_seen (program, cardea_json_get (resource, "files"), others, error);
  g_clear_pointer (&reading->pinned, g_free);
  return good ? g_steal_pointer (&program) : NULL;
}

void
ui_consent_program_free (UiConsentProgram *program)
{
  if (program == NULL)
    return;
  g_ptr_array_unref (program->arguments);
  g_ptr_array_unref (program->scripts);
  g_ptr_array_unref (program->seen);
  g_strfreev (program->environment);
  g_strfreev (program->hosts);
  g_free (program->folder);
  g_free (program->sha256);
  g_free (program->package);
  g_free (program->interpreter);
  g_free (program);
}
