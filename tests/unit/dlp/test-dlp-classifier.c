/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-classifier.h"

#include "common/dlp/cardea-dlp-rule.h"

#include <string.h>

/* The shipped model on texts that nobody made for it: those of this tree, and a few written here.
 * What it was trained on, and how good it is on more of that, says data/dlp/train.py. */

static gboolean
is_likely (const CardeaDlpClassifier *classifier, const char *text, const char *kind)
{
  const char *kinds[CARDEA_DLP_CLASSIFIER_KINDS + 1];
  cardea_dlp_classifier_judge (classifier, text, strlen (text), kinds);
  return g_strv_contains (kinds, kind);
}

static const struct {
  const char *kind; /* NULL: none of them */
  const char *text;
} cases[] = {
  { "likely-personal", "surname,forename,date of birth,street,town,telephone\n"
                       "Carter,Imogen,1984-03-12,14 Station Road,Exeter,+44 1392 5550123\n"
                       "Bianchi,Luca,1990-11-02,8 Via Garibaldi,Bologna,+39 051 5550144\n"
                       "Weber,Sabine,1971-07-30,22 Lindenallee,Kassel,+49 561 5550177\n"
                       "Olsen,Nils,1969-01-09,3 Storgata,Bergen,+47 555 50 188\n" },
  { "likely-financial",
    "Date,Description,Amount,Balance\n2026-03-01,Opening balance,0.00,1204.55\n"
    "2026-03-02,Card payment bakery,-7.80,1196.75\n2026-03-03,Salary,2810.00,4006.75\n"
    "2026-03-05,Rent,-950.00,3056.75\n2026-03-09,Electricity,-88.12,2968.63\n"
    "2026-03-12,Cash withdrawal,-100.00,2868.63\n" },
  { "likely-credentials",
    "PROD_DB_PASSWORD=kf83HsyW20plQz\nPROD_REDIS_SECRET=0aQwErTy77UiOpAsDfGh\n"
    "MAIL_API_KEY=Zx81CvBnMlKj0987QwErTyUi\nQUEUE_TOKEN=pOiU12yTrEwQ9LkJhGfDsA\n"
    "CDN_API_KEY=mNbVcXz55LkJhGfDsApOiUyT\nLDAP_PASSWORD=tYu7GhJk34BnM\n" },
  { NULL,
    "When we came down to the harbour it had begun to rain, and the boats lay so close to one "
    "another that you could have walked across them. My aunt was waiting under the awning of "
    "the fish market with her umbrella and a basket of plums. She asked about the journey and "
    "did not wait for the answer; she never did." },
};

static void
test_cases (void)
{
  static const char *const kinds[]
      = { "likely-personal", "likely-financial", "likely-credentials", "likely-source-code" };
  g_autoptr (CardeaDlpClassifier) classifier = cardea_dlp_classifier_new_shipped ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
      {
        g_test_message ("%.30s: %s", cases[i].text, kinds[k]);
        g_assert_cmpint (is_likely (classifier, cases[i].text, kinds[k]), ==,
                         g_strcmp0 (cases[i].kind, kinds[k]) == 0);
      }
  g_assert_false (is_likely (classifier, "short", "likely-personal"));
}

/* Most of this module's own files are told from most of its pages. */
static void
test_tree (void)
{
  g_autoptr (CardeaDlpClassifier) classifier = cardea_dlp_classifier_new_shipped ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = g_dir_open (SOURCE, 0, &error);
  const char *name;
  guint files = 0, told = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (SOURCE, name, NULL);
      g_autofree char *text = NULL;
      if (!g_str_has_suffix (name, ".c"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      files++;
      told += is_likely (classifier, text, "likely-source-code");
    }
  g_test_message ("%u of %u", told, files);
  g_assert_cmpuint (files, >=, 10);
  g_assert_cmpuint (told * 10, >=, files * 9);
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "[]",
    "{}",
    "{\"features\":1,\"kinds\":[]}",
    "{\"features\":99999999,\"kinds\":[{}]}",
    "{\"features\":1,\"kinds\":[{\"name\":\"a\",\"bias\":0,\"scale\":1,\"weights\":\"AAA=\"}]}"
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaDlpClassifier) classifier
          = cardea_dlp_classifier_new (texts[i], strlen (texts[i]), &error);
      g_assert_null (classifier);
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dlp/classifier/cases", test_cases);
  g_test_add_func ("/dlp/classifier/tree", test_tree);
  g_test_add_func ("/dlp/classifier/refused", test_refused);
  return g_test_run ();
}
