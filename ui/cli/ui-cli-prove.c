/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: that cardea-prove, in our own folder, tries what it says. Refuses an answer that is not
 * whole: an attempt that was not made is no proof. What is put outside for it to reach for is a
 * file of our own making and two sockets on which nobody answers. */

#include "ui/cli/ui-cli-prove.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-paths.h"
#include "ui/words/ui-words-attempt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LIMIT_ANSWER (256u * 1024u) /* bytes */
#define LIMIT_ATTEMPTS 1000u
#define LIMIT_NAME 64u
#define LIMIT_DETAIL 200u
#define FIELDS 4
#define CANARY "a person's own words\n"

static const char *const namespaces[]
    = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup" }; /* in cardea-prove's order */

static const char *const classes[] = { "filesystem", "network", "ipc", "kernel", "process" };

static const char *const results[] = { "held", "through", "absent" };

/* --- what it says --- */

static int
find (const char *word, const char *const *words, guint count)
{
  for (guint i = 0; i < count; i++)
    if (strcmp (words[i], word) == 0)
      return (int) i;
  return -1;
}

static gboolean
is_plain (const char *text, gsize limit)
{
  return strlen (text) <= limit && g_str_is_ascii (text);
}

typedef struct {
  CardeaJson *attempts;
  gint64 counts[G_N_ELEMENTS (classes)][G_N_ELEMENTS (results)];
} Tally;

static gboolean
take_line (Tally *tally, const char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, "\t", FIELDS + 1);

  if (g_strv_length (fields) != FIELDS || !is_plain (fields[1], LIMIT_NAME)
      || !is_plain (fields[3], LIMIT_DETAIL)
      || cardea_json_size (tally->attempts) >= LIMIT_ATTEMPTS)
    return FALSE;
  int class = find (fields[0], classes, G_N_ELEMENTS (classes));
  int result = find (fields[2], results, G_N_ELEMENTS (results));
  if (class < 0 || result < 0)
    return FALSE;
  tally->counts[class][result]++;
  CardeaJson *attempt = cardea_json_new_object ();
  cardea_json_set_string (attempt, "class", fields[0]);
  cardea_json_set_string (attempt, "name", fields[1]);
  cardea_json_set_string (attempt, "result", fields[2]);
  cardea_json_set_string (attempt, "detail", fields[3]);
  cardea_json_append (tally->attempts, attempt);
  return TRUE;
}

/* FALSE: of some class nothing was tried. */
static gboolean
add_counts (CardeaJson *proof, const Tally *tally)
{
  CardeaJson *list = cardea_json_new_array ();
  gint64 sums[G_N_ELEMENTS (results)] = { 0 };
  gboolean whole = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      CardeaJson *class = cardea_json_new_object ();
      gint64 tried = 0;
      cardea_json_set_string (class, "class", classes[i]);
      for (guint k = 0; k < G_N_ELEMENTS (results); k++)
        {
          cardea_json_set_int (class, results[k], tally->counts[i][k]);
          sums[k] += tally->counts[i][k];
          tried += tally->counts[i][k];
        }
      whole = whole && tried > 0;
      cardea_json_append (list, class);
    }
  for (guint k = 0; k < G_N_ELEMENTS (results); k++)
    cardea_json_set_int (proof, results[k], sums[k]);
  cardea_json_set (proof, "classes", list);
  return whole;
}

CardeaJson *
ui_cli_prove_parse (const char *text, gsize size, GError **error)
{
  g_autofree char *copy = g_strndup (size > 0 ? text : "", MIN (size, LIMIT_ANSWER + 1));
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  g_autoptr (CardeaJson) proof = cardea_json_new_object ();
  Tally tally = { cardea_json_new_array (), { { 0 } } };
  guint i = 0;

  while (size <= LIMIT_ANSWER && lines[i] != NULL && take_line (&tally, lines[i]))
    i++;
  gboolean ended = lines[i] != NULL && strcmp (lines[i], "end") == 0 && strlen (copy) == size
                   && g_strcmp0 (lines[i + 1], "") == 0 && lines[i + 2] == NULL;
  cardea_json_set (proof, "attempts", tally.attempts);
  if (add_counts (proof, &tally) && ended)
    return g_steal_pointer (&proof);
  g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
                       _ ("the attempts were not made to the end"));
  return NULL;
}

/* --- what is put outside for it --- */

typedef struct {
  char *canary;
  char *abstract;
  int local;
  int listener;
  int port;
} World;

static void
world_clear (World *world)
{
  if (world->canary != NULL)
    g_unlink (world->canary);
  g_free (world->canary);
  g_free (world->abstract);
  cardea_fd_clear (&world->local);
  cardea_fd_clear (&world->listener);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static gboolean
make_canary (World *world, GError **error)
{
  g_autofree char *home = cardea_paths_home ();
  g_autofree char *path = g_build_filename (home, "cardea-proof-XXXXXX", NULL);
  cardea_autofd int fd = g_mkstemp (path);

  if (fd < 0 || write (fd, CANARY, strlen (CANARY)) != (gssize) strlen (CANARY))
    {
      g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, "%s: %s", path, g_strerror (errno));
      return FALSE;
    }
  world->canary = g_steal_pointer (&path);
  return TRUE;
}

