/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts whoever owns the portal's name on the session bus to say that a key was pressed, as any
 * program of the person's could: it opens a window, and nothing is sent before the person writes.
 * Refuses signals of another session and of keys that are not ours. Known gap: GTK 4.8 gives a
 * program that runs outside a sandbox no name before the portal; the desktop finds it by itself, or
 * refuses. */

#include "ui/app/ui-global-shortcut.h"

#include "ui/app/ui-portal.h"
#include "ui/app/ui-preferences.h"

#include <glib/gi18n.h>

#define INTERFACE "org.freedesktop.portal.GlobalShortcuts"
#define SESSION "org.freedesktop.portal.Session"
#define KEY "quick-ask"
#define PREFERRED "CTRL+ALT+space" /* XDG shortcuts specification; the person has the last word */
#define LOOK_MS 10000
#define LIMIT_TRIGGER 100 /* characters */

struct _UiGlobalShortcut {
  GObject parent_instance;
  GSettings *preferences;
  GDBusConnection *bus; /* NULL: not asked for yet */
  GCancellable *cancellable;
  UiGlobalShortcutState state;
  guint turn;    /* which asking it is: answers to former ones mean nothing */
  char *session; /* NULL: none */
  char *trigger;
  guint signals_id;
  guint closed_id;
  guint watch_id;
};

enum { CHANGED, ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiGlobalShortcut, ui_global_shortcut, G_TYPE_OBJECT)

static gboolean
is_wanted (UiGlobalShortcut *self)
{
  return g_settings_get_boolean (self->preferences, UI_PREFERENCES_GLOBAL_SHORTCUT);
}

static void
enter (UiGlobalShortcut *self, UiGlobalShortcutState state)
{
  self->state = state;
  if (state != UI_GLOBAL_SHORTCUT_BOUND)
    g_clear_pointer (&self->trigger, g_free);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- the session --- */

static void
forget_session (UiGlobalShortcut *self)
{
  if (self->closed_id != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->closed_id);
  self->closed_id = 0;
  g_clear_pointer (&self->session, g_free);
}

static void
close_path (UiGlobalShortcut *self, const char *session)
{
  g_dbus_connection_call (self->bus, UI_PORTAL, session, SESSION, "Close", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void
close_session (UiGlobalShortcut *self)
{
  if (self->session != NULL)
    close_path (self, self->session);
  forget_session (self);
}

/* The state first: not to want it any more is its consequence. */
static void
refuse (UiGlobalShortcut *self)
{
  close_session (self);
  enter (self, UI_GLOBAL_SHORTCUT_REFUSED);
  g_settings_set_boolean (self->preferences, UI_PREFERENCES_GLOBAL_SHORTCUT, FALSE);
}

static void
closed_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  UiGlobalShortcut *self = user_data;

  if (g_strcmp0 (path, self->session) != 0)
    return;
  forget_session (self);
  enter (self, UI_GLOBAL_SHORTCUT_REFUSED);
  g_settings_set_boolean (self->preferences, UI_PREFERENCES_GLOBAL_SHORTCUT, FALSE);
}

/* FALSE: ours is not among them. */
static gboolean
take_shortcuts (UiGlobalShortcut *self, GVariant *shortcuts)
{
  GVariantIter iter;
  const char *id;
  GVariant *properties;
  gboolean found = FALSE;

  g_variant_iter_init (&iter, shortcuts);
  while (g_variant_iter_loop (&iter, "(&s@a{sv})", &id, &properties))
    if (g_strcmp0 (id, KEY) == 0)
      {
        g_autofree char *trigger = NULL;
        found = TRUE;
        g_clear_pointer (&self->trigger, g_free);
        if (g_variant_lookup (properties, "trigger_description", "s", &trigger) && *trigger != '\0')
          self->trigger
              = g_utf8_substring (trigger, 0, MIN (g_utf8_strlen (trigger, -1), LIMIT_TRIGGER));
      }
  return found;
}

/* Activated (o session, s id, t time, a{sv} options), ShortcutsChanged (o session, a(sa{sv})). */
static void
signal_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *signal, GVariant *parameters, gpointer user_data)
{
  UiGlobalShortcut *self = user_data;
  g_autoptr (GVariant) last = NULL;
  const char *session = NULL, *id = NULL, *token = NULL;

  if (self->state != UI_GLOBAL_SHORTCUT_BOUND)
    return;
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(osta{sv})")))
    {
      g_variant_get (parameters, "(&o&st@a{sv})", &session, &id, NULL, &last);
      if (g_strcmp0 (signal, "Activated") != 0 || g_strcmp0 (session, self->session) != 0
          || g_strcmp0 (id, KEY) != 0)
        return;
      (void) g_variant_lookup (last, "activation_token", "&s", &token);
      g_signal_emit (self, signals[ACTIVATED], 0, token);
    }
  else if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(oa(sa{sv}))")))
    {
      g_variant_get (parameters, "(&o@a(sa{sv}))", &session, &last);
      if (g_strcmp0 (session, self->session) == 0 && take_shortcuts (self, last))
        enter (self, UI_GLOBAL_SHORTCUT_BOUND);
    }
}

/* --- binding --- */

/* What an answer is to. */
typedef struct {
  UiGlobalShortcut *self;
  guint turn;
} Asking;

static Asking *
asking_new (UiGlobalShortcut *self)
{
  Asking *asking = g_new (Asking, 1);
  *asking = (Asking){ g_object_ref (self), self->turn };
  return asking;
}

/* The caller's. ret_current: it is still waited for. */
static UiGlobalShortcut *
asking_end (Asking *asking, gboolean *ret_current)
{
  UiGlobalShortcut *self = asking->self;
  *ret_current = asking->turn == self->turn && self->state == UI_GLOBAL_SHORTCUT_ASKING
                 && !g_cancellable_is_cancelled (self->cancellable);
  g_free (asking);
  return self;
}

static void
bound_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean current = FALSE;
  g_autoptr (UiGlobalShortcut) self = asking_end (user_data, &current);
  g_autoptr (GVariant) results = ui_portal_request_finish (result, NULL);
  g_autoptr (GVariant) shortcuts
      = results != NULL
            ? g_variant_lookup_value (results, "shortcuts", G_VARIANT_TYPE ("a(sa{sv})"))
            : NULL;

  if (!current)
    return;
  if (shortcuts != NULL && take_shortcuts (self, shortcuts))
    enter (self, UI_GLOBAL_SHORTCUT_BOUND);
  else
    refuse (self);
}

