/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* `policy replay`: what was decided, decided once more with other files. Runs here, on inputs that
 * the guardian hands out of its log; nothing of it takes effect. */

#include "ui/cli/ui-cli-policy.h"

#include "common/bundle/cardea-bundle-archive.h"
#include "common/policies/cardea-policy-set.h"
#include "common/rego/cardea-rego-data.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-policy-records.h"
#include "ui/cli/ui-cli-since.h"

#include "common/base/cardea-paths.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define USER_PACKAGES "cardea/user/"
#define NAMED_RECORDS 20u
#define MAX_UNPACKED (32u << 20)

/* --- the files --- */

static gboolean
is_users (const UiCliPolicyLoad *load)
{
  for (guint i = 0; i < load->names->len; i++)
    {
      gsize size = 0;
      const char *text = g_bytes_get_data (load->texts->pdata[i], &size);
      g_autofree char *package = cardea_rego_data_package (text != NULL ? text : "", size, 0);
      if (package != NULL && g_str_has_prefix (package, USER_PACKAGES))
        return TRUE;
    }
  return FALSE;
}

/* The same data in one piece: where it lies is checked as ever. */
static gboolean
add_data (CardeaPolicyFiles *files, CardeaPolicyLayer layer, const char *path,
          UiCliPolicyLoad *load, GError **error)
{
  g_autoptr (CardeaRegoDocument) data = cardea_rego_data_finish (load->data);
  g_autoptr (CardeaRegoPolicy) none = cardea_rego_policy_new (NULL, 0, 0, error);
  g_autoptr (CardeaRegoQuery) all
      = none != NULL ? cardea_rego_query_new (none, "data", error) : NULL;
  g_autoptr (CardeaRegoContext) context = ui_cli_policy_context_new ();
  if (all == NULL || !cardea_rego_eval (context, all, data, NULL, error))
    return FALSE;
  char *json = cardea_rego_answer_json (context, FALSE);
  if (json == NULL || strcmp (json, "{}") == 0)
    {
      g_free (json);
      return TRUE;
    }
  g_autoptr (GBytes) bytes = g_bytes_new_take (json, strlen (json));
  g_autofree char *name = g_strconcat (path, ".json", NULL);
  g_autofree char *base = g_path_get_basename (name);
  cardea_policy_files_add (files, layer, base, path, FALSE, bytes);
  return TRUE;
}

/* One path: a file, or a folder laid out as policy.d is. It is an administrator's unless a package
 * in it is a user's. What has the name of a file in force takes its place. */
static gboolean
add_path (CardeaPolicyFiles *files, const char *path, GError **error)
{
  g_autoptr (UiCliPolicyLoad) load = ui_cli_policy_load_new ();
  if (!ui_cli_policy_load_path (load, path, FALSE, error))
    return FALSE;
  CardeaPolicyLayer layer = is_users (load) ? CARDEA_POLICY_USER : CARDEA_POLICY_ADMINISTRATOR;
  for (guint i = 0; i < load->names->len; i++)
    {
      const char *whole = load->names->pdata[i];
      g_autofree char *name = strcmp (whole, path) == 0 ? g_path_get_basename (path)
                                                        : g_strdup (whole + strlen (path) + 1);
      if (!g_str_has_suffix (name, "_test.rego"))
        cardea_policy_files_add (files, layer, name, whole, FALSE, load->texts->pdata[i]);
    }
  return add_data (files, layer, path, load, error);
}

static gboolean
unpack (CardeaPolicyFiles *files, GError **error)
{
  for (guint i = 0; i < cardea_policy_files_bundles (files); i++)
    {
      GBytes *packed = cardea_policy_files_bundle (files, i)->packed;
      CardeaBundle *content = cardea_bundle_new_bounded (packed, MAX_UNPACKED, error);
      if (content == NULL || !cardea_policy_files_unpacked (files, i, content, error))
        return FALSE;
    }
  return TRUE;
}

static CardeaPolicyFiles *
load_files (char **paths, GError **error)
{
  g_autoptr (CardeaPolicyFiles) files = cardea_policy_files_new ();
  g_autofree char *config = cardea_paths_folder (CARDEA_PATHS_CONFIG);
  g_autofree char *user = g_build_filename (config, "policy.d", NULL);
  uid_t owner = 0;
  const char *administrator = cardea_policy_administrator_folder (&owner);

  cardea_policy_files_add_shipped (files);
  if (!cardea_policy_files_add_folder (files, CARDEA_POLICY_ADMINISTRATOR, administrator, owner,
                                       error)
      || !cardea_policy_files_add_folder (files, CARDEA_POLICY_USER, user, geteuid (), error)
      || !unpack (files, error))
    return NULL;
  for (; *paths != NULL; paths++)
    if (!add_path (files, *paths, error))
      return NULL;
  return g_steal_pointer (&files);
}

