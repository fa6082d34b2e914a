/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-window-private.h"

#include "common/base/cardea-paths.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>

enum { CHAT_SHOWN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiWindow, ui_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- the title --- */

static char *
describe_foreign (const UiChatForeign *foreign)
{
  g_autofree char *home = cardea_paths_home ();
  g_autofree char *folder = ui_consent_wording_path (foreign->folder, home);
  /* Translators: an agent and the folder it works in: "opencode in ~/project". */
  return g_strdup_printf (foreign->writable ? _ ("%s in %s") : _ ("%s in %s, for reading"),
                          foreign->title, folder);
}

static char *
describe_state (UiWindow *self)
{
  UiLinkState link = ui_link_get_state (ui_chat_list_get_link (self->list));

  if (ui_chat_session_get_state (self->session) == UI_CHAT_SESSION_STOPPING)
    return g_strdup (_ ("Stopping…"));
  if (ui_chat_session_is_busy (self->session))
    return g_strdup (_ ("Answering…"));
  if (link == UI_LINK_UP && ui_chat_get_foreign (self->chat) != NULL)
    return describe_foreign (ui_chat_get_foreign (self->chat));
  if (link == UI_LINK_UP)
    return ui_model_menu_describe (self->model);
  return g_strdup (link == UI_LINK_CONNECTING ? _ ("Starting…") : _ ("Not connected"));
}

static void
update_title (UiWindow *self)
{
  const char *title = ui_chat_get_title (self->chat);
  g_autofree char *state = describe_state (self);

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->subtitle, state);
}

static void
show_trouble_cb (UiWindow *self)
{
  const char *trouble = ui_chat_list_get_trouble (self->list);

  if (trouble != NULL)
    gtk_label_set_text (self->trouble, trouble);
  gtk_revealer_set_reveal_child (self->trouble_bar, trouble != NULL);
}

/* --- toasts --- */

void
ui_window_toast (UiWindow *self, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}

static void
undo_silent_cb (AdwToast *toast, UiWindow *self)
{
  UiChatCard *card = g_object_get_data (G_OBJECT (toast), "card");
  UiChatSession *session = g_object_get_data (G_OBJECT (toast), "session");
  ui_chat_session_undo (session, card);
}

/* What was done without a question is said where it can be taken back. */
static void
silent_change_cb (UiWindow *self, UiChatCard *card, UiChatSession *session)
{
  guint count = (guint) MAX (1, ui_chat_card_facts (card)->count);
  g_autofree char *text
      = g_strdup_printf (ngettext ("Changed %u file", "Changed %u files", count), count);
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_object_set_data_full (G_OBJECT (toast), "card", g_object_ref (card), g_object_unref);
  g_object_set_data_full (G_OBJECT (toast), "session", g_object_ref (session), g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_silent_cb), self, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- which chat --- */

static void
leave_chat (UiWindow *self)
{
  if (self->chat == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->chat, self);
  g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->model != NULL)
    ui_model_menu_show (self->model, NULL);
  g_clear_object (&self->chat);
  g_clear_object (&self->session);
}

/* A click gives the focus to the row when it is over: only then is it ours to take. Where the
 * machine is slow the person may be writing elsewhere by then. */
static gboolean
focus_cb (gpointer user_data)
{
  UiWindow *self = user_data;
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  self->focus_source = 0;
  if (focus == NULL || !GTK_IS_EDITABLE (focus))
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  return G_SOURCE_REMOVE;
}

static void
show_chat (UiWindow *self, UiChat *chat)
{
  if (self->chat != chat)
    {
      leave_chat (self);
      self->chat = g_object_ref (chat);
      self->session = g_object_ref (ui_chat_list_get_session (self->list, chat));
      g_signal_connect_swapped (chat, "notify", G_CALLBACK (update_title), self);
      g_signal_connect_swapped (self->session, "notify", G_CALLBACK (update_title), self);
      g_signal_connect_swapped (self->session, "silent-change", G_CALLBACK (silent_change_cb),
                                self);
      ui_model_menu_show (self->model, self->session);
      gtk_widget_set_visible (GTK_WIDGET (self->model), ui_chat_get_foreign (chat) == NULL);
      ui_chat_view_show (self->view, chat);
      update_title (self);
      g_signal_emit (self, signals[CHAT_SHOWN], 0);
    }
  gtk_stack_set_visible_child_name (self->pages, "chat");
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
  ui_sidebar_select (self->sidebar, chat);
}

UiChat *
ui_window_get_chat (UiWindow *self)
{
  return self->chat;
}

static void
focus_soon (UiWindow *self)
{
  if (self->focus_source == 0)
    self->focus_source = g_idle_add (focus_cb, self);
}

void
ui_window_show_chat (UiWindow *self, UiChat *chat)
{
  show_chat (self, chat);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  focus_soon (self);
}

void
ui_window_begin_chat (UiWindow *self)
{
  gboolean same = self->chat != NULL && ui_chat_is_empty (self->chat)
                  && ui_chat_get_foreign (self->chat) == NULL;
  g_autoptr (UiChat) chat = same ? g_object_ref (self->chat) : ui_chat_list_begin (self->list);
  ui_window_show_chat (self, chat);
}

