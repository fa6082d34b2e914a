/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/dialog/ui-consent-change-item.h"

struct _UiConsentChangeItem {
  GObject parent_instance;
  const char *icon;
  char *title;
  char *facts;
  char *notes;
};

G_DEFINE_FINAL_TYPE (UiConsentChangeItem, ui_consent_change_item, G_TYPE_OBJECT)

UiConsentChangeItem *
ui_consent_change_item_new (const char *icon, const char *title, const char *facts,
                            const char *notes)
{
  UiConsentChangeItem *self = g_object_new (UI_TYPE_CONSENT_CHANGE_ITEM, NULL);
  self->icon = icon;
  self->title = g_strdup (title);
  self->facts = g_strdup (facts);
  self->notes = g_strdup (notes);
  return self;
}

const char *
ui_consent_change_item_get_icon (UiConsentChangeItem *self)
{
  return self->icon;
}

const char *
ui_consent_change_item_get_title (UiConsentChangeItem *self)
{
  return self->title;
}

const char *
ui_consent_change_item_get_facts (UiConsentChangeItem *self)
{
  return self->facts;
}

const char *
ui_consent_change_item_get_notes (UiConsentChangeItem *self)
{
  return self->notes;
}

static void
ui_consent_change_item_finalize (GObject *object)
{
  UiConsentChangeItem *self = UI_CONSENT_CHANGE_ITEM (object);
  g_free (self->title);
  g_free (self->facts);
  g_free (self->notes);
  G_OBJECT_CLASS (ui_consent_change_item_parent_class)->finalize (object);
}

static void
ui_consent_change_item_class_init (UiConsentChangeItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_consent_change_item_finalize;
}

static void
ui_consent_change_item_init (UiConsentChangeItem *self)
{
}
