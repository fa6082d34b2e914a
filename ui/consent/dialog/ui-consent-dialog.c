/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What this file decides: when a press on Allow counts. It trusts UiConsentArming for the rule and
 * reports to it every frame, focus change, key and button of this window. Allow's own gesture and
 * keys are taken before GtkButton sees them, so that "clicked" comes from an assistive technology
 * only.
 * Known gap: on X11 another client of the same user can forge all of these (SECURITY.md). */

#include "ui/consent/dialog/ui-consent-dialog.h"

#include "common/base/cardea-paths.h"
#include "ui/consent/dialog/ui-consent-effect.h"
#include "ui/consent/dialog/ui-consent-label.h"
#include "ui/consent/dialog/ui-consent-remember.h"
#include "ui/consent/dialog/ui-consent-row.h"
#include "ui/consent/dialog/ui-consent-target.h"
#include "ui/consent/ui-consent-arming.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define LOWEST_OBJECT_TIER 3
#define WIDE_PIXELS 720
#define ROW_PIXELS 492 /* of a window that is not wide, between its margins */

struct _UiConsentDialog {
  AdwWindow parent_instance;
  UiConsentQuestion *question;
  UiConsentWording *wording;
  UiConsentArming *arming;
  char *home;

  GtkLabel *who, *sentence, *target, *target_facts, *why, *because, *queue, *status;
  GtkLabel *warnings, *sensitive, *details;
  GtkImage *target_icon;
  GtkWidget *warnings_row, *confirm_row, *queue_row;
  GtkExpander *details_expander;
  UiConsentEffect *effect;
  GtkCheckButton *select;
  GtkLabel *confirm_label;
  GtkEntry *confirm;
  GtkEntry *note;
  UiConsentRemember *remember;
  GtkBox *buttons;
  GtkButton *allow_button;

  int width, height; /* of the surface, at the last layout */
  gboolean in_list;  /* the focus is in a list that dropped down */
  guint allow_key;
  guint tick;
  gulong painted;
  gboolean answered;
};

enum { ANSWERED, DENY_ALL, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiConsentDialog, ui_consent_dialog, ADW_TYPE_WINDOW)

static void arming_event (UiConsentDialog *self, UiConsentArmingEvent event);

/* --- answering --- */

/* What the person did with the object; NULL: nothing was asked of them. The caller owns it. */
static char *
read_confirm (UiConsentDialog *self)
{
  if (self->question->tier < LOWEST_OBJECT_TIER)
    return NULL;
  if (gtk_check_button_get_active (self->select))
    return ui_consent_question_last_element (self->question);
  return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->confirm)));
}

static void
answer (UiConsentDialog *self, UiConsentDecision decision, UiConsentHow how)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *confirm = read_confirm (self);
  UiConsentAnswer given = {
    .decision = decision,
    .choice = ui_consent_remember_get_choice (self->remember),
    .confirm = confirm,
    .note = gtk_editable_get_text (GTK_EDITABLE (self->note)),
    .how = how,
    .shown_ms = ui_consent_arming_shown_ms (self->arming),
    .armed_ms = ui_consent_arming_armed_ms (self->arming),
  };

  if (self->answered)
    return;
  if (decision == UI_CONSENT_DECISION_ALLOW || *given.note == '\0')
    given.note = NULL;
  if (decision != UI_CONSENT_DECISION_ALLOW)
    {
      given.choice = (UiConsentChoice){ 0 };
      given.confirm = NULL;
    }
  g_autoptr (CardeaMessage) message
      = ui_consent_answer_new_message (self->question, &given, &error);
  if (message == NULL)
    {
      gtk_label_set_text (self->status, error->message);
      return;
    }
  self->answered = TRUE;
  g_signal_emit (self, signals[ANSWERED], 0, message);
  gtk_window_destroy (GTK_WINDOW (self));
}

void
ui_consent_dialog_deny (UiConsentDialog *self, UiConsentHow how)
{
  answer (self, UI_CONSENT_DECISION_DENY, how);
}

static void
deny_clicked_cb (UiConsentDialog *self)
{
  answer (self, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_WINDOW);
}

static void
stop_clicked_cb (UiConsentDialog *self)
{
  answer (self, UI_CONSENT_DECISION_STOP, UI_CONSENT_HOW_WINDOW);
}

/* The service denies the others first: this window ends with its own answer. */
static void
deny_all_clicked_cb (UiConsentDialog *self)
{
  g_signal_emit (self, signals[DENY_ALL], 0);
  answer (self, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_WINDOW);
}

static gboolean
close_request_cb (UiConsentDialog *self)
{
  answer (self, UI_CONSENT_DECISION_DENY, UI_CONSENT_HOW_CLOSED);
  return GDK_EVENT_STOP;
}

