/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-window.h"

#include "ui/settings/ui-settings-agents.h"
#include "ui/settings/ui-settings-assistant.h"
#include "ui/settings/ui-settings-credentials.h"
#include "ui/settings/ui-settings-emergency.h"
#include "ui/settings/ui-settings-files.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-health.h"
#include "ui/settings/ui-settings-limits.h"
#include "ui/settings/ui-settings-log.h"
#include "ui/settings/ui-settings-models.h"
#include "ui/settings/ui-settings-network.h"
#include "ui/settings/ui-settings-permissions.h"
#include "ui/settings/ui-settings-policy.h"
#include "ui/settings/ui-settings-privacy.h"
#include "ui/settings/ui-settings-sandbox.h"
#include "ui/settings/ui-settings-search.h"

#include <glib/gi18n.h>

struct _UiSettingsWindow {
  AdwWindow parent_instance;
  AdwLeaflet *leaflet;
  AdwHeaderBar *side_header;
  AdwHeaderBar *page_header;
  GtkEditable *search;
  GtkBox *tabs;
  AdwWindowTitle *title;
  GtkWidget *back;
  GtkStack *stack;
  UiSettingsSearch *found;
  GtkWidget *last_own; /* tab of what a person decides */
  char *page;          /* the one that was chosen last */
  guint looks;         /* again, since it was searched first */
  guint look_source;
};

G_DEFINE_FINAL_TYPE (UiSettingsWindow, ui_settings_window, ADW_TYPE_WINDOW)

typedef enum { PERSON, COMPUTER } Section;

static const char *const sections[] = {
  [PERSON] = N_ ("You"),
  [COMPUTER] = N_ ("This Computer"),
};

/* In this order. */
static const struct {
  Section section;
  const char *name;
  const char *title;
  const char *icon;
  GtkWidget *(*make) (UiLink *link);
} pages[] = {
  { PERSON, "assistant", N_ ("Assistant"), "org.cardea.Cardea-symbolic",
    ui_settings_assistant_new },
  { PERSON, "models", N_ ("Models"), "network-server-symbolic", ui_settings_models_new },
  { PERSON, "agents", N_ ("Agents"), "system-run-symbolic", ui_settings_agents_new },
  { PERSON, "credentials", N_ ("Credentials"), "dialog-password-symbolic",
    ui_settings_credentials_new },
  { PERSON, "files", N_ ("Files"), "folder-symbolic", ui_settings_files_new },
  { PERSON, "permissions", N_ ("Permissions"), "changes-allow-symbolic",
    ui_settings_permissions_new },
  { PERSON, "network", N_ ("Network"), "network-workgroup-symbolic", ui_settings_network_new },
  { PERSON, "privacy", N_ ("Privacy"), "channel-secure-symbolic", ui_settings_privacy_new },
  { PERSON, "log", N_ ("Log"), "view-list-symbolic", ui_settings_log_new },
  { COMPUTER, "policy", N_ ("Policy"), "changes-prevent-symbolic", ui_settings_policy_new },
  { COMPUTER, "sandbox", N_ ("Sandbox"), "security-medium-symbolic", ui_settings_sandbox_new },
  { COMPUTER, "limits", N_ ("Limits"), "power-profile-balanced-symbolic", ui_settings_limits_new },
  { COMPUTER, "emergency", N_ ("Emergency"), "process-stop-symbolic", ui_settings_emergency_new },
  { COMPUTER, "health", N_ ("Health"), "security-high-symbolic", ui_settings_health_new },
};

#define LOOK_MS 300
#define LOOKS 5u
#define FOUND "found" /* the page of what was searched */

/* --- which page --- */

static void
show_title (UiSettingsWindow *self)
{
  GtkStackPage *page = gtk_stack_get_page (self->stack, gtk_stack_get_visible_child (self->stack));
  const char *title = gtk_stack_page_get_title (page);
  adw_window_title_set_title (self->title, title != NULL ? title : _ ("Found"));
}

/* GTK 4.8 goes on blinking in a text that was put away with the focus in it, and complains. */
static void
leave_page (UiSettingsWindow *self)
{
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->stack)) != NULL)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
}

