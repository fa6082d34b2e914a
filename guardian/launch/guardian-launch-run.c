/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, which recorded what the person named; the link, which checked every descriptor.
 * Refuses: what is no program, before anything is built for it.
 * Known gaps: a script's interpreter is found missing only when the kernel looks for it. */

#include "guardian/launch/guardian-launch-run.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-descriptor.h"
#include "guardian/launch/guardian-bundle.h"
#include "guardian/launch/guardian-launch-programs.h"
#include "guardian/launch/guardian-program-calls.h"
#include "guardian/launch/guardian-program-command.h"
#include "guardian/launch/guardian-program-home.h"
#include "guardian/privsep/guardian-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

void
guardian_launch_run_init (GuardianLaunchRun *run, GuardianDigests *digests,
                          GuardianCgroupParent *cgroup)
{
  g_autoptr (GError) error = NULL;

  run->digests = digests;
  run->cgroup = cgroup;
  run->filter = guardian_filter_export (guardian_program_calls (), &error);
  run->reason = error != NULL ? g_strdup (error->message) : NULL;
}

void
guardian_launch_run_clear (GuardianLaunchRun *run)
{
  cardea_fd_clear (&run->filter);
  g_clear_pointer (&run->reason, g_free);
}

const char *
guardian_launch_run_code (int exec_error)
{
  static const struct {
    int error;
    const char *code;
  } codes[] = {
    { ENOENT, "not-found" },   { ENOTDIR, "not-found" },  { EACCES, "unsuitable" },
    { ENOEXEC, "unsuitable" }, { E2BIG, "unsuitable" },   { EINVAL, "unsuitable" },
    { ELOOP, "unsuitable" },   { ETXTBSY, "unsuitable" }, { ELIBBAD, "unsuitable" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (codes[i].error == exec_error)
      return codes[i].code;
  return "unavailable";
}

static CardeaJson *
describe (const GuardianProgram *program, const GuardianDigest *digest,
          const GuardianCgroup *cgroup, const GuardianProgramCommand *command)
{
  CardeaJson *layers = cardea_json_new_object ();
  g_autofree char *limits = guardian_program_command_limits ();

  cardea_json_set_string (layers, "profile", "program");
  cardea_json_set_string (layers, "seccomp", "deny-list");
  cardea_json_set_string (layers, "network", command->has_egress ? "proxy" : "loopback");
  cardea_json_set_string (layers, "home",
                          command->own_home != NULL ? "profile"
                          : command->has_view       ? "view"
                                                    : "private");
  cardea_json_set_string (layers, "sha256", digest->sha256);
  if (command->place != NULL)
    cardea_json_set_string (layers, "program", "sealed-copy");
  cardea_json_set_string (layers, "limits", limits);
  cardea_json_set_string (layers, "cgroup",
                          cgroup != NULL ? guardian_cgroup_controls (cgroup) : "none");
  if (program->prefix != NULL)
    {
      g_autofree char *shown = cardea_text_escape (program->prefix, strlen (program->prefix), NULL);
      cardea_json_set_string (layers, "prefix", shown);
    }
  return layers;
}

static GuardianCgroup *
make_group (const GuardianLaunchRun *run)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());
  GuardianCgroupLimits limits;

  guardian_program_command_group_limits (&limits);
  return run->cgroup != NULL ? guardian_cgroup_new (run->cgroup, name, &limits) : NULL;
}

/* --- profile and companions --- */

static char **
read_texts (const CardeaJson *profile, const char *name)
{
  const CardeaJson *list = profile != NULL ? cardea_json_get (profile, name) : NULL;
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (list, i));
      if (text != NULL)
        g_strv_builder_add (texts, text);
    }
  return g_strv_builder_end (texts);
}

static void
clear_companion (gpointer data)
{
  guardian_program_clear (data);
}

/* What is not there is not needed. */
static GArray *
find_companions (CardeaMessage *request)
{
  g_auto (GStrv) paths = cardea_message_get_paths (request, "companions");
  GArray *found = g_array_new (FALSE, TRUE, sizeof (GuardianProgram));

  g_array_set_clear_func (found, clear_companion);
  for (char **path = paths; path != NULL && *path != NULL; path++)
    {
      GuardianProgram companion = { 0 };
      if (guardian_program_find (*path, cardea_message_get_path (request, "home"), &companion,
                                 NULL))
        g_array_append_val (found, companion);
    }
  return found;
}

