/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is looked at is handed to the guardian's scan worker: this process parses none of it. */

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-verbs.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-limits.h"
#include "common/base/cardea-text.h"
#include "common/dlp/cardea-dlp-rule.h"
#include "common/protocol/cardea-descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>

#define STANDARD_INPUT "-"
#define FLOW_BYTES 8u

/* One file on its way, a piece at a time. */
typedef struct {
  UiCli *cli;
  const char *name; /* as it was typed */
  const char *flow; /* NULL: it is one piece */
  guint64 offset;   /* of the piece */
  guint64 line;     /* line breaks before it */
  CardeaJson *findings;
  CardeaJson *opaque;
} Look;

/* --- what came back --- */

static void
set_name (CardeaJson *object, const char *name)
{
  if (g_utf8_validate (name, -1, NULL))
    {
      cardea_json_set_string (object, "file", name);
      return;
    }
  g_autofree char *base64 = cardea_base64_encode ((const guint8 *) name, strlen (name));
  cardea_json_set_string (object, "file_b64", base64);
}

static void
take_finding (Look *look, const CardeaJson *finding)
{
  gboolean opaque = g_strcmp0 (cardea_json_get_string (finding, "class"), "opaque") == 0;
  CardeaJson *own = cardea_json_copy (finding);
  gint64 start = 0, end = 0, line = 1;

  cardea_json_get_int64_string (finding, "start", &start);
  cardea_json_get_int64_string (finding, "end", &end);
  cardea_json_get_int (finding, "line", &line);
  set_name (own, look->name);
  cardea_json_set_int (own, "start", start + (gint64) look->offset);
  cardea_json_set_int (own, "end", end + (gint64) look->offset);
  cardea_json_set_int (own, "line", line + (gint64) look->line);
  cardea_json_append (opaque ? look->opaque : look->findings, own);
}

static void
take_obstacle (Look *look, const char *obstacle)
{
  CardeaJson *object = cardea_json_new_object ();
  set_name (object, look->name);
  cardea_json_set_string (object, "reason", obstacle);
  cardea_json_append (look->opaque, object);
}

static gboolean
ask (Look *look, const char *piece, gsize size, GError **error)
{
  CardeaMessage *request = cardea_message_new ("dlp.scan");
  g_autofree char *base = g_path_get_basename (look->name);
  int fd = cardea_descriptor_new_memfd ("cardea-dlp", piece, size);

  if (fd < 0)
    {
      cardea_message_unref (request);
      g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED, "%s", g_strerror (errno));
      return FALSE;
    }
  cardea_message_set_fd (request, "content", fd);
  if (g_utf8_validate (base, -1, NULL) && strlen (base) <= CARDEA_LIMIT_NAME)
    cardea_message_set_string (request, "name", base);
  if (look->flow != NULL)
    cardea_message_set_string (request, "flow", look->flow);
  g_autoptr (CardeaMessage) found = ui_cli_link_call (look->cli, request, "dlp.found", error);
  if (found == NULL)
    return FALSE;
  const CardeaJson *findings = cardea_message_get_json (found, "findings");
  for (guint i = 0; i < cardea_json_size (findings); i++)
    take_finding (look, cardea_json_nth (findings, i));
  if (!cardea_message_get_boolean (found, "inspectable"))
    take_obstacle (look, cardea_message_get_string (found, "obstacle"));
  return TRUE;
}

/* --- reading --- */

static gboolean
fail_read (const Look *look, GError **error)
{
  int failed = errno;
  g_autofree char *shown = cardea_text_escape (look->name, strlen (look->name), NULL);
  g_set_error (error, UI_CLI_ERROR, failed == ENOENT ? UI_CLI_ERROR_NOT_FOUND : UI_CLI_ERROR_FAILED,
               "%s: %s", shown, g_strerror (failed));
  return FALSE;
}

/* Up to a whole piece; less at the end. */
static gboolean
read_piece (const Look *look, int fd, char *piece, gsize *ret_size, GError **error)
{
  gsize size = 0;
  while (size < CARDEA_LIMIT_MEMFD)
    {
      gssize got = read (fd, piece + size, CARDEA_LIMIT_MEMFD - size);
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return fail_read (look, error);
      if (got == 0)
        break;
      size += got;
    }
  *ret_size = size;
  return TRUE;
}

static guint64
count_lines (const char *piece, gsize size)
{
  guint64 lines = 0;
  for (const char *at = piece; (at = memchr (at, '\n', piece + size - at)) != NULL; at++)
    lines++;
  return lines;
}

static gboolean
look_at (Look *look, int fd, GError **error)
{
  g_autofree char *piece = g_malloc (CARDEA_LIMIT_MEMFD);
  g_autofree char *flow = cardea_id_new (FLOW_BYTES);
  gsize size = 0;

  do
    {
      if (!read_piece (look, fd, piece, &size, error))
        return FALSE;
      /* Of what fits into one piece nothing needs to be kept for the next. */
      look->flow = size == CARDEA_LIMIT_MEMFD || look->offset > 0 ? flow : NULL;
      if ((size > 0 || look->offset == 0) && !ask (look, piece, size, error))
        return FALSE;
      look->offset += size;
      look->line += count_lines (piece, size);
    }
  while (size == CARDEA_LIMIT_MEMFD);
  return TRUE;
}

