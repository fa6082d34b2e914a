/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The input is {"content", "operations", "items", "changes"}: what an agent asks for, and what a
 * change worker answers. Whatever is taken keeps to what the rest of the core relies on. */

#include "guardian/core/guardian-plan.h"
#include "tests/fuzz/fuzz.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

static void
check_operation (const CardeaJson *json, gint64 content)
{
  const GuardianOperation *operation
      = guardian_operation_find (cardea_json_get_string (json, "op"));
  g_autofree char *path = cardea_path_json_get (json, "path");
  gint64 offset = 0;
  gint64 length = 0;

  FUZZ_CHECK (operation != NULL && path != NULL && *path != '\0');
  if (!cardea_json_get_int64_string (json, "offset", &offset)
      || !cardea_json_get_int64_string (json, "length", &length))
    return;
  FUZZ_CHECK (offset >= 0 && length >= 0 && offset <= content && length <= content - offset);
}

static gboolean
lies_in (const char *path, const char *folder)
{
  gsize size = strcmp (folder, "/") == 0 ? 0 : strlen (folder);
  return strncmp (path, folder, size) == 0 && path[size] == '/';
}

static void
check_plan (GuardianPlan *plan, const CardeaJson *operations, CardeaJson *changes)
{
  g_autofree char *sha256 = NULL;
  g_autoptr (CardeaJson) list = guardian_plan_list (plan, 4096, &sha256);
  g_autoptr (CardeaJson) resource = guardian_plan_resource (plan);

  FUZZ_CHECK (plan->items->len == cardea_json_size (operations));
  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianPlanItem *item = plan->items->pdata[i];
      FUZZ_CHECK (item->action != NULL && item->object->path[0] == '/');
      FUZZ_CHECK ((item->target != NULL) == (item->operation->actions[1] != NULL));
      FUZZ_CHECK (plan->items->len == 1 || lies_in (item->object->path, plan->resource->path));
    }
  FUZZ_CHECK (guardian_plan_describe (plan, changes) == (plan->changes != NULL));
  FUZZ_CHECK (cardea_json_get (resource, "path") != NULL
              || cardea_json_get (resource, "path_b64") != NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (CardeaJson) input = cardea_json_parse ((const char *) data, size, NULL);
  CardeaJson *operations = cardea_json_get (input, "operations");
  CardeaJson *items = cardea_json_get (input, "items");
  const char *reason = NULL;
  gint64 content = -1;

  cardea_json_get_int (input, "content", &content);
  if (input == NULL || operations == NULL
      || !guardian_operation_check_all (operations, content, &reason))
    return 0;
  for (guint i = 0; i < cardea_json_size (operations); i++)
    check_operation (cardea_json_nth (operations, i), content);
  FUZZ_CHECK (guardian_operation_action (operations, 0) != NULL);
  if (items == NULL)
    return 0;
  g_autoptr (CardeaMessage) planned = cardea_message_new ("change.planned");
  cardea_message_set_string (planned, "plan", "p");
  cardea_message_set_json (planned, "items", cardea_json_ref (items));
  g_autoptr (GuardianPlan) plan = guardian_plan_new (planned, operations, 0);
  if (plan != NULL)
    check_plan (plan, operations, cardea_json_get (input, "changes"));
  return 0;
}
