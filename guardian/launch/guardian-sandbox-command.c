/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the paths of our own programs. The wanted home is the front end's word: it names a place
 * inside only, and one that would hide or open a layer gets another.
 * Refuses: nothing; what is not in these tables is not in the sandbox.
 * Known gaps: all of /usr can be read. */

#include "guardian/launch/guardian-sandbox-command.h"

#include "common/base/cardea-limits.h"
#include "common/base/cardea-paths.h"
#include "guardian/launch/guardian-sandbox-check.h"
#include "guardian/privsep/guardian-process.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_HOME "33554432" /* bytes of each private tmpfs */
#define SIZE_TMP "268435456"
#define STAGE "/sys" /* an existing folder bwrap needs nothing of; see guardian-hold.h */

/* Read-only, at the same place as outside. A link stays a link (merged /usr). */
static const char *const system_folders[] = {
  "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
};

static const char *const etc_files[] = {
  "/etc/fonts",
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/etc/ssl/openssl.cnf",
};

static const char *const devices[] = {
  "/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero",
};

/* Whoever runs a program needs these run too, and nothing else outside our own folder. */
static const char *const loaders[] = {
  "/lib64/ld-linux-x86-64.so.2",
  "/lib/ld-linux-aarch64.so.1",
};

static const struct {
  const char *name;
  guint64 number;
} limits[] = {
#if !GUARDIAN_SANITIZED /* a sanitizer's shadow is terabytes of address space */
  { "as", G_GUINT64_CONSTANT (4) << 30 },
#endif
  { "core", 0 },
  { "fsize", 256 << 20 },
  { "memlock", 8 << 20 },
  { "msgqueue", 0 },
  { "nofile", 512 },
  { "nproc", 128 },
  { "rtprio", 0 },
  { "sigpending", 256 },
};

static const char *const closed_to_home[] = {
  "/usr",    "/bin", "/sbin", "/lib",  "/lib32", "/lib64",
  "/libx32", "/etc", "/dev",  "/proc", "/sys",   GUARDIAN_SANDBOX_PROGRAMS,
};

static void
add (GPtrArray *arguments, const char *first, ...)
{
  va_list list;

  va_start (list, first);
  for (const char *argument = first; argument != NULL; argument = va_arg (list, const char *))
    g_ptr_array_add (arguments, g_strdup (argument));
  va_end (list);
}

