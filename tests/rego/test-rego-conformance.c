/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs OPA's conformance cases, which lie beside the source tree (CARDEA_SHARED/data/opa-cases).
 *
 *   test-rego-conformance v1|v0|compile-v1|compile-v0|own [PART OF A FILE NAME]
 *
 * Prints a line a folder, each case left out with its reason, and each difference; fails on any
 * difference. Skips (77) when the cases are not there. */

#include "common/rego/cardea-rego-engine.h"

#include "common/rego/cardea-rego-json.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MODULES 16

typedef struct {
  guint passed, failed, left_out;
} Tally;

typedef struct {
  gboolean v0;
  CardeaRegoValue folders, refused;
  GHashTable *tallies; /* folder → Tally */
  Tally all;
  const char *filter;
} Run;

static const char *
text_of (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_STRING ? v.s->s : NULL;
}

static char *
folder_of (const char *file)
{
  const char *slash = strchr (file, '/');
  return slash != NULL ? g_strndup (file, (gsize) (slash - file)) : g_strdup (file);
}

/* Why a case is not run, or NULL. */
static const char *
left_out (const Run *run, CardeaRegoValue c, const char *folder)
{
  g_autofree char *key = g_strdup_printf ("%s/%s", folder, text_of (cardea_rego_get_c (c, "note")));
  const char *note = text_of (cardea_rego_get_c (c, "note"));
  const char *class = text_of (cardea_rego_get_c (run->folders, folder));
  if (cardea_rego_is_true (cardea_rego_get_c (c, "experimental_keywords"))
      || g_strcmp0 (class, "experimental") == 0)
    return "experimental";
  if (g_strcmp0 (class, "refused") == 0)
    return "refused";
  for (guint32 i = 0; run->refused.tag == CARDEA_REGO_ARRAY && i < run->refused.a->len; i++)
    {
      const char *name = text_of (run->refused.a->v[i]);
      if (g_strcmp0 (name, key) == 0 || g_strcmp0 (name, note) == 0)
        return "refused";
    }
  return NULL;
}

/* OPA's own harness adds a function that sleeps; the language has none. */
static char *
without_sleep (const char *text)
{
  g_autoptr (GString) out = g_string_new (text);
  (void) g_string_replace (out, "test.sleep(", "is_string(", 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static CardeaRegoPolicy *
load (const Run *run, CardeaRegoValue c, GError **error)
{
  CardeaRegoSource sources[MAX_MODULES];
  char names[MAX_MODULES][24], *texts[MAX_MODULES];
  CardeaRegoValue modules = cardea_rego_get_c (c, "modules");
  gsize n = modules.tag == CARDEA_REGO_ARRAY ? MIN (modules.a->len, MAX_MODULES) : 0;
  for (gsize i = 0; i < n; i++)
    {
      g_snprintf (names[i], sizeof names[i], "test-%u.rego", (guint) i);
      texts[i] = without_sleep (modules.a->v[i].s->s);
      sources[i] = (CardeaRegoSource){ names[i], texts[i], strlen (texts[i]) };
    }
  CardeaRegoPolicy *policy = cardea_rego_policy_new (
      sources, n,
      CARDEA_REGO_MOCK_ALL
          | (run->v0 || cardea_rego_is_true (cardea_rego_get_c (c, "v0")) ? CARDEA_REGO_V0 : 0)
          | (cardea_rego_is_true (cardea_rego_get_c (c, "strict")) ? CARDEA_REGO_STRICT : 0)
          | (cardea_rego_is_true (cardea_rego_get_c (c, "print_statements")) ? CARDEA_REGO_PRINTS
                                                                             : 0)
          | (g_getenv ("CARDEA_REGO_NO_INDEX") != NULL ? CARDEA_REGO_NO_INDEX : 0)
          | (g_getenv ("CARDEA_REGO_NO_MEMO") != NULL ? CARDEA_REGO_NO_MEMO : 0),
      error);
  for (gsize i = 0; i < n; i++)
    g_free (texts[i]);
  return policy;
}

static CardeaRegoDocument *
document (CardeaRegoValue v, GError **error)
{
  if (v.tag == CARDEA_REGO_UNDEFINED)
    return NULL;
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (1u << 26);
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, arena);
  cardea_rego_json_write (&buf, v, NULL, NULL, FALSE);
  return cardea_rego_document_new (buf.s, buf.len, error);
}

/* The bindings as a set of objects, arrays in them sorted when the case says so. */
static CardeaRegoValue
normal (CardeaRegoArena *arena, CardeaRegoValue list, gboolean sort, gboolean ignore)
{
  CardeaRegoValue set = cardea_rego_set_new (arena, 8);
  for (guint32 i = 0; i < list.a->len; i++)
    {
      CardeaRegoValue from = list.a->v[i], to = cardea_rego_object_new (arena, 4);
      for (guint32 k = 0; k < from.c->len; k++)
        {
          CardeaRegoValue v = from.c->v[k];
          if (ignore && g_str_has_prefix (from.c->k[k].s->s, "__localq"))
            continue;
          if (sort && v.tag == CARDEA_REGO_ARRAY)
            {
              v = cardea_rego_copy (arena, v);
              cardea_rego_sort_values (v.a->v, v.a->len);
            }
          cardea_rego_object_put (arena, to, from.c->k[k], v);
        }
      cardea_rego_set_add (arena, set, to);
    }
  return set;
}

static char *
compare_result (CardeaRegoContext *context, CardeaRegoValue c)
{
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (1u << 28);
  g_autoptr (GString) text = g_string_new (NULL);
  CardeaRegoValue want = cardea_rego_get_c (c, "want_result");
  g_autofree char *json = cardea_rego_answer_json (context, FALSE);
  if (want.tag == CARDEA_REGO_UNDEFINED || want.tag == CARDEA_REGO_NULL)
    return cardea_rego_get_c (c, "want_error_code").tag != CARDEA_REGO_UNDEFINED
                   || cardea_rego_get_c (c, "want_error").tag != CARDEA_REGO_UNDEFINED
               ? g_strdup_printf ("an error was expected, got %s", json)
               : NULL;
  CardeaRegoValue got = cardea_rego_json_parse (arena, json, strlen (json), text);
  gboolean sort = cardea_rego_is_true (cardea_rego_get_c (c, "sort_bindings")),
           ignore = cardea_rego_is_true (cardea_rego_get_c (c, "ignore_generated_vars"));
  if (cardea_rego_eq (normal (arena, got, sort, ignore), normal (arena, want, sort, FALSE)))
    return NULL;
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, arena);
  cardea_rego_json_write (&buf, want, NULL, NULL, FALSE);
  return g_strdup_printf (
      "want %.*s\n        got  %s%s%s", (gint) buf.len, buf.s, json,
      cardea_rego_answer_passed_over (context) != NULL ? "\n        passed over " : "",
      cardea_rego_answer_passed_over (context) != NULL ? cardea_rego_answer_passed_over (context)
                                                       : "");
}

