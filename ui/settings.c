/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/settings.h"

#include "models/saved-concepts.h"
#include "ui/prompt/prompt-comment.h"
#include "ui/settings-table.h"

struct _PzSettings
{
  GObject parent;

  GValue *values; /* one for each row of pz_settings_table */
  gdouble model_fidelity; /* used if the fidelity is below 0 */
};

G_DEFINE_FINAL_TYPE (PzSettings, pz_settings, G_TYPE_OBJECT)

/* ---- properties: row i of the table has id i + 1, because GObject reserves id 0 ---- */

#define FLAGS (G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS)

static GParamSpec *
text_spec (const PzSetting *s)
{
  return g_param_spec_string (s->name, NULL, NULL, s->text, FLAGS);
}

static GParamSpec *
whole_spec (const PzSetting *s)
{
  return g_param_spec_int (s->name, NULL, NULL, (gint) s->min, (gint) s->max, (gint) s->value,
                           FLAGS);
}

static GParamSpec *
real_spec (const PzSetting *s)
{
  return g_param_spec_double (s->name, NULL, NULL, s->min, s->max, s->value, FLAGS);
}

static GParamSpec *
file_spec (const PzSetting *s)
{
  return g_param_spec_object (s->name, NULL, NULL, G_TYPE_FILE, FLAGS);
}

static GParamSpec *
flag_spec (const PzSetting *s)
{
  return g_param_spec_boolean (s->name, NULL, NULL, s->value > 0, FLAGS);
}

static GParamSpec *
texts_spec (const PzSetting *s)
{
  return g_param_spec_boxed (s->name, NULL, NULL, G_TYPE_STRV, FLAGS);
}

static GParamSpec *
reals_spec (const PzSetting *s)
{
  return g_param_spec_boxed (s->name, NULL, NULL, G_TYPE_ARRAY, FLAGS);
}

static GParamSpec *(*const specs[]) (const PzSetting *s) = {
  [PZ_SETTING_TEXT] = text_spec,   [PZ_SETTING_CHOICE] = text_spec,
  [PZ_SETTING_WHOLE] = whole_spec, [PZ_SETTING_REAL] = real_spec,
  [PZ_SETTING_FILE] = file_spec,   [PZ_SETTING_FLAG] = flag_spec,
  [PZ_SETTING_TEXTS] = texts_spec, [PZ_SETTING_REALS] = reals_spec,
};

static void
pz_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  (void) spec;
  g_value_copy (&PZ_SETTINGS (object)->values[id - 1], value);
}

/* A NULL string becomes "". */
static void
pz_settings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GValue *own = &PZ_SETTINGS (object)->values[id - 1];

  (void) spec;
  g_value_copy (value, own);
  if (G_VALUE_HOLDS_STRING (own) && !g_value_get_string (own))
    g_value_set_static_string (own, "");
}

static void
pz_settings_finalize (GObject *object)
{
  PzSettings *settings = PZ_SETTINGS (object);

  for (guint i = 0; i < pz_n_settings; i++)
    g_value_unset (&settings->values[i]);
  g_free (settings->values);
  G_OBJECT_CLASS (pz_settings_parent_class)->finalize (object);
}

static void
pz_settings_class_init (PzSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pz_settings_get_property;
  object_class->set_property = pz_settings_set_property;
  object_class->finalize = pz_settings_finalize;
  for (guint i = 0; i < pz_n_settings; i++)
    g_object_class_install_property (object_class, i + 1,
                                     specs[pz_settings_table[i].kind](&pz_settings_table[i]));
}

static void
pz_settings_init (PzSettings *settings)
{
  settings->model_fidelity = PZ_DEFAULT_FIDELITY;
  settings->values = g_new0 (GValue, pz_n_settings);
  for (guint i = 0; i < pz_n_settings; i++)
    g_value_init (&settings->values[i],
                  g_object_class_find_property (G_OBJECT_GET_CLASS (settings),
                                                pz_settings_table[i].name)
                    ->value_type);
}

/* ---- values, by name ---- */

static const GValue *
value_of (PzSettings *settings, const char *name)
{
  return &settings->values[pz_setting_find (name) - pz_settings_table];
}

static const char *
text_of (PzSettings *settings, const char *name)
{
  return g_value_get_string (value_of (settings, name));
}

static gint
whole_of (PzSettings *settings, const char *name)
{
  return g_value_get_int (value_of (settings, name));
}

static gdouble
real_of (PzSettings *settings, const char *name)
{
  return g_value_get_double (value_of (settings, name));
}

static gboolean
is_on (PzSettings *settings, const char *name)
{
  return g_value_get_boolean (value_of (settings, name));
}

PzSettings *
pz_settings_new (void)
{
  return g_object_new (PZ_TYPE_SETTINGS, NULL);
}

void
pz_settings_set_model (PzSettings *settings, const PzModelInfo *model)
{
  settings->model_fidelity = model ? model->fidelity : PZ_DEFAULT_FIDELITY;
  g_object_notify (G_OBJECT (settings), "fidelity");
}

gdouble
pz_settings_get_model_fidelity (PzSettings *settings)
{
  return settings->model_fidelity;
}

gint
pz_settings_draw_seed (void)
{
  return g_random_int_range (0, 1000000);
}

