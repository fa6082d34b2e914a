/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the paths of our own programs, the person's word which program and where.
 * Refuses: nothing; what is not in these tables is not in the sandbox.
 * Known gaps: all of /usr can be read and run. Without a delegated control group memory is bounded
 * by the machine alone: interpreters reserve more address space than any limit on it would give. */

#include "guardian/launch/guardian-program-command.h"

#include "common/base/cardea-paths.h"
#include "guardian/launch/guardian-bundle.h"
#include "guardian/launch/guardian-handoff.h"
#include "guardian/launch/guardian-proxy-place.h"
#include "guardian/launch/guardian-sandbox-command.h"
#include "guardian/launch/guardian-sandbox-parts.h"
#include "guardian/privsep/guardian-process.h"
#include "guardian/privsep/guardian-sandbox-bounds.h"

#include <string.h>
#include <unistd.h>

#define SIZE_HOME "536870912" /* bytes of each private tmpfs */
#define SIZE_TMP "536870912"
#define SIZE_SHM "268435456"

/* What programs read to know names, addresses, zones, certificates and terminals. Nothing here
 * holds a secret or names a machine. */
static const char *const etc_files[] = {
  "/etc/alternatives",
  "/etc/bash.bashrc",
  "/etc/ca-certificates",
  "/etc/ca-certificates.conf",
  "/etc/debian_version",
  "/etc/default/locale",
  "/etc/fonts",
  "/etc/gai.conf",
  "/etc/group",
  "/etc/host.conf",
  "/etc/inputrc",
  "/etc/java-17-openjdk",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/locale.alias",
  "/etc/localtime",
  "/etc/magic",
  "/etc/magic.mime",
  "/etc/manpath.config",
  "/etc/mime.types",
  "/etc/nanorc",
  "/etc/networks",
  "/etc/nsswitch.conf",
  "/etc/os-release",
  "/etc/passwd",
  "/etc/perl",
  "/etc/profile",
  "/etc/profile.d",
  "/etc/protocols",
  "/etc/python3",
  "/etc/python3.11",
  "/etc/services",
  "/etc/shells",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/terminfo",
  "/etc/timezone",
  "/etc/vim",
  NULL,
};

/* bwrap makes them anew, with terminals of its own. */
static const char *const devices[] = {
  "/dev/full",    "/dev/null", "/dev/ptmx", "/dev/pts", "/dev/random",
  "/dev/urandom", "/dev/tty",  "/dev/zero", NULL,
};

static const GuardianSandboxLimit limits[] = {
  { "core", 0 },
  { "fsize", GUARDIAN_SANDBOX_BOUNDS_PROGRAM_FILE },
  { "memlock", 64 << 20 },
  { "msgqueue", 819200 },
  { "nofile", 8192 },
  { "nproc", GUARDIAN_SANDBOX_BOUNDS_PROGRAM_PROCESSES },
  { "rtprio", 0 },
  { "sigpending", 4096 },
  { NULL, 0 },
};

/* Of the person's environment; the rest stays outside: keys, sockets, what makes loaders and
 * interpreters run something else. */
static const char *const passed[] = {
  "PATH",
  "LANG",
  "LANGUAGE",
  "LC_*",
  "TERM",
  "COLORTERM",
  "NO_COLOR",
  "FORCE_COLOR",
  "CI",
  "COLUMNS",
  "LINES",
  "TZ",
  "USER",
  "LOGNAME",
  "SHELL",
  "EDITOR",
  "VISUAL",
  "PAGER",
  "LESS",
  "TERM_PROGRAM",
  "EMAIL",
  "GIT_AUTHOR_NAME",
  "GIT_AUTHOR_EMAIL",
  "GIT_COMMITTER_NAME",
  "GIT_COMMITTER_EMAIL",
  NULL,
};

/* By whichever name a program looks for its proxy. Not by that of SOCKS: Python's clients stop when
 * they see it and have no support for it. */
static const char *const proxies[] = {
  "HTTP_PROXY=" GUARDIAN_PROXY_PLACE_URL,
  "HTTPS_PROXY=" GUARDIAN_PROXY_PLACE_URL,
  "ALL_PROXY=" GUARDIAN_PROXY_PLACE_URL,
  "http_proxy=" GUARDIAN_PROXY_PLACE_URL,
  "https_proxy=" GUARDIAN_PROXY_PLACE_URL,
  "all_proxy=" GUARDIAN_PROXY_PLACE_URL,
  "NODE_USE_ENV_PROXY=1",
  "AGENT_TOKEN_SOCKET=" GUARDIAN_PROXY_PLACE_BADGES_INSIDE,
  "AGENT_TOKEN_URL=" GUARDIAN_PROXY_PLACE_BADGES_URL,
};