/* Without them these attempts are absent, and are said to be. */
static void
make_listeners (World *world)
{
  struct sockaddr_un name = { .sun_family = AF_UNIX };
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr = { .s_addr = htonl (INADDR_LOOPBACK) } };
  socklen_t size = sizeof address;

  world->abstract = cardea_id_new (16);
  memcpy (name.sun_path + 1, world->abstract, strlen (world->abstract));
  world->local = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (world->local < 0
      || bind (world->local, (const struct sockaddr *) &name,
               (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + strlen (world->abstract)))
             != 0
      || listen (world->local, 1) != 0)
    world->abstract[0] = '\0';
  world->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (world->listener >= 0
      && bind (world->listener, (const struct sockaddr *) &address, sizeof address) == 0
      && listen (world->listener, 1) == 0
      && getsockname (world->listener, (struct sockaddr *) &address, &size) == 0)
    world->port = ntohs (address.sin_port);
}

static gboolean
canary_lives (const World *world, GError **error)
{
  g_autofree char *text = NULL;

  if (g_file_get_contents (world->canary, &text, NULL, NULL) && strcmp (text, CANARY) == 0)
    return TRUE;
  g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
                       _ ("a file of yours was changed from inside the sandbox"));
  return FALSE;
}

/* --- running it --- */

static GPtrArray *
compose (const World *world, GError **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *prove = self != NULL ? cardea_paths_program ("cardea-prove", error) : NULL;

  if (prove == NULL)
    return NULL;
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  const char *const fixed[]
      = { self, "run", "--mode", "deny", "--", prove, world->canary, world->abstract };
  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (words, g_strdup (fixed[i]));
  g_ptr_array_add (words, g_strdup_printf ("%d", world->port));
  g_ptr_array_add (words, g_strdup_printf ("%d", (int) getpid ()));
  for (guint i = 0; i < G_N_ELEMENTS (namespaces); i++)
    {
      g_autofree char *path = g_strconcat ("/proc/self/ns/", namespaces[i], NULL);
      struct stat st = { 0 };
      if (stat (path, &st) != 0)
        st.st_ino = 0;
      g_ptr_array_add (words, g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) st.st_ino));
    }
  g_ptr_array_add (words, NULL);
  return words;
}

static char *
run_attempts (char **words, GError **error)
{
  g_autofree char *answer = NULL;
  int status = 0;

  if (!g_spawn_sync (NULL, words, NULL, G_SPAWN_DEFAULT, NULL, NULL, &answer, NULL, &status, error))
    return NULL;
  if (g_spawn_check_wait_status (status, NULL))
    return g_steal_pointer (&answer);
  g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
                       _ ("the attempts could not be made in a sandbox"));
  return NULL;
}

CardeaJson *
ui_cli_prove_attempts (GError **error)
{
  g_auto (World) world = { NULL, NULL, -1, -1, 0 };

  if (!make_canary (&world, error))
    return NULL;
  make_listeners (&world);
  g_autoptr (GPtrArray) words = compose (&world, error);
  g_autofree char *answer = words != NULL ? run_attempts ((char **) words->pdata, error) : NULL;
  if (answer == NULL || !canary_lives (&world, error))
    return NULL;
  return ui_cli_prove_parse (answer, strlen (answer), error);
}

/* --- for people --- */

gboolean
ui_cli_prove_held (const CardeaJson *proof)
{
  gint64 through = 1;
  return cardea_json_get_int (proof, "through", &through) && through == 0;
}

static void
add_class (UiCliTable *table, const CardeaJson *class, const char *title)
{
  gint64 counts[G_N_ELEMENTS (results)] = { 0 };

  for (guint k = 0; k < G_N_ELEMENTS (results); k++)
    cardea_json_get_int (class, results[k], &counts[k]);
  char *absent = counts[2] > 0 ? g_strdup_printf (_ ("%d could not be tried here"), (int) counts[2])
                               : g_strdup ("");
  ui_cli_table_add (table, counts[1] > 0 ? UI_CLI_TONE_BAD : UI_CLI_TONE_PLAIN,
                    g_strdup (counts[1] > 0 ? _ ("FAILED") : _ ("held")), g_strdup (title),
                    g_strdup_printf (_ ("%d of %d attempts held"), (int) counts[0],
                                     (int) (counts[0] + counts[1])),
                    absent);
}

void
ui_cli_prove_write (UiCli *cli, const CardeaJson *proof)
{
  const CardeaJson *list = cardea_json_get (proof, "classes");
  const CardeaJson *attempts = cardea_json_get (proof, "attempts");
  g_autoptr (UiCliTable) table = ui_cli_table_new (NULL, 4);
  g_autoptr (UiCliTable) odd = ui_cli_table_new (NULL, 3);

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    add_class (table, cardea_json_nth (list, i), ui_words_attempt_class (classes[i]));
  for (guint i = 0; i < cardea_json_size (attempts); i++)
    {
      const CardeaJson *attempt = cardea_json_nth (attempts, i);
      const char *result = cardea_json_get_string (attempt, "result");
      if (strcmp (result, "held") != 0)
        ui_cli_table_add (odd, strcmp (result, "through") == 0 ? UI_CLI_TONE_BAD : UI_CLI_TONE_DIM,
                          ui_cli_output_cell (attempt, "result"),
                          ui_cli_output_cell (attempt, "name"),
                          ui_cli_output_cell (attempt, "detail"));
    }
  ui_cli_output_line (cli->output, "\n%s", _ ("Tried from inside a sandbox on this machine:"));
  ui_cli_output_table (cli->output, table);
  if (ui_cli_table_size (odd) > 0)
    ui_cli_output_table (cli->output, odd);
  ui_cli_output_line (cli->output, "%s",
                      ui_cli_prove_held (proof) ? _ ("Nothing got through.")
                                                : _ ("SOMETHING GOT THROUGH: do not rely on the "
                                                     "sandbox here, and tell the makers."));
}