static char *
compare_error (CardeaRegoValue c, const GError *error)
{
  const char *code = text_of (cardea_rego_get_c (c, "want_error_code")),
             *want = text_of (cardea_rego_get_c (c, "want_error"));
  if (code == NULL && want == NULL)
    return g_strdup_printf ("error: %s", error->message);
  g_autofree char *marked = code != NULL ? g_strdup_printf ("%s: ", code) : NULL;
  if ((marked != NULL && strstr (error->message, marked) == NULL)
      || (want != NULL && strstr (error->message, want) == NULL))
    return g_strdup_printf ("want error %s \"%s\"\n        got  %s", code != NULL ? code : "",
                            want != NULL ? want : "", error->message);
  return NULL;
}

/* A case of the compiler: every wanted error is reported where and as it should be, and when the
 * list is complete, nothing else. */
static char *
run_compile_case (const Run *run, CardeaRegoValue c)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoPolicy) policy = load (run, c, &error);
  CardeaRegoValue want = cardea_rego_get_c (c, "want_errors");
  if (policy != NULL)
    return want.a->len > 0 ? g_strdup ("loads") : NULL;
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", -1);
  guint errors = 0;
  for (char **line = lines; *line != NULL; line++)
    errors += **line != '\t'; /* otherwise it says more about the one before */
  for (guint32 i = 0; i < want.a->len; i++)
    {
      CardeaRegoValue e = want.a->v[i];
      g_autofree char *line = g_strdup_printf (
          "test-0.rego:%d:%d: %s: %s", (gint) cardea_rego_get_c (e, "row").i,
          (gint) cardea_rego_get_c (e, "col").i, text_of (cardea_rego_get_c (e, "code")),
          text_of (cardea_rego_get_c (e, "message")));
      if (!g_strv_contains ((const char *const *) lines, line))
        return g_strdup_printf ("want %s\n        got  %s", line, error->message);
    }
  if (cardea_rego_is_true (cardea_rego_get_c (c, "exhaustive")) && errors != want.a->len)
    return g_strdup_printf ("more errors: %s", error->message);
  return NULL;
}

/* What differs, or NULL. */
static char *
run_case (const Run *run, CardeaRegoValue c)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoPolicy) policy = load (run, c, &error);
  g_autoptr (CardeaRegoQuery) query = policy != NULL ? cardea_rego_query_new_solutions (
                                          policy, text_of (cardea_rego_get_c (c, "query")), &error)
                                                     : NULL;
  if (query == NULL)
    return g_strdup_printf ("load: %s", error->message);
  const char *term = text_of (cardea_rego_get_c (c, "input_term"));
  CardeaRegoValue stored = cardea_rego_get_c (c, "data");
  g_autoptr (CardeaRegoDocument) data
      = stored.tag == CARDEA_REGO_OBJECT ? document (stored, &error) : NULL;
  g_autoptr (CardeaRegoDocument) input = term != NULL
                                             ? cardea_rego_document_new_term (term, &error)
                                             : document (cardea_rego_get_c (c, "input"), &error);
  if (error != NULL)
    return g_strdup_printf ("documents: %s", error->message);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  cardea_rego_context_set_limits (context, 10000000, 1u << 28, 10000);
  cardea_rego_context_set_strict (context,
                                  cardea_rego_is_true (cardea_rego_get_c (c, "strict_error")));
  if (cardea_rego_eval (context, query, data, input, &error))
    return compare_result (context, c);
  return compare_error (c, error);
}

