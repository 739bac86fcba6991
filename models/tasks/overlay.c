/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes to weights during generation: see overlay.h.
 */
#include "models/tasks/overlay-private.h"

#include <string.h>

#include "models/nets/unet.h"

/* ---- matching names to weights ---- */

static void
changed_free (gpointer data)
{
  PzOverlayChanged *changed = data;

  g_free (changed->name);
  g_array_unref (changed->changes);
  g_free (changed);
}

static void
target_free (gpointer data)
{
  PzOverlayTarget *target = data;

  g_free (target->name);
  g_clear_pointer (&target->storage, pz_storage_unref);
  g_free (target);
}

static PzOverlayChanged *
get_changed (PzOverlay *overlay, const PzNamedWeight *weight)
{
  g_autofree char *name =
    g_strconcat (weight->is_text ? PZ_OVERLAY_TEXT : "", weight->name, NULL);
  PzOverlayChanged *changed = g_hash_table_lookup (overlay->changed, name);

  if (changed != NULL)
    return changed;
  changed = g_new0 (PzOverlayChanged, 1);
  changed->weight = weight;
  changed->name = g_steal_pointer (&name);
  changed->changes = g_array_new (FALSE, FALSE, sizeof (PzOverlayChange));
  g_hash_table_insert (overlay->changed, changed->name, changed);
  return changed;
}

static const char *
title_of (const PzConcept *concept)
{
  const char *title = pz_concept_get_title (concept);

  return title != NULL ? title : "a concept without a name";
}

static char *
shape_to_text (guint n_dims, const guint64 dims[])
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < n_dims; i++)
    g_string_append_printf (text, "%s%" G_GUINT64_FORMAT, i > 0 ? ", " : "", dims[i]);
  return g_string_free_and_steal (g_string_append_c (text, ']'));
}

static gboolean
check_override (const PzConcept *concept,
                const PzConceptOverride *override,
                const PzNamedWeight *weight,
                GError **error)
{
  guint64 expected[PZ_MAX_DIMS];
  gboolean same = weight != NULL && weight->n_dims == override->n_dims;

  for (guint i = 0; weight != NULL && i < weight->n_dims; i++)
    expected[i] = weight->dims[i];
  for (guint i = 0; same && i < weight->n_dims; i++)
    same = expected[i] == override->dims[i];
  if (same)
    return TRUE;

  g_autofree char *found = shape_to_text (override->n_dims, override->dims);
  g_autofree char *shape = weight != NULL ? shape_to_text (weight->n_dims, expected)
                                          : g_strdup ("a weight that the model has");
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "“%s” replaces %s: expected %s, found %s",
               title_of (concept), override->name, shape, found);
  return FALSE;
}

/* Products add up; a weight can have only one replacement. Concepts are added before LoRAs, so all changes found here are of
 * other concepts. */
static gboolean
check_only_one (const PzOverlay *overlay,
                const PzOverlayChanged *changed,
                const PzConcept *concept,
                GError **error)
{
  for (guint i = 0; i < changed->changes->len; i++)
    {
      const PzOverlayChange *change = &g_array_index (changed->changes, PzOverlayChange, i);
      const PzConcept *other = overlay->sources[change->source].concept;

      if (pz_concept_get_override (other, change->index)->rank > 0)
        continue;
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "expected one replacement of %s, found those of “%s” and “%s”",
                   changed->weight->name, title_of (other), title_of (concept));
      return FALSE;
    }
  return TRUE;
}

static gboolean
add_concept (PzOverlay *overlay, guint source, GError **error)
{
  const PzConcept *concept = overlay->sources[source].concept;

  for (guint i = 0; i < pz_concept_get_n_overrides (concept); i++)
    {
      const PzConceptOverride *override = pz_concept_get_override (concept, i);
      const PzNamedWeight *weight = pz_weight_names_lookup (overlay->names, override->name);
      const PzOverlayChange change = { source, i };
      PzOverlayChanged *changed;

      if (!check_override (concept, override, weight, error))
        return FALSE;
      changed = get_changed (overlay, weight);
      if (override->rank == 0 && !check_only_one (overlay, changed, concept, error))
        return FALSE;
      g_array_append_val (changed->changes, change);
    }
  return TRUE;
}

