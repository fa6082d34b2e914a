/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The doors of architecture.md §9, counted from inside: the agent has the channel and nothing
 * else. */

#include "escape-probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof (array) / sizeof (array)[0])

extern char **environ;

static bool
is_among (const char *text, const char *const *list, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp (text, list[i]) == 0)
      return true;
  return false;
}

/* The probe itself holds one copy of its channel, opened after it was started. */
static void
try_descriptors (EscapeResult *result)
{
  DIR *folder = opendir ("/proc/self/fd");
  char path[64], target[256];
  int count = 0;

  if (folder == NULL)
    {
      escape_broken (result, "cannot look");
      return;
    }
  for (struct dirent *entry = readdir (folder); entry != NULL; entry = readdir (folder))
    {
      int number = atoi (entry->d_name);
      if (entry->d_name[0] == '.' || number == dirfd (folder))
        continue;
      snprintf (path, sizeof path, "/proc/self/fd/%d", number);
      ssize_t size = readlink (path, target, sizeof target - 1);
      target[size > 0 ? size : 0] = '\0';
      count++;
      const char *expected = number <= 1 ? "/dev/null" : number == 2 ? "pipe:" : "socket:";
      if (strncmp (target, expected, strlen (expected)) != 0 || number > 4)
        escape_broken (result, "descriptor %d is %s", number, target);
    }
  if (count != 5)
    escape_broken (result, "%d descriptors", count);
}

static void
try_environment (EscapeResult *result)
{
  static const char *const names[] = {
    "HOME",         "PATH",         "LANG",          "TMPDIR", "GIO_USE_VFS", "GSETTINGS_BACKEND",
    "CARDEA_DEBUG", "ASAN_OPTIONS", "UBSAN_OPTIONS",
  };

  for (char **variable = environ; *variable != NULL; variable++)
    {
      char name[128];
      snprintf (name, sizeof name, "%.*s", (int) strcspn (*variable, "="), *variable);
      if (!is_among (name, names, COUNT (names)))
        escape_broken (result, "%s", *variable);
    }
  const char *home = getenv ("HOME");
  if (home == NULL || strcmp (home, escape_world.home) != 0)
    escape_broken (result, "HOME is %s", home != NULL ? home : "not set");
}

static bool
is_expected_mount (const char *point)
{
  static const char *const points[] = {
    "/",
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/ssl/openssl.cnf",
    "/proc",
    "/dev",
    "/tmp",
    "/dev/full",
    "/dev/null",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
    "/opt/cardea",
  };

  return is_among (point, points, COUNT (points)) || strcmp (point, escape_world.home) == 0
         || strncmp (point, "/opt/cardea/", 12) == 0 || strncmp (point, "/proc/", 6) == 0
         || strncmp (point, "/usr/", 5) == 0; /* what is mounted below /usr outside */
}

static void
check_mount (EscapeResult *result, const char *point, const char *options)
{
  bool device = strncmp (point, "/dev/", 5) == 0;
  bool writable = strcmp (point, "/tmp") == 0 || strcmp (point, escape_world.home) == 0
                  || strcmp (point, "/proc") == 0 || device;

  if (!is_expected_mount (point))
    escape_broken (result, "%s is mounted", point);
  if (strncmp (options, "ro", 2) != 0 && !writable)
    escape_broken (result, "%s is writable", point);
  if (strstr (options, "nosuid") == NULL || (strstr (options, "nodev") == NULL && !device))
    escape_broken (result, "%s is %s", point, options);
}

static void
try_mounts (EscapeResult *result)
{
  FILE *file = fopen ("/proc/self/mountinfo", "r");
  char line[4096], point[1024], options[1024];
  int count = 0;

  while (file != NULL && fgets (line, sizeof line, file) != NULL)
    if (sscanf (line, "%*s %*s %*s %*s %1023s %1023s", point, options) == 2)
      {
        check_mount (result, point, options);
        count++;
      }
  if (count < 5)
    escape_broken (result, "cannot look");
}

static void
try_places (EscapeResult *result)
{
  static const char *const places[] = {
    "/run",
    "/var",
    "/srv",
    "/mnt",
    "/media",
    "/sys",
    "/boot",
    "/root",
    "/lost+found",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/group",
    "/etc/hosts",
    "/etc/machine-id",
    "/etc/resolv.conf",
    "/etc/cardea",
    "/etc/ssh",
    "/etc/ssl/private",
    "/etc/ssl/certs",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
    "/dev/shm",
    "/dev/mem",
    "/dev/kvm",
    "/dev/fuse",
    "/dev/dri",
    "/dev/input",
    "/dev/net/tun",
    "/dev/vsock",
    "/dev/console",
    "/run/user",
    "/run/dbus/system_bus_socket",
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/run/systemd",
    "/run/systemd/private",
    "/run/libvirt",
    "/var/run/nscd/socket",
    "/tmp/.X11-unix",
    "/tmp/.ICE-unix",
    "/home/u",
    "/home/user",
  };
  struct stat st;

  for (size_t i = 0; i < COUNT (places); i++)
    if (strcmp (places[i], escape_world.home) != 0 && lstat (places[i], &st) == 0)
      escape_broken (result, "%s is there", places[i]);
}

