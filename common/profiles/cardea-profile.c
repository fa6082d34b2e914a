/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing of the text; whose file it is, cardea-profile-files.c looks at.
 * Refuses: what is not of the form, whole. Variables through which a loader or an interpreter runs
 * something else are none that a profile may pass on or set.
 * Known gaps: which other variables a program obeys, only that program knows. */

#include "common/profiles/cardea-profile.h"

#include "common/json/cardea-json.h"

#include <string.h>

#define VERSION 1
#define MAX_PORT 65535

G_DEFINE_QUARK (cardea - profile - error - quark, cardea_profile_error)

/* As architecture and adversary list them: each makes something else run than was named. */
static const char *const dangerous[] = {
  "LD_",
  "GCONV_PATH",
  "GLIBC_TUNABLES",
  "LOCPATH",
  "NLSPATH",
  "BASH_ENV",
  "BASH_FUNC",
  "ENV=",
  "SHELLOPTS",
  "PROMPT_COMMAND",
  "PYTHONSTARTUP",
  "PYTHONPATH",
  "PYTHONHOME",
  "PERL5LIB",
  "PERL5OPT",
  "PERLLIB",
  "RUBYOPT",
  "RUBYLIB",
  "NODE_OPTIONS",
  "NODE_PATH",
  "GIT_",
  "JAVA_TOOL_OPTIONS",
  "DBUS_",
  "DISPLAY=",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "SSH_AUTH_SOCK",
  "GPG_AGENT_INFO",
  "CARDEA_",
  "HOME=",
  "XDG_RUNTIME_DIR",
};

gboolean
cardea_profile_is_name (const char *name)
{
  gsize size = strlen (name);

  if (size == 0 || size > CARDEA_PROFILE_MAX_NAME || !g_ascii_isalnum (name[0]))
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_islower (*c) && !g_ascii_isdigit (*c) && *c != '-' && *c != '_')
      return FALSE;
  return TRUE;
}

/* --- what a text in a list may be --- */

static gboolean
is_plain (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return FALSE;
  return *text != '\0';
}

static gboolean
is_base_name (const char *text)
{
  return is_plain (text) && strchr (text, '/') == NULL && text[0] != '-';
}

static gboolean
is_variable_name (const char *text, gsize size)
{
  if (size == 0 || g_ascii_isdigit (text[0]))
    return FALSE;
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '_')
      return FALSE;
  return TRUE;
}

static gboolean
is_safe_variable (const char *text, gsize size)
{
  g_autofree char *assignment = g_strdup_printf ("%.*s=", (int) size, text);

  if (!is_variable_name (text, size))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (dangerous); i++)
    if (g_str_has_prefix (assignment, dangerous[i]))
      return FALSE;
  return TRUE;
}

/* Nor may a prefix take in one of those. */
static gboolean
is_passed (const char *text)
{
  gsize size = strlen (text);

  if (size < 2 || text[size - 1] != '*')
    return is_safe_variable (text, size);
  for (gsize i = 0; i < G_N_ELEMENTS (dangerous); i++)
    if (strncmp (dangerous[i], text, size - 1) == 0)
      return FALSE;
  return is_safe_variable (text, size - 1);
}

static gboolean
is_variable (const char *text)
{
  return is_safe_variable (text, strlen (text));
}

/* Its value is ours. */
static gboolean
is_filled (const char *text)
{
  return is_variable_name (text, strlen (text));
}

static gboolean
is_host (const char *text)
{
  const char *colon = strchr (text, ':');
  gsize size = colon != NULL ? (gsize) (colon - text) : strlen (text);
  guint64 port = 0;

  if (size == 0 || size > 253 || !g_ascii_isalnum (text[0]) || !g_ascii_isalnum (text[size - 1]))
    return FALSE;
  for (gsize i = 0; i < size; i++)
    if (!g_ascii_islower (text[i]) && !g_ascii_isdigit (text[i])
        && (strchr ("-.", text[i]) == NULL || (text[i] == '.' && text[i - 1] == '.')))
      return FALSE;
  return colon == NULL || g_ascii_string_to_unsigned (colon + 1, 10, 1, MAX_PORT, &port, NULL);
}

