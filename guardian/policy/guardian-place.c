/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts that path is the real one: resolved, without links. Decides by name, so a secret under a
 * name that nobody knows is not recognised: everything outside grants is asked anyway. */

#include "guardian/policy/guardian-place.h"

#include <string.h>

typedef enum {
  MATCH_BELOW,  /* these elements, one after another, anywhere in the path */
  MATCH_LAST,   /* these are the path's last elements */
  MATCH_ROOT,   /* the path starts with these elements */
  MATCH_SUFFIX, /* the last element ends so */
} Match;

typedef struct {
  Match match;
  const char *text;
  const GuardianPlace *place;
} Row;

#define BOTH (GUARDIAN_PLACE_CLOSED_READ | GUARDIAN_PLACE_CLOSED_WRITE)
#define WRITE GUARDIAN_PLACE_CLOSED_WRITE

static const GuardianPlace own_place
    = { "shipped.own-files", BOTH, "Cardea's own files are closed to every agent" };
static const GuardianPlace secret
    = { "shipped.secrets", BOTH, "keys, passwords and sign-ins are closed to every agent" };
static const GuardianPlace kernel
    = { "shipped.kernel", BOTH, "this is the system itself, not a file of yours" };
static const GuardianPlace startup
    = { "shipped.startup", WRITE, "what runs by itself at login is closed to every agent" };
static const GuardianPlace system_files
    = { "shipped.system", WRITE, "the system's own files are closed to every agent" };
static const GuardianPlace hook
    = { "shipped.hooks", WRITE, "what other programs run from here is closed to every agent" };
static const GuardianPlace sensitive
    = { "shipped.sensitive", GUARDIAN_PLACE_SENSITIVE, "its name says that it may hold a secret" };

