/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"
#include "ui/cli/ui-cli-asker.h"
#include "ui/cli/ui-cli-conversation.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-streams.h"
#include "ui/cli/ui-cli-verbs.h"
#include "ui/programs/ui-program-lead.h"
#include "ui/programs/ui-program-profile.h"
#include "ui/programs/ui-program-request.h"
#include "ui/programs/ui-program.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define DRAIN_MS 1000 /* for what the program had written when it ended */
#define KILLED (128 + SIGKILL)

/* cli.md: the program's own status, and these of ours. */
#define EXIT_OURS 125
#define EXIT_NOT_RUNNABLE 126
#define EXIT_NOT_FOUND 127

/* Options that take the next word; all else that does not begin with "-" begins the command. */
static const char *const options_with_value[]
    = { "-w", "--share", "--net", "--profile", "--mode", NULL };

/* Passed on to the program. */
static const int passed_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };

/* These too, but GLib does not watch for them. At a terminal the program's own sends them. */
static const int taken_signals[] = { SIGQUIT, SIGTSTP };

typedef struct {
  UiCli *cli;
  UiCliAsker *asker;
  UiCliStreams *streams;
  char *session;     /* NULL: not opened yet */
  guint early;       /* a bit for each signal that came before */
  const char *name;  /* of the program, as the person wrote it */
  gboolean relaying; /* our terminal is in the program's hands */
  gboolean over;
  gboolean drained; /* waited long enough */
  int status;
  char *reason;       /* it was ended, not the program's own end */
  guint discarded;    /* changes that nobody accepted */
  guint unkept;       /* new files that are gone */
  char *unkept_what;  /* the first of them */
  guint refused;      /* nobody was asked about it */
  char *refused_what; /* of the first */
  char *refused_why;
  guint listener;
  guint sources[G_N_ELEMENTS (passed_signals) + 1];
  int taken; /* signalfd of taken_signals; -1: none */
  guint taken_source;
} Run;