/* --- reading --- */

typedef struct {
  CardeaProfile *profile;
  GError **error;
} Reader;

static gboolean
refuse (const Reader *reader, const char *member, const char *what)
{
  g_set_error (reader->error, CARDEA_PROFILE_ERROR, CARDEA_PROFILE_ERROR_CONTENT, "%s: “%s” %s",
               reader->profile->origin, member, what);
  return FALSE;
}

static gboolean
read_text (const Reader *reader, const char *member, const CardeaJson *value, char **ret_text)
{
  const char *text = cardea_json_string (value);

  if (text == NULL || !is_plain (text) || strlen (text) > CARDEA_PROFILE_MAX_TEXT)
    return refuse (reader, member, "must be a short line of text");
  g_free (*ret_text);
  *ret_text = g_strdup (text);
  return TRUE;
}

static gboolean
read_list (const Reader *reader, const char *member, const CardeaJson *value,
           gboolean (*is_good) (const char *text), char ***ret_list)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (cardea_json_type (value) != CARDEA_JSON_ARRAY
      || cardea_json_size (value) > CARDEA_PROFILE_MAX_LIST)
    return refuse (reader, member, "must be a list, not a long one");
  for (guint i = 0; i < cardea_json_size (value); i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (value, i));
      if (text == NULL || strlen (text) > CARDEA_PROFILE_MAX_TEXT || !is_good (text))
        return refuse (reader, member, "holds something that may not stand there");
      g_strv_builder_add (builder, text);
    }
  g_strfreev (*ret_list);
  *ret_list = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_version (const Reader *reader, const char *member, const CardeaJson *value)
{
  gint64 version = 0;
  return (cardea_json_int (value, &version) && version == VERSION)
         || refuse (reader, member, "must be 1: another Cardea wrote this");
}

static gboolean
read_title (const Reader *reader, const char *member, const CardeaJson *value)
{
  return read_text (reader, member, value, &reader->profile->title);
}

static gboolean
read_note (const Reader *reader, const char *member, const CardeaJson *value)
{
  return read_text (reader, member, value, &reader->profile->note);
}

static gboolean
read_home (const Reader *reader, const char *member, const CardeaJson *value)
{
  const char *home = cardea_json_string (value);

  reader->profile->own_home = g_strcmp0 (home, "own") == 0;
  return reader->profile->own_home || g_strcmp0 (home, "shared") == 0
         || refuse (reader, member, "must be “own” or “shared”");
}

