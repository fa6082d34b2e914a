/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-classifier.h"

#include "common/base/cardea-encoding.h"
#include "common/dlp/cardea-dlp-rule.h"
#include "common/dlp/cardea-dlp-shipped.h"

#include <math.h>
#include <string.h>

#define MAX_FEATURES 65536
#define SHIPPED "classifier.json"

static const guint grams[] = { 2, 3, 4 };

typedef struct {
  char *name;
  double bias;
  double scale;
  GBytes *weights; /* of features, a signed byte each */
} Kind;

struct _CardeaDlpClassifier {
  guint features;
  GArray *kinds; /* of Kind */
};

/* --- the model --- */

static void
kind_clear (gpointer data)
{
  Kind *kind = data;
  g_free (kind->name);
  g_clear_pointer (&kind->weights, g_bytes_unref);
}

static gboolean
read_kind (CardeaDlpClassifier *classifier, const CardeaJson *json)
{
  const char *name = cardea_json_get_string (json, "name");
  const char *weights = cardea_json_get_string (json, "weights");
  Kind kind = { 0 };

  if (name == NULL || weights == NULL || cardea_json_get (json, "bias") == NULL
      || cardea_json_get (json, "scale") == NULL)
    return FALSE;
  kind.weights = cardea_base64_decode (weights);
  if (kind.weights == NULL || g_bytes_get_size (kind.weights) != classifier->features)
    {
      kind_clear (&kind);
      return FALSE;
    }
  kind.name = g_strconcat ("likely-", name, NULL);
  kind.bias = cardea_json_double (cardea_json_get (json, "bias"));
  kind.scale = cardea_json_double (cardea_json_get (json, "scale"));
  g_array_append_val (classifier->kinds, kind);
  return TRUE;
}

static gboolean
read_model (CardeaDlpClassifier *classifier, const CardeaJson *json)
{
  const CardeaJson *kinds = cardea_json_get (json, "kinds");
  gint64 features = 0;
  guint n = kinds != NULL ? cardea_json_size (kinds) : 0;

  if (!cardea_json_get_int (json, "features", &features) || features < 1 || features > MAX_FEATURES
      || n == 0 || n > CARDEA_DLP_CLASSIFIER_KINDS)
    return FALSE;
  classifier->features = features;
  for (guint i = 0; i < n; i++)
    if (!read_kind (classifier, cardea_json_nth (kinds, i)))
      return FALSE;
  return TRUE;
}

CardeaDlpClassifier *
cardea_dlp_classifier_new (const char *text, gsize size, GError **error)
{
  g_autoptr (CardeaDlpClassifier) classifier = g_new0 (CardeaDlpClassifier, 1);
  g_autoptr (CardeaJson) json = cardea_json_parse_bounded (text, size, 128, error);

  classifier->kinds = g_array_new (FALSE, FALSE, sizeof (Kind));
  g_array_set_clear_func (classifier->kinds, kind_clear);
  if (json == NULL)
    return NULL;
  if (!read_model (classifier, json))
    {
      g_set_error_literal (error, CARDEA_DLP_ERROR, CARDEA_DLP_ERROR_RULE,
                           "this is no model of what texts are about");
      return NULL;
    }
  return g_steal_pointer (&classifier);
}

CardeaDlpClassifier *
cardea_dlp_classifier_new_shipped (void)
{
  for (const CardeaDlpShipped *file = cardea_dlp_shipped; file->name != NULL; file++)
    if (strcmp (file->name, SHIPPED) == 0)
      {
        g_autoptr (GError) error = NULL;
        CardeaDlpClassifier *classifier
            = cardea_dlp_classifier_new (file->text, file->size, &error);
        if (classifier == NULL)
          g_error (SHIPPED ", which is shipped, cannot be read: %s", error->message);
        return classifier;
      }
  g_error (SHIPPED " is not shipped");
}

void
cardea_dlp_classifier_free (CardeaDlpClassifier *classifier)
{
  if (classifier == NULL)
    return;
  g_array_unref (classifier->kinds);
  g_free (classifier);
}

/* --- judging --- */

/* Digits are one digit, capitals small, white space one space; as train.py does it. */
static gsize
normalise (const char *text, gsize size, guint8 ret_text[CARDEA_DLP_CLASSIFIER_SAMPLE])
{
  gsize n = 0;
  for (gsize i = 0; i < MIN (size, (gsize) CARDEA_DLP_CLASSIFIER_SAMPLE); i++)
    {
      guint8 c = text[i];
      if (g_ascii_isdigit (c))
        c = '0';
      else if (g_ascii_isupper (c))
        c = g_ascii_tolower (c);
      else if (c == '\t' || c == '\r' || c == '\n')
        c = ' ';
      if (c != ' ' || n == 0 || ret_text[n - 1] != ' ')
        ret_text[n++] = c;
    }
  return n;
}

/* FNV-1a. */
static guint32
hash (const guint8 *text, guint size)
{
  guint32 value = 0x811c9dc5;
  for (guint i = 0; i < size; i++)
    value = (value ^ text[i]) * 0x01000193;
  return value;
}

static void
count (const CardeaDlpClassifier *classifier, const guint8 *text, gsize size, guint16 *counts)
{
  for (gsize g = 0; g < G_N_ELEMENTS (grams); g++)
    for (gsize at = 0; at + grams[g] <= size; at++)
      {
        guint16 *one = &counts[hash (text + at, grams[g]) % classifier->features];
        *one += *one < G_MAXUINT16;
      }
}

guint
cardea_dlp_classifier_judge (const CardeaDlpClassifier *classifier, const char *text, gsize size,
                             const char *ret_kinds[CARDEA_DLP_CLASSIFIER_KINDS + 1])
{
  g_autofree guint16 *counts = g_new0 (guint16, classifier->features);
  g_autofree float *values = g_new (float, classifier->features);
  g_autofree guint8 *sample = g_malloc (CARDEA_DLP_CLASSIFIER_SAMPLE);
  double norm = 0;
  guint n = 0;

  ret_kinds[0] = NULL;
  if (size < CARDEA_DLP_CLASSIFIER_MIN)
    return 0;
  count (classifier, sample, normalise (text, size, sample), counts);
  for (guint i = 0; i < classifier->features; i++)
    {
      values[i] = counts[i] > 0 ? log1p (counts[i]) : 0;
      norm += values[i] * values[i];
    }
  norm = norm > 0 ? sqrt (norm) : 1;
  for (guint k = 0; k < classifier->kinds->len; k++)
    {
      const Kind *kind = &g_array_index (classifier->kinds, Kind, k);
      const gint8 *weights = g_bytes_get_data (kind->weights, NULL);
      double score = 0;
      for (guint i = 0; i < classifier->features; i++)
        score += weights[i] * values[i];
      if (kind->scale * score / norm + kind->bias > 0)
        ret_kinds[n++] = kind->name;
    }
  ret_kinds[n] = NULL;
  return n;
}