static void
show_page (UiSettingsWindow *self, const char *name)
{
  leave_page (self);
  g_free (self->page);
  self->page = g_strdup (name);
  gtk_stack_set_visible_child_name (self->stack, self->page);
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
  show_title (self);
}

static GtkToggleButton *
find_tab (UiSettingsWindow *self, const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->tabs)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (g_strcmp0 (gtk_widget_get_name (child), name) == 0)
      return GTK_TOGGLE_BUTTON (child);
  return NULL;
}

static void
tab_clicked_cb (GtkToggleButton *tab, UiSettingsWindow *self)
{
  /* One that is chosen already stays chosen, and is gone to: the window may be folded. */
  gtk_toggle_button_set_active (tab, TRUE);
  gtk_editable_set_text (self->search, "");
  show_page (self, gtk_widget_get_name (GTK_WIDGET (tab)));
}

/* --- searching --- */

static gboolean
look_again_cb (gpointer user_data)
{
  UiSettingsWindow *self = user_data;

  if (*gtk_editable_get_text (self->search) != '\0')
    ui_settings_search_look_again (self->found, self->stack, gtk_editable_get_text (self->search));
  if (++self->looks < LOOKS)
    return G_SOURCE_CONTINUE;
  self->look_source = 0;
  return G_SOURCE_REMOVE;
}

/* What pages show that were not in sight yet is found, too: they ask for it now, and it is looked
 * at again when it should be there. */
static void
begin_search (UiSettingsWindow *self)
{
  if (self->looks > 0 || self->look_source != 0)
    return;
  self->look_source = g_timeout_add (LOOK_MS, look_again_cb, self);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->stack)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (!gtk_widget_get_mapped (child))
      ui_settings_group_fetch (child);
}

static void
search_changed_cb (UiSettingsWindow *self)
{
  if (*gtk_editable_get_text (self->search) != '\0')
    begin_search (self);
  if (ui_settings_search_look (self->found, self->stack, gtk_editable_get_text (self->search)))
    {
      gtk_stack_set_visible_child_name (self->stack, FOUND);
      adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
      gtk_widget_grab_focus (GTK_WIDGET (self->search));
    }
  else if (self->page != NULL)
    gtk_stack_set_visible_child_name (self->stack, self->page);
  show_title (self);
}

static void
found_chosen_cb (UiSettingsWindow *self, GtkWidget *row)
{
  GtkWidget *page = gtk_widget_get_ancestor (row, ADW_TYPE_PREFERENCES_PAGE);

  if (page == NULL) /* it came anew meanwhile */
    return;
  gtk_toggle_button_set_active (
      find_tab (self, adw_preferences_page_get_name (ADW_PREFERENCES_PAGE (page))), TRUE);
  gtk_editable_set_text (self->search, "");
  show_page (self, adw_preferences_page_get_name (ADW_PREFERENCES_PAGE (page)));
  gtk_widget_grab_focus (row);
}