static gboolean
read_set (const Reader *reader, const char *member, const CardeaJson *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (cardea_json_type (value) != CARDEA_JSON_OBJECT
      || cardea_json_size (value) > CARDEA_PROFILE_MAX_LIST)
    return refuse (reader, member, "must be an object, not a large one");
  for (guint i = 0; i < cardea_json_size (value); i++)
    {
      const char *name = cardea_json_nth_name (value, i);
      const char *text = cardea_json_string (cardea_json_nth (value, i));
      if (!is_variable (name) || text == NULL || strlen (text) > CARDEA_PROFILE_MAX_TEXT
          || (*text != '\0' && !is_plain (text)))
        return refuse (reader, member, "holds something that may not stand there");
      g_autofree char *assignment = g_strconcat (name, "=", text, NULL);
      g_strv_builder_add (builder, assignment);
    }
  g_strfreev (reader->profile->set);
  reader->profile->set = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_environment (const Reader *reader, const char *member, const CardeaJson *value)
{
  if (cardea_json_type (value) != CARDEA_JSON_OBJECT)
    return refuse (reader, member, "must be an object");
  for (guint i = 0; i < cardea_json_size (value); i++)
    {
      const char *name = cardea_json_nth_name (value, i);
      const CardeaJson *part = cardea_json_nth (value, i);
      gboolean good = FALSE;
      if (strcmp (name, "pass") == 0)
        good = read_list (reader, member, part, is_passed, &reader->profile->pass);
      else if (strcmp (name, "set") == 0)
        good = read_set (reader, member, part);
      else
        refuse (reader, member, "has “pass” and “set” alone");
      if (!good)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_folder (const char *path)
{
  return path != NULL && strlen (path) <= CARDEA_PROFILE_MAX_TEXT && is_plain (path)
         && (g_path_is_absolute (path) || g_str_has_prefix (path, "~/"));
}

static gboolean
read_folders (const Reader *reader, const char *member, const CardeaJson *value)
{
  guint count
      = cardea_json_type (value) == CARDEA_JSON_ARRAY ? cardea_json_size (value) : G_MAXUINT;

  if (count > CARDEA_PROFILE_MAX_LIST)
    return refuse (reader, member, "must be a list, not a long one");
  g_free (reader->profile->folders);
  reader->profile->folders = g_new0 (CardeaProfileFolder, count + 1);
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *item = cardea_json_nth (value, i);
      const char *path = cardea_json_get_string (item, "path");
      const char *access = cardea_json_get_string (item, "access");
      gboolean writable = g_strcmp0 (access, "rw") == 0;
      if (!is_folder (path) || (!writable && g_strcmp0 (access, "ro") != 0)
          || cardea_json_size (item) != 2)
        return refuse (reader, member, "wants “path” and “access”, which is “ro” or “rw”");
      reader->profile->folders[i] = (CardeaProfileFolder){ g_strdup (path), writable };
    }
  return TRUE;
}

static gboolean
read_model (const Reader *reader, const char *member, const CardeaJson *value)
{
  const char *kind = cardea_json_get_string (value, "kind");
  const char *url = cardea_json_get_string (value, "url");
  const char *key = cardea_json_get_string (value, "key");
  CardeaProfile *profile = reader->profile;

  if ((g_strcmp0 (kind, "openai") != 0 && g_strcmp0 (kind, "anthropic") != 0) || url == NULL
      || key == NULL || !is_filled (url) || !is_filled (key) || cardea_json_size (value) != 3)
    return refuse (reader, member, "wants “kind”, “url” and “key”");
  profile->model_kind = g_strdup (kind);
  profile->model_url = g_strdup (url);
  profile->model_key = g_strdup (key);
  return TRUE;
}

static gboolean
read_limits (const Reader *reader, const char *member, const CardeaJson *value)
{
  if (cardea_json_type (value) != CARDEA_JSON_OBJECT)
    return refuse (reader, member, "must be an object: a host of “net”, and what is kept to");
  for (guint i = 0; i < cardea_json_size (value); i++)
    if (cardea_json_type (cardea_json_nth (value, i)) != CARDEA_JSON_OBJECT)
      return refuse (reader, member, "holds something that may not stand there");
  reader->profile->limits = cardea_json_copy (value);
  return TRUE;
}

/* A limit of a host that is not shared would be none. */
static gboolean
has_idle_limit (const CardeaProfile *profile)
{
  for (guint i = 0; profile->limits != NULL && i < cardea_json_size (profile->limits); i++)
    if (!g_strv_contains ((const char *const *) profile->net,
                          cardea_json_nth_name (profile->limits, i)))
      return TRUE;
  return FALSE;
}

#define LIST(name) #name, G_STRUCT_OFFSET(CardeaProfile, name)

/* A list has a rule for what may stand in it, everything else a reader of its own. */
static const struct {
  const char *name;
  gsize list;
  gboolean (*is_good) (const char *text);
} lists[] = {
  { LIST (programs), is_base_name }, { LIST (arguments), is_plain },
  { LIST (agent), is_plain },        { LIST (interpreters), is_base_name },
  { LIST (net), is_host },           { LIST (proxy), is_filled },
  { LIST (authorities), is_filled },
};

static char ***
list_of (const CardeaProfile *profile, gsize i)
{
  return (char ***) G_STRUCT_MEMBER_P (profile, lists[i].list);
}

static const struct {
  const char *name;
  gboolean required;
  gboolean (*read) (const Reader *reader, const char *member, const CardeaJson *value);
} members[] = {
  { "version", TRUE, read_version },
  { "title", TRUE, read_title },
  { "note", FALSE, read_note },
  { "home", TRUE, read_home },
  { "environment", FALSE, read_environment },
  { "folders", FALSE, read_folders },
  { "limits", FALSE, read_limits },
  { "model", FALSE, read_model },
};

static gboolean
read_member (const Reader *reader, const char *name, const CardeaJson *value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i].name, name) == 0)
      return members[i].read (reader, name, value);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (strcmp (lists[i].name, name) == 0)
      return read_list (reader, name, value, lists[i].is_good, list_of (reader->profile, i));
  return refuse (reader, name, "is no member of a profile");
}

