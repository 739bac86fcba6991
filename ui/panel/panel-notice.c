/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The problems that the notice reports, and the actions of its buttons.
 */
#include <glib/gi18n.h>

#include "ui/error-text.h"
#include "ui/widgets/menu.h"
#include "ui/model/model-choose.h"
#include "ui/model/model-needs.h"
#include "ui/panel/panel-private.h"
#include "ui/prompt/prompt-history.h"

/* A model of this size or more takes minutes for a picture on a processor. */
#define SLOW_MODEL_BYTES (G_GUINT64_CONSTANT (1) << 30)

/* ---- the actions of the buttons, and when they are possible ---- */

static gboolean
always (PzPanel *panel)
{
  (void) panel;
  return TRUE;
}

static gboolean
mask_can_widen (PzPanel *panel)
{
  g_autofree char *source = NULL;

  g_object_get (panel->settings, "mask-source", &source, NULL);
  return !g_str_equal (source, "layer");
}

static void
widen_mask (PzPanel *panel)
{
  g_object_set (panel->settings, "mask-source", "layer", NULL);
}

static gboolean
has_active_layer (PzPanel *panel)
{
  return panel->host->klass->use_active != NULL;
}

static void
use_active_layer (PzPanel *panel)
{
  pz_concept_box_use_active (panel->concept);
}

/* The menu opens at the button that was pressed, which differs between notices. */
static void
choose_model (PzPanel *panel)
{
  GtkWidget *button = pz_notice_get_button (panel->notice, PZ_ACTION_CHOOSE_MODEL);

  if (!panel->model_menu)
    {
      panel->model_menu = g_object_ref_sink (pz_menu_new_at (button));
      pz_model_choose_append (panel->model_menu, panel->settings, panel->host->beside);
    }
  gtk_popover_set_relative_to (GTK_POPOVER (panel->model_menu), button);
  gtk_popover_popup (GTK_POPOVER (panel->model_menu));
}

static void
show_needs (PzPanel *panel)
{
  g_autoptr (GFile) model = NULL;

  g_object_get (panel->settings, "model-folder", &model, NULL);
  pz_model_needs_show (GTK_WIDGET (panel), model, panel->host->beside);
}

/* No consent is needed if the user chose the device by name, or for a small model. */
gboolean
pz_panel_needs_consent (PzPanel *panel)
{
  g_autofree char *device = NULL;

  g_object_get (panel->settings, "device", &device, NULL);
  return panel->on_processor && !panel->processor_agreed && !*device
         && panel->model->size_bytes >= SLOW_MODEL_BYTES;
}

static gboolean
processor_can_help (PzPanel *panel)
{
  return panel->processor && (!panel->on_processor || pz_panel_needs_consent (panel));
}

static void
use_processor (PzPanel *panel)
{
  g_autofree char *device = NULL;

  panel->processor_agreed = TRUE;
  pz_panel_hide_notice (panel, PZ_CAUSE_DEVICE);
  pz_panel_hide_notice (panel, PZ_CAUSE_RUN);
  g_object_get (panel->settings, "device", &device, NULL);
  if (g_strcmp0 (device, panel->processor) != 0)
    g_object_set (panel->settings, "device", panel->processor, NULL);
}

/* The model's own side if `side` is larger; otherwise three quarters of `side`, rounded down to the model's multiple. */
static guint
smaller_side (const PzModelInfo *model, guint side, guint own)
{
  guint multiple = MAX (model->size_multiple, 1);

  side = side ? side : own;
  return side > own ? own : side * 3 / 4 / multiple * multiple;
}

static gboolean
size_can_shrink (PzPanel *panel)
{
  return panel->model && panel->model->width / 2 >= panel->model->size_multiple;
}

static void
shrink_size (PzPanel *panel)
{
  gint width, height;

  g_object_get (panel->settings, "width", &width, "height", &height, NULL);
  pz_panel_hide_notice (panel, PZ_CAUSE_RUN);
  g_object_set (panel->settings, "width",
                (gint) smaller_side (panel->model, (guint) width, panel->model->width),
                "height",
                (gint) smaller_side (panel->model, (guint) height, panel->model->height), NULL);
}

/* Notices without a close button: while they are shown, nothing can be generated, or results would be lost. Without the
 * bar, the user could not continue. */