static void
begin_cb (UiWindow *self, UiChatForeign *foreign)
{
  g_autoptr (UiChat) chat = ui_chat_list_begin_with (self->list, foreign);
  ui_window_show_chat (self, chat);
}

void
ui_window_begin_chat_with (UiWindow *self, const char *text)
{
  static const char *const no_files[] = { NULL };

  if (*text == '\0')
    {
      ui_window_begin_chat (self);
      return;
    }
  g_autoptr (UiChat) chat = ui_chat_list_begin (self->list);
  ui_chat_set_draft (chat, text, no_files);
  ui_window_show_chat (self, chat);
}

void
ui_window_search_for (UiWindow *self, const char *text)
{
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  ui_sidebar_search_for (self->sidebar, text);
}

/* What was typed when the window was last there is where one goes on. */
static void
restored_cb (UiWindow *self, UiChat *chat)
{
  if (ui_chat_is_empty (self->chat))
    ui_window_show_chat (self, chat);
}

static void
chosen_cb (UiWindow *self, UiChat *chat, gboolean goes_on)
{
  const char *search = ui_sidebar_get_search (self->sidebar);

  if (goes_on)
    ui_window_show_chat (self, chat);
  else
    show_chat (self, chat);
  if (search != NULL)
    ui_chat_find_look_for (ui_chat_view_get_find (self->view), search);
}

void
ui_window_add_files (UiWindow *self, GFile **files, int n_files)
{
  for (int i = 0; i < n_files; i++)
    ui_chat_view_add_file (self->view, files[i]);
}

/* --- pages and folding --- */

static void
folded_cb (UiWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);
  gtk_widget_set_visible (self->back, folded);
  ui_sidebar_set_folded (self->sidebar, folded);
}

static GtkWidget *
new_page_header (UiWindow *self, const char *title)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *back = gtk_button_new_from_icon_name ("go-previous-symbolic");

  gtk_widget_set_tooltip_text (back, _ ("Back"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (back), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Back"),
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (back), "win.back");
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), back);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), adw_window_title_new (title, NULL));
  return header;
}

void
ui_window_show_page (UiWindow *self, const char *name, const char *title,
                     GtkWidget *(*make) (UiLink *link))
{
  if (gtk_stack_get_child_by_name (self->pages, name) == NULL)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *page = make (ui_chat_list_get_link (self->list));
      gtk_widget_set_vexpand (page, TRUE);
      gtk_box_append (GTK_BOX (box), new_page_header (self, title));
      gtk_box_append (GTK_BOX (box), page);
      gtk_stack_add_named (self->pages, box, name);
    }
  gtk_stack_set_visible_child_name (self->pages, name);
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
  ui_sidebar_select (self->sidebar, NULL);
}

static void
ui_window_dispose (GObject *object)
{
  UiWindow *self = UI_WINDOW (object);

  g_clear_handle_id (&self->focus_source, g_source_remove);
  leave_chat (self);
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (ui_chat_list_get_link (self->list), self);
  g_clear_object (&self->list);
  g_clear_object (&self->export);
  G_OBJECT_CLASS (ui_window_parent_class)->dispose (object);
}

static void
ui_window_class_init (UiWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (UI_TYPE_SIDEBAR);
  g_type_ensure (UI_TYPE_MODEL_MENU);
  G_OBJECT_CLASS (klass)->dispose = ui_window_dispose;
  signals[CHAT_SHOWN] = g_signal_new ("chat-shown", UI_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/app/ui-window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, title);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, subtitle);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, back);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, content);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, model);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, trouble_bar);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, trouble);
  gtk_widget_class_bind_template_callback (widget_class, begin_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  ui_window_actions_install (widget_class);
}

static void
ui_window_init (UiWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ui_window_new (AdwApplication *application, UiChatList *list)
{
  UiWindow *self = g_object_new (UI_TYPE_WINDOW, "application", application, NULL);
  UiLink *link = ui_chat_list_get_link (list);

  self->list = g_object_ref (list);
  self->view = UI_CHAT_VIEW (ui_chat_view_new (list));
  gtk_widget_set_vexpand (GTK_WIDGET (self->view), TRUE);
  gtk_box_append (self->content, GTK_WIDGET (self->view));
  g_signal_connect_object (self->view, "branched", G_CALLBACK (ui_window_show_chat), self,
                           G_CONNECT_SWAPPED);
  ui_sidebar_set_list (self->sidebar, list);
  g_signal_connect_object (list, "notify::trouble", G_CALLBACK (show_trouble_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "restored", G_CALLBACK (restored_cb), self, G_CONNECT_SWAPPED);
  ui_window_begin_chat (self);
  ui_model_menu_set_link (self->model, link);
  g_signal_connect_object (self->model, "chosen", G_CALLBACK (focus_soon), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "notify::model", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (link, "notify::state", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);
  show_trouble_cb (self);
  folded_cb (self);
  return GTK_WIDGET (self);
}