static const Row rows[] = {
  /* Keys, passwords, sign-ins. */
  { MATCH_BELOW, ".ssh", &secret },
  { MATCH_BELOW, ".gnupg", &secret },
  { MATCH_BELOW, ".pki", &secret },
  { MATCH_BELOW, ".local/share/keyrings", &secret },
  { MATCH_BELOW, ".gnome2/keyrings", &secret },
  { MATCH_BELOW, ".local/share/kwalletd", &secret },
  { MATCH_BELOW, ".password-store", &secret },
  { MATCH_BELOW, ".aws", &secret },
  { MATCH_BELOW, ".azure", &secret },
  { MATCH_BELOW, ".kube", &secret },
  { MATCH_BELOW, ".config/gcloud", &secret },
  { MATCH_BELOW, ".config/gh", &secret },
  { MATCH_BELOW, ".config/rclone", &secret },
  { MATCH_BELOW, ".terraform.d", &secret },
  { MATCH_BELOW, ".docker/config.json", &secret },
  { MATCH_BELOW, ".mozilla", &secret },
  { MATCH_BELOW, ".thunderbird", &secret },
  { MATCH_BELOW, ".config/google-chrome", &secret },
  { MATCH_BELOW, ".config/chromium", &secret },
  { MATCH_BELOW, ".config/BraveSoftware", &secret },
  { MATCH_BELOW, ".config/microsoft-edge", &secret },
  { MATCH_BELOW, ".bitcoin", &secret },
  { MATCH_BELOW, ".electrum", &secret },
  { MATCH_LAST, ".netrc", &secret },
  { MATCH_LAST, ".pgpass", &secret },
  { MATCH_LAST, ".my.cnf", &secret },
  { MATCH_LAST, ".git-credentials", &secret },
  { MATCH_LAST, ".config/git/credentials", &secret },
  { MATCH_LAST, ".vault-token", &secret },
  { MATCH_LAST, ".npmrc", &secret },
  { MATCH_LAST, ".pypirc", &secret },
  { MATCH_LAST, ".cargo/credentials", &secret },
  { MATCH_LAST, ".cargo/credentials.toml", &secret },
  { MATCH_LAST, ".Xauthority", &secret },
  { MATCH_LAST, ".ICEauthority", &secret },
  { MATCH_ROOT, "etc/shadow", &secret },
  { MATCH_ROOT, "etc/shadow-", &secret },
  { MATCH_ROOT, "etc/gshadow", &secret },
  { MATCH_ROOT, "etc/gshadow-", &secret },
  { MATCH_ROOT, "etc/sudoers", &secret },
  { MATCH_ROOT, "etc/sudoers.d", &secret },
  { MATCH_ROOT, "etc/ssh", &secret },
  { MATCH_ROOT, "etc/ssl/private", &secret },
  /* Not files of anybody. */
  { MATCH_ROOT, "proc", &kernel },
  { MATCH_ROOT, "sys", &kernel },
  { MATCH_ROOT, "dev", &kernel },
  { MATCH_ROOT, "run", &kernel },
  { MATCH_ROOT, "var/run", &kernel },
  { MATCH_ROOT, "boot", &kernel },
  /* Runs by itself. */
  { MATCH_LAST, ".bashrc", &startup },
  { MATCH_LAST, ".bash_profile", &startup },
  { MATCH_LAST, ".bash_login", &startup },
  { MATCH_LAST, ".bash_logout", &startup },
  { MATCH_LAST, ".bash_aliases", &startup },
  { MATCH_LAST, ".profile", &startup },
  { MATCH_LAST, ".inputrc", &startup },
  { MATCH_LAST, ".zshrc", &startup },
  { MATCH_LAST, ".zshenv", &startup },
  { MATCH_LAST, ".zprofile", &startup },
  { MATCH_LAST, ".zlogin", &startup },
  { MATCH_LAST, ".zlogout", &startup },
  { MATCH_LAST, ".kshrc", &startup },
  { MATCH_LAST, ".cshrc", &startup },
  { MATCH_LAST, ".tcshrc", &startup },
  { MATCH_LAST, ".login", &startup },
  { MATCH_LAST, ".xinitrc", &startup },
  { MATCH_LAST, ".xprofile", &startup },
  { MATCH_LAST, ".xsession", &startup },
  { MATCH_LAST, ".xsessionrc", &startup },
  { MATCH_LAST, ".pam_environment", &startup },
  { MATCH_LAST, ".forward", &startup },
  { MATCH_BELOW, ".config/fish", &startup },
  { MATCH_BELOW, ".config/autostart", &startup },
  { MATCH_BELOW, ".config/autostart-scripts", &startup },
  { MATCH_BELOW, ".config/systemd", &startup },
  { MATCH_BELOW, ".local/share/systemd", &startup },
  { MATCH_BELOW, ".config/environment.d", &startup },
  { MATCH_BELOW, ".config/upstart", &startup },
  { MATCH_BELOW, ".local/share/applications", &startup },
  { MATCH_BELOW, ".local/share/dbus-1", &startup },
  { MATCH_BELOW, ".local/share/gnome-shell/extensions", &startup },
  { MATCH_BELOW, ".local/bin", &startup },
  { MATCH_ROOT, "etc", &system_files },
  { MATCH_ROOT, "var/spool/cron", &system_files },
  { MATCH_ROOT, "usr", &system_files },
  /* Run by other programs. */
  { MATCH_BELOW, ".git/hooks", &hook },
  { MATCH_LAST, ".git/config", &hook },
  { MATCH_LAST, ".git/config.worktree", &hook },
  { MATCH_BELOW, ".git/modules", &hook },
  { MATCH_BELOW, ".git/info", &hook },
  { MATCH_LAST, ".gitconfig", &hook },
  { MATCH_BELOW, ".config/git", &hook },
  { MATCH_BELOW, ".githooks", &hook },
  { MATCH_BELOW, ".husky", &hook },
  { MATCH_BELOW, ".vscode", &hook },
  { MATCH_BELOW, ".idea", &hook },
  { MATCH_LAST, ".envrc", &hook },
  { MATCH_LAST, ".vimrc", &hook },
  { MATCH_LAST, ".exrc", &hook },
  { MATCH_LAST, ".emacs", &hook },
  { MATCH_BELOW, ".emacs.d", &hook },
  { MATCH_BELOW, ".config/nvim", &hook },
  { MATCH_LAST, ".gdbinit", &hook },
  { MATCH_LAST, ".mcp.json", &hook },
  /* May be read, but nobody should say yes by habit. */
  { MATCH_LAST, ".env", &sensitive },
  { MATCH_LAST, ".envrc", &sensitive },
  { MATCH_LAST, "id_rsa", &sensitive },
  { MATCH_LAST, "id_ed25519", &sensitive },
  { MATCH_LAST, "id_ecdsa", &sensitive },
  { MATCH_SUFFIX, ".pem", &sensitive },
  { MATCH_SUFFIX, ".key", &sensitive },
  { MATCH_SUFFIX, ".kdbx", &sensitive },
  { MATCH_SUFFIX, ".p12", &sensitive },
  { MATCH_SUFFIX, ".pfx", &sensitive },
  { MATCH_SUFFIX, ".jks", &sensitive },
  { MATCH_LAST, ".bash_history", &sensitive },
  { MATCH_LAST, ".zsh_history", &sensitive },
  { MATCH_LAST, ".python_history", &sensitive },
};