static int
exit_status (const GError *error)
{
  static const struct {
    UiCliError code;
    int status;
  } rows[] = {
    { UI_CLI_ERROR_USAGE, UI_CLI_EXIT_USAGE },
    { UI_CLI_ERROR_NOT_FOUND, EXIT_NOT_FOUND },
    { UI_CLI_ERROR_UNSUITABLE, EXIT_NOT_RUNNABLE },
    { UI_CLI_ERROR_DENIED, EXIT_NOT_RUNNABLE },
    { UI_CLI_ERROR_DECLINED, EXIT_NOT_RUNNABLE },
    { UI_CLI_ERROR_UNANSWERED, EXIT_NOT_RUNNABLE },
    { UI_CLI_ERROR_UNAUTHORIZED, EXIT_NOT_RUNNABLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_error_matches (error, UI_CLI_ERROR, (int) rows[i].code))
      return rows[i].status;
  return EXIT_OURS;
}

/* Everything of ours is said here, since the exit statuses are not those of other verbs. */
static gboolean
report (UiCli *cli, GError *taken)
{
  g_autoptr (GError) error = taken;
  g_autofree char *line = ui_cli_error_line (error, cli->verb->name);

  ui_cli_output_note (cli->output, "%s", line);
  cli->status = exit_status (error);
  return TRUE;
}

/* --- the words --- */

/* Where the command begins: behind "--", or at the first word that is no option of ours. */
static guint
find_command (char **args)
{
  guint i = 0;

  for (; args[i] != NULL; i++)
    {
      if (strcmp (args[i], "--") == 0)
        return i;
      if (args[i][0] != '-' || args[i][1] == '\0')
        return i;
      if (g_strv_contains (options_with_value, args[i]) && args[i + 1] != NULL)
        i++;
    }
  return i;
}

/* --- while it runs --- */

static void
message_cb (CardeaMessage *message, gpointer user_data)
{
  Run *run = user_data;

  if (cardea_message_is (message, "run.exited"))
    {
      gint64 number = cardea_message_get_int (message, "signal", -1);
      run->status = number >= 0 ? 128 + (int) number
                                : (int) cardea_message_get_int (message, "status", EXIT_OURS);
      run->reason = g_strdup (cardea_message_get_string (message, "reason"));
      run->discarded = (guint) cardea_message_get_int (message, "discarded", 0);
      run->unkept = (guint) cardea_message_get_int (message, "unkept", 0);
      run->unkept_what = g_strdup (cardea_message_get_string (message, "unkept_what"));
      run->refused = (guint) cardea_message_get_int (message, "refused", 0);
      run->refused_what = g_strdup (cardea_message_get_string (message, "refused_what"));
      run->refused_why = g_strdup (cardea_message_get_string (message, "refused_why"));
      run->over = TRUE;
    }
  else if (cardea_message_is (message, "session.ended") && !run->over)
    {
      run->status = KILLED;
      run->reason = g_strdup (cardea_message_get_string (message, "reason"));
      run->over = TRUE;
    }
}

static void
send_signal (Run *run, int number)
{
  g_autoptr (CardeaMessage) event = cardea_message_new ("run.signal");

  cardea_message_set_session (event, run->session);
  cardea_message_set_int (event, "signal", number);
  (void) ui_cli_link_send (run->cli, event);
}

typedef struct {
  Run *run;
  int number;
} Passed;

static gboolean
signal_cb (gpointer user_data)
{
  const Passed *passed = user_data;

  if (passed->run->session == NULL)
    passed->run->early |= 1u << passed->number;
  else if (!passed->run->over)
    send_signal (passed->run, passed->number);
  return G_SOURCE_CONTINUE;
}

static gboolean
resized_cb (gpointer user_data)
{
  Run *run = user_data;

  ui_cli_streams_resize (run->streams);
  return G_SOURCE_CONTINUE;
}

static gboolean
take_terminal (Run *run)
{
  if (!ui_cli_streams_has_terminal (run->streams))
    return TRUE;
  run->relaying = ui_cli_tty_enter (ui_cli_asker_tty (run->asker), UI_CLI_TTY_RELAY);
  return run->relaying;
}

static void
leave_terminal (Run *run)
{
  if (run->relaying)
    ui_cli_tty_leave (ui_cli_asker_tty (run->asker));
  run->relaying = FALSE;
}

/* Both stop; the shell that started us lets both go on. */
static void
suspend_cb (gpointer user_data)
{
  Run *run = user_data;

  send_signal (run, SIGSTOP);
  ui_cli_streams_set_held (run->streams, TRUE);
  leave_terminal (run);
  raise (SIGSTOP);
  if (!take_terminal (run))
    return; /* we were let go on in the background: held until we come back */
  ui_cli_streams_set_held (run->streams, FALSE);
  ui_cli_streams_resize (run->streams);
  send_signal (run, SIGCONT);
  send_signal (run, SIGWINCH);
}

/* A question has the terminal to itself. Afterwards the program draws anew. */
static void
hold_cb (gboolean held, gpointer user_data)
{
  Run *run = user_data;

  ui_cli_streams_set_held (run->streams, held);
  if (!held && run->relaying)
    {
      ui_cli_tty_write (ui_cli_asker_tty (run->asker), "\r");
      send_signal (run, SIGWINCH);
    }
}

static gboolean
taken_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Run *run = user_data;
  struct signalfd_siginfo info;

  if (read (fd, &info, sizeof info) != (gssize) sizeof info)
    return G_SOURCE_CONTINUE;
  if (run->session == NULL)
    run->early |= 1u << info.ssi_signo;
  else if (info.ssi_signo == SIGTSTP && !run->over)
    suspend_cb (run);
  else if (!run->over)
    send_signal (run, (int) info.ssi_signo);
  return G_SOURCE_CONTINUE;
}