static void
search_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  UiSettingsWindow *self = UI_SETTINGS_WINDOW (widget);
  adw_leaflet_navigate (self->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
back_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  leave_page (UI_SETTINGS_WINDOW (widget));
  adw_leaflet_navigate (UI_SETTINGS_WINDOW (widget)->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

/* First out of the search, then out of the window. */
static void
escape_cb (UiSettingsWindow *self)
{
  if (*gtk_editable_get_text (self->search) != '\0')
    gtk_editable_set_text (self->search, "");
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
escape_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  escape_cb (UI_SETTINGS_WINDOW (widget));
}

/* --- the window --- */

static void
folded_cb (UiSettingsWindow *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  gtk_widget_set_visible (self->back, folded);
  adw_header_bar_set_show_end_title_buttons (self->side_header, folded);
}

static void
add_heading (UiSettingsWindow *self, Section section)
{
  GtkWidget *label = gtk_label_new (_ (sections[section]));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (label, "dim-label");
  g_object_set (label, "margin-top", section == PERSON ? 6 : 12, "margin-bottom", 3, "margin-start",
                9, NULL);
  gtk_box_append (self->tabs, label);
}

/* Behind sibling: NULL for the end of the list. */
static GtkWidget *
add_tab (UiSettingsWindow *self, GtkWidget *page, GtkWidget *sibling)
{
  const char *name = adw_preferences_page_get_name (ADW_PREFERENCES_PAGE (page));
  const char *title = adw_preferences_page_get_title (ADW_PREFERENCES_PAGE (page));
  const char *icon = adw_preferences_page_get_icon_name (ADW_PREFERENCES_PAGE (page));
  GtkWidget *tab = g_object_new (GTK_TYPE_TOGGLE_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_TAB,
                                 "name", name, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  gtk_stack_add_titled (self->stack, page, name, title);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), gtk_label_new (title));
  gtk_button_set_child (GTK_BUTTON (tab), box);
  gtk_widget_add_css_class (tab, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (tab), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (tab), find_tab (self, pages[0].name));
  g_signal_connect (tab, "clicked", G_CALLBACK (tab_clicked_cb), self);
  if (sibling != NULL)
    gtk_box_insert_child_after (self->tabs, tab, sibling);
  else
    gtk_box_append (self->tabs, tab);
  return tab;
}

void
ui_settings_window_add_page (UiSettingsWindow *self, GtkWidget *page)
{
  self->last_own = add_tab (self, page, self->last_own);
}

static void
fill (UiSettingsWindow *self, UiLink *link)
{
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      GtkWidget *page = pages[i].make (link);
      g_object_set (page, "name", pages[i].name, "title", _ (pages[i].title), "icon-name",
                    pages[i].icon, NULL);
      if (i == 0 || pages[i].section != pages[i - 1].section)
        add_heading (self, pages[i].section);
      GtkWidget *tab = add_tab (self, page, NULL);
      if (pages[i].section == PERSON)
        self->last_own = tab;
    }
  self->found = UI_SETTINGS_SEARCH (ui_settings_search_new ());
  g_signal_connect_swapped (self->found, "chosen", G_CALLBACK (found_chosen_cb), self);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->found), FOUND);
  gtk_toggle_button_set_active (find_tab (self, pages[0].name), TRUE);
  show_page (self, pages[0].name);
}

static void
ui_settings_window_dispose (GObject *object)
{
  g_clear_handle_id (&UI_SETTINGS_WINDOW (object)->look_source, g_source_remove);
  G_OBJECT_CLASS (ui_settings_window_parent_class)->dispose (object);
}

static void
ui_settings_window_finalize (GObject *object)
{
  g_free (UI_SETTINGS_WINDOW (object)->page);
  G_OBJECT_CLASS (ui_settings_window_parent_class)->finalize (object);
}

static void
ui_settings_window_class_init (UiSettingsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_settings_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_window_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/cardea/Cardea/ui/settings/ui-settings-window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiSettingsWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, UiSettingsWindow, side_header);
  gtk_widget_class_bind_template_child (widget_class, UiSettingsWindow, page_header);
  gtk_widget_class_bind_template_child (widget_class, UiSettingsWindow, search);
  gtk_widget_class_bind_template_child (widget_class, UiSettingsWindow, tabs);
  gtk_widget_class_bind_template_child (widget_class, UiSettingsWindow, title);
  gtk_widget_class_bind_template_child (widget_class, UiSettingsWindow, back);
  gtk_widget_class_bind_template_child (widget_class, UiSettingsWindow, stack);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, escape_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  gtk_widget_class_install_action (widget_class, "settings.search", NULL, search_activated);
  gtk_widget_class_install_action (widget_class, "settings.back", NULL, back_activated);
  gtk_widget_class_install_action (widget_class, "settings.escape", NULL, escape_activated);
}

static void
ui_settings_window_init (UiSettingsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  folded_cb (self);
}

GtkWidget *
ui_settings_window_new (UiLink *link)
{
  UiSettingsWindow *self = g_object_new (UI_TYPE_SETTINGS_WINDOW, NULL);

  fill (self, link);
  return GTK_WIDGET (self);
}
