/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-verbs.h"

#include "ui/cli/ui-cli-audit-verify.h"
#include "ui/cli/ui-cli-elsewhere.h"
#include "ui/cli/ui-cli-policy-records.h"
#include "ui/cli/ui-cli-policy.h"

#include <glib/gi18n.h>
#include <string.h>

static const UiCliVerb verbs[] = {
  { "ask", "[-f FILE]… [--model NAME|--with NAME [-w DIR]…] [--mode MODE] [--json] TEXT",
    N_ ("One task in a session of its own; the answer on standard output"), ui_cli_ask_run },
  { "chat", "[-f FILE]… [--model NAME|--with NAME [-w DIR]…] [--mode MODE]",
    N_ ("A conversation in the terminal"), ui_cli_chat_run },
  { "run", "[-w DIR[:ro|:rw]]… [--profile NAME] [--mode MODE] [--] CMD [ARG…]",
    N_ ("Run any program in a sandbox of its own"), ui_cli_run_run },
  { "profiles", "[list] [--json]", N_ ("How known programs are run"), ui_cli_profile_list },
  { "profiles show", "NAME [--json]", N_ ("One profile, whole"), ui_cli_profile_show },
  { "consent watch", "[--json]", N_ ("The waiting questions, as they come, each with its digest"),
    ui_cli_consent_watch },
  { "consent answer",
    "ID --digest HEX allow|deny [--for once|task|always|DURATION] [--scope exact|folder|host] "
    "[--with send|redact|placeholder] [--confirm NAME] [--note TEXT]",
    N_ ("Answer a waiting question"), ui_cli_consent_answer },
  { "sessions", "[--all] [--json]", N_ ("The sessions that run; with --all the ended ones too"),
    ui_cli_sessions_list },
  { "session show", "ID [--json]", N_ ("Everything about one session"), ui_cli_sessions_show },
  { "session end", "ID|--all", N_ ("End a session: its agent is stopped, its grants are gone"),
    ui_cli_sessions_end },
  { "grants", "[list] [--json]", N_ ("What agents may use without asking"), ui_cli_grants_list },
  { "grants add", "PATH[:ro|:rw] [--for DURATION] [--profile NAME] [--json]",
    N_ ("Share a file or folder with the agent"), ui_cli_grants_add },
  { "grants revoke", "ID|--session ID|--all", N_ ("Take a grant back, at once"),
    ui_cli_grants_revoke },
  { "undo", "[list|ID] [--session ID] [--all] [--json]",
    N_ ("What agents changed, newest first; with an id, take that change back"), ui_cli_undo_run },
  { "undo show", "ID [--json]", N_ ("One change, with its differences"), ui_cli_undo_show },
  { "undo clear", "", N_ ("Forget all former contents: nothing can be taken back any more"),
    ui_cli_undo_clear },
  { "model list", "[--json]",
    N_ ("The models that are connected, and those found on this computer"), ui_cli_model_list },
  { "model add", "NAME --url URL [--kind openai|anthropic] [--model ID] [--key|--credential NAME]",
    N_ ("Connect a model; a key comes from standard input, or is asked for"), ui_cli_model_add },
  { "model remove", "NAME", N_ ("Forget a model, and the key that came with it"),
    ui_cli_model_remove },
  { "model test", "NAME [--json]", N_ ("Whether it can be reached, and what its server has"),
    ui_cli_model_test_run },
  { "credential set",
    "NAME --host HOST[:PORT]… [--header NAME] [--scheme WORD] [--variable NAME] [--in-body] "
    "[--token-url URL --client NAME [--device-url URL]] [--aws-region REGION --client ID] "
    "[--vault]",
    N_ ("Store a secret for a service: from standard input, or asked for without echo"),
    ui_cli_credential_set },
  { "credential list", "[--json]",
    N_ ("Which secrets are stored, and for which hosts; never what "
        "they are"),
    ui_cli_credential_list },
  { "credential login", "NAME [--json]",
    N_ ("Log in where a credential’s tokens come from, in a browser"), ui_cli_credential_login },
  { "credential remove", "NAME", N_ ("Forget a secret"), ui_cli_credential_remove },
  { "badge list", "[--json]",
    N_ ("Which programs have a badge for a service now, and what services verify them with"),
    ui_cli_badge_list },
  { "badge revoke", "ID|--session ID|--all", N_ ("Take badges back"), ui_cli_badge_revoke },
  { "settings get", "[KEY] [--json]", N_ ("Show one setting, or all"), ui_cli_settings_get },
  { "settings set", "KEY VALUE", N_ ("Change a setting"), ui_cli_settings_set },
  { "policy show", "[--json]", N_ ("What is in force, and from which files"), ui_cli_policy_show },
  { "policy explain", "INPUT.json|- [--json]",
    N_ ("Which rule would decide, and why; a record of “audit show --json” will do"),
    ui_cli_policy_explain },
  { "policy replay", "[--since T] [--json] PATH…",
    N_ ("Which recorded decisions these files would change; nothing takes effect"),
    ui_cli_elsewhere_policy },
  { "policy log", "[--since T]", N_ ("The decisions, as Open Policy Agent logs them"),
    ui_cli_policy_log },
  { "policy reload", "[--json]",
    N_ ("Put changed policy files in force; a bad one changes nothing"), ui_cli_policy_reload },
  { "policy eval",
    "[-d PATH]… [-b BUNDLE]… [--verification-key FILE] [--signing-alg NAME] [-i INPUT.json|-] "
    "[-f json|raw|pretty] [--shipped] [--v0-compatible] [--strict-builtin-errors] QUERY",
    N_ ("Ask policies, as “opa eval” does; needs no guardian"), ui_cli_elsewhere_policy },
  { "policy test", "[-v] [--shipped] [--v0-compatible] [--json] PATH…",
    N_ ("Run the test_… rules of policies, as “opa test” does"), ui_cli_elsewhere_policy },
  { "policy check", "[--strict] [--shipped] [--v0-compatible] [--json] PATH…",
    N_ ("Check policies: file, line and column of what is wrong"), ui_cli_elsewhere_policy },
  { "policy build",
    "[-o FILE] [--revision TEXT] [--root PATH]… [--signing-key FILE] [--signing-alg NAME] "
    "[--scope TEXT] PATH…",
    N_ ("Make a bundle that Open Policy Agent reads, too"), ui_cli_elsewhere_policy },
  { "policy sign", "--signing-key FILE [--signing-alg NAME] [--scope TEXT] [-o FILE] BUNDLE",
    N_ ("Sign a bundle; a signature that it has gives way"), ui_cli_elsewhere_policy },
  { "policy bench", "[-n N] -d PATH… [-i INPUT.json|-] [--shipped] [--v0-compatible] QUERY",
    N_ ("Measure how long a query takes"), ui_cli_elsewhere_policy },
  { "audit list", "[--session ID] [--since T] [--action A] [--effect E] [--json]",
    N_ ("What happened: the records of the log"), ui_cli_audit_list },
  { "audit show", "ID [--json]", N_ ("One record, whole"), ui_cli_audit_show },
  { "audit tail", "[--json]", N_ ("New records, as they are written"), ui_cli_audit_tail },
  { "audit verify", "[--dir DIR] [--key VKEY] [--checkpoint FILE] [--json]",
    N_ ("Check every byte of the log; needs no guardian"), ui_cli_audit_verify },
  { "audit redact", "ID", N_ ("Delete a record’s detail for good; the log still verifies"),
    ui_cli_audit_redact },
  { "dlp scan", "[FILE…] [--json]",
    N_ ("Secrets, personal and financial data in files or standard input, however hidden"),
    ui_cli_dlp_scan },
  { "dlp rules", "[--json]", N_ ("What is looked for; needs no guardian"), ui_cli_dlp_rules },
  { "schema", "[MESSAGE]", N_ ("The wire messages as JSON Schema"), ui_cli_schema_run },
  { "doctor", "[--prove] [--json]",
    N_ ("What this machine can enforce; with --prove it is tried out"), ui_cli_report_doctor },
  { "status", "[--json]", N_ ("What the guardian is doing"), ui_cli_report_status },
};

const UiCliVerb *
ui_cli_verbs (gsize *ret_count)
{
  *ret_count = G_N_ELEMENTS (verbs);
  return verbs;
}

/* How many leading words of words spell name; 0 when they do not. */
static guint
spells (const char *name, char **words)
{
  g_auto (GStrv) parts = g_strsplit (name, " ", -1);
  guint count = 0;
  for (; parts[count] != NULL; count++)
    if (words[count] == NULL || strcmp (parts[count], words[count]) != 0)
      return 0;
  return count;
}

const UiCliVerb *
ui_cli_verbs_find (char **words, guint *ret_used)
{
  const UiCliVerb *found = NULL;
  *ret_used = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      guint used = spells (verbs[i].name, words);
      if (used > *ret_used)
        {
          found = &verbs[i];
          *ret_used = used;
        }
    }
  return found;
}

gboolean
ui_cli_verbs_is_group (const char *word)
{
  gsize length = strlen (word);
  for (gsize i = 0; length > 0 && i < G_N_ELEMENTS (verbs); i++)
    if (strncmp (verbs[i].name, word, length) == 0 && verbs[i].name[length] == ' ')
      return TRUE;
  return FALSE;
}