/* By whichever name a program looks for whom it is to trust. */
static const char *const bundles[] = {
  "AWS_CA_BUNDLE=" GUARDIAN_BUNDLE_PLACE,  "CARGO_HTTP_CAINFO=" GUARDIAN_BUNDLE_PLACE,
  "CURL_CA_BUNDLE=" GUARDIAN_BUNDLE_PLACE, "DENO_CERT=" GUARDIAN_BUNDLE_PLACE,
  "GIT_SSL_CAINFO=" GUARDIAN_BUNDLE_PLACE, "NODE_EXTRA_CA_CERTS=" GUARDIAN_BUNDLE_PLACE,
  "PIP_CERT=" GUARDIAN_BUNDLE_PLACE,       "REQUESTS_CA_BUNDLE=" GUARDIAN_BUNDLE_PLACE,
  "SSL_CERT_FILE=" GUARDIAN_BUNDLE_PLACE,
};

/* What the program reaches by itself, inside. */
static const char *const own_names[] = {
  "NO_PROXY=" GUARDIAN_PROXY_PLACE_OWN,
  "no_proxy=" GUARDIAN_PROXY_PLACE_OWN,
};

/* A new repository gets no samples of hooks, which are closed in what is shared, and of no use. */
#define NO_SAMPLES "GIT_TEMPLATE_DIR="

gboolean
guardian_program_command_may_show (const char *folder)
{
  g_autofree char *place = guardian_sandbox_command_home (folder);
  return strcmp (place, folder) == 0;
}

static gboolean
lies_in_any (const char *path, const char *const *folders)
{
  for (; folders != NULL && *folders != NULL; folders++)
    if (guardian_sandbox_parts_lies_in (path, *folders))
      return TRUE;
  return FALSE;
}

/* The view serves it where the person shared it: then it is read as everything there. */
static gboolean
is_viewed (const GuardianProgramCommand *command, const char *path)
{
  return command->has_view && lies_in_any (path, command->shared);
}

static void
add_prefix (GPtrArray *prefixes, const GuardianProgramCommand *command,
            const GuardianProgram *program)
{
  if (program->prefix == NULL || is_viewed (command, program->path))
    return;
  for (guint i = 0; i < prefixes->len; i++)
    if (guardian_sandbox_parts_lies_in (program->prefix, prefixes->pdata[i]))
      return;
  g_ptr_array_add (prefixes, program->prefix);
}

/* What must be bound for the program and its companions; borrowed texts. */
static GPtrArray *
bound_prefixes (const GuardianProgramCommand *command)
{
  GPtrArray *prefixes = g_ptr_array_new ();

  add_prefix (prefixes, command, command->program);
  for (guint i = 0; i < command->n_companions; i++)
    add_prefix (prefixes, command, &command->companions[i]);
  return prefixes;
}

/* It is put into the home that stays, by cardea-hold. */
static gboolean
is_placed (const GuardianProgramCommand *command, const char *path, const char *home)
{
  return command->own_home != NULL && guardian_sandbox_parts_lies_in (path, home);
}

static gboolean
is_inside (const GuardianProgramCommand *command, const char *folder, const char *home)
{
  g_autoptr (GPtrArray) prefixes = bound_prefixes (command);

  if (lies_in_any (folder, guardian_sandbox_parts_system)
      || (command->has_view
          && ((command->own_home == NULL && guardian_sandbox_parts_lies_in (folder, home))
              || lies_in_any (folder, command->folders))))
    return TRUE;
  for (guint i = 0; i < prefixes->len; i++)
    if (guardian_sandbox_parts_lies_in (folder, prefixes->pdata[i])
        && g_file_test (prefixes->pdata[i], G_FILE_TEST_IS_DIR))
      return TRUE;
  return FALSE;
}

/* Where it begins. The caller owns it. */
static char *
beginning (const GuardianProgramCommand *command, const char *home)
{
  g_autofree char *folder = g_canonicalize_filename (command->folder, "/");

  return g_strdup (is_inside (command, folder, home) && g_file_test (folder, G_FILE_TEST_IS_DIR)
                       ? folder
                       : home);
}