static void
bind_key (UiGlobalShortcut *self)
{
  g_auto (GVariantBuilder) shortcuts = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sa{sv})"));
  g_auto (GVariantBuilder) properties = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&properties, "{sv}", "description",
                         g_variant_new_string (_ ("Ask the assistant in a small window")));
  g_variant_builder_add (&properties, "{sv}", "preferred_trigger",
                         g_variant_new_string (PREFERRED));
  g_variant_builder_add (&shortcuts, "(sa{sv})", KEY, &properties);
  ui_portal_request_async (self->bus, INTERFACE, "BindShortcuts",
                           g_variant_new ("(oa(sa{sv})s)", self->session, &shortcuts, ""),
                           g_variant_new ("a{sv}", NULL), self->cancellable, bound_cb,
                           asking_new (self));
}

/* Some portals say it as a path, the specification as a text. */
static char *
read_session (GVariant *results)
{
  g_autoptr (GVariant) handle
      = results != NULL ? g_variant_lookup_value (results, "session_handle", NULL) : NULL;
  gboolean text = handle != NULL
                  && (g_variant_is_of_type (handle, G_VARIANT_TYPE_STRING)
                      || g_variant_is_of_type (handle, G_VARIANT_TYPE_OBJECT_PATH));
  const char *path = text ? g_variant_get_string (handle, NULL) : NULL;

  return path != NULL && g_variant_is_object_path (path) ? g_strdup (path) : NULL;
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean current = FALSE;
  g_autoptr (UiGlobalShortcut) self = asking_end (user_data, &current);
  g_autoptr (GVariant) results = ui_portal_request_finish (result, NULL);
  g_autofree char *session = read_session (results);

  if (!current)
    {
      if (session != NULL && self->bus != NULL)
        close_path (self, session); /* meanwhile it is not wanted any more */
      return;
    }
  if (session == NULL)
    {
      refuse (self);
      return;
    }
  self->session = g_steal_pointer (&session);
  self->closed_id
      = g_dbus_connection_signal_subscribe (self->bus, UI_PORTAL, SESSION, "Closed", self->session,
                                            NULL, G_DBUS_SIGNAL_FLAGS_NONE, closed_cb, self, NULL);
  bind_key (self);
}

static void
ask (UiGlobalShortcut *self)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *token = g_strdup_printf ("cardea%08x", g_random_int ());

  self->turn++;
  enter (self, UI_GLOBAL_SHORTCUT_ASKING);
  g_variant_builder_add (&options, "{sv}", "session_handle_token", g_variant_new_string (token));
  ui_portal_request_async (self->bus, INTERFACE, "CreateSession", NULL,
                           g_variant_builder_end (&options), self->cancellable, created_cb,
                           asking_new (self));
}

/* --- whether there is such a thing --- */