/* FALSE with error; *ret_home NULL: it has none that stays. */
static gboolean
find_home (const CardeaJson *profile, char **ret_home, GError **error)
{
  const char *name = cardea_json_get_string (profile, "name");

  if (profile == NULL || name == NULL
      || g_strcmp0 (cardea_json_get_string (profile, "home"), "own") != 0)
    return TRUE;
  *ret_home = guardian_program_home_make (name, error);
  return *ret_home != NULL;
}

/* TRUE with -1: it trusts what the system does. */
static gboolean
make_bundle (const CardeaMessage *request, int *ret_bundle, GError **error)
{
  g_autoptr (GBytes) authority = cardea_message_get_bytes (request, "authority");

  if (authority == NULL || cardea_message_peek_fd (request, "egress") < 0)
    return TRUE;
  *ret_bundle = guardian_bundle_new (authority, error);
  return *ret_bundle >= 0;
}

#define COPIES "/opt/cardea-program/"

/* Where a sealed copy lies inside, under its own name; NULL: it is none. The caller owns it. */
static char *
find_place (const GuardianPinned *pinned)
{
  if (pinned == NULL || guardian_pinned_copy (pinned) < 0)
    return NULL;
  g_autofree char *name = g_path_get_basename (guardian_pinned_path (pinned));
  return g_strconcat (COPIES, name, NULL);
}

static gboolean
find_digest (const GuardianLaunchRun *run, const GuardianProgram *program,
             const GuardianPinned *pinned, GuardianDigest *ret, GError **error)
{
  if (pinned == NULL)
    return guardian_digests_get (run->digests, program->path, ret, error);
  guardian_pinned_digest (pinned, ret);
  return TRUE;
}

/* FALSE with error and code. */
static gboolean
find_program (CardeaMessage *request, const GuardianPinned *pinned, GuardianProgram *ret_program,
              const char **ret_code, GError **error)
{
  g_autoptr (GError) missing = NULL;

  if (pinned != NULL)
    {
      ret_program->path = g_strdup (guardian_pinned_path (pinned));
      return TRUE;
    }
  if (guardian_program_find (cardea_message_get_path (request, "program"),
                             cardea_message_get_path (request, "home"), ret_program, &missing))
    return TRUE;
  *ret_code = missing->code == GUARDIAN_PROGRAM_ERROR_MISSING ? "not-found" : "unsuitable";
  g_propagate_error (error, g_steal_pointer (&missing));
  return FALSE;
}

/* The view is served at the home's own path: one that means something else inside has none. */
static gboolean
may_be_home (CardeaMessage *request, GError **error)
{
  const char *home = cardea_message_get_path (request, "home");
  const CardeaJson *profile = cardea_message_get_json (request, "profile");
  gboolean own
      = profile != NULL && g_strcmp0 (cardea_json_get_string (profile, "home"), "own") == 0;

  if (own || cardea_message_peek_fd (request, "view") < 0 || home == NULL
      || guardian_program_command_may_show (home))
    return TRUE;
  g_set_error (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
               "“%s” has another meaning inside and can be no home: set HOME to a folder of yours",
               home);
  return FALSE;
}

/* --- from a request to a command line --- */

/* What a command line is made of. What it does not say of itself (descriptors that are there or
 * not) says form. */
typedef struct {
  GuardianLaunchPrograms ours;
  GuardianProgram program;
  GuardianDigest digest;
  GArray *companions;
  char *home;
  char *place;
  char **folders;
  char **shared;
  char **pass;
  char **set;
  char **proxy;
  char **authorities;
  char **placeholders;
  char **loopback;
  GuardianProgramCommand command;
} Parts;