static void
note_unused (PzOverlay *overlay, guint source, guint n_unused, const char *first)
{
  const PzLora *lora = overlay->sources[source].lora;
  g_autofree char *shown = g_utf8_make_valid (first, -1);

  overlay->notes[source] = g_strdup_printf (
    "%s: the model does not have %u of its %u layers, which have no effect; the first is “%s”",
    pz_lora_get_path (lora), n_unused, pz_lora_get_n_parts (lora), shown);
}

/* A file may have layers that the model does not have, but one without any layer of the model is for another model. */
static gboolean
add_lora (PzOverlay *overlay, guint source, GError **error)
{
  const PzLora *lora = overlay->sources[source].lora;
  const guint n = pz_lora_get_n_parts (lora);
  const char *first = NULL;
  guint n_unused = 0;

  for (guint i = 0; i < n; i++)
    {
      const PzLoraPart *part = pz_lora_get_part (lora, i);
      const PzOverlayChange change = { source, i };
      const PzNamedWeight *weight;

      if (!pz_lora_find_weight (lora, part, overlay->names, &weight, error))
        return FALSE;
      if (weight != NULL)
        g_array_append_val (get_changed (overlay, weight)->changes, change);
      else if (n_unused++ == 0)
        first = part->key;
    }
  if (n_unused > 0)
    note_unused (overlay, source, n_unused, first);
  if (n_unused < n)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "%s: expected changes of the model's layers, found none; the first is “%s”",
               pz_lora_get_path (lora), first);
  return FALSE;
}

/* ---- creation ---- */

/* Maps ELITE's names for its tuned keys and values to the U-Net's names (methods: state-dict keys). */
static void
list_tuned (PzOverlay *overlay)
{
  static const char *const which[] = { "to_k.weight", "to_v.weight" };
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  const guint n_sites = pz_unet_sites (&overlay->model->unet, sites);

  for (guint i = 0; i < n_sites; i++)
    for (guint j = 0; j < G_N_ELEMENTS (which); j++)
      {
        g_autofree char *site = g_strdelimit (g_strdup (sites[i].name), ".", '_');

        g_hash_table_insert (overlay->tuned, g_strdup_printf ("global/%s_%s", site, which[j]),
                             g_strdup_printf ("%s.%s", sites[i].name, which[j]));
      }
}

PzOverlay *
pz_overlay_new (const PzModelFolder *model,
                const PzOverlaySource sources[],
                guint n_sources,
                GError **error)
{
  g_autoptr (PzOverlay) overlay = g_new0 (PzOverlay, 1);

  overlay->model = model;
  overlay->names = pz_weight_names_new (model);
  overlay->sources = g_memdup2 (sources, n_sources * sizeof *sources);
  overlay->n_sources = n_sources;
  overlay->changed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, changed_free);
  overlay->tuned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  overlay->targets = g_ptr_array_new_with_free_func (target_free);
  overlay->knobs = g_new0 (PzStorage *, 2 * n_sources);
  overlay->notes = g_new0 (char *, n_sources);
  overlay->strengths = g_new0 (PzOverlayStrength, n_sources);
  for (guint i = 0; i < n_sources; i++)
    {
      if (sources[i].concept != NULL)
        pz_concept_ref (sources[i].concept);
      if (sources[i].lora != NULL)
        pz_lora_ref (sources[i].lora);
    }
  list_tuned (overlay);
  for (guint i = 0; i < n_sources; i++)
    if (sources[i].concept != NULL && !add_concept (overlay, i, error))
      return NULL;
  for (guint i = 0; i < n_sources; i++)
    if (sources[i].lora != NULL && !add_lora (overlay, i, error))
      return NULL;
  return g_steal_pointer (&overlay);
}