/* --- arming --- */

static void
show_arming (UiConsentDialog *self)
{
  gboolean ready = ui_consent_arming_ready (self->arming);
  int remaining = ui_consent_arming_remaining (self->arming);
  const char *text = _ ("Allow is available.");

  if (self->answered)
    return;
  if (!ready && self->question->tier >= LOWEST_OBJECT_TIER && remaining == 0)
    text = _ ("Select the target or type its name to make Allow available.");
  else if (!ready && remaining > 0)
    text = _ ("Allow becomes available in a moment.");
  else if (!ready)
    text = _ ("Allow becomes available when this window has your attention.");
  gtk_label_set_text (self->status, text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->allow_button), ready);
}

static gboolean
tick_cb (gpointer user_data)
{
  UiConsentDialog *self = user_data;
  self->tick = 0;
  arming_event (self, UI_CONSENT_ARMING_TICK);
  return G_SOURCE_REMOVE;
}

static void
arming_event (UiConsentDialog *self, UiConsentArmingEvent event)
{
  if (self->answered || self->arming == NULL)
    return;
  if (ui_consent_arming_handle (self->arming, event))
    {
      answer (self, UI_CONSENT_DECISION_ALLOW, UI_CONSENT_HOW_WINDOW);
      return;
    }
  int remaining = ui_consent_arming_remaining (self->arming);
  g_clear_handle_id (&self->tick, g_source_remove);
  if (remaining > 0)
    self->tick = g_timeout_add ((guint) remaining + 1, tick_cb, self);
  show_arming (self);
}

static void
after_paint_cb (GdkFrameClock *clock, UiConsentDialog *self)
{
  g_clear_signal_handler (&self->painted, clock);
  arming_event (self, UI_CONSENT_ARMING_FRAME);
}

