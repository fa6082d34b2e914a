/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel's record of which call it was. Of the caller's memory it looks at eight bytes
 * (the flags of clone3), only to decide what to write into the log: the answer does not depend on
 * them, so that nothing is gained by changing them meanwhile.
 * Refuses: every call; a sandbox that asks too often waits until the next second.
 * Known gaps: beyond LIMIT_NAMES different calls a second, the rest is counted under one name. */

#include "guardian/launch/guardian-notify.h"

#include "common/base/cardea-autofd.h"
#include "guardian/privsep/guardian-row.h"

#include <errno.h>
#include <glib-unix.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#define LIMIT_ANSWERS 5000 /* a second; then the sandbox waits */
#define LIMIT_BATCH 32     /* answers before other sources have their turn */
#define LIMIT_NAMES 128    /* different calls a second */
#define NAME_OF_THE_REST "other"
#define X32_BIT 0x40000000

typedef struct {
  guint count;
  pid_t pid;
} Count;

struct _GuardianNotify {
  int listener;
  struct seccomp_notif_sizes sizes;
  struct seccomp_notif *request;
  struct seccomp_notif_resp *answer;
  GuardianNotifyRefusal refusal;
  GuardianNotifyReport report;
  gpointer user_data;
  GHashTable *counts; /* name → Count */
  guint source;       /* on the listener; 0 while it waits or has ended */
  guint timer;
  guint answered; /* in this second */
  gboolean ended;
};

static gboolean readable_cb (int fd, GIOCondition condition, gpointer user_data);

static void
watch (GuardianNotify *notify)
{
  if (notify->source == 0 && !notify->ended)
    notify->source
        = g_unix_fd_add (notify->listener, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, notify);
}

void
guardian_notify_flush (GuardianNotify *notify)
{
  g_autoptr (GHashTable) counts = g_steal_pointer (&notify->counts);
  GHashTableIter iter;
  gpointer name, value;

  notify->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &name, &value))
    notify->report (name, ((const Count *) value)->count, ((const Count *) value)->pid,
                    notify->user_data);
}

static gboolean
second_cb (gpointer user_data)
{
  GuardianNotify *notify = user_data;

  notify->timer = 0;
  notify->answered = 0;
  watch (notify);
  guardian_notify_flush (notify);
  return G_SOURCE_REMOVE;
}

static void
count_call (GuardianNotify *notify, const char *name, pid_t pid)
{
  Count *count = g_hash_table_lookup (notify->counts, name);

  if (count == NULL && g_hash_table_size (notify->counts) >= LIMIT_NAMES)
    {
      name = NAME_OF_THE_REST;
      count = g_hash_table_lookup (notify->counts, name);
    }
  if (count == NULL)
    {
      count = g_new0 (Count, 1);
      g_hash_table_insert (notify->counts, g_strdup (name), count);
    }
  count->count++;
  count->pid = pid;
}

/* Every thread begins with a clone3 that glibc expects to fail; only one that wants a namespace or
 * cannot be looked at is worth a record. */
static gboolean
is_harmless_clone3 (const struct seccomp_notif *request)
{
  guint64 flags = 0;
  struct iovec here = { &flags, sizeof flags };
  struct iovec there = { (gpointer) (guintptr) request->data.args[0], sizeof flags };

  return process_vm_readv ((pid_t) request->pid, &here, 1, &there, 1, 0) == sizeof flags
         && (flags & GUARDIAN_ROW_CLONE_NEW) == 0;
}

static char *
name_call (const struct seccomp_data *data, gboolean *ret_native)
{
  const char *prefix = "";
  int number = data->nr;
  guint32 arch = data->arch;

  if (arch == seccomp_arch_native () && (number & X32_BIT) != 0 && arch == AUDIT_ARCH_X86_64)
    {
      prefix = "x32:";
      arch = SCMP_ARCH_X32;
    }
  else if (arch == AUDIT_ARCH_I386)
    prefix = "i386:";
  else if (arch != seccomp_arch_native ())
    prefix = "foreign:";
  *ret_native = prefix[0] == '\0';

  char *name = seccomp_syscall_resolve_num_arch (arch, number);
  char *full = name != NULL ? g_strconcat (prefix, name, NULL)
                            : g_strdup_printf ("%s#%d", prefix, number & ~X32_BIT);
  free (name);
  return full;
}

