/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the person's own configuration of git. Tells of it: two values, nothing else of what
 * stands there. Known gaps: a repository's own user.name goes unheeded. */

#include "ui/programs/ui-program-identity.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_FILE 65536u /* bytes */
#define LIMIT_VALUE 256u  /* bytes */

typedef struct {
  char *name;
  char *email;
  gboolean unsure; /* there is more of it elsewhere */
} Identity;

static void
identity_clear (Identity *identity)
{
  g_free (identity->name);
  g_free (identity->email);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Identity, identity_clear)

/* git-config(1), SYNTAX: quotes go, a comment ends it, what is blank at its end is cut. NULL: it is
 * continued, or escapes something. */
static char *
read_value (const char *text)
{
  g_autoptr (GString) value = g_string_new (NULL);
  gboolean quoted = FALSE;
  gsize solid = 0;

  for (; *text != '\0' && (quoted || (*text != '#' && *text != ';')); text++)
    {
      if (*text == '\\' && text[1] != '"' && text[1] != '\\')
        return NULL;
      if (*text == '"')
        {
          quoted = !quoted;
          continue;
        }
      if (*text == '\\')
        text++;
      g_string_append_c (value, *text);
      if (quoted || (*text != ' ' && *text != '\t'))
        solid = value->len;
    }
  g_string_truncate (value, solid);
  gboolean good = !quoted && value->len > 0 && value->len <= LIMIT_VALUE
                  && g_utf8_validate (value->str, (gssize) value->len, NULL);
  for (gsize i = 0; good && i < value->len; i++)
    good = (guchar) value->str[i] >= ' ' && value->str[i] != 0x7f;
  return good ? g_string_free (g_steal_pointer (&value), FALSE) : NULL;
}

static void
take_variable (Identity *identity, const char *line)
{
  const char *rest = strchr (line, '=');
  g_autofree char *key = rest != NULL ? g_strndup (line, (gsize) (rest - line)) : NULL;
  char **place = NULL;

  if (key == NULL)
    return;
  g_strchomp (key);
  if (g_ascii_strcasecmp (key, "name") == 0)
    place = &identity->name;
  else if (g_ascii_strcasecmp (key, "email") == 0)
    place = &identity->email;
  if (place == NULL)
    return;
  g_free (*place);
  *place = read_value (rest + 1 + strspn (rest + 1, " \t"));
}

static gboolean
begins_section (const char *line, const char *name)
{
  return g_ascii_strncasecmp (line + 1, name, strlen (name)) == 0;
}

static void
take_text (Identity *identity, char *text)
{
  gboolean in_user = FALSE;
  gboolean continued = FALSE;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **each = lines; *each != NULL; each++)
    {
      const char *line = g_strstrip (*each);
      gboolean skipped = continued;
      continued = g_str_has_suffix (line, "\\");
      if (skipped)
        continue;
      if (*line == '[')
        {
          in_user = begins_section (line, "user]");
          identity->unsure |= begins_section (line, "include");
          line += strcspn (line, "]");
          line += *line == ']' ? 1 + strspn (line + 1, " \t") : 0;
        }
      if (in_user)
        take_variable (identity, line);
    }
}

static void
take_file (Identity *identity, const char *path)
{
  struct stat st;
  cardea_autofd int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size == 0)
    return;
  g_autofree char *text = g_malloc0 (LIMIT_FILE + 1);
  ssize_t size = read (fd, text, LIMIT_FILE + 1);
  if (size < 0 || (gsize) size > LIMIT_FILE)
    identity->unsure = TRUE;
  else
    take_text (identity, text);
}

static void
add (GStrvBuilder *builder, const char *variable, const char *value)
{
  g_autofree char *assignment = g_strconcat (variable, "=", value, NULL);

  if (g_getenv (variable) == NULL)
    g_strv_builder_add (builder, assignment);
}

char **
ui_program_identity (void)
{
  g_auto (Identity) identity = { 0 };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *home = cardea_paths_home ();
  const char *config = g_getenv ("XDG_CONFIG_HOME");
  g_autofree char *modern = config != NULL && g_path_is_absolute (config)
                                ? g_build_filename (config, "git", "config", NULL)
                                : g_build_filename (home, ".config", "git", "config", NULL);
  g_autofree char *own = g_build_filename (home, ".gitconfig", NULL);
  const char *instead = g_getenv ("GIT_CONFIG_GLOBAL");

  take_file (&identity, instead != NULL ? instead : modern);
  if (instead == NULL)
    take_file (&identity, own); /* the later one counts */
  if (!identity.unsure && identity.name != NULL)
    {
      add (builder, "GIT_AUTHOR_NAME", identity.name);
      add (builder, "GIT_COMMITTER_NAME", identity.name);
    }
  if (!identity.unsure && identity.email != NULL)
    add (builder, "EMAIL", identity.email);
  return g_strv_builder_end (builder);
}
