/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/learn-options.h"

#include <string.h>

#include "cli/concept-output.h"
#include "cli/learn-numbers.h"
#include "cli/learn-people.h"
#include "cli/learn-things.h"
#include "cli/learn-unused.h"
#include "cli/mask-choice.h"
#include "cli/model-options.h"
#include "cli/output-file.h"
#include "cli/text-lines.h"
#include "models/files/people-file.h"

#define RESUME ".resume"
#define LOSS_TABLE ".loss.csv"
#define LOSS_PICTURE ".loss.png"

#define OPTION(field, name, kind, about, value) \
  PZ_OPTION (PzLearnOptions, field, name, 0, kind, about, value)

const PzOption pz_learn_options[] = {
  OPTION (images, "image", FILENAME_ARRAY, "Picture of the thing; repeat for more", "FILE"),
  PZ_OPTION_OF (
    "image",
    PzLearnOptions,
    masks,
    "mask",
    "Mask of the preceding picture (not black), or none; default: its transparency, else the "
    "detected subject, or none for faces",
    "FILE|none"),
  PZ_OPTION_OF ("image",
                PzLearnOptions,
                shown,
                "shows",
                "The --name that the preceding --image shows; default: the first",
                "TOKEN"),
  OPTION (images,
          "person",
          FILENAME_ARRAY,
          "Name and picture of a person; repeat for up to 10, learned together (Celeb Basis)",
          "TOKEN=FILE"),
  OPTION (
    thing_names,
    "name",
    STRING_ARRAY,
    "Name of the thing in published formats; repeat for up to 3 things (Custom Diffusion)",
    "TOKEN"),
  OPTION (title, "title", STRING, "Display name of the concept; default: the name", "TEXT"),
  OPTION (class_words,
          "class-word",
          STRING_ARRAY,
          "Class of the thing, such as “dog”; repeat, one per --name",
          "WORD"),
  OPTION (init,
          "init",
          STRING,
          "Words to start from, one per vector; default: the method's",
          "“W1 W2”"),
  OPTION (
    names,
    "names",
    FILENAME,
    "File of names, one per line: to start from (Cross Initialization), or instead of --basis",
    "FILE"),
  OPTION (basis,
          "basis",
          FILENAME,
          "Basis of names, made by personalize basis (Celeb Basis)",
          "FILE"),
  OPTION (
    features,
    "features",
    STRING,
    "Features of people (Celeb Basis): face, image (also for drawings and animals) or free "
    "(learned per person); default: face",
    "face|image|free"),
  OPTION (recognizer,
          "recognizer",
          FILENAME,
          "insightface recognition network (IResNet) instead of the included one (Celeb Basis)",
          "FILE.pth"),
  OPTION (layer,
          "layer",
          FILENAME,
          "Shared layer to start from, embeddings_gs-N.pt of an earlier run (Celeb Basis)",
          "FILE"),
  OPTION (templates,
          "templates",
          FILENAME,
          "Captions: object, style, face, or a file of lines with {}; default: the method's",
          "NAME|FILE"),
  OPTION (
    steps,
    "steps",
    STRING,
    "Number of steps, or auto: until the loss on a fixed batch stops falling (at most 3000); "
    "default: the method's, per thing",
    "N|auto"),
  OPTION (rate, "lr", DOUBLE, "Learning rate, up to 10; default: the method's", "X"),
  OPTION (batch, "batch", INT, "Batch size, 1 to 64; default: the method's", "N"),
  OPTION (vectors,
          "vectors",
          INT,
          "Number of words to learn, 1 to 16; default: the method's",
          "N"),
  OPTION (seed, "seed", STRING, "Random seed; default: 0", "N"),
  OPTION (size, "size", STRING, "Picture size for learning; default: the model's", "WxH"),
  OPTION (masked,
          "masked",
          NONE,
          "Compute the loss inside the masks only; default if masks are given, not if detected",
          NULL),
  OPTION (unmasked,
          "unmasked",
          NONE,
          "Compute the loss over whole pictures, as in the papers",
          NULL),
  OPTION (
    prior,
    "prior",
    STRING,
    "Class pictures to generate first, for prior preservation, 0 to 1000; default: the method's",
    "N"),
  OPTION (prior_weight,
          "prior-weight",
          DOUBLE,
          "Weight of the prior preservation loss; default: 1",
          "X"),
  OPTION (rank, "rank", INT, "LoRA rank, 1 to 128; default: 4", "N"),
  OPTION (alpha,
          "alpha",
          DOUBLE,
          "LoRA alpha: changes are scaled by alpha / rank; default: the rank",
          "X"),
  OPTION (text_encoder,
          "train-text-encoder",
          NONE,
          "Train LoRA weights for the text encoder too",
          NULL),
  OPTION (no_zoom, "no-zoom", NONE, "Do not zoom pictures in and out (Custom Diffusion)", NULL),
  OPTION (samples,
          "sample",
          STRING_ARRAY,
          "Prompt for sample pictures during learning; repeat for more",
          "PROMPT"),
  OPTION (sample_every,
          "sample-every",
          INT,
          "Number of steps between samples; default: 100",
          "N"),
  OPTION (resume, "resume", NONE, "Continue from the checkpoint OUT.resume", NULL),
  OPTION (force, "force", NONE, "Overwrite existing output and start over", NULL),
  OPTION (
    out,
    "out",
    FILENAME,
    "Output: .pzconcept, a published format (.safetensors, .bin, .pt), or a folder for an "
    "adapter, weights or people",
    "PATH"),
  PZ_OPTION_MODEL (PzLearnOptions, 0),
  PZ_OPTION_DEVICE (PzLearnOptions),
  PZ_OPTION_F32 (PzLearnOptions),
  PZ_OPTION_WEIGHTS (PzLearnOptions),
  OPTION (json, "json", NONE, "Print one line of JSON per event", NULL),
  PZ_OPTIONS_END,
};