static gboolean
look_at_file (UiCli *cli, const char *name, CardeaJson *findings, CardeaJson *opaque,
              GError **error)
{
  Look look = { cli, name, NULL, 0, 0, findings, opaque };
  if (strcmp (name, STANDARD_INPUT) == 0)
    return look_at (&look, STDIN_FILENO, error);
  cardea_autofd int fd = open (name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  return fd >= 0 ? look_at (&look, fd, error) : fail_read (&look, error);
}

/* --- what is shown --- */

static char *
describe_place (const CardeaJson *finding)
{
  g_autofree char *file = ui_cli_output_path (finding, "file");
  gint64 line = 0;
  if (!cardea_json_get_int (finding, "line", &line))
    return g_steal_pointer (&file);
  return g_strdup_printf ("%s:%" G_GINT64_FORMAT, file, line);
}

static char *
describe_rule (const CardeaDlpRules *rules, const CardeaJson *finding)
{
  const char *id = cardea_json_get_string (finding, "rule");
  const CardeaDlpRule *rule = id != NULL ? cardea_dlp_rules_find (rules, id) : NULL;
  return g_strdup (rule != NULL ? rule->title : "");
}

static char *
describe_way (const CardeaJson *finding)
{
  const CardeaJson *through = cardea_json_get (finding, "through");
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < cardea_json_size (through); i++)
    {
      const char *name = cardea_json_string (cardea_json_nth (through, i));
      g_autofree char *way
          = cardea_text_escape (name != NULL ? name : "", name != NULL ? strlen (name) : 0, NULL);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", way);
    }
  return g_string_free (text, FALSE);
}

static void
write_table (UiCli *cli, const CardeaJson *findings, const CardeaJson *opaque)
{
  const char *heads[] = { _ ("WHERE"), _ ("RULE"), _ ("WHAT"), _ ("HIDDEN BY") };
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new_shipped ();
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));

  for (guint i = 0; i < cardea_json_size (findings); i++)
    {
      const CardeaJson *finding = cardea_json_nth (findings, i);
      ui_cli_table_add (table, UI_CLI_TONE_BAD, describe_place (finding),
                        ui_cli_output_cell (finding, "rule"), describe_rule (rules, finding),
                        describe_way (finding));
    }
  for (guint i = 0; i < cardea_json_size (opaque); i++)
    {
      const CardeaJson *one = cardea_json_nth (opaque, i);
      const char *reason = cardea_json_get_string (one, "reason");
      ui_cli_table_add (table, UI_CLI_TONE_WARNING, describe_place (one), g_strdup ("opaque"),
                        reason != NULL ? ui_cli_output_cell (one, "reason")
                                       : g_strdup (_ ("could not be looked into")),
                        describe_way (one));
    }
  if (ui_cli_table_size (table) > 0)
    ui_cli_output_table (cli->output, table);
  else
    ui_cli_output_line (cli->output, "%s", _ ("Nothing was found."));
}

gboolean
ui_cli_dlp_scan (UiCli *cli, char **args, GError **error)
{
  static const char *const standard_input[] = { STANDARD_INPUT, NULL };
  g_auto (GStrv) rest = NULL;
  g_autoptr (CardeaJson) findings = cardea_json_new_array ();
  g_autoptr (CardeaJson) opaque = cardea_json_new_array ();

  if (!ui_cli_parse (cli, NULL, args, 0, G_MAXUINT, &rest, error)
      || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  const char *const *names = rest[0] != NULL ? (const char *const *) rest : standard_input;
  for (guint i = 0; names[i] != NULL; i++)
    if (!look_at_file (cli, names[i], findings, opaque, error))
      return FALSE;
  if (!cli->json)
    {
      write_table (cli, findings, opaque);
      return TRUE;
    }
  g_autoptr (CardeaJson) document = cardea_json_new_object ();
  cardea_json_set (document, "findings", cardea_json_ref (findings));
  cardea_json_set (document, "not_inspectable", cardea_json_ref (opaque));
  ui_cli_output_json (cli->output, document);
  return TRUE;
}

/* --- rules --- */

static CardeaJson *
list_rules (const CardeaDlpRules *rules)
{
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = 0; i < cardea_dlp_rules_size (rules); i++)
    {
      const CardeaDlpRule *rule = cardea_dlp_rules_nth (rules, i);
      CardeaJson *one = cardea_json_new_object ();
      cardea_json_set_string (one, "rule", rule->id);
      cardea_json_set_string (one, "class", cardea_dlp_class_name (rule->class));
      cardea_json_set_string (one, "title", rule->title);
      if (rule->check != NULL)
        cardea_json_set_string (one, "check", rule->check->name);
      cardea_json_append (list, one);
    }
  return list;
}

gboolean
ui_cli_dlp_rules (UiCli *cli, char **args, GError **error)
{
  const char *heads[] = { _ ("RULE"), _ ("KIND"), _ ("WHAT") };
  g_auto (GStrv) rest = NULL;

  if (!ui_cli_parse (cli, NULL, args, 0, 0, &rest, error))
    return FALSE;
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new_shipped ();
  if (cli->json)
    {
      g_autoptr (CardeaJson) document = cardea_json_new_object ();
      cardea_json_set (document, "rules", list_rules (rules));
      ui_cli_output_json (cli->output, document);
      return TRUE;
    }
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  for (guint i = 0; i < cardea_dlp_rules_size (rules); i++)
    {
      const CardeaDlpRule *rule = cardea_dlp_rules_nth (rules, i);
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup (rule->id),
                        g_strdup (cardea_dlp_class_name (rule->class)), g_strdup (rule->title));
    }
  ui_cli_output_table (cli->output, table);
  return TRUE;
}