struct _GuardianPlaces {
  char **own; /* absolute folders */
};

GuardianPlaces *
guardian_places_new (const char *const *own)
{
  GuardianPlaces *places = g_new0 (GuardianPlaces, 1);
  places->own = g_strdupv ((char **) own);
  return places;
}

void
guardian_places_free (GuardianPlaces *places)
{
  if (places == NULL)
    return;
  g_strfreev (places->own);
  g_free (places);
}

/* The elements of text stand at start; ret_end is what follows. */
static gboolean
starts_with_elements (const char *start, const char *text, const char **ret_end)
{
  gsize size = strlen (text);
  if (g_ascii_strncasecmp (start, text, size) != 0 || (start[size] != '/' && start[size] != '\0'))
    return FALSE;
  *ret_end = start + size;
  return TRUE;
}

static gboolean
matches_anywhere (const char *path, const char *text, gboolean last)
{
  const char *end = NULL;
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    if (starts_with_elements (slash + 1, text, &end) && (!last || *end == '\0'))
      return TRUE;
  return FALSE;
}

static gboolean
matches (const Row *row, const char *path)
{
  const char *end = NULL;
  gsize size = strlen (path);
  gsize wanted = strlen (row->text);

  switch (row->match)
    {
    case MATCH_BELOW:
      return matches_anywhere (path, row->text, FALSE);
    case MATCH_LAST:
      return matches_anywhere (path, row->text, TRUE);
    case MATCH_ROOT:
      return path[0] == '/' && starts_with_elements (path + 1, row->text, &end);
    case MATCH_SUFFIX:
      return size > wanted && g_ascii_strcasecmp (path + size - wanted, row->text) == 0;
    default:
      return TRUE;
    }
}

static gboolean
lies_below (const char *path, const char *folder)
{
  gsize size = strlen (folder);
  return size > 1 && g_ascii_strncasecmp (path, folder, size) == 0
         && (path[size] == '/' || path[size] == '\0');
}

/* path ends in the first elements of text, but not in all of them. */
static gboolean
ends_within (const char *path, const char *text)
{
  gsize size = strlen (path);

  for (const char *slash = strchr (text, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      gsize begun = slash - text;
      if (size > begun && path[size - begun - 1] == '/'
          && g_ascii_strncasecmp (path + size - begun, text, begun) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
may_hold (const Row *row, const char *path)
{
  gsize size = strlen (path);

  if (row->match == MATCH_SUFFIX)
    return FALSE;
  if (row->match != MATCH_ROOT)
    return ends_within (path, row->text);
  return g_ascii_strncasecmp (path + 1, row->text, size - 1) == 0 && row->text[size - 1] == '/';
}

const GuardianPlace *
guardian_places_find_below (const GuardianPlaces *places, const char *path,
                            GuardianPlaceFlags flags)
{
  for (char **own = places->own; own != NULL && *own != NULL; own++)
    if ((own_place.flags & flags) != 0 && lies_below (*own, path))
      return &own_place;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((rows[i].place->flags & flags) != 0 && may_hold (&rows[i], path))
      return rows[i].place;
  return NULL;
}

const GuardianPlace *
guardian_places_find (const GuardianPlaces *places, const char *path, GuardianPlaceFlags flags)
{
  for (char **own = places->own; own != NULL && *own != NULL; own++)
    if ((own_place.flags & flags) != 0 && lies_below (path, *own))
      return &own_place;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((rows[i].place->flags & flags) != 0 && matches (&rows[i], path))
      return rows[i].place;
  return NULL;
}
