/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-portal.h"

#include <glib/gi18n.h>

#define REQUEST "org.freedesktop.portal.Request"

static void
unsubscribe (GTask *task, GDBusConnection *bus)
{
  g_dbus_connection_signal_unsubscribe (bus, GPOINTER_TO_UINT (g_task_get_task_data (task)));
}

static void
response_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
             const char *signal, GVariant *parameters, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) results = NULL;
  guint32 response = 1;

  unsubscribe (task, bus);
  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    g_variant_get (parameters, "(u@a{sv})", &response, &results);
  if (response == 0)
    g_task_return_pointer (task, g_steal_pointer (&results), (GDestroyNotify) g_variant_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s",
                             _ ("the desktop does not allow it"));
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    return; /* the answer comes as a signal */
  unsubscribe (task, G_DBUS_CONNECTION (source));
  g_task_return_error (task, g_steal_pointer (&error));
  g_object_unref (task); /* the subscription's */
}

static GVariant *
join (GVariant *before, GVariant *options, const char *token)
{
  g_autoptr (GVariant) sunk = before != NULL ? g_variant_ref_sink (before) : NULL;
  g_autoptr (GVariant) given = g_variant_ref_sink (options);
  g_auto (GVariantBuilder) all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_TUPLE);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (given);

  for (gsize i = 0; sunk != NULL && i < g_variant_n_children (sunk); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (sunk, i);
      g_variant_builder_add_value (&all, child);
    }
  g_variant_dict_insert (&dict, "handle_token", "s", token);
  g_variant_builder_add_value (&all, g_variant_dict_end (&dict));
  return g_variant_builder_end (&all);
}

/* The path of the answer is known before it is asked for, so that it cannot be missed. */
void
ui_portal_request_async (GDBusConnection *bus, const char *interface, const char *method,
                         GVariant *before, GVariant *options, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (bus, cancellable, callback, user_data); /* the subscription's */
  g_autofree char *token = g_strdup_printf ("cardea%08x", g_random_int ());
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (bus) + 1);
  g_autofree char *path = g_strdup_printf ("%s/request/%s/%s", UI_PORTAL_PATH,
                                           g_strdelimit (sender, ".", '_'), token);
  guint subscription
      = g_dbus_connection_signal_subscribe (bus, UI_PORTAL, REQUEST, "Response", path, NULL,
                                            G_DBUS_SIGNAL_FLAGS_NONE, response_cb, task, NULL);

  g_task_set_task_data (task, GUINT_TO_POINTER (subscription), NULL);
  g_dbus_connection_call (bus, UI_PORTAL, UI_PORTAL_PATH, interface, method,
                          join (before, options, token), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, cancellable, asked_cb, g_object_ref (task));
}

GVariant *
ui_portal_request_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
