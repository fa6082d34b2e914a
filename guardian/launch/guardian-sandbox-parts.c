/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-sandbox-parts.h"

#include "guardian/launch/guardian-sandbox-check.h"

#include <string.h>
#include <unistd.h>

/* A link stays a link (merged /usr). */
const char *const guardian_sandbox_parts_system[] = {
  "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", NULL,
};

void
guardian_sandbox_parts_add (GPtrArray *arguments, ...)
{
  va_list list;

  va_start (list, arguments);
  for (const char *argument = va_arg (list, const char *); argument != NULL;
       argument = va_arg (list, const char *))
    g_ptr_array_add (arguments, g_strdup (argument));
  va_end (list);
}

void
guardian_sandbox_parts_set (GPtrArray *arguments, const char *name, const char *value)
{
  g_ptr_array_add (arguments, g_strconcat (name, value, NULL));
}

void
guardian_sandbox_parts_set_all (GPtrArray *arguments, const char *name, const char *const *values)
{
  for (; *values != NULL; values++)
    guardian_sandbox_parts_set (arguments, name, *values);
}

void
guardian_sandbox_parts_add_system (GPtrArray *arguments, const char *const *etc)
{
  for (const char *const *path = guardian_sandbox_parts_system; *path != NULL; path++)
    {
      g_autofree char *target = g_file_read_link (*path, NULL);
      if (target != NULL)
        guardian_sandbox_parts_add (arguments, "--symlink", target, *path, NULL);
      else if (g_file_test (*path, G_FILE_TEST_IS_DIR))
        guardian_sandbox_parts_add (arguments, "--ro-bind", *path, *path, NULL);
    }
  for (; *etc != NULL; etc++)
    if (access (*etc, R_OK) == 0)
      guardian_sandbox_parts_add (arguments, "--ro-bind", *etc, *etc, NULL);
}

void
guardian_sandbox_parts_add_bwrap (GPtrArray *arguments, const char *bwrap)
{
  guardian_sandbox_parts_add (arguments, bwrap, "--unshare-user", "--disable-userns",
                              "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup",
                              "--hostname", "cardea", "--cap-drop", "ALL", "--die-with-parent",
                              "--new-session", NULL);
}

void
guardian_sandbox_parts_add_limits (GPtrArray *arguments, const GuardianSandboxLimit *limits)
{
  for (; limits->name != NULL; limits++)
    g_ptr_array_add (arguments,
                     g_strdup_printf ("limit=%s:%" G_GUINT64_FORMAT, limits->name, limits->number));
}

void
guardian_sandbox_parts_add_outside (GPtrArray *arguments)
{
  for (const char *const *name = guardian_sandbox_check_namespaces; *name != NULL; name++)
    g_ptr_array_add (arguments, g_strdup_printf ("outside=%s:%" G_GUINT64_FORMAT, *name,
                                                 guardian_sandbox_check_inode (getpid (), *name)));
}

void
guardian_sandbox_parts_add_identity (GPtrArray *arguments, const GuardianDigest *digest)
{
  guardian_sandbox_parts_add_outside (arguments);
  g_ptr_array_add (arguments, g_strdup_printf ("target=%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                               (guint64) digest->device, (guint64) digest->inode));
}

char *
guardian_sandbox_parts_describe_limits (const GuardianSandboxLimit *limits)
{
  GString *text = g_string_new (NULL);

  for (; limits->name != NULL; limits++)
    g_string_append_printf (text, "%s%s=%" G_GUINT64_FORMAT, text->len > 0 ? " " : "", limits->name,
                            limits->number);
  return g_string_free (text, FALSE);
}

gboolean
guardian_sandbox_parts_lies_in (const char *path, const char *folder)
{
  gsize size = strlen (folder);
  return strncmp (path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}
