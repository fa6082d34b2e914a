/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli-filter.h"

/* Bytes from one descriptor to another, as they come; driven by the default main context. */
typedef struct _UiCliStream UiCliStream;

typedef struct {
  int from;            /* taken */
  int to;              /* taken; closed at the end */
  UiCliFilter *filter; /* taken; NULL: everything passes */
  /* Sees what was read; may hold streams. May be NULL. */
  void (*seen) (const guint8 *bytes, gsize size, gpointer user_data);
  gpointer user_data;
} UiCliStreamPlan;

UiCliStream *ui_cli_stream_new (const UiCliStreamPlan *plan);
void ui_cli_stream_free (UiCliStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiCliStream, ui_cli_stream_free)

/* Nothing is read nor written until it is let go again. */
void ui_cli_stream_set_held (UiCliStream *stream, gboolean held);

/* Nothing more will come, or nobody takes it. */
gboolean ui_cli_stream_has_ended (const UiCliStream *stream);
