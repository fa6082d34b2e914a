/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-flow-page.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-flow-picture.h"

#include <glib/gi18n.h>

#define PAGE 500u            /* records of a request */
#define RECORDS_LIMIT 20000u /* of a session that are looked at */
#define SHOW_AFTER_MS 200u   /* what comes live is shown together */
#define EXPORT_WIDTH 1000.0

struct _UiActivityFlowPage {
  AdwBin parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  char *id;
  char *home;
  UiActivityFlow *flow;
  UiActivityFlowPicture *picture;
  GtkLabel *state;
  GtkBox *tables[UI_ACTIVITY_FLOW_LAST];
  GtkFileChooserNative *chooser;
  gint64 next; /* the number of the record to be read */
  guint count; /* records that were looked at */
  gboolean reading;
  guint show_source;
};

enum { RECORDS, SESSION, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiActivityFlowPage, ui_activity_flow_page, ADW_TYPE_BIN)

static const char *const table_titles[UI_ACTIVITY_FLOW_LAST] = {
  [UI_ACTIVITY_FLOW_SOURCE] = N_ ("What It Read"),
  [UI_ACTIVITY_FLOW_TOOL] = N_ ("What It Did It With"),
  [UI_ACTIVITY_FLOW_TARGET] = N_ ("Where It Went"),
};

/* --- the table --- */

static void
choose (UiActivityFlowPage *self, const UiActivityFlowNode *node)
{
  g_signal_emit (self, signals[RECORDS], 0, node->find != NULL ? NULL : node->action, node->find);
}

static void
row_activated_cb (AdwActionRow *row, UiActivityFlowPage *self)
{
  choose (self, g_object_get_data (G_OBJECT (row), "node"));
}

static void
add_row (UiActivityFlowPage *self, AdwPreferencesGroup *group, const UiActivityFlowNode *node)
{
  g_autofree char *amount = ui_activity_flow_describe (node);
  g_autofree char *text
      = node->where != NULL ? g_strdup_printf ("%s\n%s", node->where, amount) : g_strdup (amount);
  AdwActionRow *row = ui_activity_page_add_row (group, node->name, text);
  GtkWidget *open = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_action_row_set_icon_name (
      row, node->count == 0 && node->refused > 0 ? "action-unavailable-symbolic" : node->icon);
  gtk_accessible_update_state (GTK_ACCESSIBLE (open), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  adw_action_row_add_suffix (row, open);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), _ ("Show its records"));
  g_object_set_data (G_OBJECT (row), "node", (gpointer) node);
  g_signal_connect (row, "activated", G_CALLBACK (row_activated_cb), self);
}

static void
fill_table (UiActivityFlowPage *self, UiActivityFlowSide side)
{
  const GPtrArray *nodes = ui_activity_flow_nodes (self->flow, side);
  GtkWidget *former = gtk_widget_get_first_child (GTK_WIDGET (self->tables[side]));

  if (former != NULL)
    gtk_box_remove (self->tables[side], former);
  if (nodes->len == 0)
    return;
  AdwPreferencesGroup *group
      = ui_activity_page_add_group (self->tables[side], _ (table_titles[side]));
  for (guint i = 0; i < nodes->len; i++)
    add_row (self, group, nodes->pdata[i]);
}

/* --- showing --- */

static void
show (UiActivityFlowPage *self)
{
  gboolean empty = ui_activity_flow_nodes (self->flow, UI_ACTIVITY_FLOW_TOOL)->len == 0;

  if (self->reading && empty)
    gtk_label_set_text (self->state, _ ("Looking through the log…"));
  else if (empty)
    gtk_label_set_text (self->state, _ ("It has read nothing, sent nothing and changed nothing."));
  else if (self->count >= RECORDS_LIMIT)
    gtk_label_set_text (self->state, _ ("A long session: only its beginning is shown."));
  else
    gtk_label_set_text (self->state, _ ("Bands are as wide as what flowed was large. What was "
                                        "refused is broken off."));
  gtk_widget_set_visible (GTK_WIDGET (self->picture), !empty);
  ui_activity_flow_picture_set (self->picture, self->flow);
  for (guint side = 0; side < UI_ACTIVITY_FLOW_LAST; side++)
    fill_table (self, side);
}