static void
add_view (GPtrArray *arguments, const char *path)
{
  g_autofree char *source = g_strconcat (GUARDIAN_SANDBOX_PARTS_STAGE "/view", path, NULL);
  guardian_sandbox_parts_add (arguments, "--bind", source, path, NULL);
}

static void
add_home (GPtrArray *arguments, const GuardianProgramCommand *command, const char *home)
{
  if (command->own_home != NULL)
    guardian_sandbox_parts_add (arguments, "--bind", GUARDIAN_SANDBOX_PARTS_STAGE "/home", home,
                                NULL);
  else if (!command->has_view)
    guardian_sandbox_parts_add (arguments, "--perms", "0700", "--size", SIZE_HOME, "--tmpfs", home,
                                NULL);
  else
    add_view (arguments, home);
  for (const char *const *folder = command->folders;
       command->has_view && folder != NULL && *folder != NULL; folder++)
    if (!is_placed (command, *folder, home))
      add_view (arguments, *folder);
}

/* What is shared in a folder that was bound lies over it again. */
static void
add_shared (GPtrArray *arguments, const GuardianProgramCommand *command, const char *prefix)
{
  for (const char *const *folder = command->shared;
       command->has_view && folder != NULL && *folder != NULL; folder++)
    if (guardian_sandbox_parts_lies_in (*folder, prefix))
      add_view (arguments, *folder);
}

/* What the program is installed in. */
static void
add_installed (GPtrArray *arguments, const GuardianProgramCommand *command, const char *home)
{
  g_autoptr (GPtrArray) prefixes = bound_prefixes (command);

  for (guint i = 0; i < prefixes->len; i++)
    {
      g_autofree char *source = g_strdup_printf (GUARDIAN_SANDBOX_PARTS_STAGE "/theirs/%u", i);
      if (is_placed (command, prefixes->pdata[i], home))
        continue;
      guardian_sandbox_parts_add (arguments, "--ro-bind", source, prefixes->pdata[i], NULL);
      add_shared (arguments, command, prefixes->pdata[i]);
    }
}

/* By cardea-hold: bwrap reads the list of all mounts anew for each one that it makes, so that a few
 * dozen of them cost it more than all the rest of a sandbox. */
static void
stage_etc (GPtrArray *arguments)
{
  for (const char *const *path = etc_files; *path != NULL; path++)
    if (access (*path, R_OK) == 0)
      g_ptr_array_add (arguments, g_strconcat (*path + 1, "=", *path, NULL));
}

static void
add_bwrap (GPtrArray *arguments, const GuardianProgramCommand *command, const char *home)
{
  static const char *const no_files[] = { NULL };
  g_autofree char *folder = command->comes_later ? g_strdup (home) : beginning (command, home);

  guardian_sandbox_parts_add_bwrap (arguments, command->bwrap);
  guardian_sandbox_parts_add_system (arguments, no_files);
  guardian_sandbox_parts_add (
      arguments, "--ro-bind", GUARDIAN_SANDBOX_PARTS_STAGE "/etc", "/etc", "--ro-bind",
      GUARDIAN_SANDBOX_PARTS_STAGE "/own", GUARDIAN_SANDBOX_PROGRAMS, "--proc", "/proc", "--dev",
      "/dev", "--remount-ro", "/dev", "--perms", "1777", "--size", SIZE_SHM, "--tmpfs", "/dev/shm",
      "--perms", "1777", "--size", SIZE_TMP, "--tmpfs", "/tmp", NULL);
  if (command->has_bundle)
    {
      guardian_sandbox_parts_add (arguments, "--perms", "0444", "--ro-bind-data", NULL);
      g_ptr_array_add (arguments, g_strdup_printf ("%d", GUARDIAN_HANDOFF_BUNDLE_FD));
      guardian_sandbox_parts_add (arguments, GUARDIAN_BUNDLE_PLACE, NULL);
    }
  if (command->place != NULL)
    {
      guardian_sandbox_parts_add (arguments, "--perms", "0555", "--ro-bind-data", NULL);
      g_ptr_array_add (arguments, g_strdup_printf ("%d", GUARDIAN_HANDOFF_COPY_FD));
      guardian_sandbox_parts_add (arguments, command->place, NULL);
    }
  add_home (arguments, command, home);
  add_installed (arguments, command, home);
  guardian_sandbox_parts_add (arguments, "--remount-ro", "/", "--chdir", folder, "--", NULL);
}

