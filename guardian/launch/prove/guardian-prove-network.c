/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* NET and IPC lines of the adversary's catalogue that need no partner but a listener outside. */

#include "guardian/launch/prove/guardian-prove.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_MS 2000

/* A connection that neither comes nor is refused has held. */
static void
try_connect (GuardianProveReport *report, int fd, const struct sockaddr *address, socklen_t size)
{
  int error = 0;
  socklen_t room = sizeof error;

  if (fd < 0)
    {
      guardian_prove_refused (report);
      return;
    }
  if (connect (fd, address, size) != 0 && errno == EINPROGRESS)
    {
      struct pollfd wait = { .fd = fd, .events = POLLOUT };
      if (poll (&wait, 1, WAIT_MS) != 1)
        error = ETIMEDOUT;
      else if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &room) != 0)
        error = errno;
    }
  else if (errno != 0)
    error = errno;
  close (fd);
  errno = error;
  if (error != 0)
    guardian_prove_refused (report);
  else
    guardian_prove_through (report, "it was connected");
}

static void
try_inet (GuardianProveReport *report, int kind, const char *text, int port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) port) };

  inet_pton (AF_INET, text, &address.sin_addr);
  errno = 0;
  try_connect (report, socket (AF_INET, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
               (const struct sockaddr *) &address, sizeof address);
}

static void
loopback_outside (const GuardianProveWorld *world, GuardianProveReport *report)
{
  if (world->port == 0)
    guardian_prove_absent (report, "nothing could listen outside");
  else
    try_inet (report, SOCK_STREAM, "127.0.0.1", world->port);
}

static void
internet (const GuardianProveWorld *world, GuardianProveReport *report)
{
  try_inet (report, SOCK_STREAM, "1.1.1.1", 443);
}

static void
metadata (const GuardianProveWorld *world, GuardianProveReport *report)
{
  try_inet (report, SOCK_STREAM, "169.254.169.254", 80);
}

static void
name_server (const GuardianProveWorld *world, GuardianProveReport *report)
{
  try_inet (report, SOCK_DGRAM, "1.1.1.1", 53);
}

static void
datagram (const GuardianProveWorld *world, GuardianProveReport *report)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (53) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  inet_pton (AF_INET, "8.8.8.8", &address.sin_addr);
  if (fd < 0 || sendto (fd, "x", 1, 0, (const struct sockaddr *) &address, sizeof address) != 1)
    guardian_prove_refused (report);
  else
    guardian_prove_through (report, "a datagram left");
  if (fd >= 0)
    close (fd);
}

static void
sockets_of_other_kinds (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const struct {
    const char *name;
    int family, kind, protocol;
  } rows[] = {
    { "raw", AF_INET, SOCK_RAW, IPPROTO_ICMP },
    { "raw IPv6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
    { "packet", AF_PACKET, SOCK_RAW, 0 },
    { "netlink", AF_NETLINK, SOCK_RAW, NETLINK_XFRM },
    { "vsock", AF_VSOCK, SOCK_STREAM, 0 },
    { "AF_ALG", AF_ALG, SOCK_SEQPACKET, 0 },
    { "bluetooth", AF_BLUETOOTH, SOCK_RAW, 0 },
    { "RXRPC", AF_RXRPC, SOCK_DGRAM, PF_INET },
    { "key", AF_KEY, SOCK_RAW, 2 },
  };

  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    {
      int fd = socket (rows[i].family, rows[i].kind, rows[i].protocol);
      guardian_prove_opened (report, fd, rows[i].name);
      if (fd >= 0)
        return;
    }
}

static void
interfaces (const GuardianProveWorld *world, GuardianProveReport *report)
{
  char *line = NULL;
  size_t room = 0;
  FILE *file = fopen ("/proc/self/net/dev", "re");

  errno = ENODEV;
  guardian_prove_refused (report);
  while (file != NULL && getline (&line, &room, file) > 0)
    if (strchr (line, ':') != NULL && strstr (line, "lo:") == NULL)
      guardian_prove_through (report, "there is more than loopback: %.40s", line);
  free (line);
  if (file != NULL)
    fclose (file);
}

const GuardianProveAttempt guardian_prove_network[] = {
  { "your-loopback", loopback_outside },
  { "the-internet", internet },
  { "cloud-metadata", metadata },
  { "a-name-server", name_server },
  { "a-datagram", datagram },
  { "sockets-of-other-kinds", sockets_of_other_kinds },
  { "interfaces", interfaces },
  { NULL, NULL },
};

/* --- ipc --- */

static void
try_local (GuardianProveReport *report, const char *path, size_t size)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  memcpy (address.sun_path, path, size < sizeof address.sun_path ? size : sizeof address.sun_path);
  errno = 0;
  try_connect (report, socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
               (const struct sockaddr *) &address,
               (socklen_t) (offsetof (struct sockaddr_un, sun_path) + size));
}