static gboolean
show_cb (gpointer user_data)
{
  UiActivityFlowPage *self = user_data;
  self->show_source = 0;
  show (self);
  return G_SOURCE_REMOVE;
}

static void
show_soon (UiActivityFlowPage *self)
{
  if (self->show_source == 0)
    self->show_source = g_timeout_add (SHOW_AFTER_MS, show_cb, self);
}

/* --- reading --- */

static void
take (UiActivityFlowPage *self, const CardeaJson *record)
{
  gint64 seq = -1;

  if (!cardea_json_get_int (record, "seq", &seq) || seq < self->next)
    return;
  self->next = seq + 1;
  if (self->count >= RECORDS_LIMIT)
    return;
  self->count++;
  if (ui_activity_flow_add (self->flow, record))
    show_soon (self);
}

static void read_page (UiActivityFlowPage *self);

static void
page_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityFlowPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) page = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (page, error);

  if (self->link == NULL)
    return;
  self->reading = FALSE;
  if (trouble != NULL)
    {
      gtk_label_set_text (self->state, trouble);
      return;
    }
  const CardeaJson *records = cardea_message_get_json (page, "records");
  for (guint i = 0; i < cardea_json_size (records); i++)
    take (self, cardea_json_nth (records, i));
  self->next = MAX (self->next, cardea_message_get_int64 (page, "next", self->next));
  if (cardea_message_get_boolean (page, "more") && self->count < RECORDS_LIMIT)
    read_page (self);
  else
    show (self);
}

static void
read_page (UiActivityFlowPage *self)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("audit.list");

  self->reading = TRUE;
  cardea_message_set_session (request, self->id);
  cardea_message_set_int64 (request, "from", self->next);
  cardea_message_set_int (request, "limit", PAGE);
  ui_link_call_async (self->link, request, self->cancellable, page_cb, g_object_ref (self));
}

/* What comes while a page is on its way is in that page or behind it. */
static void
message_cb (UiLink *link, CardeaMessage *message, UiActivityFlowPage *self)
{
  if (self->reading || !cardea_message_is (message, "audit.record"))
    return;
  const CardeaJson *record = cardea_message_get_json (message, "record");
  if (g_strcmp0 (cardea_json_get_string (record, "session"), self->id) == 0)
    take (self, record);
}

/* --- saving --- */

static const struct {
  const char *label;
  const char *file;
  GBytes *(*make) (const UiActivityFlowDrawing *drawing);
} formats[] = {
  { N_ ("Save as S_VG…"), "cardea-flow.svg", ui_activity_flow_drawing_to_svg },
  { N_ ("Save as _PNG…"), "cardea-flow.png", ui_activity_flow_drawing_to_png },
};

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiActivityFlowPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_basename (G_FILE (source));
  g_autofree char *text = g_file_replace_contents_finish (G_FILE (source), result, NULL, &error)
                              ? g_strdup_printf (_ ("Saved as %s"), name)
                              : g_strdup_printf (_ ("Not saved: %s"), error->message);

  ui_activity_page_toast (GTK_WIDGET (self), text);
}

static void
file_chosen_cb (UiActivityFlowPage *self, int response, GtkFileChooserNative *chooser)
{
  guint format = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chooser), "format"));
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    {
      GtkWidget *widget = GTK_WIDGET (self->picture);
      g_autoptr (UiActivityFlowDrawing) drawing = ui_activity_flow_drawing_new (
          self->flow, gtk_widget_get_pango_context (widget), EXPORT_WIDTH,
          gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL);
      g_autoptr (GBytes) bytes = formats[format].make (drawing);
      if (bytes != NULL)
        g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                             saved_cb, g_object_ref (self));
      else
        ui_activity_page_toast (GTK_WIDGET (self), _ ("Not saved: there is not enough memory"));
    }
  g_clear_object (&self->chooser);
}