/* What the guardian's rules are told: its folders, its user. */
static CardeaPolicySet *
make_set (UiCli *cli, const CardeaPolicyFiles *files, gboolean *ret_asked, GError **error)
{
  *ret_asked = FALSE;
  g_autoptr (CardeaMessage) shown
      = ui_cli_link_call (cli, cardea_message_new ("policy.show"), "policy.shown", error);
  if (shown == NULL)
    return NULL;
  *ret_asked = TRUE;
  const CardeaJson *told = cardea_json_get (cardea_message_get_json (shown, "policy"), "guardian");
  const CardeaJson *own = cardea_json_get (told, "own");
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();
  gint64 uid = geteuid ();
  for (guint i = 0; own != NULL && i < cardea_json_size (own); i++)
    g_ptr_array_add (folders, (gpointer) cardea_json_string (cardea_json_nth (own, i)));
  g_ptr_array_add (folders, NULL);
  (void) cardea_json_get_int (told, "uid", &uid);
  CardeaPolicyFacts facts = { (const char *const *) folders->pdata, (guint) uid };
  return cardea_policy_set_new (files, FALSE, &facts, error);
}

/* --- deciding once more --- */

typedef struct {
  UiCli *cli;
  CardeaPolicySet *set;
  CardeaRegoContext *context;
  CardeaJson *changed; /* with --json */
  UiCliTable *table;   /* without */
  CardeaJson *gone;    /* numbers of records whose details are gone */
  CardeaJson *partly;  /* of those some of whose items are */
  guint replayed, differ;
} Replay;

/* The strictest of all that was asked for one record. */
typedef struct {
  CardeaPolicyEffect effect;
  guint tier;
  char *policy;
} Verdict;

static void
verdict_clear (Verdict *verdict)
{
  g_free (verdict->policy);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Verdict, verdict_clear)

static CardeaJson *
describe (const char *effect, const char *policy)
{
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_string (json, "effect", effect);
  cardea_json_set_string (json, "policy", policy);
  return json;
}

static void
list (Replay *replay, const CardeaJson *record, const Verdict *answer)
{
  static const char *const members[] = { "seq", "time", "action", "resource" };
  const char *policy = cardea_json_get_string (record, "policy");
  CardeaJson *one = cardea_json_new_object ();
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (cardea_json_get (record, members[i]) != NULL)
      cardea_json_set (one, members[i], cardea_json_ref (cardea_json_get (record, members[i])));
  cardea_json_set (one, "before",
                   describe (ui_cli_policy_records_verdict (record), policy != NULL ? policy : ""));
  cardea_json_set (one, "after",
                   describe (cardea_policy_effect_name (answer->effect), answer->policy));
  cardea_json_append (replay->changed, one);
}

static void
tabulate (Replay *replay, const CardeaJson *record, const Verdict *answer)
{
  const char *after = cardea_policy_effect_name (answer->effect);
  ui_cli_table_add (replay->table,
                    answer->effect == CARDEA_POLICY_ALLOW ? UI_CLI_TONE_WARNING : UI_CLI_TONE_PLAIN,
                    ui_cli_output_cell (record, "seq"), ui_cli_output_cell (record, "action"),
                    g_strdup (ui_cli_policy_records_verdict (record)),
                    g_strdup_printf ("%s (%s)", after, answer->policy),
                    ui_cli_output_path (cardea_json_get (record, "resource"), "path"));
}

static void
ask (Replay *replay, const CardeaJson *input, Verdict *verdict)
{
  CardeaPolicyAnswer answer = cardea_policy_set_decide (replay->set, replay->context, input);
  g_free (answer.limits);
  if (verdict->policy != NULL
      && (answer.effect > verdict->effect
          || (answer.effect == verdict->effect && answer.tier <= verdict->tier)))
    return;
  g_free (verdict->policy);
  *verdict = (Verdict){ answer.effect, answer.tier, g_strdup (answer.policy) };
}

/* Who asked and when is the same for all items of a batch. */
static void
ask_items (Replay *replay, const CardeaJson *record, const CardeaJson *input, Verdict *verdict)
{
  const CardeaJson *items = cardea_json_get (record, "asked");
  gint64 count = 0;
  guint n = items != NULL ? cardea_json_size (items) : 0;
  for (guint i = 0; i < n; i++)
    {
      static const char *const members[] = { "action", "resource" };
      g_autoptr (CardeaJson) one = cardea_json_copy (input);
      for (gsize k = 0; k < G_N_ELEMENTS (members); k++)
        if (cardea_json_get (cardea_json_nth (items, i), members[k]) != NULL)
          cardea_json_set (
              one, members[k],
              cardea_json_ref (cardea_json_get (cardea_json_nth (items, i), members[k])));
      ask (replay, one, verdict);
    }
  if (cardea_json_get_int (record, "judged", &count) && count > (gint64) n)
    cardea_json_append (replay->partly, cardea_json_ref (cardea_json_get (record, "seq")));
}