static void
take_signals (Run *run)
{
  sigset_t set;

  sigemptyset (&set);
  for (gsize i = 0; i < G_N_ELEMENTS (taken_signals); i++)
    sigaddset (&set, taken_signals[i]);
  run->taken = signalfd (-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (run->taken < 0 || sigprocmask (SIG_BLOCK, &set, NULL) != 0)
    return;
  run->taken_source = g_unix_fd_add (run->taken, G_IO_IN, taken_cb, run);
}

static void
watch_signals (Run *run)
{
  for (gsize i = 0; i < G_N_ELEMENTS (passed_signals); i++)
    {
      Passed *passed = g_new0 (Passed, 1);
      passed->run = run;
      passed->number = passed_signals[i];
      run->sources[i] = g_unix_signal_add_full (G_PRIORITY_DEFAULT, passed_signals[i], signal_cb,
                                                passed, g_free);
    }
  run->sources[G_N_ELEMENTS (passed_signals)] = g_unix_signal_add (SIGWINCH, resized_cb, run);
}

static gboolean
drained_cb (gpointer user_data)
{
  gboolean *drained = user_data;
  *drained = TRUE;
  return G_SOURCE_REMOVE;
}

/* FALSE: the guardian went away, and the program with it. */
static gboolean
wait_for_end (Run *run, GError **error)
{
  if (!ui_cli_link_wait (run->cli, &run->over, error))
    return FALSE;
  guint timer = g_timeout_add (DRAIN_MS, drained_cb, &run->drained);
  while (!run->drained && !ui_cli_streams_have_ended (run->streams))
    g_main_context_iteration (NULL, TRUE);
  if (!run->drained)
    g_source_remove (timer);
  return TRUE;
}

static gboolean
run_program (Run *run, CardeaMessage *request, GError **error)
{
  UiCli *cli = run->cli;

  ui_cli_streams_hand_over (run->streams, request);
  run->listener = ui_cli_link_listen (cli, (UiCliLinkListener){ message_cb, NULL }, run);
  watch_signals (run);
  g_autoptr (CardeaMessage) opened
      = ui_cli_link_call (cli, cardea_message_ref (request), "run.opened", error);
  if (opened == NULL)
    {
      g_prefix_error (error, "“%s”: ", run->name);
      return FALSE;
    }
  run->session = g_strdup (cardea_message_session (opened));
  if (!take_terminal (run))
    {
      g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
                           _ ("this terminal belongs to another program now"));
      return FALSE;
    }
  for (int number = 1; number < 32; number++)
    if ((run->early & 1u << number) != 0)
      send_signal (run, number);
  ui_cli_asker_set_hold (run->asker, hold_cb, run);
  ui_cli_asker_start (run->asker, NULL, NULL);
  ui_cli_streams_start (run->streams, (pid_t) cardea_message_get_int (opened, "pid", 0), suspend_cb,
                        run);
  return wait_for_end (run, error);
}

static void
run_clear (Run *run)
{
  leave_terminal (run);
  for (gsize i = 0; i < G_N_ELEMENTS (run->sources); i++)
    g_clear_handle_id (&run->sources[i], g_source_remove);
  g_clear_handle_id (&run->taken_source, g_source_remove);
  cardea_fd_clear (&run->taken);
  ui_cli_link_unlisten (run->cli, run->listener);
  g_clear_pointer (&run->streams, ui_cli_streams_free);
  g_clear_pointer (&run->asker, ui_cli_asker_free);
  g_free (run->session);
  g_free (run->reason);
  g_free (run->unkept_what);
  g_free (run->refused_what);
  g_free (run->refused_why);
}

/* What the program itself cannot say. */
static void
say_more (const Run *run)
{
  UiCliOutput *output = run->cli->output;

  if (run->refused_what != NULL && run->refused_why != NULL)
    ui_cli_output_note (output, _ ("cardeactl: run: refused: %s: %s"), run->refused_what,
                        run->refused_why);
  if (run->refused > 1)
    ui_cli_output_note (output,
                        ngettext ("cardeactl: run: %u refusal more: cardeactl audit list "
                                  "--session %s",
                                  "cardeactl: run: %u refusals more: cardeactl audit list "
                                  "--session %s",
                                  run->refused - 1),
                        run->refused - 1, run->session);
  if (run->discarded > 0)
    ui_cli_output_note (output,
                        ngettext ("cardeactl: run: %u change outside what was shared was not "
                                  "accepted, and is gone",
                                  "cardeactl: run: %u changes outside what was shared were not "
                                  "accepted, and are gone",
                                  run->discarded),
                        run->discarded);
  if (run->unkept > 0 && run->unkept_what != NULL)
    ui_cli_output_note (output,
                        ngettext ("cardeactl: run: %u new file is gone: %s: a folder shared with "
                                  "-w DIR:rw would have kept it",
                                  "cardeactl: run: %u new files are gone, the first of them %s: a "
                                  "folder shared with -w DIR:rw would have kept them",
                                  run->unkept),
                        run->unkept, run->unkept_what);
  if (run->reason != NULL)
    ui_cli_output_note (output, _ ("cardeactl: run: the program was ended: %s"), run->reason);
}

/* It did not start: perhaps because of where it leads. */
static void
say_lead (UiCli *cli, const char *program, char **folders)
{
  g_autofree char *leads = NULL;
  g_autofree char *folder = ui_program_lead_missing (program, folders, &leads);

  if (folder == NULL)
    return;
  g_autofree char *shown = cardea_text_escape (leads, strlen (leads), NULL);
  g_autofree char *quoted = g_shell_quote (folder);
  g_autofree char *word = cardea_text_escape (quoted, strlen (quoted), NULL);
  ui_cli_output_note (cli->output,
                      _ ("cardeactl: run: it leads to %s, which is not shared: add -w %s"), shown,
                      word);
}