static void
save_clicked_cb (GtkWidget *button, UiActivityFlowPage *self)
{
  gpointer format = g_object_get_data (G_OBJECT (button), "format");

  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Save the Picture"),
                                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser),
                                     formats[GPOINTER_TO_UINT (format)].file);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_object_set_data (G_OBJECT (self->chooser), "format", format);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (file_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
session_clicked_cb (UiActivityFlowPage *self)
{
  g_signal_emit (self, signals[SESSION], 0);
}

/* --- life --- */

const char *
ui_activity_flow_page_get_id (UiActivityFlowPage *self)
{
  return self->id;
}

static void
build (UiActivityFlowPage *self)
{
  GtkBox *page = ui_activity_page_begin (ADW_BIN (self));
  GtkWidget *state = gtk_label_new (NULL);

  ui_activity_page_add_heading (page, "network-transmit-receive-symbolic", "accent",
                                _ ("What Flowed"), NULL);
  GtkBox *buttons = ui_activity_page_add_buttons (page);
  GtkWidget *session = ui_activity_page_add_button (buttons, _ ("The _Session"), NULL);
  g_signal_connect_swapped (session, "clicked", G_CALLBACK (session_clicked_cb), self);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      GtkWidget *button = ui_activity_page_add_button (buttons, _ (formats[i].label), NULL);
      g_object_set_data (G_OBJECT (button), "format", GUINT_TO_POINTER (i));
      g_signal_connect (button, "clicked", G_CALLBACK (save_clicked_cb), self);
    }
  self->state = GTK_LABEL (state);
  gtk_label_set_wrap (self->state, TRUE);
  gtk_label_set_xalign (self->state, 0);
  gtk_widget_add_css_class (state, "dim-label");
  gtk_box_append (page, state);
  self->picture = UI_ACTIVITY_FLOW_PICTURE (ui_activity_flow_picture_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Picture of what flowed; the same as the lists below"), -1);
  g_signal_connect_swapped (self->picture, "chosen", G_CALLBACK (choose), self);
  gtk_box_append (page, GTK_WIDGET (self->picture));
  for (guint side = 0; side < UI_ACTIVITY_FLOW_LAST; side++)
    {
      self->tables[side] = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
      gtk_box_append (page, GTK_WIDGET (self->tables[side]));
    }
}

static void
ui_activity_flow_page_dispose (GObject *object)
{
  UiActivityFlowPage *self = UI_ACTIVITY_FLOW_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->show_source, g_source_remove);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  if (self->picture != NULL)
    ui_activity_flow_picture_set (self->picture, NULL);
  self->picture = NULL;
  g_clear_object (&self->link);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (ui_activity_flow_page_parent_class)->dispose (object);
}

static void
ui_activity_flow_page_finalize (GObject *object)
{
  UiActivityFlowPage *self = UI_ACTIVITY_FLOW_PAGE (object);

  g_object_unref (self->cancellable);
  ui_activity_flow_free (self->flow);
  g_free (self->id);
  g_free (self->home);
  G_OBJECT_CLASS (ui_activity_flow_page_parent_class)->finalize (object);
}

static void
ui_activity_flow_page_class_init (UiActivityFlowPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_activity_flow_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_activity_flow_page_finalize;
  signals[RECORDS] = g_signal_new ("records", UI_TYPE_ACTIVITY_FLOW_PAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SESSION] = g_signal_new ("session", UI_TYPE_ACTIVITY_FLOW_PAGE, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ui_activity_flow_page_init (UiActivityFlowPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->home = cardea_paths_home ();
  self->flow = ui_activity_flow_new (self->home);
}

GtkWidget *
ui_activity_flow_page_new (UiLink *link, const char *session, const UiActivityIndex *index)
{
  UiActivityFlowPage *self = g_object_new (UI_TYPE_ACTIVITY_FLOW_PAGE, NULL);
  gint64 last;

  self->link = g_object_ref (link);
  self->id = g_strdup (session);
  if (index == NULL || !ui_activity_index_span (index, session, &self->next, &last))
    self->next = index != NULL ? ui_activity_index_size (index) : 0;
  build (self);
  g_signal_connect (link, "message", G_CALLBACK (message_cb), self);
  read_page (self);
  show (self);
  return GTK_WIDGET (self);
}