static gboolean
replay_one (const CardeaJson *record, gpointer data, GError **error)
{
  Replay *replay = data;
  const CardeaJson *input = cardea_json_get (record, "input");
  g_auto (Verdict) verdict = { .policy = NULL };
  if (input == NULL)
    {
      cardea_json_append (replay->gone, cardea_json_ref (cardea_json_get (record, "seq")));
      return TRUE;
    }
  ask (replay, input, &verdict);
  ask_items (replay, record, input, &verdict);
  replay->replayed++;
  if (strcmp (cardea_policy_effect_name (verdict.effect), ui_cli_policy_records_verdict (record))
      == 0)
    return TRUE;
  replay->differ++;
  if (replay->cli->json)
    list (replay, record, &verdict);
  else
    tabulate (replay, record, &verdict);
  return TRUE;
}

/* "3, 5, 8 …" */
static char *
name_records (const CardeaJson *records)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = cardea_json_size (records);
  for (guint i = 0; i < MIN (n, NAMED_RECORDS); i++)
    {
      const CardeaJson *seq = cardea_json_nth (records, i);
      const char *number = cardea_json_number_text (seq);
      if (number == NULL)
        number = cardea_json_string (seq);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", number != NULL ? number : "?");
    }
  if (n > NAMED_RECORDS)
    g_string_append (text, " …");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
sum_up (Replay *replay)
{
  UiCliOutput *output = replay->cli->output;
  if (replay->cli->json)
    {
      g_autoptr (CardeaJson) document = cardea_json_new_object ();
      cardea_json_set_string (document, "revision", cardea_policy_set_revision (replay->set));
      cardea_json_set_int (document, "replayed", replay->replayed);
      cardea_json_set_int (document, "gone", cardea_json_size (replay->gone));
      cardea_json_set (document, "gone_records", cardea_json_ref (replay->gone));
      cardea_json_set (document, "partly_gone_records", cardea_json_ref (replay->partly));
      cardea_json_set (document, "changed", cardea_json_ref (replay->changed));
      ui_cli_output_json (output, document);
      return;
    }
  if (ui_cli_table_size (replay->table) > 0)
    ui_cli_output_table (output, replay->table);
  ui_cli_output_line (output,
                      ngettext ("%u decision was taken again, %u of them would be another.",
                                "%u decisions were taken again, %u of them would be others.",
                                replay->replayed),
                      replay->replayed, replay->differ);
  guint gone = cardea_json_size (replay->gone), partly = cardea_json_size (replay->partly);
  g_autofree char *gone_names = name_records (replay->gone);
  g_autofree char *partly_names = name_records (replay->partly);
  if (gone > 0)
    ui_cli_output_line (output,
                        ngettext ("Of %u more the details are gone: record %s.",
                                  "Of %u more the details are gone: records %s.", gone),
                        gone, gone_names);
  if (partly > 0)
    ui_cli_output_line (output,
                        ngettext ("Of %u some items were not kept and not asked about: record %s.",
                                  "Of %u some items were not kept and not asked about: records %s.",
                                  partly),
                        partly, partly_names);
}

static gboolean
run (UiCli *cli, CardeaPolicySet *set, const char *since, GError **error)
{
  const char *const heads[]
      = { _ ("RECORD"), _ ("ACTION"), _ ("WAS"), _ ("WOULD BE"), _ ("ON WHAT") };
  g_autoptr (CardeaRegoContext) context = cardea_policy_context_new ();
  g_autoptr (CardeaJson) changed = cardea_json_new_array ();
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  g_autoptr (CardeaJson) gone = cardea_json_new_array ();
  g_autoptr (CardeaJson) partly = cardea_json_new_array ();
  Replay replay = { cli, set, context, changed, table, gone, partly, 0, 0 };

  if (!ui_cli_policy_records_each (cli, since, replay_one, &replay, error))
    return FALSE;
  sum_up (&replay);
  return TRUE;
}

gboolean
ui_cli_policy_replay (UiCli *cli, char **args, GError **error)
{
  g_autofree char *since = NULL;
  g_auto (GStrv) rest = NULL;
  GError *failure = NULL;
  gboolean asked = FALSE;
  const GOptionEntry entries[] = {
    { "since", 0, 0, G_OPTION_ARG_FILENAME, &since,
      N_ ("Decisions from then on: like 7d, 2025-06-12"), "TIME" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, G_MAXUINT, &rest, error))
    return FALSE;
  g_autofree char *from = since != NULL ? ui_cli_since_read (since, error) : NULL;
  if (since != NULL && from == NULL)
    return FALSE;
  g_autoptr (CardeaPolicyFiles) files = load_files (rest, &failure);
  if (files == NULL)
    return ui_cli_policy_report (cli, failure, cli->json);
  if (!ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaPolicySet) set = make_set (cli, files, &asked, &failure);
  if (set != NULL)
    return run (cli, set, from, error);
  if (asked)
    return ui_cli_policy_report (cli, failure, cli->json);
  g_propagate_error (error, failure);
  return FALSE;
}