/* The view has a device of its own; the inode is the real one's. */
static guint64
device_inside (const GuardianProgramCommand *command)
{
  return is_viewed (command, command->program->path) ? 0 : (guint64) command->digest->device;
}

char **
guardian_program_command_target (const GuardianProgramCommand *command)
{
  g_autofree char *home = guardian_sandbox_command_home (command->home);
  char **words = g_new0 (char *, GUARDIAN_HANDOFF_TARGETS + 1);

  words[GUARDIAN_HANDOFF_TARGET_PATH] = g_strdup (command->program->path);
  words[GUARDIAN_HANDOFF_TARGET_IDENTITY]
      = g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, device_inside (command),
                         (guint64) command->digest->inode);
  words[GUARDIAN_HANDOFF_TARGET_FOLDER] = beginning (command, home);
  words[GUARDIAN_HANDOFF_TARGET_INPUT] = g_strdup (command->terminal ? "terminal" : "");
  return words;
}

/* What is run, and what it must be found to be. */
static void
add_target (GPtrArray *arguments, const GuardianProgramCommand *command)
{
  const GuardianDigest inside = { device_inside (command), command->digest->inode, NULL };

  if (command->comes_later)
    {
      guardian_sandbox_parts_add_outside (arguments);
      guardian_sandbox_parts_add (arguments, "--", "later", NULL);
      return;
    }
  if (command->place == NULL)
    {
      guardian_sandbox_parts_add_identity (arguments, &inside);
      guardian_sandbox_parts_add (arguments, "--", command->program->path, NULL);
      return;
    }
  guardian_sandbox_parts_add_outside (arguments);
  guardian_sandbox_parts_set (arguments, "exec=", command->place);
  g_ptr_array_add (arguments, g_strdup_printf ("copied=%" G_GUINT64_FORMAT, command->size));
  guardian_sandbox_parts_add (arguments, "--", command->place, NULL);
}

static void
add_confine (GPtrArray *arguments, const GuardianProgramCommand *command, const char *home)
{
  const char *const writable[] = { "/tmp", "/dev/shm", home, NULL };

  guardian_sandbox_parts_add (arguments, GUARDIAN_SANDBOX_PROGRAMS "/cardea-confine", NULL);
  g_ptr_array_add (arguments, g_strdup_printf ("abi=%d", command->landlock_limit));
  guardian_sandbox_parts_add (arguments,
                              command->comes_later ? "command=later" : "command=descriptor",
                              "tcp=open", "list=/", "read=/proc", NULL);
  if (command->terminal && !command->comes_later)
    guardian_sandbox_parts_add (arguments, "terminal=input", NULL);
  guardian_sandbox_parts_set_all (arguments, "pass=", passed);
  if (command->pass != NULL)
    guardian_sandbox_parts_set_all (arguments, "pass=", command->pass);
  if (command->placeholders != NULL && !command->comes_later)
    guardian_sandbox_parts_set_all (arguments, "set=", command->placeholders);
  if (command->set != NULL)
    guardian_sandbox_parts_set_all (arguments, "set=", command->set);
  guardian_sandbox_parts_set_all (arguments, "exec=", guardian_sandbox_parts_system);
  guardian_sandbox_parts_set (arguments, "read=", "/etc"); /* what was staged, nothing else */
  if (command->has_bundle)
    guardian_sandbox_parts_set (arguments, "read=", GUARDIAN_BUNDLE_PLACE);
  guardian_sandbox_parts_set_all (arguments, "device=", devices);
  guardian_sandbox_parts_set_all (arguments, "all=", writable);
  if (command->has_view && command->folders != NULL)
    guardian_sandbox_parts_set_all (arguments, "all=", command->folders);
  g_autoptr (GPtrArray) prefixes = bound_prefixes (command);
  for (guint i = 0; i < prefixes->len; i++)
    guardian_sandbox_parts_set (arguments, "exec=", prefixes->pdata[i]);
  guardian_sandbox_parts_add_limits (arguments, limits);
  add_target (arguments, command);
}

/* What cardea-hold makes ready; what it puts into a home that stays comes last, the installed
 * before what is shared in that. */