static void
run_line (Run *run, char *line)
{
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (1u << 28);
  g_autoptr (GString) text = g_string_new (NULL);
  CardeaRegoValue c = cardea_rego_json_parse (arena, line, strlen (line), text);
  if (c.tag == CARDEA_REGO_UNDEFINED)
    g_error ("case is no JSON: %s: %.200s", text->str, line);
  const char *file = text_of (cardea_rego_get_c (c, "file")),
             *note = text_of (cardea_rego_get_c (c, "note"));
  if (run->filter != NULL && strstr (file, run->filter) == NULL
      && strstr (note, run->filter) == NULL)
    return;
  g_autofree char *folder = folder_of (file);
  Tally *tally = g_hash_table_lookup (run->tallies, folder);
  if (tally == NULL)
    {
      tally = g_new0 (Tally, 1);
      g_hash_table_insert (run->tallies, g_strdup (folder), tally);
    }
  const char *reason = left_out (run, c, folder);
  if (reason != NULL)
    {
      g_print ("LEFT OUT (%s) %s: %s\n", reason, file, note);
      tally->left_out++;
      run->all.left_out++;
      return;
    }
  g_autofree char *difference = cardea_rego_get_c (c, "want_errors").tag == CARDEA_REGO_ARRAY
                                    ? run_compile_case (run, c)
                                    : run_case (run, c);
  if (difference != NULL)
    g_print ("DIFFERS %s: %s\n        %s\n", file, note, difference);
  if (difference != NULL)
    {
      tally->failed++;
      run->all.failed++;
    }
  else
    {
      tally->passed++;
      run->all.passed++;
    }
}

static char *
shared_folder (const char *program)
{
  const char *named = g_getenv ("CARDEA_SHARED");
  if (named != NULL)
    return g_strdup (named);
  (void) program;
  const char *source = g_getenv ("CARDEA_SOURCE");
  g_autofree char *beside = g_build_filename (source != NULL ? source : ".", "..", "shared", NULL);
  if (g_file_test (beside, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&beside);
  return g_build_filename (source != NULL ? source : ".", "..", "..", "shared", NULL);
}

static void
print_folders (const Run *run)
{
  g_autoptr (GList) names
      = g_list_sort (g_hash_table_get_keys (run->tallies), (GCompareFunc) strcmp);
  for (GList *l = names; l != NULL; l = l->next)
    {
      const Tally *t = g_hash_table_lookup (run->tallies, l->data);
      g_print ("%-44s %4u passed %4u differ %4u left out\n", (char *) l->data, t->passed, t->failed,
               t->left_out);
    }
}

/* Our own cases of what the compiler refuses lie beside this file. */
static gboolean
read_cases (const char *shared, const char *name, char **ret_cases, char **ret_classes)
{
  gboolean own = strcmp (name, "own") == 0;
  const char *source = g_getenv ("CARDEA_SOURCE");
  g_autofree char *path = own && source != NULL
                              ? g_build_filename (source, "tests", "rego", "compile.jsonl", NULL)
                              : g_strdup_printf ("%s/data/opa-cases/%s.jsonl", shared, name);
  g_autofree char *class_path = g_strdup_printf ("%s/data/opa-cases/classes.json", shared);
  if (own)
    *ret_classes = g_strdup ("{}");
  if (g_file_get_contents (path, ret_cases, NULL, NULL)
      && (own || g_file_get_contents (class_path, ret_classes, NULL, NULL)))
    return TRUE;
  g_print ("skipped: no cases at %s\n", path);
  return FALSE;
}

gint
main (gint argc, char **argv)
{
  g_autofree char *shared = shared_folder (argv[0]), *cases = NULL, *classes = NULL;
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (1u << 28);
  g_autoptr (GString) problem = g_string_new (NULL);
  if (argc < 2)
    g_error ("usage: %s v1|v0|own [FILTER]", argv[0]);
  if (!read_cases (shared, argv[1], &cases, &classes))
    return g_getenv ("CARDEA_TESTS_MUST_RUN") != NULL && g_getenv ("CARDEA_SHARED") != NULL ? 1
                                                                                            : 77;
  CardeaRegoValue all = cardea_rego_json_parse (arena, classes, strlen (classes), problem);
  Run run = { .v0 = g_str_has_suffix (argv[1], "v0"),
              .folders = cardea_rego_get_c (all, "folders"),
              .refused = cardea_rego_get_c (all, "refused_cases"),
              .filter = argc > 2 ? argv[2] : NULL };
  run.tallies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (char *line = strtok (cases, "\n"); line != NULL; line = strtok (NULL, "\n"))
    run_line (&run, line);
  print_folders (&run);
  g_print ("%s: %u passed, %u differ, %u left out\n", argv[1], run.all.passed, run.all.failed,
           run.all.left_out);
  g_hash_table_unref (run.tallies);
  return run.all.failed > 0 ? 1 : 0;
}
