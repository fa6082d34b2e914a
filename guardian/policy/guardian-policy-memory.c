/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts its caller to clear it with every policy, and to use it only with rules that read neither
 * clock nor chance nor what is passed over here. Compares whole questions, never digests of them.
 */

#include "guardian/policy/guardian-policy-memory.h"

#include <string.h>

typedef struct {
  CardeaJson *input; /* NULL: seen once */
  guint hash;
  GuardianPolicyKnown known;
} Slot;

struct _GuardianPolicyMemory {
  Slot slots[GUARDIAN_POLICY_MEMORY_SIZE];
};

GuardianPolicyMemory *
guardian_policy_memory_new (void)
{
  return g_new0 (GuardianPolicyMemory, 1);
}

void
guardian_policy_memory_clear (GuardianPolicyMemory *memory)
{
  for (guint i = 0; i < GUARDIAN_POLICY_MEMORY_SIZE; i++)
    {
      g_clear_pointer (&memory->slots[i].input, cardea_json_unref);
      memory->slots[i].hash = 0;
    }
}

void
guardian_policy_memory_free (GuardianPolicyMemory *memory)
{
  guardian_policy_memory_clear (memory);
  g_free (memory);
}

/* Finds the place only. */
static guint
hash_of (const CardeaJson *input)
{
  const CardeaJson *resource = cardea_json_get (input, "resource");
  const char *path = cardea_json_get_string (resource, "path");
  const char *action = cardea_json_get_string (input, "action");
  guint hash = path != NULL ? g_str_hash (path) : 0;
  return hash * 31 + (action != NULL ? g_str_hash (action) : 0) + 1;
}

static gboolean
is_passed_over (const char *name)
{
  return strcmp (name, "time") == 0 || strcmp (name, "reason") == 0;
}

/* An object's members in the same order, as the core writes them. */
static gboolean
same_context (const CardeaJson *a, const CardeaJson *b)
{
  guint n = a != NULL ? cardea_json_size (a) : 0;
  guint i = 0, k = 0;
  if (a == NULL || b == NULL || cardea_json_type (a) != CARDEA_JSON_OBJECT
      || cardea_json_type (b) != CARDEA_JSON_OBJECT)
    return FALSE;
  for (;; i++, k++)
    {
      while (i < n && is_passed_over (cardea_json_nth_name (a, i)))
        i++;
      while (k < cardea_json_size (b) && is_passed_over (cardea_json_nth_name (b, k)))
        k++;
      if (i >= n || k >= cardea_json_size (b))
        return i >= n && k >= cardea_json_size (b);
      if (strcmp (cardea_json_nth_name (a, i), cardea_json_nth_name (b, k)) != 0
          || !cardea_json_equal (cardea_json_nth (a, i), cardea_json_nth (b, k)))
        return FALSE;
    }
}

static gboolean
same_question (const CardeaJson *a, const CardeaJson *b)
{
  guint n = cardea_json_size (a);
  if (cardea_json_type (b) != CARDEA_JSON_OBJECT || n != cardea_json_size (b))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const char *name = cardea_json_nth_name (a, i);
      if (strcmp (name, cardea_json_nth_name (b, i)) != 0)
        return FALSE;
      gboolean same = strcmp (name, "context") == 0
                          ? same_context (cardea_json_nth (a, i), cardea_json_nth (b, i))
                          : cardea_json_equal (cardea_json_nth (a, i), cardea_json_nth (b, i));
      if (!same)
        return FALSE;
    }
  return TRUE;
}

const GuardianPolicyKnown *
guardian_policy_memory_find (GuardianPolicyMemory *memory, const CardeaJson *input)
{
  guint hash = hash_of (input);
  const Slot *slot = &memory->slots[hash % GUARDIAN_POLICY_MEMORY_SIZE];
  return slot->input != NULL && slot->hash == hash && same_question (slot->input, input)
             ? &slot->known
             : NULL;
}

void
guardian_policy_memory_keep (GuardianPolicyMemory *memory, const CardeaJson *input,
                             const GuardianPolicyKnown *known)
{
  guint hash = hash_of (input);
  Slot *slot = &memory->slots[hash % GUARDIAN_POLICY_MEMORY_SIZE];
  gboolean again = slot->hash == hash;

  g_clear_pointer (&slot->input, cardea_json_unref);
  slot->hash = hash;
  slot->known = *known;
  if (again && cardea_json_type (input) == CARDEA_JSON_OBJECT)
    slot->input = cardea_json_copy (input);
}