static void
version_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiGlobalShortcut) self = user_data;
  g_autoptr (GVariant) version
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (version == NULL)
    enter (self, UI_GLOBAL_SHORTCUT_ABSENT);
  else if (is_wanted (self))
    ask (self);
  else
    enter (self, UI_GLOBAL_SHORTCUT_OFF);
}

/* A portal that ended took the session along; what was bound is bound again by the next. Once: what
 * ends whenever it is asked is left alone. */
static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  UiGlobalShortcut *self = user_data;
  gboolean again = self->state == UI_GLOBAL_SHORTCUT_BOUND;

  if (!again && self->state != UI_GLOBAL_SHORTCUT_ASKING)
    return;
  forget_session (self);
  enter (self, UI_GLOBAL_SHORTCUT_UNKNOWN);
  if (again)
    ui_global_shortcut_look (self);
}

static void
ask_version (UiGlobalShortcut *self)
{
  g_dbus_connection_call (self->bus, UI_PORTAL, UI_PORTAL_PATH, "org.freedesktop.DBus.Properties",
                          "Get", g_variant_new ("(ss)", INTERFACE, "version"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, LOOK_MS,
                          self->cancellable, version_cb, g_object_ref (self));
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiGlobalShortcut) self = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (bus == NULL)
    {
      enter (self, UI_GLOBAL_SHORTCUT_ABSENT);
      return;
    }
  self->bus = g_steal_pointer (&bus);
  self->signals_id
      = g_dbus_connection_signal_subscribe (self->bus, UI_PORTAL, INTERFACE, NULL, UI_PORTAL_PATH,
                                            NULL, G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, self, NULL);
  self->watch_id = g_bus_watch_name_on_connection (
      self->bus, UI_PORTAL, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, vanished_cb, self, NULL);
  ask_version (self);
}

void
ui_global_shortcut_look (UiGlobalShortcut *self)
{
  if (self->state != UI_GLOBAL_SHORTCUT_UNKNOWN)
    return;
  enter (self, UI_GLOBAL_SHORTCUT_LOOKING);
  if (self->bus != NULL)
    ask_version (self);
  else
    g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, bus_cb, g_object_ref (self));
}

static void
preference_cb (UiGlobalShortcut *self)
{
  gboolean wanted = is_wanted (self);

  if (wanted && self->state == UI_GLOBAL_SHORTCUT_UNKNOWN)
    ui_global_shortcut_look (self);
  else if (wanted
           && (self->state == UI_GLOBAL_SHORTCUT_OFF || self->state == UI_GLOBAL_SHORTCUT_REFUSED))
    ask (self);
  else if (!wanted
           && (self->state == UI_GLOBAL_SHORTCUT_ASKING || self->state == UI_GLOBAL_SHORTCUT_BOUND))
    {
      close_session (self);
      enter (self, UI_GLOBAL_SHORTCUT_OFF);
    }
}

/* --- life --- */

UiGlobalShortcutState
ui_global_shortcut_get_state (UiGlobalShortcut *self)
{
  return self->state;
}

const char *
ui_global_shortcut_get_trigger (UiGlobalShortcut *self)
{
  return self->trigger;
}

static void
ui_global_shortcut_dispose (GObject *object)
{
  UiGlobalShortcut *self = UI_GLOBAL_SHORTCUT (object);

  g_cancellable_cancel (self->cancellable);
  if (self->bus != NULL)
    {
      close_session (self);
      g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
      g_dbus_connection_signal_unsubscribe (self->bus, self->signals_id);
    }
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (ui_global_shortcut_parent_class)->dispose (object);
}

static void
ui_global_shortcut_finalize (GObject *object)
{
  UiGlobalShortcut *self = UI_GLOBAL_SHORTCUT (object);

  g_object_unref (self->cancellable);
  g_object_unref (self->preferences);
  g_free (self->session);
  g_free (self->trigger);
  G_OBJECT_CLASS (ui_global_shortcut_parent_class)->finalize (object);
}

static void
ui_global_shortcut_class_init (UiGlobalShortcutClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_global_shortcut_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_global_shortcut_finalize;
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_GLOBAL_SHORTCUT, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", UI_TYPE_GLOBAL_SHORTCUT, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ui_global_shortcut_init (UiGlobalShortcut *self)
{
  self->cancellable = g_cancellable_new ();
}

UiGlobalShortcut *
ui_global_shortcut_new (GSettings *preferences)
{
  UiGlobalShortcut *self = g_object_new (UI_TYPE_GLOBAL_SHORTCUT, NULL);

  self->preferences = g_object_ref (preferences);
  g_signal_connect_object (preferences, "changed::" UI_PREFERENCES_GLOBAL_SHORTCUT,
                           G_CALLBACK (preference_cb), self, G_CONNECT_SWAPPED);
  if (is_wanted (self))
    ui_global_shortcut_look (self);
  return self;
}