static void
parts_clear (Parts *parts)
{
  char ***lists[]
      = { &parts->folders, &parts->shared,      &parts->pass,         &parts->set,
          &parts->proxy,   &parts->authorities, &parts->placeholders, &parts->loopback };

  guardian_launch_programs_clear (&parts->ours);
  guardian_program_clear (&parts->program);
  g_clear_pointer (&parts->companions, g_array_unref);
  g_clear_pointer (&parts->home, g_free);
  g_clear_pointer (&parts->place, g_free);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_pointer (lists[i], g_strfreev);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

static void
read_lists (Parts *parts, CardeaMessage *request)
{
  const CardeaJson *profile = cardea_message_get_json (request, "profile");
  const CardeaJson *body = cardea_message_body (request);

  parts->folders = cardea_message_get_paths (request, "folders");
  parts->shared = cardea_message_get_paths (request, "shared");
  parts->pass = read_texts (profile, "pass");
  parts->set = read_texts (profile, "set");
  parts->proxy = read_texts (profile, "proxy");
  parts->authorities = read_texts (profile, "authorities");
  parts->placeholders = read_texts (body, "placeholders");
  parts->loopback = read_texts (body, "loopback");
  parts->companions = find_companions (request);
}

/* FALSE with error and code. */
static gboolean
parts_fill (Parts *parts, const GuardianLaunchRun *run, CardeaMessage *request,
            const GuardianPinned *pinned, const GuardianLaunchForm *form, const char **ret_code,
            GError **error)
{
  if (!find_program (request, pinned, &parts->program, ret_code, error))
    return FALSE;
  *ret_code = "unavailable";
  if (!guardian_launch_programs_find (&parts->ours, error)
      || !find_home (cardea_message_get_json (request, "profile"), &parts->home, error)
      || !find_digest (run, &parts->program, pinned, &parts->digest, error))
    return FALSE;
  parts->place = find_place (pinned);
  read_lists (parts, request);
  const GuardianProgramCommand command = {
    .hold = parts->ours.hold,
    .bwrap = parts->ours.bwrap,
    .confine = parts->ours.confine,
    .program = &parts->program,
    .digest = &parts->digest,
    .companions = (const GuardianProgram *) (gpointer) parts->companions->data,
    .n_companions = parts->companions->len,
    .place = parts->place,
    .size = pinned != NULL ? guardian_pinned_size (pinned) : 0,
    .home = cardea_message_get_path (request, "home"),
    .own_home = parts->home,
    .pass = (const char *const *) parts->pass,
    .set = (const char *const *) parts->set,
    .proxy = (const char *const *) parts->proxy,
    .authorities = (const char *const *) parts->authorities,
    .placeholders = (const char *const *) parts->placeholders,
    .folder = cardea_message_get_path (request, "folder"),
    .has_view = form->has_view,
    .has_egress = form->has_egress,
    .has_bundle = form->has_bundle,
    .comes_later = form->comes_later,
    .loopback = (const char *const *) parts->loopback,
    .folders = (const char *const *) parts->folders,
    .shared = (const char *const *) parts->shared,
    .terminal = cardea_message_get_boolean (request, "terminal"),
    .landlock_limit = guardian_worker_landlock_limit (),
  };
  parts->command = command;
  return TRUE;
}

static GuardianSandbox *
make_sandbox (const GuardianLaunchRun *run, const Parts *parts, const GuardianPinned *pinned,
              CardeaMessage *request, int bundle, GuardianLaunchWords *words,
              const GuardianSandboxHandler *handler, gpointer user_data, GError **error)
{
  GuardianCgroup *cgroup = make_group (run);
  cardea_autofd int text = parts->command.comes_later ? open ("/dev/null", O_RDONLY | O_CLOEXEC)
                                                      : cardea_message_take_fd (request, "command");
  cardea_autofd int view = cardea_message_take_fd (request, "view");
  cardea_autofd int egress = cardea_message_take_fd (request, "egress");
  cardea_autofd int input = cardea_message_take_fd (request, "input");
  cardea_autofd int output = cardea_message_take_fd (request, "output");
  cardea_autofd int errors = cardea_message_take_fd (request, "error");
  const GuardianSandboxPlan plan = {
    .arguments = words->arguments,
    .environment = words->environment,
    .filter = run->filter,
    .refusal = guardian_program_calls_refusal,
    .command = text,
    .view = view,
    .egress = egress,
    .copy = pinned != NULL ? guardian_pinned_copy (pinned) : -1,
    .bundle = bundle,
    .streams = { input, output, errors },
    .cgroup = cgroup,
    .layers = describe (&parts->program, &parts->digest, cgroup, &parts->command),
  };
  return guardian_sandbox_new (&plan, handler, user_data, error);
}

void
guardian_launch_words_clear (GuardianLaunchWords *words)
{
  g_clear_pointer (&words->arguments, g_strfreev);
  g_clear_pointer (&words->environment, g_strfreev);
}

static gboolean
may_show_all (CardeaMessage *request, const char **ret_code, GError **error)
{
  g_auto (GStrv) folders = cardea_message_get_paths (request, "folders");

  for (char **folder = folders; folder != NULL && *folder != NULL; folder++)
    if (!guardian_program_command_may_show (*folder))
      {
        *ret_code = "unsuitable";
        g_set_error (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
                     "“%s” has another meaning inside and cannot be shared", *folder);
        return FALSE;
      }
  return TRUE;
}

static void
write_words (const Parts *parts, GuardianLaunchWords *ret_words)
{
  ret_words->arguments = guardian_program_command_build (&parts->command);
  ret_words->environment = guardian_program_command_environment (&parts->command);
}

GuardianSandbox *
guardian_launch_run_start (const GuardianLaunchRun *run, CardeaMessage *request,
                           const GuardianPinned *pinned, GuardianLaunchForm *form,
                           GuardianLaunchWords *ret_words, const GuardianSandboxHandler *handler,
                           gpointer user_data, const char **ret_code, GError **error)
{
  g_auto (Parts) parts = { 0 };
  cardea_autofd int bundle = -1;

  if (!may_show_all (request, ret_code, error))
    return NULL;
  *ret_code = "unsuitable";
  if (!may_be_home (request, error))
    return NULL;
  *ret_code = "unavailable";
  if (run->filter < 0)
    {
      g_set_error_literal (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
                           run->reason);
      return NULL;
    }
  if (!make_bundle (request, &bundle, error))
    return NULL;
  form->has_view = cardea_message_peek_fd (request, "view") >= 0;
  form->has_egress = cardea_message_peek_fd (request, "egress") >= 0;
  form->has_bundle = bundle >= 0;
  if (!parts_fill (&parts, run, request, pinned, form, ret_code, error))
    return NULL;
  write_words (&parts, ret_words);
  return make_sandbox (run, &parts, pinned, request, bundle, ret_words, handler, user_data, error);
}

/* FALSE: it would be built otherwise now. */
static gboolean
fill_if_fits (Parts *parts, const GuardianLaunchRun *run, CardeaMessage *request,
              const GuardianLaunchForm *form, const GuardianLaunchWords *words)
{
  g_auto (GuardianLaunchWords) wanted = { 0 };
  const char *code = NULL;

  if (!may_show_all (request, &code, NULL)
      || !parts_fill (parts, run, request, NULL, form, &code, NULL))
    return FALSE;
  write_words (parts, &wanted);
  return g_strv_equal ((const char *const *) wanted.arguments,
                       (const char *const *) words->arguments)
         && g_strv_equal ((const char *const *) wanted.environment,
                          (const char *const *) words->environment);
}

gboolean
guardian_launch_run_fits (const GuardianLaunchRun *run, CardeaMessage *request,
                          const GuardianLaunchForm *form, const GuardianLaunchWords *words)
{
  g_auto (Parts) parts = { 0 };
  return fill_if_fits (&parts, run, request, form, words);
}

/* --- what comes with GO --- */

static void
append_text (GByteArray *bytes, const char *text)
{
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text) + 1);
}