static void
try_empty_folders (EscapeResult *result)
{
  const char *const folders[] = { "/tmp", escape_world.home };

  for (size_t i = 0; i < COUNT (folders); i++)
    {
      DIR *folder = opendir (folders[i]);
      int count = 0;
      while (folder != NULL && readdir (folder) != NULL)
        count++;
      if (count != 2)
        escape_broken (result, "%s has %d entries", folders[i], count - 2);
      if (folder != NULL)
        closedir (folder);
    }
}

static int
count_lines (const char *path, const char *expected)
{
  FILE *file = fopen (path, "r");
  char line[512];
  int count = 0;

  if (file == NULL)
    return errno == ENOENT ? 0 : -1;
  while (fgets (line, sizeof line, file) != NULL)
    count += expected == NULL || strstr (line, expected) == NULL;
  fclose (file);
  return count;
}

/* Each of these tables has one line of headings; dev has two. */
static void
try_network (EscapeResult *result)
{
  static const struct {
    const char *path;
    const char *expected; /* a line that may be there */
    int headings;
  } tables[] = {
    { "/proc/net/dev", " lo:", 2 },    { "/proc/net/route", NULL, 1 },
    { "/proc/net/unix", NULL, 1 },     { "/proc/net/tcp", NULL, 1 },
    { "/proc/net/tcp6", NULL, 1 },     { "/proc/net/udp", NULL, 1 },
    { "/proc/net/udp6", NULL, 1 },     { "/proc/net/packet", NULL, 1 },
    { "/proc/net/netlink", " 0 ", 1 }, /* pid 0: the kernel's own */
  };

  for (size_t i = 0; i < COUNT (tables); i++)
    {
      int count = count_lines (tables[i].path, tables[i].expected);
      if (count > tables[i].headings || count < 0)
        escape_broken (result, "%s has %d lines", tables[i].path, count);
    }
}

static void
try_processes (EscapeResult *result)
{
  DIR *folder = opendir ("/proc");
  int count = 0;

  for (struct dirent *entry = folder != NULL ? readdir (folder) : NULL; entry != NULL;
       entry = readdir (folder))
    count += entry->d_name[0] >= '1' && entry->d_name[0] <= '9';
  /* pid 1, the probe, and its child that looks */
  if (count != 3)
    escape_broken (result, "%d processes", count);
}

static void
try_session_variables (EscapeResult *result)
{
  static const char *const names[] = {
    "DISPLAY",         "WAYLAND_DISPLAY", "XAUTHORITY",     "DBUS_SESSION_BUS_ADDRESS",
    "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK",   "GPG_AGENT_INFO", "AT_SPI_BUS_ADDRESS",
    "PIPEWIRE_REMOTE", "DOCKER_HOST",     "LD_PRELOAD",     "LD_LIBRARY_PATH",
    "LD_AUDIT",        "http_proxy",      "https_proxy",    "CARDEA_TEST_AGENT_PROGRAM",
  };

  for (size_t i = 0; i < COUNT (names); i++)
    if (getenv (names[i]) != NULL)
      escape_broken (result, "%s is set", names[i]);
}

static void
try_terminal (EscapeResult *result)
{
  if (open ("/dev/tty", O_RDWR) >= 0 || isatty (0) || isatty (1) || isatty (2))
    escape_broken (result, "there is a terminal");
}

static void
try_host_name (EscapeResult *result)
{
  char name[256] = { 0 };

  gethostname (name, sizeof name - 1);
  if (strcmp (name, "cardea") != 0)
    escape_broken (result, "the machine is called %s", name);
}

#define ABSENT(name)                                                                               \
  {                                                                                                \
#name, ESCAPE_ABSENT, NULL, try_##name                                                         \
  }

const EscapeAttempt escape_doors[] = {
  ABSENT (descriptors),   ABSENT (environment), ABSENT (mounts),    ABSENT (places),
  ABSENT (empty_folders), ABSENT (network),     ABSENT (processes), ABSENT (session_variables),
  ABSENT (terminal),      ABSENT (host_name),
};

const size_t n_escape_doors = sizeof escape_doors / sizeof escape_doors[0];