static gboolean
stays (PzPanel *panel, PzNoticeCause cause)
{
  static const gboolean always_stay[PZ_N_CAUSES] = {
    [PZ_CAUSE_MEMORY] = TRUE,
    [PZ_CAUSE_CONCEPT] = TRUE,
    [PZ_CAUSE_MODEL] = TRUE,
    [PZ_CAUSE_PENDING] = TRUE,
  };

  return always_stay[cause] || (cause == PZ_CAUSE_DEVICE && pz_panel_needs_consent (panel));
}

static const struct
{
  gboolean (*can) (PzPanel *panel);
  void (*act) (PzPanel *panel);
} deeds[PZ_N_ACTIONS] = {
  [PZ_ACTION_COPY] = { always, NULL },
  [PZ_ACTION_WHOLE_LAYER] = { mask_can_widen, widen_mask },
  [PZ_ACTION_ACTIVE_LAYER] = { has_active_layer, use_active_layer },
  [PZ_ACTION_CHOOSE_MODEL] = { always, choose_model },
  [PZ_ACTION_WHAT_IS_NEEDED] = { always, show_needs },
  [PZ_ACTION_CHECK_AGAIN] = { always, pz_panel_reopen },
  [PZ_ACTION_PROCESSOR] = { processor_can_help, use_processor },
  [PZ_ACTION_SMALLER] = { size_can_shrink, shrink_size },
  [PZ_ACTION_TRY_AGAIN] = { always, pz_panel_generate },
  [PZ_ACTION_NEW_IMAGE] = { pz_panel_has_pending, pz_panel_add_pending },
  [PZ_ACTION_RESTORE] = { always, pz_panel_restore },
  [PZ_ACTION_DISCARD] = { always, pz_panel_discard_left },
  [PZ_ACTION_LEARN_ON] = { always, pz_panel_learn_on },
  [PZ_ACTION_DISCARD_LESSON] = { always, pz_panel_discard_lesson },
  [PZ_ACTION_UNDO_REMOVE] = { always, pz_panel_undo_remove },
  [PZ_ACTION_DISCARD_RUN] = { pz_panel_has_pending, pz_panel_discard_pending },
};

/* What to do with results that are in no image is offered by their own notice only, since that one ends with them. */
static gboolean
is_offered (PzPanel *panel, guint cause, PzNoticeAction action)
{
  return deeds[action].can (panel)
         && (cause == PZ_CAUSE_PENDING || deeds[action].can != pz_panel_has_pending);
}

void
pz_panel_on_action (PzPanel *panel, guint cause, guint action)
{
  if (is_offered (panel, cause, action))
    deeds[action].act (panel);
}

/* ---- the notices ---- */

void
pz_panel_show_notice (PzPanel *panel, PzNoticeCause cause, const PzNoticeText *text)
{
  PzNoticeText shown = *text;
  guint n = 0;

  memset (shown.actions, 0, sizeof shown.actions);
  for (guint i = 0; i < PZ_NOTICE_MAX_ACTIONS; i++)
    if (text->actions[i] != PZ_ACTION_NONE && is_offered (panel, cause, text->actions[i]))
      shown.actions[n++] = text->actions[i];
  shown.stays = stays (panel, cause);
  pz_notice_set (panel->notice, cause, &shown);
  pz_panel_tell (panel);
}

void
pz_panel_show_error (PzPanel *panel, PzNoticeCause cause, const GError *error)
{
  PzNoticeText text = pz_error_text (error);

  pz_panel_show_notice (panel, cause, &text);
}

void
pz_panel_hide_notice (PzPanel *panel, PzNoticeCause cause)
{
  pz_notice_set (panel->notice, cause, NULL);
  pz_panel_tell (panel);
}

gboolean
pz_panel_leave_device (PzPanel *panel, const GError *error)
{
  g_autofree char *device = NULL;

  g_object_get (panel->settings, "device", &device, NULL);
  if (!*device || !g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_DEVICE))
    return FALSE;
  g_set_str (&panel->lost_device, device);
  g_object_set (panel->settings, "device", "", NULL); /* this opens the model again */
  return TRUE;
}

static void
say_lost_device (PzPanel *panel)
{
  /* Translators: two names of graphics devices. */
  g_autofree char *what = g_strdup_printf (_ ("%s is not available now, so %s is used."),
                                           panel->lost_device, panel->device);

  pz_panel_show_notice (panel, PZ_CAUSE_DEVICE,
                        &(PzNoticeText) { .type = GTK_MESSAGE_INFO, .what = what });
  g_clear_pointer (&panel->lost_device, g_free);
}