static void
add_stage (GPtrArray *arguments, const GuardianProgramCommand *command, const char *home)
{
  g_autoptr (GPtrArray) prefixes = bound_prefixes (command);

  for (guint i = 0; i < prefixes->len; i++)
    g_ptr_array_add (arguments,
                     g_strdup_printf ("theirs/%u=%s", i, (const char *) prefixes->pdata[i]));
  if (command->has_view)
    guardian_sandbox_parts_add (arguments, "view", NULL);
  if (command->has_egress)
    guardian_sandbox_parts_add (arguments, "egress", NULL);
  if (command->has_egress && command->loopback != NULL)
    guardian_sandbox_parts_set_all (arguments, GUARDIAN_PROXY_PLACE_LOOPBACK, command->loopback);
  if (command->own_home == NULL)
    return;
  guardian_sandbox_parts_set (arguments, "home=", command->own_home);
  guardian_sandbox_parts_set (arguments, "at=", home);
  for (guint i = 0; i < prefixes->len; i++)
    if (is_placed (command, prefixes->pdata[i], home))
      g_ptr_array_add (arguments, g_strdup_printf ("installed=theirs/%u=%s", i,
                                                   (const char *) prefixes->pdata[i]));
  for (const char *const *folder = command->shared;
       command->has_view && folder != NULL && *folder != NULL; folder++)
    if (is_placed (command, *folder, home))
      guardian_sandbox_parts_set (arguments, "shown=", *folder);
}

char **
guardian_program_command_build (const GuardianProgramCommand *command)
{
  GPtrArray *arguments = g_ptr_array_new ();
  g_autofree char *home = guardian_sandbox_command_home (command->home);

  guardian_sandbox_parts_add (arguments, command->hold, GUARDIAN_SANDBOX_PARTS_STAGE, NULL);
  guardian_sandbox_parts_set (arguments, "own/cardea-confine=", command->confine);
  stage_etc (arguments);
  add_stage (arguments, command, home);
  guardian_sandbox_parts_add (arguments, "--", NULL);
  add_bwrap (arguments, command, home);
  add_confine (arguments, command, home);
  g_ptr_array_add (arguments, NULL);
  return (char **) g_ptr_array_free (arguments, FALSE);
}

static void
add_filled (GStrvBuilder *environment, const char *const *names, const char *value)
{
  for (; names != NULL && *names != NULL; names++)
    {
      g_autofree char *assignment = g_strconcat (*names, "=", value, NULL);
      g_strv_builder_add (environment, assignment);
    }
}

/* Of the chain; cardea-confine adds what is passed on from the person's. */
char **
guardian_program_command_environment (const GuardianProgramCommand *command)
{
  g_autofree char *home = guardian_sandbox_command_home (command->home);
  g_autoptr (GStrvBuilder) environment = g_strv_builder_new ();
  g_autofree char *assignment = g_strconcat ("HOME=", home, NULL);

  g_strv_builder_add_many (environment, "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
                           "TMPDIR=/tmp", NO_SAMPLES, assignment, NULL);
  for (gsize i = 0; command->has_egress && i < G_N_ELEMENTS (proxies); i++)
    g_strv_builder_add (environment, proxies[i]);
  for (gsize i = 0; command->has_bundle && i < G_N_ELEMENTS (bundles); i++)
    g_strv_builder_add (environment, bundles[i]);
  for (gsize i = 0; command->has_egress && i < G_N_ELEMENTS (own_names); i++)
    g_strv_builder_add (environment, own_names[i]);
  if (command->has_egress)
    add_filled (environment, command->proxy, GUARDIAN_PROXY_PLACE_URL);
  if (command->has_bundle)
    add_filled (environment, command->authorities, GUARDIAN_BUNDLE_PLACE);
#if GUARDIAN_SANITIZED
  g_strv_builder_add (environment, "ASAN_OPTIONS=detect_leaks=0"); /* it would trace itself */
#endif
  return g_strv_builder_end (environment);
}

char *
guardian_program_command_limits (void)
{
  return guardian_sandbox_parts_describe_limits (limits);
}

void
guardian_program_command_group_limits (GuardianCgroupLimits *ret_limits)
{
  guint64 machine = (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE);

  ret_limits->pids = GUARDIAN_SANDBOX_BOUNDS_PROGRAM_PROCESSES;
  ret_limits->memory = MAX (machine / 2, (guint64) GUARDIAN_SANDBOX_BOUNDS_PROGRAM_MEMORY);
}