/* The question is on the screen only when the frame after the change was painted. */
static void
wait_for_frame (UiConsentDialog *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  if (clock == NULL || self->painted != 0)
    return;
  self->painted = g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
content_changed_cb (UiConsentDialog *self)
{
  arming_event (self, UI_CONSENT_ARMING_CHANGED);
  wait_for_frame (self);
}

/* Told at every layout, also when nothing moved. */
static void
surface_layout_cb (UiConsentDialog *self, int width, int height)
{
  if (width == self->width && height == self->height)
    return;
  self->width = width;
  self->height = height;
  content_changed_cb (self);
}

static void
active_changed_cb (UiConsentDialog *self)
{
  gboolean active = gtk_window_is_active (GTK_WINDOW (self));
  arming_event (self, active ? UI_CONSENT_ARMING_ACTIVE : UI_CONSENT_ARMING_AWAY);
}

/* A list that drops down has a surface of its own, whose events pass us by: the release of what
 * opened it, and of what closed it. When it is gone nothing counts as held; a key that still is
 * repeats here. */
static void
focus_moved_cb (UiConsentDialog *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean in_list = focus != NULL && gtk_widget_get_native (focus) != GTK_NATIVE (self);
  if (self->in_list && !in_list)
    arming_event (self, UI_CONSENT_ARMING_UP);
  self->in_list = in_list;
}

/* Sees every event of the window before any widget does, and passes all of them on. */
static gboolean
any_event_cb (UiConsentDialog *self, GdkEvent *event)
{
  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_BUTTON_PRESS:
    case GDK_KEY_PRESS:
    case GDK_TOUCH_BEGIN:
      arming_event (self, UI_CONSENT_ARMING_DOWN);
      break;
    case GDK_BUTTON_RELEASE:
    case GDK_KEY_RELEASE:
    case GDK_TOUCH_END:
    case GDK_TOUCH_CANCEL:
      arming_event (self, UI_CONSENT_ARMING_UP);
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
allow_pressed_cb (GtkGestureClick *gesture, int n, double x, double y, UiConsentDialog *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  arming_event (self, UI_CONSENT_ARMING_PRESS);
}

static void
allow_released_cb (GtkGestureClick *gesture, int n, double x, double y, UiConsentDialog *self)
{
  gboolean inside = gtk_widget_contains (GTK_WIDGET (self->allow_button), x, y);
  arming_event (self, inside ? UI_CONSENT_ARMING_RELEASE : UI_CONSENT_ARMING_ABANDON);
}

static gboolean
is_press_key (guint key)
{
  return key == GDK_KEY_space || key == GDK_KEY_KP_Space || key == GDK_KEY_Return
         || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;
}

static gboolean
allow_key_pressed_cb (UiConsentDialog *self, guint key)
{
  if (!is_press_key (key))
    return GDK_EVENT_PROPAGATE;
  arming_event (self, self->allow_key == key ? UI_CONSENT_ARMING_REPEAT : UI_CONSENT_ARMING_PRESS);
  self->allow_key = key;
  return GDK_EVENT_STOP;
}

static void
allow_key_released_cb (UiConsentDialog *self, guint key)
{
  if (self->allow_key != key)
    return;
  self->allow_key = 0;
  arming_event (self, UI_CONSENT_ARMING_RELEASE);
}

static void
allow_clicked_cb (UiConsentDialog *self)
{
  arming_event (self, UI_CONSENT_ARMING_ASSIST);
}

static void
confirm_changed_cb (UiConsentDialog *self)
{
  g_autofree char *text = read_confirm (self);
  arming_event (self, ui_consent_answer_confirms (self->question, text)
                          ? UI_CONSENT_ARMING_OBJECT
                          : UI_CONSENT_ARMING_NO_OBJECT);
}

/* --- content --- */

static void
show_reasons (UiConsentDialog *self)
{
  const UiConsentWording *wording = self->wording;
  g_autofree char *why = wording->why != NULL
                             ? g_strdup_printf ("%s (%s)", wording->why, wording->why_mark)
                             : g_strdup (_ ("The agent gave no reason."));

  ui_consent_label_show (self->why, _ ("Agent’s stated reason, not verified"), why);
  ui_consent_label_show_lines (self->because, _ ("Because"), wording->because);
  ui_consent_label_show_lines (self->warnings, _ ("Warning"), wording->warnings);
  ui_consent_label_show_lines (self->sensitive, _ ("Sensitive data found"), wording->sensitive);
  gtk_widget_set_visible (self->warnings_row,
                          wording->warnings[0] != NULL || wording->sensitive[0] != NULL);
  ui_consent_label_show_lines (self->details, _ ("Details"), wording->details);
  ui_consent_label_name (self->details_expander, _ ("Request details"), NULL);
}

/* Tier 3: the person selects the object, or types its name as it is stressed in the target. */
static void
show_confirm (UiConsentDialog *self)
{
  gboolean wanted = self->question->tier >= LOWEST_OBJECT_TIER;
  g_autofree char *name = g_strdup_printf (_ ("Select %s"), self->wording->target_name);

  gtk_label_set_text (self->confirm_label, self->wording->confirm);
  ui_consent_label_name (self->select, name, NULL);
  gtk_widget_set_visible (self->confirm_row, wanted);
  gtk_widget_set_visible (GTK_WIDGET (self->select), wanted);
}

static void
show_queue (UiConsentDialog *self, const char *text)
{
  ui_consent_label_show (self->queue, _ ("Queue"), text);
  gtk_widget_set_visible (self->queue_row, text != NULL);
}

/* What a press on Allow does, which depends on what was chosen. */
static void
show_verb (UiConsentDialog *self)
{
  UiConsentChoice choice = ui_consent_remember_get_choice (self->remember);
  g_autofree char *verb = ui_consent_wording_verb (self->question, self->wording, &choice);
  /* Translators: the button that allows; %s is verb and object, "Read file". */
  g_autofree char *name = g_strdup_printf (_ ("Allow: %s"), verb);

  gtk_button_set_label (self->allow_button, verb);
  ui_consent_label_name (self->allow_button, name, NULL);
}

static void
choice_changed_cb (UiConsentDialog *self)
{
  show_verb (self);
  content_changed_cb (self);
}

static void
fill (UiConsentDialog *self)
{
  const UiConsentWording *wording = self->wording;

  ui_consent_label_show (self->who, _ ("Requesting agent"), wording->who);
  ui_consent_label_show (self->sentence, _ ("Requested action"), wording->sentence);
  ui_consent_target_show (self->target_icon, self->target, self->target_facts, self->question,
                          self->wording);
  show_reasons (self);
  show_confirm (self);
  show_queue (self, wording->queue);
  ui_consent_effect_set_question (self->effect, self->question, wording, self->home);
  if (ui_consent_effect_is_wide (self->effect))
    gtk_window_set_default_size (GTK_WINDOW (self), WIDE_PIXELS, -1);

  if (self->question->tier >= LOWEST_OBJECT_TIER)
    gtk_widget_add_css_class (GTK_WIDGET (self->allow_button), "destructive-action");
  ui_consent_remember_set_question (self->remember, self->question, self->home);
  show_verb (self);
  ui_consent_row_fit (self->buttons, ROW_PIXELS);
  ui_consent_row_fit (GTK_BOX (self->queue_row), ROW_PIXELS);
}

void
ui_consent_dialog_set_waiting (UiConsentDialog *self, guint waiting)
{
  g_autofree char *text
      = waiting > 0 ? g_strdup_printf (
            ngettext ("%u more question waits", "%u more questions wait", waiting), waiting)
                    : NULL;
  show_queue (self, text != NULL ? text : self->wording->queue);
}

const char *
ui_consent_dialog_get_session (UiConsentDialog *self)
{
  return self->question->session;
}

const char *
ui_consent_dialog_get_id (UiConsentDialog *self)
{
  return self->question->id;
}

/* --- life --- */

static void
ui_consent_dialog_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ui_consent_dialog_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "layout",
                           G_CALLBACK (surface_layout_cb), widget, G_CONNECT_SWAPPED);
}

