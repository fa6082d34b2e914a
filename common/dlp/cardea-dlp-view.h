/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-engine.h"

/* Content seen through a decoder, that remembers where each of its bytes came from. The root is the
 * content itself. */
typedef struct _CardeaDlpView CardeaDlpView;

/* bytes are borrowed and must outlive the view and all made of it. */
CardeaDlpView *cardea_dlp_view_new_root (const void *bytes, gsize size);
/* Made of parent by the pass of that name (a static text); empty yet. */
CardeaDlpView *cardea_dlp_view_new (CardeaDlpView *parent, const char *pass,
                                    CardeaDlpScanFlags flags);
CardeaDlpView *cardea_dlp_view_ref (CardeaDlpView *view);
void cardea_dlp_view_unref (CardeaDlpView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaDlpView, cardea_dlp_view_unref)

const char *cardea_dlp_view_bytes (const CardeaDlpView *view);
gsize cardea_dlp_view_size (const CardeaDlpView *view);
guint cardea_dlp_view_depth (const CardeaDlpView *view); /* passes it went through */
CardeaDlpScanFlags cardea_dlp_view_flags (const CardeaDlpView *view);
const CardeaDlpView *cardea_dlp_view_parent (const CardeaDlpView *view);
/* The pass that made it; NULL of the root. */
const char *cardea_dlp_view_pass (const CardeaDlpView *view);
/* Its bytes are a container that was unpacked whole. */
void cardea_dlp_view_set_unpacked (CardeaDlpView *view);
gboolean cardea_dlp_view_is_unpacked (const CardeaDlpView *view);

/* Bytes of the parent as they are. */
void cardea_dlp_view_copy (CardeaDlpView *view, gsize from, gsize size);
/* Bytes that stand for [from, from + of) of the parent: when of is a multiple of size each stands
 * for as many, else all for all of it. */
void cardea_dlp_view_put (CardeaDlpView *view, const void *bytes, gsize size, gsize from, gsize of);
/* The same, always all for all of it. */
void cardea_dlp_view_put_block (CardeaDlpView *view, const void *bytes, gsize size, gsize from,
                                gsize of);
/* The parent's bytes from the last to the first. */
void cardea_dlp_view_put_reversed (CardeaDlpView *view);

/* Where [start, end) of the view comes from in the content. */
void cardea_dlp_view_locate (const CardeaDlpView *view, gsize start, gsize end, gsize *ret_start,
                             gsize *ret_end);
/* The passes from the content to the view, outermost first: "percent,base64"; "" for the root. The
 * caller owns it. */
char *cardea_dlp_view_passes (const CardeaDlpView *view);
