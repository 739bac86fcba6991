/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/settings.h"

#include "models/saved-concepts.h"
#include "ui/prompt/prompt-comment.h"

struct _PzSettings
{
  GObject parent;

  char *prompt;
  char *negative_prompt;
  gint variants;
  gint seed;
  gint steps;
  gdouble guidance;
  gdouble fidelity;
  gdouble model_fidelity; /* what a fidelity below 0 stands for */
  GStrv concepts;
  GArray *fidelities; /* gdouble */
  char *words;
  char *sampler;
  char *mask_source;
  GFile *model;
  char *device;
  gint width;
  gint height;
  char *target;
  gboolean image_comment;
  gboolean mark_origin;
  gboolean preview;
  gboolean recovery;
  gdouble room;
  gdouble strength;
  gint variation_of;
  gdouble variation;
  gboolean keep_prompts;
  gboolean native_size;
};

G_DEFINE_FINAL_TYPE (PzSettings, pz_settings, G_TYPE_OBJECT)

typedef enum
{
  KIND_TEXT,
  KIND_WHOLE,
  KIND_REAL,
  KIND_FILE,
  KIND_FLAG,
  KIND_BOXED,
} Kind;

typedef struct
{
  const char *name;
  Kind kind;
  gsize offset;
  gdouble min, max, value;
  const char *text;
  GType (*type) (void); /* of what is boxed */
} Property;

#define AT(field) G_STRUCT_OFFSET (PzSettings, field)

/* Row i is property id i; row 0 is unused, as GObject wants it. */
static const Property properties[] = {
  { NULL },
  { "prompt", KIND_TEXT, AT (prompt), .text = PZ_SETTINGS_PROMPT },
  { "negative-prompt", KIND_TEXT, AT (negative_prompt), .text = "" },
  { "variants", KIND_WHOLE, AT (variants), 1, PZ_MAX_VARIANTS, 4 },
  { "seed", KIND_WHOLE, AT (seed), -1, PZ_SETTINGS_MAX_SEED, -1 },
  { "steps", KIND_WHOLE, AT (steps), 0, PZ_SETTINGS_MAX_STEPS, 0 },
  { "guidance", KIND_REAL, AT (guidance), -1, PZ_SETTINGS_MAX_GUIDANCE, -1 },
  { "fidelity", KIND_REAL, AT (fidelity), -1, PZ_MAX_FIDELITY, -1 },
  { "concepts", KIND_BOXED, AT (concepts), .type = g_strv_get_type },
  { "fidelities", KIND_BOXED, AT (fidelities), .type = g_array_get_type },
  { "words", KIND_TEXT, AT (words), .text = "primary" },
  { "sampler", KIND_TEXT, AT (sampler), .text = PZ_SETTINGS_SAMPLER },
  { "mask-source", KIND_TEXT, AT (mask_source), .text = "auto" },
  { "model-folder", KIND_FILE, AT (model) },
  { "device", KIND_TEXT, AT (device), .text = "" },
  { "width", KIND_WHOLE, AT (width), 0, PZ_SETTINGS_MAX_SIZE, 0 },
  { "height", KIND_WHOLE, AT (height), 0, PZ_SETTINGS_MAX_SIZE, 0 },
  { "target", KIND_TEXT, AT (target), .text = "layers" },
  { "image-comment", KIND_FLAG, AT (image_comment) },
  { "mark-origin", KIND_FLAG, AT (mark_origin) },
  { "preview", KIND_FLAG, AT (preview), .value = TRUE },
  { "recovery", KIND_FLAG, AT (recovery), .value = TRUE },
  { "room", KIND_REAL, AT (room), 0, PZ_MAX_ROOM, 0 },
  { "strength", KIND_REAL, AT (strength), PZ_SETTINGS_MIN_STRENGTH, 1, 0.75 },
  { "variation-of", KIND_WHOLE, AT (variation_of), -1, PZ_SETTINGS_MAX_SEED, -1 },
  { "variation", KIND_REAL, AT (variation), PZ_SETTINGS_MIN_VARIATION, 1, 0.3 },
  { "keep-prompts", KIND_FLAG, AT (keep_prompts), .value = TRUE },
  { "native-size", KIND_FLAG, AT (native_size) },
};

#undef AT

static void
pz_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  const Property *property = &properties[id];
  gpointer field = G_STRUCT_MEMBER_P (object, property->offset);

  (void) spec;
  if (property->kind == KIND_TEXT)
    g_value_set_string (value, *(char **) field);
  else if (property->kind == KIND_WHOLE)
    g_value_set_int (value, *(gint *) field);
  else if (property->kind == KIND_REAL)
    g_value_set_double (value, *(gdouble *) field);
  else if (property->kind == KIND_FLAG)
    g_value_set_boolean (value, *(gboolean *) field);
  else if (property->kind == KIND_BOXED)
    g_value_set_boxed (value, *(gpointer *) field);
  else
    g_value_set_object (value, *(GFile **) field);
}

static void
pz_settings_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  const Property *property = &properties[id];
  gpointer field = G_STRUCT_MEMBER_P (object, property->offset);

  (void) spec;
  if (property->kind == KIND_TEXT)
    {
      g_free (*(char **) field);
      *(char **) field =
        g_strdup (g_value_get_string (value) ? g_value_get_string (value) : "");
    }
  else if (property->kind == KIND_WHOLE)
    *(gint *) field = g_value_get_int (value);
  else if (property->kind == KIND_REAL)
    *(gdouble *) field = g_value_get_double (value);
  else if (property->kind == KIND_FLAG)
    *(gboolean *) field = g_value_get_boolean (value);
  else if (property->kind == KIND_BOXED)
    {
      if (*(gpointer *) field)
        g_boxed_free (property->type (), *(gpointer *) field);
      *(gpointer *) field = g_value_dup_boxed (value);
    }
  else
    g_set_object ((GFile **) field, g_value_get_object (value));
}