/* FALSE: it is of no account. */
static gboolean
refuse (GuardianNotify *notify)
{
  const struct seccomp_notif *request = notify->request;
  gboolean native = FALSE;
  g_autofree char *name = name_call (&request->data, &native);
  gboolean known = strchr (name, '#') == NULL;

  gboolean counts = !(native && strcmp (name, "clone3") == 0 && is_harmless_clone3 (request));

  if (counts)
    count_call (notify, name, (pid_t) request->pid);

  memset (notify->answer, 0, notify->sizes.seccomp_notif_resp);
  notify->answer->id = request->id;
  notify->answer->error = -notify->refusal (native && known ? name : NULL);
  /* ENOENT: the caller died meanwhile; nobody waits. */
  if (ioctl (notify->listener, SECCOMP_IOCTL_NOTIF_SEND, notify->answer) != 0 && errno != ENOENT)
    g_warning ("a refused system call could not be answered: %s", g_strerror (errno));
  return counts;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  GuardianNotify *notify = user_data;

  if ((condition & G_IO_IN) == 0)
    {
      notify->ended = TRUE; /* no process has the filter any more */
      notify->source = 0;
      return G_SOURCE_REMOVE;
    }
  for (guint i = 0; i < LIMIT_BATCH && (condition & G_IO_IN) != 0; i++)
    {
      memset (notify->request, 0, notify->sizes.seccomp_notif);
      if (ioctl (fd, SECCOMP_IOCTL_NOTIF_RECV, notify->request) != 0)
        break;
      notify->answered += refuse (notify) ? 1 : 0;
      GPollFD poll = { .fd = fd, .events = G_IO_IN };
      condition = g_poll (&poll, 1, 0) == 1 ? poll.revents : 0;
    }
  if (notify->timer == 0)
    notify->timer = g_timeout_add (1000, second_cb, notify);
  if (notify->answered < LIMIT_ANSWERS)
    return G_SOURCE_CONTINUE;
  notify->source = 0;
  return G_SOURCE_REMOVE;
}

GuardianNotify *
guardian_notify_new (int listener, GuardianNotifyRefusal refusal, GuardianNotifyReport report,
                     gpointer user_data)
{
  GuardianNotify *notify = g_new0 (GuardianNotify, 1);

  notify->listener = listener;
  notify->refusal = refusal;
  notify->report = report;
  notify->user_data = user_data;
  notify->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  /* The running kernel's structures may be larger than those of the headers. */
  if (syscall (SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &notify->sizes) != 0)
    notify->sizes = (struct seccomp_notif_sizes){ 0 };
  notify->sizes.seccomp_notif
      = MAX (notify->sizes.seccomp_notif, (guint16) sizeof (struct seccomp_notif));
  notify->sizes.seccomp_notif_resp
      = MAX (notify->sizes.seccomp_notif_resp, (guint16) sizeof (struct seccomp_notif_resp));
  notify->request = g_malloc0 (notify->sizes.seccomp_notif);
  notify->answer = g_malloc0 (notify->sizes.seccomp_notif_resp);
  watch (notify);
  return notify;
}

void
guardian_notify_free (GuardianNotify *notify)
{
  if (notify->source != 0)
    g_source_remove (notify->source);
  if (notify->timer != 0)
    g_source_remove (notify->timer);
  g_hash_table_unref (notify->counts);
  cardea_fd_clear (&notify->listener);
  g_free (notify->request);
  g_free (notify->answer);
  g_free (notify);
}
