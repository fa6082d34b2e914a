/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the scan worker for marks. Refuses: to answer for another host than the one that was
 * asked about, and to grow without bound: what is forgotten is asked about again. Known gaps: where
 * something came from is a guess: what is in several files, or was changed, is not told apart. */

#include "guardian/core/guardian-outgoing-memory.h"

#include "common/base/cardea-autofd.h"

#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define SOURCE_MIN 8u /* bytes that are worth looking for */

typedef struct {
  char *path;
  int content;
  gsize size;
} Source;

struct _GuardianOutgoingMemory {
  guint8 key[GUARDIAN_OUTGOING_MEMORY_KEY];
  GHashTable *treatments; /* "host mark" → GuardianTreatment */
  GQueue sources;         /* Source, the newest first */
};

static const char *const names[] = {
  [GUARDIAN_TREATMENT_NONE] = NULL,       [GUARDIAN_TREATMENT_SEND] = "send",
  [GUARDIAN_TREATMENT_REDACT] = "redact", [GUARDIAN_TREATMENT_PLACEHOLDER] = "placeholder",
  [GUARDIAN_TREATMENT_REFUSE] = "refuse",
};

const char *
guardian_treatment_name (GuardianTreatment treatment)
{
  return names[treatment];
}

GuardianTreatment
guardian_treatment_find (const char *name)
{
  for (guint i = 1; i <= GUARDIAN_TREATMENT_PLACEHOLDER; i++)
    if (g_strcmp0 (name, names[i]) == 0)
      return i;
  return GUARDIAN_TREATMENT_NONE;
}

static void
source_free (gpointer data)
{
  Source *source = data;

  cardea_fd_clear (&source->content);
  g_free (source->path);
  g_free (source);
}

GuardianOutgoingMemory *
guardian_outgoing_memory_new (void)
{
  GuardianOutgoingMemory *memory = g_new0 (GuardianOutgoingMemory, 1);

  randombytes_buf (memory->key, sizeof memory->key);
  memory->treatments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&memory->sources);
  return memory;
}

void
guardian_outgoing_memory_free (GuardianOutgoingMemory *memory)
{
  if (memory == NULL)
    return;
  sodium_memzero (memory->key, sizeof memory->key);
  g_hash_table_unref (memory->treatments);
  g_queue_clear_full (&memory->sources, source_free);
  g_free (memory);
}

const guint8 *
guardian_outgoing_memory_key (const GuardianOutgoingMemory *memory)
{
  return memory->key;
}

GuardianTreatment
guardian_outgoing_memory_find (const GuardianOutgoingMemory *memory, const char *host,
                               const char *mark)
{
  g_autofree char *key = host != NULL ? g_strdup_printf ("%s %s", host, mark) : NULL;
  if (key == NULL)
    return GUARDIAN_TREATMENT_NONE;
  return GPOINTER_TO_UINT (g_hash_table_lookup (memory->treatments, key));
}

void
guardian_outgoing_memory_keep (GuardianOutgoingMemory *memory, const char *host, const char *mark,
                               GuardianTreatment treatment)
{
  if (host != NULL && g_hash_table_size (memory->treatments) < GUARDIAN_OUTGOING_MEMORY_MARKS)
    g_hash_table_insert (memory->treatments, g_strdup_printf ("%s %s", host, mark),
                         GUINT_TO_POINTER (treatment));
}

/* --- where it came from --- */

void
guardian_outgoing_memory_add_source (GuardianOutgoingMemory *memory, const char *path, int content)
{
  struct stat st;

  if (fstat (content, &st) != 0 || st.st_size < (goffset) SOURCE_MIN
      || st.st_size > (goffset) GUARDIAN_OUTGOING_MEMORY_SOURCE)
    return;
  cardea_autofd int own = fcntl (content, F_DUPFD_CLOEXEC, 3);
  if (own < 0)
    return;
  for (GList *at = memory->sources.head; at != NULL; at = at->next)
    if (strcmp (((const Source *) at->data)->path, path) == 0)
      {
        source_free (at->data);
        g_queue_delete_link (&memory->sources, at);
        break;
      }
  if (memory->sources.length >= GUARDIAN_OUTGOING_MEMORY_SOURCES)
    source_free (g_queue_pop_tail (&memory->sources));
  Source *source = g_new0 (Source, 1);
  source->path = g_strdup (path);
  source->content = cardea_fd_steal (&own);
  source->size = (gsize) st.st_size;
  g_queue_push_head (&memory->sources, source);
}

static gboolean
holds (const Source *source, const char *bytes, gsize size)
{
  void *content = mmap (NULL, source->size, PROT_READ, MAP_PRIVATE, source->content, 0);

  if (content == MAP_FAILED)
    return FALSE;
  gboolean found = memmem (content, source->size, bytes, size) != NULL;
  munmap (content, source->size);
  return found;
}

/* The longest stretch that JSON writes as it is. */
static gsize
plain_stretch (const char **bytes, gsize size)
{
  const char *all = *bytes;
  gsize longest = 0, begin = 0;

  for (gsize i = 0; i <= size; i++)
    if (i == size || all[i] == '\\')
      {
        if (i > begin && i - begin > longest)
          {
            longest = i - begin;
            *bytes = all + begin;
          }
        begin = i + 2; /* what is escaped by it, too */
        i = MIN (i + 1, size);
      }
  return longest;
}

const char *
guardian_outgoing_memory_find_source (const GuardianOutgoingMemory *memory, const char *bytes,
                                      gsize size)
{
  gsize length = plain_stretch (&bytes, size);

  for (const GList *at = memory->sources.head; at != NULL && length >= SOURCE_MIN; at = at->next)
    if (holds (at->data, bytes, length))
      return ((const Source *) at->data)->path;
  return NULL;
}