static gboolean
read_members (const Reader *reader, const CardeaJson *json)
{
  if (cardea_json_type (json) != CARDEA_JSON_OBJECT)
    return refuse (reader, "{", "is how a profile begins");
  for (guint i = 0; i < cardea_json_size (json); i++)
    if (!read_member (reader, cardea_json_nth_name (json, i), cardea_json_nth (json, i)))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (members[i].required && cardea_json_get (json, members[i].name) == NULL)
      return refuse (reader, members[i].name, "is missing");
  if (reader->profile->arguments[0] != NULL && reader->profile->programs[0] == NULL)
    return refuse (reader, "arguments", "wants “programs”: whose they are");
  if (has_idle_limit (reader->profile))
    return refuse (reader, "limits", "names a host that “net” does not");
  return TRUE;
}

CardeaProfile *
cardea_profile_parse (const char *name, const char *origin, const char *text, gsize size,
                      GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (CardeaProfile) profile = g_new0 (CardeaProfile, 1);
  const Reader reader = { profile, error };

  profile->name = g_strdup (name);
  profile->origin = g_strdup (origin);
  profile->folders = g_new0 (CardeaProfileFolder, 1);
  profile->pass = g_new0 (char *, 1);
  profile->set = g_new0 (char *, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    *list_of (profile, i) = g_new0 (char *, 1);
  g_autoptr (CardeaJson) json
      = size <= CARDEA_PROFILE_MAX_FILE
            ? cardea_json_parse_bounded (text, size, CARDEA_PROFILE_MAX_VALUES, &problem)
            : NULL;
  if (json == NULL)
    {
      g_set_error (error, CARDEA_PROFILE_ERROR, CARDEA_PROFILE_ERROR_CONTENT, "%s: %s", origin,
                   problem != NULL ? problem->message : "it is too large");
      return NULL;
    }
  return read_members (&reader, json) ? g_steal_pointer (&profile) : NULL;
}

void
cardea_profile_free (CardeaProfile *profile)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_strfreev (*list_of (profile, i));
  g_strfreev (profile->pass);
  g_strfreev (profile->set);
  for (CardeaProfileFolder *folder = profile->folders; folder->path != NULL; folder++)
    g_free (folder->path);
  g_free (profile->folders);
  g_clear_pointer (&profile->limits, cardea_json_unref);
  g_free (profile->name);
  g_free (profile->origin);
  g_free (profile->title);
  g_free (profile->note);
  g_free (profile->model_kind);
  g_free (profile->model_url);
  g_free (profile->model_key);
  g_free (profile);
}

gboolean
cardea_profile_is_for (const CardeaProfile *profile, const char *program)
{
  g_autofree char *name = g_path_get_basename (program);
  return g_strv_contains ((const char *const *) profile->programs, name);
}
