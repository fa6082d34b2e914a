/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the lists, which are constants of this program, and libseccomp's translation of them.
 * Refuses: every call that is not listed (of a denying list: that is), and calls of every other
 * architecture.
 * Known gaps: a name libseccomp does not know on this architecture is left out: an allowing list
 * then refuses it, a denying one lets it through. */

#include "guardian/privsep/guardian-filter.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "guardian/privsep/guardian-process.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - filter - error - quark, guardian_filter_error)

static void
clear_context (scmp_filter_ctx *context)
{
  if (*context != NULL)
    seccomp_release (*context);
}

#define auto_context __attribute__ ((cleanup (clear_context))) scmp_filter_ctx

/* Without this one list, no sanitizer could print what it found. */
static const char *const sanitizer_calls[] = {
#if GUARDIAN_SANITIZED
  "sched_getaffinity",
  "personality",
  "setrlimit",
  "prlimit64",
  "getitimer",
  "pipe",
#endif
  NULL,
};

static gboolean
add_group (scmp_filter_ctx context, guint32 action, const char *const *calls)
{
  for (; *calls != NULL; calls++)
    {
      int number = seccomp_syscall_resolve_name (*calls);
      if (number < 0)
        continue;
      int result = seccomp_rule_add (context, action, number, 0);
      if (result != 0 && result != -EEXIST)
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_checked (scmp_filter_ctx context, guint32 action, const GuardianFilterCheck *check)
{
  for (; check != NULL && check->call != NULL; check++)
    {
      int number = seccomp_syscall_resolve_name (check->call);
      const struct scmp_arg_cmp comparison
          = check->mask == GUARDIAN_FILTER_GREATER
                ? SCMP_CMP (check->argument, SCMP_CMP_GT, check->value)
                : SCMP_CMP (check->argument, SCMP_CMP_MASKED_EQ, check->mask, check->value);
      if (number < 0)
        continue;
      int result = seccomp_rule_add_array (context, action, number, 1, &comparison);
      if (result != 0 && result != -EEXIST)
        return FALSE;
    }
  return TRUE;
}

static gboolean
answer_calls (scmp_filter_ctx context, const GuardianFilterAnswer *answer)
{
  for (; answer != NULL && answer->call != NULL; answer++)
    {
      int number = seccomp_syscall_resolve_name (answer->call);
      const struct scmp_arg_cmp comparison
          = SCMP_CMP (answer->argument, SCMP_CMP_MASKED_EQ, answer->mask, answer->value);
      if (number >= 0
          && seccomp_rule_add_array (context, SCMP_ACT_ERRNO ((guint) answer->error), number,
                                     answer->mask != 0 ? 1 : 0, &comparison)
                 != 0)
        return FALSE;
    }
  return TRUE;
}

static scmp_filter_ctx
build (const GuardianFilter *filter, guint32 refusal, GError **error)
{
  guint32 named = filter->denies ? refusal : SCMP_ACT_ALLOW;
  auto_context context = seccomp_init (filter->denies ? SCMP_ACT_ALLOW : refusal);
  gboolean good = context != NULL
                  && seccomp_attr_set (context, SCMP_FLTATR_ACT_BADARCH, refusal) == 0
                  && seccomp_attr_set (context, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0
                  && (filter->denies || add_group (context, SCMP_ACT_ALLOW, sanitizer_calls));

  for (gsize i = 0; good && filter->groups[i] != NULL; i++)
    good = add_group (context, named, filter->groups[i]);
  if (!good || !add_checked (context, named, filter->checks)
      || !answer_calls (context, filter->answers))
    {
      g_set_error_literal (error, GUARDIAN_FILTER_ERROR, GUARDIAN_FILTER_ERROR_BUILD,
                           "the list of system calls cannot be made into a filter");
      return NULL;
    }
  return g_steal_pointer (&context);
}

/* A developer's help: under KILL the kernel says nothing the process could print. */
static void
report_trapped (int signal_number, siginfo_t *info, void *context)
{
  char *name = seccomp_syscall_resolve_num_arch (SCMP_ARCH_NATIVE, info->si_syscall);
  const char *parts[] = { "refused system call: ", name != NULL ? name : "unknown", "\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (write (STDERR_FILENO, parts[i], strlen (parts[i])) < 0)
      break;
  _exit (128 + SIGSYS);
}

gboolean
guardian_filter_load (const GuardianFilter *filter, GError **error)
{
  guint32 refusal = SCMP_ACT_KILL_PROCESS;

  if (cardea_paths_test_seam ("CARDEA_TEST_FILTER_TRAP") != NULL)
    {
      struct sigaction action = { .sa_sigaction = report_trapped, .sa_flags = SA_SIGINFO };
      refusal = SCMP_ACT_TRAP;
      if (sigaction (SIGSYS, &action, NULL) != 0)
        return FALSE;
    }
  auto_context context = build (filter, refusal, error);
  if (context == NULL)
    return FALSE;
  int result = seccomp_load (context);
  if (result != 0)
    {
      g_set_error (error, GUARDIAN_FILTER_ERROR, GUARDIAN_FILTER_ERROR_LOAD,
                   "the kernel refused the list of system calls (seccomp): %s",
                   g_strerror (-result));
      return FALSE;
    }
  return TRUE;
}

int
guardian_filter_export (const GuardianFilter *filter, GError **error)
{
  auto_context context = build (filter, SCMP_ACT_NOTIFY, error);
  if (context == NULL)
    return -1;

  cardea_autofd int fd = memfd_create ("cardea-filter", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || seccomp_export_bpf (context, fd) != 0
      || fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
    {
      g_set_error (error, GUARDIAN_FILTER_ERROR, GUARDIAN_FILTER_ERROR_BUILD,
                   "the list of system calls cannot be written down: %s", g_strerror (errno));
      return -1;
    }
  return cardea_fd_steal (&fd);
}
