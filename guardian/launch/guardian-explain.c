/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-explain.h"

#include "common/base/cardea-text.h"
#include "guardian/privsep/guardian-obstacle.h"

#include <errno.h>
#include <string.h>

#define OUTPUT_SHOWN 400 /* bytes of the chain's own words */

static const char *const sentences[GUARDIAN_HANDOFF_STEP_COUNT] = {
  [GUARDIAN_HANDOFF_STEP_NONE] = "the sandbox ended before it was ready",
  [GUARDIAN_HANDOFF_STEP_ARGUMENTS] = "the sandbox was described wrongly",
  [GUARDIAN_HANDOFF_STEP_PARENT] = "the guardian's launcher went away",
  [GUARDIAN_HANDOFF_STEP_IDENTITY] = "the sandbox could not give up root",
  [GUARDIAN_HANDOFF_STEP_USER_NAMESPACE] = "the sandbox needs a user namespace",
  [GUARDIAN_HANDOFF_STEP_MOUNT_NAMESPACE] = "the sandbox needs a mount namespace",
  [GUARDIAN_HANDOFF_STEP_NET_NAMESPACE] = "the sandbox needs a network namespace",
  [GUARDIAN_HANDOFF_STEP_LOOPBACK] = "the sandbox's loopback could not be brought up",
  [GUARDIAN_HANDOFF_STEP_PROGRAMS] = "a program could not be brought into the sandbox",
  [GUARDIAN_HANDOFF_STEP_VIEW] = "the program's view of files could not be mounted (/dev/fuse)",
  [GUARDIAN_HANDOFF_STEP_HOME] = "a folder could not be shown in the profile's home",
  [GUARDIAN_HANDOFF_STEP_EGRESS] = "the program's way to the network could not be prepared",
  [GUARDIAN_HANDOFF_STEP_BWRAP] = "bubblewrap could not be started (Debian package bubblewrap)",
  [GUARDIAN_HANDOFF_STEP_LIMITS] = "a resource limit could not be set",
  [GUARDIAN_HANDOFF_STEP_LANDLOCK] = "Landlock could not be applied",
  [GUARDIAN_HANDOFF_STEP_SECCOMP] = "the list of system calls could not be applied (seccomp)",
  [GUARDIAN_HANDOFF_STEP_SELF_CHECK] = "the sandbox is not what was promised",
  [GUARDIAN_HANDOFF_STEP_EXEC] = "the program could not be started in the sandbox",
};

/* What the kernel's one word means for a program that was found and may be executed. */
static const struct {
  int error;
  const char *sentence;
} exec_sentences[] = {
  { ENOENT, "what it needs to be started by (the interpreter or loader that it names) is not in "
            "the sandbox" },
  { ENOEXEC, "it is neither a program for this machine nor a script that begins with “#!” and its "
             "interpreter" },
  { E2BIG, "its arguments and variables are longer than any program may have" },
};

static const char *
explain_exec (const GuardianHandoff *message)
{
  for (gsize i = 0;
       message->step == GUARDIAN_HANDOFF_STEP_EXEC && i < G_N_ELEMENTS (exec_sentences); i++)
    if (exec_sentences[i].error == message->error)
      return exec_sentences[i].sentence;
  return g_strerror (message->error);
}

static char *
explain_silence (const char *output)
{
  gsize size = output != NULL ? strlen (output) : 0;

  if (size == 0)
    return g_strdup (sentences[GUARDIAN_HANDOFF_STEP_NONE]);
  const char *tail = output + (size > OUTPUT_SHOWN ? size - OUTPUT_SHOWN : 0);
  g_autofree char *safe = cardea_text_escape (tail, strlen (tail), NULL);
  /* bwrap's own namespace is the second one: hold's was granted, this one was not. */
  if (strstr (output, "namespace") != NULL || strstr (output, "uid map") != NULL)
    {
      g_autofree char *why = guardian_obstacle_to_namespaces (0);
      return g_strdup_printf ("bubblewrap could not make its namespaces: %s (%s)", safe, why);
    }
  return g_strdup_printf ("%s: %s", sentences[GUARDIAN_HANDOFF_STEP_NONE], safe);
}

char *
guardian_explain (const GuardianHandoff *message, const char *output)
{
  if (message == NULL || message->step == GUARDIAN_HANDOFF_STEP_NONE
      || message->step >= GUARDIAN_HANDOFF_STEP_COUNT)
    return explain_silence (output);

  const char *sentence = sentences[message->step];
  if (message->step == GUARDIAN_HANDOFF_STEP_USER_NAMESPACE)
    {
      g_autofree char *why = guardian_obstacle_to_namespaces (message->error);
      return g_strdup_printf ("%s: %s", sentence, why);
    }
  g_autofree char *what
      = cardea_text_escape (message->what, strnlen (message->what, sizeof message->what), NULL);
  const char *colon = what[0] != '\0' ? ": " : "";
  if (message->error == 0)
    return g_strdup_printf ("%s%s%s", sentence, colon, what);
  return g_strdup_printf ("%s%s%s: %s", sentence, colon, what, explain_exec (message));
}
