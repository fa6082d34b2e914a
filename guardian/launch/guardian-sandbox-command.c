/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the paths of our own programs. The wanted home is the front end's word: it names a place
 * inside only, and one that would hide or open a layer gets another.
 * Refuses: nothing; what is not in these tables is not in the sandbox.
 * Known gaps: all of /usr can be read. */

#include "guardian/launch/guardian-sandbox-command.h"

#include "common/base/cardea-limits.h"
#include "common/base/cardea-paths.h"
#include "guardian/launch/guardian-sandbox-parts.h"
#include "guardian/privsep/guardian-process.h"

#include <string.h>

#define SIZE_HOME "33554432" /* bytes of each private tmpfs */
#define SIZE_TMP "268435456"
static const char *const etc_files[] = {
  "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/ssl/openssl.cnf", NULL,
};

static const char *const devices[] = {
  "/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero", NULL,
};

/* Whoever runs a program needs these run too, and nothing else outside our own folder. */
static const char *const loaders[] = {
  "/lib64/ld-linux-x86-64.so.2",
  "/lib/ld-linux-aarch64.so.1",
  NULL,
};

static const GuardianSandboxLimit limits[] = {
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
  { NULL, 0 },
};

static const char *const closed_to_home[] = {
  "/usr",    "/bin", "/sbin", "/lib",  "/lib32", "/lib64",
  "/libx32", "/etc", "/dev",  "/proc", "/sys",   GUARDIAN_SANDBOX_PROGRAMS,
};

char *
guardian_sandbox_command_home (const char *wanted)
{
  g_autofree char *canonical = g_canonicalize_filename (wanted, "/");
  gboolean good = g_path_is_absolute (wanted) && strcmp (canonical, "/") != 0
                  && strcmp (canonical, wanted) == 0 && strlen (wanted) <= CARDEA_LIMIT_PATH
                  && strcmp (canonical, "/tmp") != 0;

  for (gsize i = 0; good && i < G_N_ELEMENTS (closed_to_home); i++)
    good = !guardian_sandbox_parts_lies_in (canonical, closed_to_home[i])
           && !guardian_sandbox_parts_lies_in (closed_to_home[i], canonical);
  return g_strdup (good ? wanted : GUARDIAN_SANDBOX_OTHER_HOME);
}

static void
add_bwrap (GPtrArray *arguments, const char *bwrap, const char *home)
{
  guardian_sandbox_parts_add_bwrap (arguments, bwrap);
  guardian_sandbox_parts_add_system (arguments, etc_files);
  guardian_sandbox_parts_add (arguments, "--ro-bind", GUARDIAN_SANDBOX_PARTS_STAGE,
                              GUARDIAN_SANDBOX_PROGRAMS, "--proc", "/proc", "--tmpfs", "/dev",
                              NULL);
  for (const char *const *device = devices; *device != NULL; device++)
    guardian_sandbox_parts_add (arguments, "--dev-bind", *device, *device, NULL);
  guardian_sandbox_parts_add (arguments, "--remount-ro", "/dev", "--perms", "0700", "--size",
                              SIZE_TMP, "--tmpfs", "/tmp", "--perms", "0700", "--size", SIZE_HOME,
                              "--tmpfs", home, "--remount-ro", "/", "--chdir", home, "--", NULL);
}

static void
add_confine (GPtrArray *arguments, const GuardianSandboxCommand *command, const char *home)
{
  guardian_sandbox_parts_add (arguments, GUARDIAN_SANDBOX_PROGRAMS "/cardea-confine", NULL);
  g_ptr_array_add (arguments, g_strdup_printf ("abi=%d", command->landlock_limit));
  guardian_sandbox_parts_set_all (arguments, "read=", guardian_sandbox_parts_system);
  guardian_sandbox_parts_set_all (arguments, "read=", etc_files);
  guardian_sandbox_parts_set_all (arguments, "exec=", loaders);
  guardian_sandbox_parts_set_all (arguments, "write=", devices);
  guardian_sandbox_parts_set (arguments, "read=", "/proc");
  guardian_sandbox_parts_set (arguments, "exec=", GUARDIAN_SANDBOX_PROGRAMS);
  guardian_sandbox_parts_set (arguments, "write=", "/tmp");
  guardian_sandbox_parts_set (arguments, "write=", home);
  guardian_sandbox_parts_add_limits (arguments, limits);
  guardian_sandbox_parts_add_identity (arguments, command->digest);
  guardian_sandbox_parts_add (arguments, "--", GUARDIAN_SANDBOX_PROGRAMS "/cardea-agent", NULL);
}

char **
guardian_sandbox_command_build (const GuardianSandboxCommand *command)
{
  GPtrArray *arguments = g_ptr_array_new ();
  g_autofree char *home = guardian_sandbox_command_home (command->home);

  guardian_sandbox_parts_add (arguments, command->hold, GUARDIAN_SANDBOX_PARTS_STAGE, NULL);
  guardian_sandbox_parts_set (arguments, "cardea-agent=", command->program);
  guardian_sandbox_parts_set (arguments, "cardea-confine=", command->confine);
  if (command->helper != NULL)
    guardian_sandbox_parts_set (arguments, "cardea-agent-extract=", command->helper);
  guardian_sandbox_parts_add (arguments, "--", NULL);
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
  return guardian_sandbox_parts_describe_limits (limits);
}