static void
abstract_outside (const GuardianProveWorld *world, GuardianProveReport *report)
{
  char name[sizeof ((struct sockaddr_un *) NULL)->sun_path] = { 0 };
  size_t size = strlen (world->abstract);

  if (size == 0 || size + 1 > sizeof name)
    {
      guardian_prove_absent (report, "nothing could listen outside");
      return;
    }
  memcpy (name + 1, world->abstract, size);
  try_local (report, name, size + 1);
}

static void
local_services (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char *const paths[]
      = { "/run/dbus/system_bus_socket",  "/run/user/%u/bus",
          "/run/user/%u/systemd/private", "/run/user/%u/wayland-0",
          "/run/user/%u/pipewire-0",      "/run/user/%u/gnupg/S.gpg-agent",
          "/run/user/%u/keyring/control", "/run/docker.sock",
          "/var/run/docker.sock",         "/run/podman/podman.sock",
          "/run/libvirt/libvirt-sock",    "/tmp/.X11-unix/X0",
          "/run/user/%u/at-spi/bus",      "/run/user/%u/cardea/guardian.sock" };
  char path[108];

  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      snprintf (path, sizeof path, paths[i], getuid ());
#pragma GCC diagnostic pop
      try_local (report, path, strlen (path) + 1);
      if (report->result == GUARDIAN_PROVE_THROUGH)
        {
          guardian_prove_through (report, "%s answers", path);
          return;
        }
    }
}

static void
x_server (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char name[] = "\0/tmp/.X11-unix/X0";
  try_local (report, name, sizeof name - 1);
}

static void
namespaces (const GuardianProveWorld *world, GuardianProveReport *report)
{
  char path[64];
  struct stat st;

  errno = EPERM;
  guardian_prove_refused (report);
  for (int i = 0; i < GUARDIAN_PROVE_NAMESPACES; i++)
    {
      snprintf (path, sizeof path, "/proc/self/ns/%s", guardian_prove_namespaces[i]);
      if (stat (path, &st) != 0 || st.st_ino == world->namespaces[i])
        guardian_prove_through (report, "the %s namespace is yours", guardian_prove_namespaces[i]);
    }
}

static void
environment (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char *const names[] = { "DBUS_SESSION_BUS_ADDRESS",
                                       "DISPLAY",
                                       "WAYLAND_DISPLAY",
                                       "XAUTHORITY",
                                       "SSH_AUTH_SOCK",
                                       "GPG_AGENT_INFO",
                                       "XDG_RUNTIME_DIR",
                                       "LD_PRELOAD",
                                       "LD_LIBRARY_PATH",
                                       "BASH_ENV",
                                       "PYTHONSTARTUP",
                                       "NODE_OPTIONS" };

  errno = ENOENT;
  guardian_prove_refused (report);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (getenv (names[i]) != NULL)
      guardian_prove_through (report, "%s came inside", names[i]);
}

const GuardianProveAttempt guardian_prove_ipc[] = {
  { "an-abstract-socket-of-yours", abstract_outside },
  { "local-services", local_services },
  { "the-x-server", x_server },
  { "shared-namespaces", namespaces },
  { "variables-that-lead-out", environment },
  { NULL, NULL },
};