void
pz_panel_check_device (PzPanel *panel)
{
  g_autofree char *what = NULL;

  if (panel->lost_device)
    say_lost_device (panel);
  if (!pz_panel_needs_consent (panel))
    return;
  what =
    g_strdup_printf (_ ("There is no Vulkan graphics device. %s can run on the processor, but "
                        "that takes minutes for each picture."),
                     panel->model->name);
  pz_panel_show_notice (panel, PZ_CAUSE_DEVICE,
                        &(PzNoticeText) {
                          .type = GTK_MESSAGE_WARNING,
                          .what = what,
                          .next = _ ("If this computer has a graphics card, install its Vulkan "
                                     "driver."),
                          .actions = { PZ_ACTION_PROCESSOR, PZ_ACTION_CHECK_AGAIN,
                                       PZ_ACTION_COPY },
                        });
}

/* Unlike a model that cannot be opened, this one paints learned concepts. */
static void
say_no_encoder (PzPanel *panel)
{
  pz_panel_show_notice (
    panel, PZ_CAUSE_MODEL,
    &(PzNoticeText) {
      .type = GTK_MESSAGE_WARNING,
      .what = _ ("This model cannot make a concept from a layer."),
      .next =
        _ ("Learn the thing on the page Learn, use a saved concept instead of the layer, or "
           "choose a model with ELITE's mappers."),
      .detail = panel->no_encoder->message,
      .actions = { PZ_ACTION_CHOOSE_MODEL, PZ_ACTION_WHAT_IS_NEEDED, PZ_ACTION_COPY },
    });
}

void
pz_panel_check_encoder (PzPanel *panel)
{
  if (panel->no_encoder && pz_settings_use_layer (panel->settings))
    say_no_encoder (panel);
  else if (panel->model)
    pz_panel_hide_notice (panel, PZ_CAUSE_MODEL);
}

void
pz_panel_check_memory (PzPanel *panel, guint64 needed_bytes, guint64 free_bytes)
{
  g_autofree char *needs = g_format_size (needed_bytes);
  g_autofree char *free = g_format_size (free_bytes);
  g_autofree char *what = NULL;

  if (needed_bytes <= free_bytes)
    {
      pz_panel_hide_notice (panel, PZ_CAUSE_MEMORY);
      return;
    }
  /* Translators: two amounts of memory, such as "3.4 GB". */
  what =
    g_strdup_printf (_ ("There is not enough memory: this run needs %s, but only %s is free."),
                     needs, free);
  pz_panel_show_notice (
    panel, PZ_CAUSE_MEMORY,
    &(PzNoticeText) {
      .type = GTK_MESSAGE_WARNING,
      .what = what,
      .next = _ ("Make smaller pictures, close other programs that use the graphics "
                 "card, or choose another device or a smaller model."),
      .actions = { PZ_ACTION_SMALLER, PZ_ACTION_PROCESSOR, PZ_ACTION_CHECK_AGAIN },
    });
}

void
pz_panel_tell_of_prompts (PzPanel *panel)
{
  gboolean kept;

  g_object_get (panel->settings, "keep-prompts", &kept, NULL);
  if (!kept || pz_prompt_history_was_told ())
    return;
  pz_panel_show_notice (
    panel, PZ_CAUSE_PRIVACY,
    &(PzNoticeText) {
      .type = GTK_MESSAGE_INFO,
      .what = _ ("Prompt and settings are saved with each result, also in XCF files."),
      .next = _ ("Turn this off under Advanced, or remove prompts under Examples. You "
                 "won't see this again."),
    });
}

void
pz_panel_offer_left (PzPanel *panel)
{
  guint n = 0;
  g_autofree char *what = NULL;

  /* Even if recovery is switched off now: the user decides whether to restore or discard what exists. */
  if (!panel->left)
    panel->left = pz_recovery_find ();
  for (guint i = 0; i < panel->left->len; i++)
    n += pz_recovery_get_n_kept (g_ptr_array_index (panel->left, i));
  if (n == 0)
    return;
  what =
    g_strdup_printf (ngettext ("%u finished variant of an interrupted run is still there.",
                               "%u finished variants of an interrupted run are still there.",
                               n),
                     n);
  pz_panel_show_notice (panel, PZ_CAUSE_RECOVERY,
                        &(PzNoticeText) {
                          .type = GTK_MESSAGE_INFO,
                          .what = what,
                          .next = ngettext ("Restore adds it to this image as a layer.",
                                            "Restore adds them to this image as layers.", n),
                          .actions = { PZ_ACTION_RESTORE, PZ_ACTION_DISCARD },
                        });
}