GStrv
pz_settings_get_concepts (PzSettings *settings)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  char **concepts = g_value_get_boxed (value_of (settings, "concepts"));

  if (!concepts || !concepts[0])
    g_strv_builder_add (builder, PZ_CONCEPT_LAYER);
  for (guint i = 0; concepts && concepts[i] && i < PZ_MAX_CONCEPTS; i++)
    g_strv_builder_add (builder, concepts[i]);
  return g_strv_builder_end (builder);
}

gdouble
pz_settings_get_fidelity (PzSettings *settings, guint concept)
{
  const GArray *fidelities = g_value_get_boxed (value_of (settings, "fidelities"));

  return fidelities && concept < fidelities->len ? g_array_index (fidelities, gdouble, concept)
                                                 : -1.0;
}

gboolean
pz_settings_use_layer (PzSettings *settings)
{
  g_auto (GStrv) concepts = pz_settings_get_concepts (settings);

  return g_strv_contains ((const char *const *) concepts, PZ_CONCEPT_LAYER);
}

/* Sets the concepts and their fidelities; names become paths. */
static void
take_concepts (PzSettings *settings, PzSnapshot *snapshot)
{
  PzGenerateParams *params = &snapshot->params;

  snapshot->concepts = pz_settings_get_concepts (settings);
  for (guint i = 0; snapshot->concepts[i]; i++)
    {
      char *name = snapshot->concepts[i];

      params->fidelities[i] = pz_settings_get_fidelity (settings, i);
      if (params->fidelities[i] >= 0)
        params->n_fidelities = g_strv_length (snapshot->concepts);
      if (g_str_equal (name, PZ_CONCEPT_LAYER))
        continue;
      snapshot->concepts[i] = pz_saved_concept_path (name);
      g_free (name);
    }
}

gboolean
pz_settings_paint_over (PzSettings *settings)
{
  const char *target = text_of (settings, "target");

  return g_str_equal (target, "selection") || g_str_equal (target, "below");
}

char *
pz_settings_get_mask_source (PzSettings *settings)
{
  const char *source = text_of (settings, "mask-source");
  gboolean taken = g_str_equal (text_of (settings, "target"), "selection")
                   && (g_str_equal (source, "auto") || g_str_equal (source, "selection"));

  return g_strdup (taken ? PZ_MASK_BESIDE_SELECTION : source);
}

PzSnapshot *
pz_settings_snapshot (PzSettings *settings)
{
  PzSnapshot *snapshot = g_new0 (PzSnapshot, 1);
  const gint seed = whole_of (settings, "seed"), varied = whole_of (settings, "variation-of");

  snapshot->prompt = pz_prompt_without_comments (text_of (settings, "prompt"));
  snapshot->negative_prompt = g_strdup (text_of (settings, "negative-prompt"));
  snapshot->sampler = g_strdup (text_of (settings, "sampler"));
  snapshot->params = (PzGenerateParams) {
    .prompt = snapshot->prompt,
    .negative_prompt = snapshot->negative_prompt,
    .variants = (guint) whole_of (settings, "variants"),
    .seed = (guint64) (seed < 0 ? pz_settings_draw_seed () : seed),
    .steps = (guint) whole_of (settings, "steps"),
    .guidance = real_of (settings, "guidance"),
    .fidelity = real_of (settings, "fidelity"),
    .sampler = g_str_equal (snapshot->sampler, PZ_SETTINGS_SAMPLER) ? NULL : snapshot->sampler,
    .words = g_str_equal (text_of (settings, "words"), "all") ? PZ_WORDS_ALL : PZ_WORDS_PRIMARY,
    .width = (guint) whole_of (settings, "width"),
    .height = (guint) whole_of (settings, "height"),
  };
  if (varied >= 0)
    {
      snapshot->params.variation_of = (guint64) varied;
      snapshot->params.variation = real_of (settings, "variation");
    }
  if (pz_settings_paint_over (settings))
    snapshot->params.strength = real_of (settings, "strength");
  take_concepts (settings, snapshot);
  snapshot->target = g_strdup (text_of (settings, "target"));
  snapshot->room = real_of (settings, "room");
  snapshot->keep_prompts = is_on (settings, "keep-prompts");
  snapshot->native_size = is_on (settings, "native-size");
  snapshot->new_image = g_str_equal (snapshot->target, "new-image");
  snapshot->comment = is_on (settings, "image-comment");
  snapshot->mark_origin = is_on (settings, "mark-origin");
  snapshot->preview = is_on (settings, "preview");
  snapshot->recovery = is_on (settings, "recovery");
  return snapshot;
}

void
pz_snapshot_free (PzSnapshot *snapshot)
{
  g_clear_pointer (&snapshot->prompt, g_free);
  g_clear_pointer (&snapshot->negative_prompt, g_free);
  g_clear_pointer (&snapshot->sampler, g_free);
  g_clear_pointer (&snapshot->target, g_free);
  g_clear_pointer (&snapshot->concepts, g_strfreev);
  g_clear_pointer (&snapshot->start, pz_host_start_unref);
  g_clear_pointer (&snapshot->picture, pz_image_unref);
  g_clear_pointer (&snapshot->mask, pz_image_unref);
  g_free (snapshot);
}