static void
ui_consent_dialog_unrealize (GtkWidget *widget)
{
  UiConsentDialog *self = UI_CONSENT_DIALOG (widget);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  if (clock != NULL)
    g_clear_signal_handler (&self->painted, clock);
  GTK_WIDGET_CLASS (ui_consent_dialog_parent_class)->unrealize (widget);
}

static void
ui_consent_dialog_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ui_consent_dialog_parent_class)->map (widget);
  wait_for_frame (UI_CONSENT_DIALOG (widget));
}

static void
ui_consent_dialog_dispose (GObject *object)
{
  UiConsentDialog *self = UI_CONSENT_DIALOG (object);
  self->answered = TRUE;
  g_clear_handle_id (&self->tick, g_source_remove);
  G_OBJECT_CLASS (ui_consent_dialog_parent_class)->dispose (object);
}

static void
ui_consent_dialog_finalize (GObject *object)
{
  UiConsentDialog *self = UI_CONSENT_DIALOG (object);
  g_clear_pointer (&self->arming, ui_consent_arming_free);
  g_clear_pointer (&self->wording, ui_consent_wording_free);
  g_clear_pointer (&self->question, ui_consent_question_free);
  g_free (self->home);
  G_OBJECT_CLASS (ui_consent_dialog_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, who);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, sentence);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, target);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, target_facts);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, why);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, because);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, queue);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, status);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, effect);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, select);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, sensitive);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, target_icon);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, warnings);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, warnings_row);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, queue_row);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, details);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, details_expander);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, confirm);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, confirm_label);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, confirm_row);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, note);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, remember);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, buttons);
  gtk_widget_class_bind_template_child (widget_class, UiConsentDialog, allow_button);
}

static void
ui_consent_dialog_class_init (UiConsentDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (UI_TYPE_CONSENT_EFFECT);
  g_type_ensure (UI_TYPE_CONSENT_REMEMBER);
  object_class->dispose = ui_consent_dialog_dispose;
  object_class->finalize = ui_consent_dialog_finalize;
  widget_class->realize = ui_consent_dialog_realize;
  widget_class->unrealize = ui_consent_dialog_unrealize;
  widget_class->map = ui_consent_dialog_map;
  signals[ANSWERED] = g_signal_new ("answered", UI_TYPE_CONSENT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[DENY_ALL] = g_signal_new ("deny-all", UI_TYPE_CONSENT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/consent/dialog/ui-consent-dialog.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, deny_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, deny_all_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, allow_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, confirm_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, content_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_request_cb);
  gtk_widget_class_bind_template_callback (widget_class, focus_moved_cb);
  gtk_widget_class_bind_template_callback (widget_class, active_changed_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
add_controllers (UiConsentDialog *self)
{
  GtkEventController *all = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (all, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (all, "event", G_CALLBACK (any_event_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), all);

  GtkGesture *click = gtk_gesture_click_new ();
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (allow_pressed_cb), self);
  g_signal_connect (click, "released", G_CALLBACK (allow_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->allow_button), GTK_EVENT_CONTROLLER (click));

  GtkEventController *keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (allow_key_pressed_cb), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (allow_key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->allow_button), keys);
}

static void
ui_consent_dialog_init (UiConsentDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_controllers (self);
}

/* Styles and fonts are what takes long: they are looked up by measuring, before there is a
 * question. */
UiConsentDialog *
ui_consent_dialog_new (void)
{
  UiConsentDialog *self = g_object_new (UI_TYPE_CONSENT_DIALOG, NULL);

  self->home = cardea_paths_home ();
  gtk_widget_realize (GTK_WIDGET (self));
  gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_VERTICAL, -1, NULL, NULL, NULL, NULL);
  return self;
}

void
ui_consent_dialog_ask (UiConsentDialog *self, GtkApplication *application,
                       UiConsentQuestion *question)
{
  self->question = question;
  self->wording = ui_consent_wording_new (question, self->home, getuid ());
  self->arming = ui_consent_arming_new (question->tier, NULL, NULL);
  fill (self);
  show_arming (self);
  gtk_window_set_focus (GTK_WINDOW (self), ui_consent_effect_get_focus (self->effect));
  gtk_window_set_application (GTK_WINDOW (self), application);
  gtk_window_present (GTK_WINDOW (self));
}