void
pz_overlay_free (PzOverlay *overlay)
{
  if (overlay == NULL)
    return;
  g_clear_pointer (&overlay->program, pz_program_free);
  g_ptr_array_unref (overlay->targets);
  for (guint i = 0; i < 2 * overlay->n_sources; i++)
    g_clear_pointer (&overlay->knobs[i], pz_storage_unref);
  for (guint i = 0; i < overlay->n_sources; i++)
    {
      pz_concept_unref (overlay->sources[i].concept);
      pz_lora_unref (overlay->sources[i].lora);
      g_free (overlay->notes[i]);
    }
  g_free (overlay->notes);
  g_hash_table_unref (overlay->changed);
  g_hash_table_unref (overlay->tuned);
  g_clear_pointer (&overlay->names, pz_weight_names_free);
  g_free (overlay->sources);
  g_free (overlay->strengths);
  g_free (overlay->applied);
  g_free (overlay->knobs);
  g_free (overlay);
}

gboolean
pz_overlay_is_of (const PzOverlay *overlay, const PzOverlaySource sources[], guint n_sources)
{
  if (overlay == NULL || overlay->n_sources != n_sources)
    return overlay == NULL && n_sources == 0;
  for (guint i = 0; i < n_sources; i++)
    if (overlay->sources[i].concept != sources[i].concept
        || overlay->sources[i].lora != sources[i].lora)
      return FALSE;
  return TRUE;
}

const char *
pz_overlay_get_note (const PzOverlay *overlay, guint source)
{
  return overlay != NULL ? overlay->notes[source] : NULL;
}

/* ---- replacing weights ---- */

static PzOverlayTarget *
find_target (const PzOverlay *overlay, const char *name)
{
  for (guint i = 0; i < overlay->targets->len; i++)
    {
      PzOverlayTarget *target = overlay->targets->pdata[i];

      if (strcmp (target->name, name) == 0)
        return target;
    }
  return NULL;
}

/* The replacement for a weight of a graph, which may have no storage yet; NULL = the weight does not change. */
static PzOverlayTarget *
get_target (PzOverlay *overlay, PzGraph *graph, PzTensor *weight)
{
  const char *own = g_hash_table_lookup (overlay->tuned, weight->name);
  const PzOverlayChanged *changed =
    g_hash_table_lookup (overlay->changed, own != NULL ? own : weight->name);
  PzOverlayTarget *target = changed != NULL ? find_target (overlay, weight->name) : NULL;

  /* Programs do not pack the weights that they change. */
  if (changed != NULL && weight->dtype == PZ_ROWS8)
    pz_graph_unpack_weight (graph, weight);
  if (changed == NULL || target != NULL)
    return target;
  target = g_new0 (PzOverlayTarget, 1);
  target->name = g_strdup (weight->name);
  target->changed = changed;
  target->dtype = weight->dtype;
  target->size_bytes = pz_dtype_size (weight->dtype, weight->n_dims, weight->dims);
  g_ptr_array_add (overlay->targets, target);
  return target;
}

gboolean
pz_overlay_bind (PzOverlay *overlay, PzGpu *gpu, PzGraph *graph, GError **error)
{
  for (guint i = 0; i < pz_graph_get_n_weights (graph); i++)
    {
      PzTensor *weight = pz_graph_get_weight (graph, i);
      PzOverlayTarget *target = get_target (overlay, graph, weight);

      if (target == NULL || gpu == NULL)
        continue;
      if (target->storage == NULL)
        target->storage = pz_storage_new (gpu, PZ_ARENA_STATE, weight->dtype, weight->n_dims,
                                          weight->dims, weight->name, error);
      if (target->storage == NULL)
        return FALSE;
      pz_graph_bind (graph, weight, target->storage);
    }
  return TRUE;
}

void
pz_overlay_drop (PzOverlay *overlay)
{
  g_clear_pointer (&overlay->program, pz_program_free);
  g_clear_pointer (&overlay->applied, g_free);
  g_ptr_array_set_size (overlay->targets, 0);
}