char *
pz_learn_options_describe (void)
{
  GString *text = g_string_new ("Methods:");

  for (guint i = 0; pz_learn_method (i) != NULL; i++)
    {
      const PzLearnMethod *method = pz_learn_method (i);

      g_string_append_printf (text,
                              "\n  %s: %s\n    (%u steps, batch size %u, learning rate %g)",
                              method->name, method->about, method->steps, method->batch,
                              method->rate);
    }
  return g_string_free_and_steal (text);
}

void
pz_learn_options_clear (PzLearnOptions *o)
{
  char *strings[] = { o->title,        o->init,     o->names,      o->templates,  o->steps,
                      o->seed,         o->size,     o->prior,      o->model,      o->device,
                      o->out,          o->method,   o->basis,      o->checkpoint, o->loss_table,
                      o->loss_picture, o->features, o->recognizer, o->layer,      o->weights };
  char **lists[] = { o->images,     o->masks,         o->shown,
                     o->samples,    o->thing_names,   o->class_words,
                     o->name_lines, o->caption_lines, o->people };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (strings[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_strfreev (lists[i]);
  g_clear_pointer (&o->loaded_basis, pz_basis_free);
  g_clear_pointer (&o->loaded_layer, pz_people_layer_free);
  g_clear_pointer (&o->pictures, g_ptr_array_unref);
  g_clear_pointer (&o->mask_pictures, g_ptr_array_unref);
  g_clear_pointer (&o->more, g_array_unref);
  g_clear_pointer (&o->things, g_array_unref);
}

/* ---- pictures and lists ---- */

/* The alpha channel as a mask; without one, everything is inside. (transfer full) */
static PzImage *
opaque_part (const PzImage *image)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const guint channels = pz_image_get_channels (image);
  g_autofree float *row = g_new (float, (gsize) width *channels);
  guint8 *inside = g_malloc ((gsize) width * height);
  g_autoptr (GBytes) bytes = g_bytes_new_take (inside, (gsize) width * height);

  for (guint y = 0; y < height; y++)
    {
      pz_image_read_row (image, 0, y, width, row);
      for (gsize x = 0; x < width; x++)
        inside[(gsize) y * width + x] =
          channels == 4 ? (guint8) (row[x * 4 + 3] * 255.0f + 0.5f) : 255;
    }
  return pz_image_new_bytes (width, height, 1, width, bytes);
}

/* The mask that was given for a picture; NULL = none. Faces get PZ_MASK_NONE: face detection finds them, so no subject is
 * searched for. */
static const char *
given_mask (const PzLearnOptions *o, guint index)
{
  if (index < pz_list_length (o->masks) && o->masks[index][0] != '\0')
    return o->masks[index];
  return pz_learn_people_are_faces (o) ? PZ_MASK_NONE : NULL;
}

/* Learning takes either a mask for every picture or no masks. */
static gboolean
load_pictures (PzLearnOptions *o, GError **error)
{
  const guint n = pz_list_length (o->images);
  g_auto (PzMaskChoice) choice = {
    .device = o->device,
    .note = pz_mask_choice_tell,
    .cancellable = pz_interrupt (),
  };
  gboolean any = FALSE, any_found = FALSE;

  if (n == 0)
    return pz_bad_option (error, "--image", "a picture of the thing", "none");
  o->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  o->mask_pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) pz_image_unref);
  for (guint i = 0; i < n; i++)
    {
      const char *given = given_mask (o, i);
      PzImage *image = NULL, *mask = NULL;
      const gboolean loaded =
        pz_mask_choose (&choice, o->images[i], given, &image, &mask, error);
      gboolean transparent;

      if (image != NULL)
        g_ptr_array_add (o->pictures, image);
      if (mask != NULL)
        g_ptr_array_add (o->mask_pictures, mask);
      if (!loaded)
        return FALSE;
      transparent = given == NULL && pz_image_has_transparency (image);
      any = any || mask != NULL || transparent;
      any_found = any_found || (given == NULL && mask != NULL && !transparent);
      if (mask == NULL)
        g_ptr_array_add (o->mask_pictures, opaque_part (image));
    }
  o->masks_given = any && !any_found;
  o->params.images = (PzImage *const *) o->pictures->pdata;
  o->params.n_images = n;
  o->params.masks = any ? (PzImage *const *) o->mask_pictures->pdata : NULL;
  return TRUE;
}