/* In the form of objects.md, Command. */
static int
write_target (const Parts *parts)
{
  g_auto (GStrv) words = guardian_program_command_target (&parts->command);
  g_autofree char *count = g_strdup_printf ("%u", g_strv_length (words));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  append_text (bytes, count);
  for (char **word = words; *word != NULL; word++)
    append_text (bytes, *word);
  for (char **variable = parts->placeholders; *variable != NULL; variable++)
    append_text (bytes, *variable);
  return cardea_descriptor_new_memfd ("cardea-target", bytes->data, bytes->len);
}

/* What is known of the sandbox since its program is. */
static void
complete (const Parts *parts, CardeaJson *layers)
{
  cardea_json_set_string (layers, "sha256", parts->digest.sha256);
  cardea_json_set_boolean (layers, "prepared", TRUE);
}

gboolean
guardian_launch_run_adopt (const GuardianLaunchRun *run, CardeaMessage *request,
                           const GuardianLaunchForm *form, const GuardianLaunchWords *words,
                           CardeaJson *layers, int ret_gifts[GUARDIAN_HANDOFF_GIFTS])
{
  static const char *const names[GUARDIAN_HANDOFF_GIFTS] = {
    [GUARDIAN_HANDOFF_GIFT_COMMAND] = "command",
    [GUARDIAN_HANDOFF_GIFT_INPUT] = "input",
    [GUARDIAN_HANDOFF_GIFT_OUTPUT] = "output",
    [GUARDIAN_HANDOFF_GIFT_ERROR] = "error",
  };
  g_auto (Parts) parts = { 0 };
  gboolean good = fill_if_fits (&parts, run, request, form, words);

  if (!good)
    return FALSE;
  for (guint i = 0; i < GUARDIAN_HANDOFF_GIFTS; i++)
    {
      ret_gifts[i]
          = names[i] != NULL ? cardea_message_take_fd (request, names[i]) : write_target (&parts);
      if (ret_gifts[i] < 0 && i >= GUARDIAN_HANDOFF_GIFT_INPUT)
        ret_gifts[i] = open ("/dev/null", O_RDWR | O_CLOEXEC);
      good = good && ret_gifts[i] >= 0;
    }
  for (guint i = 0; !good && i < GUARDIAN_HANDOFF_GIFTS; i++)
    cardea_fd_clear (&ret_gifts[i]);
  if (good)
    complete (&parts, layers);
  return good;
}