static void
pz_settings_finalize (GObject *object)
{
  for (guint id = 1; id < G_N_ELEMENTS (properties); id++)
    {
      gpointer field = G_STRUCT_MEMBER_P (object, properties[id].offset);

      if (properties[id].kind == KIND_TEXT)
        g_free (*(char **) field);
      else if (properties[id].kind == KIND_FILE)
        g_clear_object ((GFile **) field);
      else if (properties[id].kind == KIND_BOXED && *(gpointer *) field)
        g_boxed_free (properties[id].type (), *(gpointer *) field);
    }
  G_OBJECT_CLASS (pz_settings_parent_class)->finalize (object);
}

static GParamSpec *
param_spec (const Property *p)
{
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS;

  if (p->kind == KIND_TEXT)
    return g_param_spec_string (p->name, NULL, NULL, p->text, flags);
  if (p->kind == KIND_WHOLE)
    return g_param_spec_int (p->name, NULL, NULL, (gint) p->min, (gint) p->max, (gint) p->value,
                             flags);
  if (p->kind == KIND_REAL)
    return g_param_spec_double (p->name, NULL, NULL, p->min, p->max, p->value, flags);
  if (p->kind == KIND_FLAG)
    return g_param_spec_boolean (p->name, NULL, NULL, p->value > 0, flags);
  if (p->kind == KIND_BOXED)
    return g_param_spec_boxed (p->name, NULL, NULL, p->type (), flags);
  return g_param_spec_object (p->name, NULL, NULL, G_TYPE_FILE, flags);
}

static void
pz_settings_class_init (PzSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pz_settings_get_property;
  object_class->set_property = pz_settings_set_property;
  object_class->finalize = pz_settings_finalize;
  for (guint id = 1; id < G_N_ELEMENTS (properties); id++)
    g_object_class_install_property (object_class, id, param_spec (&properties[id]));
}

static void
pz_settings_init (PzSettings *settings)
{
  settings->model_fidelity = PZ_DEFAULT_FIDELITY;
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

  if (!settings->concepts || !settings->concepts[0])
    g_strv_builder_add (builder, PZ_CONCEPT_LAYER);
  for (guint i = 0; settings->concepts && settings->concepts[i] && i < PZ_MAX_CONCEPTS; i++)
    g_strv_builder_add (builder, settings->concepts[i]);
  return g_strv_builder_end (builder);
}

gdouble
pz_settings_get_fidelity (PzSettings *settings, guint concept)
{
  return settings->fidelities && concept < settings->fidelities->len
           ? g_array_index (settings->fidelities, gdouble, concept)
           : -1.0;
}

gboolean
pz_settings_use_layer (PzSettings *settings)
{
  g_auto (GStrv) concepts = pz_settings_get_concepts (settings);

  return g_strv_contains ((const char *const *) concepts, PZ_CONCEPT_LAYER);
}

/* Names become paths. */
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
  return g_str_equal (settings->target, "selection") || g_str_equal (settings->target, "below");
}

char *
pz_settings_get_mask_source (PzSettings *settings)
{
  gboolean taken = g_str_equal (settings->target, "selection")
                   && (g_str_equal (settings->mask_source, "auto")
                       || g_str_equal (settings->mask_source, "selection"));

  return g_strdup (taken ? PZ_MASK_BESIDE_SELECTION : settings->mask_source);
}

PzSnapshot *
pz_settings_snapshot (PzSettings *settings)
{
  PzSnapshot *snapshot = g_new0 (PzSnapshot, 1);

  snapshot->prompt = pz_prompt_without_comments (settings->prompt);
  snapshot->negative_prompt = g_strdup (settings->negative_prompt);
  snapshot->sampler = g_strdup (settings->sampler);
  snapshot->params = (PzGenerateParams) {
    .prompt = snapshot->prompt,
    .negative_prompt = snapshot->negative_prompt,
    .variants = (guint) settings->variants,
    .seed = (guint64) (settings->seed < 0 ? pz_settings_draw_seed () : settings->seed),
    .steps = (guint) settings->steps,
    .guidance = settings->guidance,
    .fidelity = settings->fidelity,
    .sampler = g_str_equal (settings->sampler, PZ_SETTINGS_SAMPLER) ? NULL : snapshot->sampler,
    .words = g_str_equal (settings->words, "all") ? PZ_WORDS_ALL : PZ_WORDS_PRIMARY,
    .width = (guint) settings->width,
    .height = (guint) settings->height,
  };
  if (settings->variation_of >= 0)
    {
      snapshot->params.variation_of = (guint64) settings->variation_of;
      snapshot->params.variation = settings->variation;
    }
  if (pz_settings_paint_over (settings))
    snapshot->params.strength = settings->strength;
  take_concepts (settings, snapshot);
  snapshot->target = g_strdup (settings->target);
  snapshot->room = settings->room;
  snapshot->keep_prompts = settings->keep_prompts;
  snapshot->native_size = settings->native_size;
  snapshot->new_image = g_str_equal (settings->target, "new-image");
  snapshot->comment = settings->image_comment;
  snapshot->mark_origin = settings->mark_origin;
  snapshot->preview = settings->preview;
  snapshot->recovery = settings->recovery;
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
