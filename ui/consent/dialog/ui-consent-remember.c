/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/dialog/ui-consent-remember.h"

#include "ui/consent/ui-consent-wording.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _UiConsentRemember {
  GtkWidget parent_instance;
  GtkWidget *box;
  AdwComboRow *treatment;
  AdwComboRow *duration;
  AdwComboRow *scope;
  GtkLabel *rule;
  GArray *treatments; /* UiConsentTreatment */
  GArray *durations;  /* UiConsentChoice, scope EXACT: what the first list offers */
  GArray *scopes;     /* UiConsentScope */
  const UiConsentQuestion *question;
  char *home;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiConsentRemember, ui_consent_remember, GTK_TYPE_WIDGET)

#define DAYS(n) ((n) *24 * 3600)

static const UiConsentChoice duration_choices[] = {
  { .duration = UI_CONSENT_DURATION_ONCE },
  { .duration = UI_CONSENT_DURATION_TASK },
  { .duration = UI_CONSENT_DURATION_TIME, .seconds = 3600 },
  { .duration = UI_CONSENT_DURATION_TIME, .seconds = DAYS (1) },
  { .duration = UI_CONSENT_DURATION_TIME, .seconds = DAYS (7) },
  { .duration = UI_CONSENT_DURATION_TIME, .seconds = DAYS (30), .renewing = TRUE },
};

UiConsentChoice
ui_consent_remember_get_choice (UiConsentRemember *self)
{
  UiConsentChoice choice = { 0 };
  guint duration = adw_combo_row_get_selected (self->duration);
  guint scope = adw_combo_row_get_selected (self->scope);
  guint treatment = adw_combo_row_get_selected (self->treatment);

  if (duration < self->durations->len)
    choice = g_array_index (self->durations, UiConsentChoice, duration);
  if (choice.duration != UI_CONSENT_DURATION_ONCE && scope < self->scopes->len)
    choice.scope = g_array_index (self->scopes, UiConsentScope, scope);
  if (treatment < self->treatments->len)
    choice.treatment = g_array_index (self->treatments, UiConsentTreatment, treatment);
  return choice;
}

static void
show_rule (UiConsentRemember *self)
{
  UiConsentChoice choice = ui_consent_remember_get_choice (self);
  g_autofree char *rule = ui_consent_wording_rule (self->question, &choice, self->home);

  gtk_label_set_text (self->rule, rule);
  gtk_widget_set_sensitive (GTK_WIDGET (self->scope), choice.duration != UI_CONSENT_DURATION_ONCE);
}

static void
selected_cb (UiConsentRemember *self)
{
  if (self->question == NULL)
    return;
  show_rule (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* What the first list offers, with some scope of the second. */
static gboolean
offers_duration (const UiConsentQuestion *question, const UiConsentChoice *duration)
{
  UiConsentChoice choice = *duration;
  for (choice.scope = UI_CONSENT_SCOPE_EXACT; choice.scope <= UI_CONSENT_SCOPE_HOST; choice.scope++)
    if (ui_consent_choice_offered (question, &choice))
      return TRUE;
  return FALSE;
}

/* "This time" is always exact; the second list is for the others. */
static gboolean
offers_scope (const UiConsentQuestion *question, UiConsentScope scope)
{
  return (question->scopes & (1u << scope)) != 0
         && !(scope == UI_CONSENT_SCOPE_EXACT && ui_consent_question_folder_only (question));
}

/* The first is what is chosen unless the person says otherwise: what lets least out. */
static void
offer_treatments (UiConsentRemember *self, const UiConsentQuestion *question)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_array_set_size (self->treatments, 0);
  for (int i = UI_CONSENT_TREATMENT_PLACEHOLDER; i >= UI_CONSENT_TREATMENT_SEND; i--)
    if (question->treatments & (1u << i))
      {
        const UiConsentTreatment treatment = (UiConsentTreatment) i;
        g_autofree char *name = ui_consent_wording_treatment (treatment);
        g_array_append_val (self->treatments, treatment);
        gtk_string_list_append (names, name);
      }
  adw_combo_row_set_model (self->treatment, G_LIST_MODEL (names));
  gtk_widget_set_visible (GTK_WIDGET (self->treatment), self->treatments->len > 1);
}

void
ui_consent_remember_set_question (UiConsentRemember *self, const UiConsentQuestion *question,
                                  const char *home)
{
  g_autoptr (GtkStringList) durations = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) scopes = gtk_string_list_new (NULL);

  g_free (self->home);
  self->home = g_strdup (home);
  g_array_set_size (self->durations, 0);
  g_array_set_size (self->scopes, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (duration_choices); i++)
    if (offers_duration (question, &duration_choices[i]))
      {
        g_autofree char *text = ui_consent_wording_duration (&duration_choices[i]);
        g_array_append_val (self->durations, duration_choices[i]);
        gtk_string_list_append (durations, text);
      }
  for (UiConsentScope scope = UI_CONSENT_SCOPE_EXACT; scope <= UI_CONSENT_SCOPE_HOST; scope++)
    if (offers_scope (question, scope))
      {
        g_autofree char *text = ui_consent_wording_scope (question, scope, home);
        g_array_append_val (self->scopes, scope);
        gtk_string_list_append (scopes, text);
      }
  adw_combo_row_set_model (self->duration, G_LIST_MODEL (durations));
  adw_combo_row_set_model (self->scope, G_LIST_MODEL (scopes));
  offer_treatments (self, question);
  gtk_widget_set_visible (GTK_WIDGET (self), (self->durations->len > 1 && self->scopes->len > 0)
                                                 || self->treatments->len > 1);
  self->question = question;
  show_rule (self);
}

static void
ui_consent_remember_dispose (GObject *object)
{
  UiConsentRemember *self = UI_CONSENT_REMEMBER (object);
  self->question = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_consent_remember_parent_class)->dispose (object);
}

static void
ui_consent_remember_finalize (GObject *object)
{
  UiConsentRemember *self = UI_CONSENT_REMEMBER (object);
  g_array_unref (self->treatments);
  g_array_unref (self->durations);
  g_array_unref (self->scopes);
  g_free (self->home);
  G_OBJECT_CLASS (ui_consent_remember_parent_class)->finalize (object);
}

static void
ui_consent_remember_class_init (UiConsentRememberClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_consent_remember_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_consent_remember_finalize;
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_CONSENT_REMEMBER, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/consent/dialog/ui-consent-remember.ui");
  gtk_widget_class_bind_template_child (widget_class, UiConsentRemember, box);
  gtk_widget_class_bind_template_child (widget_class, UiConsentRemember, treatment);
  gtk_widget_class_bind_template_child (widget_class, UiConsentRemember, duration);
  gtk_widget_class_bind_template_child (widget_class, UiConsentRemember, scope);
  gtk_widget_class_bind_template_child (widget_class, UiConsentRemember, rule);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_consent_remember_init (UiConsentRemember *self)
{
  self->treatments = g_array_new (FALSE, FALSE, sizeof (UiConsentTreatment));
  self->durations = g_array_new (FALSE, FALSE, sizeof (UiConsentChoice));
  self->scopes = g_array_new (FALSE, FALSE, sizeof (UiConsentScope));
  gtk_widget_init_template (GTK_WIDGET (self));
}