static gboolean
is_built_in (const char *templates)
{
  for (guint i = 0; pz_learn_templates_name (i) != NULL; i++)
    if (g_str_equal (templates, pz_learn_templates_name (i)))
      return TRUE;
  return FALSE;
}

static gboolean
load_lists (PzLearnOptions *o, GError **error)
{
  if (o->names != NULL)
    {
      o->name_lines = pz_read_lines (o->names, error);
      if (o->name_lines == NULL)
        return FALSE;
    }
  o->params.names = (const char *const *) o->name_lines;
  if (o->templates == NULL || is_built_in (o->templates))
    {
      o->params.templates = o->templates;
      return TRUE;
    }
  if (!g_file_test (o->templates, G_FILE_TEST_EXISTS))
    return pz_bad_option (error, "--templates", "object, style, face or a file", o->templates);
  o->caption_lines = pz_read_lines (o->templates, error);
  o->params.captions = (const char *const *) o->caption_lines;
  return o->caption_lines != NULL;
}

/* ---- output paths ---- */

/* The formats, besides .pzconcept, that can store what a method learns. */
static const struct
{
  const char *expected;
  const char *endings[4];
  gboolean is_folder; /* any other name is a folder */
} formats[] = {
  [PZ_TRAINS_WORDS] = { ".pzconcept, .safetensors, .bin or .pt for words",
                        { ".safetensors", ".bin", ".pt" } },
  [PZ_TRAINS_PREFIX] = { ".pzconcept or a folder for an adapter", .is_folder = TRUE },
  [PZ_TRAINS_ELITE] = { ".pzconcept for local features" },
  [PZ_TRAINS_PEOPLE] = { "a folder for people, or .pzconcept for one", .is_folder = TRUE },
  [PZ_TRAINS_WEIGHTS] = { ".pzconcept or a folder for words and weights", .is_folder = TRUE },
  [PZ_TRAINS_LORA] = { ".pzconcept or .safetensors for a LoRA", { ".safetensors" } },
};