/* The program is there: what was not found is what it names. */
static void
name_interpreter (const char *program, const char *name, GError **error)
{
  g_autofree char *interpreter = ui_program_lead_interpreter (program);

  if (interpreter == NULL || !g_error_matches (*error, UI_CLI_ERROR, UI_CLI_ERROR_NOT_FOUND))
    return;
  g_autofree char *shown = cardea_text_escape (interpreter, strlen (interpreter), NULL);
  g_clear_error (error);
  g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_NOT_FOUND,
               _ ("“%s”: its first line names the interpreter “%s”"), name, shown);
}

static gboolean
run_command (UiCli *cli, char **command, const UiProgramOptions *options, GError **error)
{
  GError *problem = NULL;
  g_autofree char *program = ui_program_find (command[0], &problem);
  g_autoptr (CardeaMessage) request
      = program != NULL ? ui_program_request_new (program, command, options, &problem) : NULL;
  if (request == NULL)
    return ui_cli_error_take_program (error, problem);

  Run run = { .cli = cli, .name = command[0], .taken = -1 };
  take_signals (&run); /* before there are threads: whichever had them open would be given them */
  run.asker = ui_cli_asker_new (cli);
  run.streams = ui_cli_streams_new (ui_cli_asker_tty (run.asker), error);
  gboolean done = run.streams != NULL
                  && ui_cli_link_open (cli, ui_cli_asker_terminal (run.asker), error)
                  && run_program (&run, request, error);
  leave_terminal (&run);
  if (done)
    say_more (&run);
  if (done)
    cli->status = run.status;
  else
    {
      name_interpreter (program, command[0], error);
      say_lead (cli, program, options->folders);
    }
  run_clear (&run);
  return done;
}

gboolean
ui_cli_run_run (UiCli *cli, char **args, GError **error)
{
  g_autofree char *mode = NULL;
  g_autofree char *name = NULL;
  g_auto (GStrv) folders = NULL;
  g_auto (GStrv) hosts = NULL;
  g_autoptr (CardeaProfile) profile = NULL;
  const GOptionEntry entries[] = {
    { "share", 'w', 0, G_OPTION_ARG_FILENAME_ARRAY, &folders,
      N_ ("Share a folder with the program, for reading or (:rw) for changing; repeatable"),
      "DIR[:ro|:rw]" },
    { "net", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &hosts,
      N_ ("Let the program out to this host, without a port to 80 and 443; .HOST means every name "
          "below it, too; repeatable"),
      "HOST[:PORT]" },
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &name,
      N_ ("As this profile says (cardeactl profiles list): its home, variables, hosts"), "NAME" },
    { "mode", 0, 0, G_OPTION_ARG_FILENAME, &mode,
      N_ ("ask (default): questions are asked; deny: they are refused; monitor: where policy "
          "allows, "
          "they are recorded only"),
      "MODE" },
    { NULL },
  };
  guint begin = find_command (args);
  char **command = args + begin + (g_strcmp0 (args[begin], "--") == 0 ? 1 : 0);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint i = 0; i < begin; i++)
    g_strv_builder_add (builder, args[i]);
  g_auto (GStrv) options = g_strv_builder_end (builder);

  GError *failure = NULL;
  cli->json = FALSE; /* what stands behind the command is the program's */
  if (!ui_cli_parse (cli, entries, options, 0, 0, NULL, &failure)
      || !ui_cli_conversation_check_mode (mode, &failure))
    return failure != NULL ? report (cli, failure) : FALSE;
  gint64 timeout;
  GError *problem = NULL;
  if (!ui_cli_conversation_read_timeout (&timeout, &failure))
    return report (cli, failure);
  if (name != NULL)
    profile = ui_program_profile_load (name, &problem);
  if (problem != NULL)
    {
      ui_cli_error_take_program (&failure, problem);
      return report (cli, failure);
    }
  g_auto (GStrv) whole
      = profile != NULL ? ui_program_profile_command (profile, command) : g_strdupv (command);
  if (whole[0] == NULL)
    {
      ui_cli_usage (&failure, _ ("a program is missing: cardeactl %s %s"), cli->verb->name,
                    cli->verb->synopsis);
      return report (cli, failure);
    }
  const UiProgramOptions chosen = { mode, folders, hosts, profile, timeout };
  return run_command (cli, whole, &chosen, &failure) || report (cli, failure);
}