static gboolean
lies_in (const char *path, const char *folder)
{
  gsize size = strlen (folder);
  return strncmp (path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

char *
guardian_sandbox_command_home (const char *wanted)
{
  g_autofree char *canonical = g_canonicalize_filename (wanted, "/");
  gboolean good = g_path_is_absolute (wanted) && strcmp (canonical, "/") != 0
                  && strcmp (canonical, wanted) == 0 && strlen (wanted) <= CARDEA_LIMIT_PATH
                  && strcmp (canonical, "/tmp") != 0;

  for (gsize i = 0; good && i < G_N_ELEMENTS (closed_to_home); i++)
    good = !lies_in (canonical, closed_to_home[i]) && !lies_in (closed_to_home[i], canonical);
  return g_strdup (good ? wanted : GUARDIAN_SANDBOX_OTHER_HOME);
}

static void
add_system (GPtrArray *arguments)
{
  for (gsize i = 0; i < G_N_ELEMENTS (system_folders); i++)
    {
      const char *path = system_folders[i];
      g_autofree char *target = g_file_read_link (path, NULL);
      if (target != NULL)
        add (arguments, "--symlink", target, path, NULL);
      else if (g_file_test (path, G_FILE_TEST_IS_DIR))
        add (arguments, "--ro-bind", path, path, NULL);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (etc_files); i++)
    if (access (etc_files[i], R_OK) == 0)
      add (arguments, "--ro-bind", etc_files[i], etc_files[i], NULL);
}

static void
add_bwrap (GPtrArray *arguments, const char *bwrap, const char *home)
{
  add (arguments, bwrap, "--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-ipc",
       "--unshare-uts", "--unshare-cgroup", "--hostname", "cardea", "--cap-drop", "ALL",
       "--die-with-parent", "--new-session", NULL);
  add_system (arguments);
  add (arguments, "--ro-bind", STAGE, GUARDIAN_SANDBOX_PROGRAMS, "--proc", "/proc", "--tmpfs",
       "/dev", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    add (arguments, "--dev-bind", devices[i], devices[i], NULL);
  add (arguments, "--remount-ro", "/dev", "--perms", "0700", "--size", SIZE_TMP, "--tmpfs", "/tmp",
       "--perms", "0700", "--size", SIZE_HOME, "--tmpfs", home, "--remount-ro", "/", "--chdir",
       home, "--", NULL);
}

static void
add_setting (GPtrArray *arguments, const char *name, const char *value)
{
  g_ptr_array_add (arguments, g_strconcat (name, value, NULL));
}

static void
add_confine (GPtrArray *arguments, const GuardianSandboxCommand *command, const char *home)
{
  add (arguments, GUARDIAN_SANDBOX_PROGRAMS "/cardea-confine", NULL);
  g_ptr_array_add (arguments, g_strdup_printf ("abi=%d", command->landlock_limit));
  for (gsize i = 0; i < G_N_ELEMENTS (system_folders); i++)
    add_setting (arguments, "read=", system_folders[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (etc_files); i++)
    add_setting (arguments, "read=", etc_files[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (loaders); i++)
    add_setting (arguments, "exec=", loaders[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (devices); i++)
    add_setting (arguments, "write=", devices[i]);
  add_setting (arguments, "read=", "/proc");
  add_setting (arguments, "exec=", GUARDIAN_SANDBOX_PROGRAMS);
  add_setting (arguments, "write=", "/tmp");
  add_setting (arguments, "write=", home);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    g_ptr_array_add (arguments, g_strdup_printf ("limit=%s:%" G_GUINT64_FORMAT, limits[i].name,
                                                 limits[i].number));
  for (const char *const *name = guardian_sandbox_check_namespaces; *name != NULL; name++)
    g_ptr_array_add (arguments, g_strdup_printf ("outside=%s:%" G_GUINT64_FORMAT, *name,
                                                 guardian_sandbox_check_inode (getpid (), *name)));
  g_ptr_array_add (arguments, g_strdup_printf ("target=%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                               (guint64) command->digest->device,
                                               (guint64) command->digest->inode));
  add (arguments, "--", GUARDIAN_SANDBOX_PROGRAMS "/cardea-agent", NULL);
}

char **
guardian_sandbox_command_build (const GuardianSandboxCommand *command)
{
  GPtrArray *arguments = g_ptr_array_new ();
  g_autofree char *home = guardian_sandbox_command_home (command->home);

  add (arguments, command->hold, STAGE, NULL);
  add_setting (arguments, "cardea-agent=", command->program);
  add_setting (arguments, "cardea-confine=", command->confine);
  if (command->helper != NULL)
    add_setting (arguments, "cardea-agent-extract=", command->helper);
  add (arguments, "--", NULL);
  add_bwrap (arguments, command->bwrap, home);
  add_confine (arguments, command, home);
  g_ptr_array_add (arguments, NULL);
  return (char **) g_ptr_array_free (arguments, FALSE);
}

char **
guardian_sandbox_command_environment (const GuardianSandboxCommand *command)
{
  static const char *const fixed[]
      = { "PATH=/usr/bin:/bin",
          "LANG=C.UTF-8",
          "TMPDIR=/tmp",
          "GIO_USE_VFS=local", /* GIO looks for no bus */
          "GSETTINGS_BACKEND=memory",
#if GUARDIAN_SANITIZED
          "ASAN_OPTIONS=detect_leaks=0", /* it would trace its own process */
#endif
          NULL,
        };
  static const char *const passed[] = { /* from a developer; not with privilege */
                                        "CARDEA_DEBUG",
#if GUARDIAN_SANITIZED
                                        "UBSAN_OPTIONS",
#endif
  };
  g_autofree char *home = guardian_sandbox_command_home (command->home);
  GPtrArray *environment = g_ptr_array_new ();

  for (const char *const *variable = fixed; *variable != NULL; variable++)
    g_ptr_array_add (environment, g_strdup (*variable));
  g_ptr_array_add (environment, g_strconcat ("HOME=", home, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (passed); i++)
    {
      const char *value = cardea_paths_test_seam (passed[i]);
      if (value != NULL)
        g_ptr_array_add (environment, g_strconcat (passed[i], "=", value, NULL));
    }
  g_ptr_array_add (environment, NULL);
  return (char **) g_ptr_array_free (environment, FALSE);
}

char *
guardian_sandbox_command_limits (void)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    g_string_append_printf (text, "%s%s=%" G_GUINT64_FORMAT, i > 0 ? " " : "", limits[i].name,
                            limits[i].number);
  return g_string_free (text, FALSE);
}