static gboolean
can_hold (const char *out, PzTrains trains, guint n_things)
{
  if (g_str_has_suffix (out, PZ_CONCEPT_ENDING))
    return n_things <= 1;
  if (!pz_concept_format_is_file (out))
    return formats[trains].is_folder;
  for (guint i = 0; formats[trains].endings[i] != NULL; i++)
    if (g_str_has_suffix (out, formats[trains].endings[i]))
      return TRUE;
  return FALSE;
}

static gboolean
understand_out (PzLearnOptions *o, const PzLearnMethod *method, GError **error)
{
  const guint n_things = o->people != NULL ? g_strv_length (o->people) : 1 + o->params.n_more;

  if (o->out == NULL)
    return pz_bad_option (error, "--out", "a path to write to", "none");
  if (!can_hold (o->out, method->trains, n_things))
    return pz_bad_option (error, "--out",
                          o->params.n_more > 0 ? "a folder for several things"
                                               : formats[method->trains].expected,
                          o->out);
  o->replaces = o->force || o->resume;
  o->loss_table = g_strconcat (o->out, LOSS_TABLE, NULL);
  o->loss_picture = g_strconcat (o->out, LOSS_PICTURE, NULL);
  o->checkpoint = g_strconcat (o->out, RESUME, NULL);
  o->params.checkpoint = o->checkpoint;
  o->params.resume = o->resume;
  if (o->resume && !g_file_test (o->checkpoint, G_FILE_TEST_IS_REGULAR))
    return pz_bad_option (error, "--resume", "a checkpoint to continue from", o->checkpoint);
  if (!o->resume && !o->force && g_file_test (o->checkpoint, G_FILE_TEST_EXISTS))
    {
      g_set_error (
        error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
        "%s: expected no checkpoint of an earlier run, found one; --resume continues "
        "it, --force starts over",
        o->checkpoint);
      return FALSE;
    }
  return pz_concept_output_check (o->out, o->replaces, error)
         && pz_output_check_file (o->loss_table, o->replaces, error)
         && pz_output_check_file (o->loss_picture, o->replaces, error);
}

static gboolean
understand_masked (PzLearnOptions *o, GError **error)
{
  const gboolean has_masks = o->params.masks != NULL;

  if (o->masked && o->unmasked)
    return pz_bad_option (error, "--masked", "it or --unmasked", "both");
  if (o->masked && !has_masks)
    return pz_bad_option (error, "--masked", "a mask of at least one --image", "none");
  o->params.masked = has_masks && (o->masked || (o->masks_given && !o->unmasked));
  return TRUE;
}

gboolean
pz_learn_options_understand (PzLearnOptions *o, const char *name, GError **error)
{
  const PzLearnMethod *method = pz_learn_method_find (name);

  if (method == NULL)
    {
      g_autoptr (GString) names = g_string_new (NULL);

      for (guint i = 0; pz_learn_method (i) != NULL; i++)
        g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", pz_learn_method (i)->name);
      return pz_bad_option (error, "METHOD", names->str, name);
    }
  o->method = g_strdup (name);
  if (!(method->trains == PZ_TRAINS_PEOPLE ? pz_learn_people_understand (o, error)
                                           : pz_learn_things_understand (o, method, error))
      || !understand_out (o, method, error) || !pz_learn_numbers_understand (o, error)
      || !pz_learn_check_unused (o, method, error)
      || !pz_parse_weights (o->weights, &o->packs_weights, error) || !load_lists (o, error)
      || !load_pictures (o, error) || !understand_masked (o, error))
    return FALSE;
  o->params.method = o->method;
  o->params.title = o->title;
  o->params.init = o->init;
  o->params.text_encoder = o->text_encoder;
  o->params.no_zoom = o->no_zoom;
  return TRUE;
}
