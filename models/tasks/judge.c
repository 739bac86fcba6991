/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Maps pictures and texts to directions: see models/judge.h.
 */
#include "models/judge.h"

#include <math.h>

#include "compute/pictures.h"
#include "compute/run.h"
#include "compute/self-check.h"
#include "models/concept-private.h"
#include "models/files/judge-file.h"
#include "models/nets/clip-features.h"
#include "models/nets/image-encoder.h"
#include "models/nets/vit.h"
#include "models/session.h"
#include "models/tasks/unit-length.h"

#define FOLDER "judges"
#define INCLUDED "pz-judges" /* used if no other is found */
#define MAX_PICTURE_SIDE 8192 /* limit of the resizing op */
#define MAX_LOOK_SIDE 1024 /* limit for inputs, in pixels; published networks use 224 to 518 */

/* How each kind preprocesses a picture. */
typedef struct
{
  const char *name;
  guint resize_num, resize_den; /* the shortest side becomes S * num / den */
  const float *mean, *deviation;
  const char *normalisation;
} Kind;

/* ImageNet's mean and deviation, with which DINO was trained. */
static const float natural_mean[3] = { 0.485f, 0.456f, 0.406f };
static const float natural_deviation[3] = { 0.229f, 0.224f, 0.225f };

static const Kind kinds[PZ_N_JUDGES] = {
  [PZ_JUDGE_CLIP] = { "clip", 1, 1, pz_image_encoder_mean, pz_image_encoder_deviation,
                      "CLIP's mean and deviation" },
  [PZ_JUDGE_DINO] = { "dino", 256, 224, natural_mean, natural_deviation,
                      "ImageNet's mean and deviation" },
};

struct _PzJudge
{
  PzGpu *gpu;
  PzJudgeFile *file;
  const Kind *kind;
  char *path;
  char *view;
  PzDtype activation;
  GCancellable *cancellable;
  guint side; /* S */
  guint width;
  PzStorage *pixel_values; /* F32 [1, S, S, 3] */
  PzProgram *see; /* pixel_values -> direction */
  PzProgram *read; /* ids, ends -> direction; NULL = does not read texts */
  /* For the size of the last picture, because the pictures of a run usually have the same size. */
  PzProgram *prepare; /* whole, scale, shift -> pixel_values */
  guint whole_width, whole_height;
};

const char *
pz_judge_kind_name (PzJudgeKind kind)
{
  return kinds[kind].name;
}

const char *
pz_judge_get_path (const PzJudge *judge)
{
  return judge->path;
}

guint
pz_judge_get_width (const PzJudge *judge)
{
  return judge->width;
}

const char *
pz_judge_get_view (const PzJudge *judge)
{
  return judge->view;
}

/* ---- opening ---- */

char *
pz_judge_find (PzJudgeKind kind, const char *beside, GError **error)
{
  g_autofree char *folder = g_build_filename (FOLDER, kinds[kind].name, NULL);
  g_autofree char *included = g_build_filename (INCLUDED, kinds[kind].name, NULL);
  g_autofree char *wanted = g_strdup_printf ("a judge in a folder %s", folder);
  char *found = pz_model_search_folder (beside, folder, wanted, NULL);

  return found != NULL ? found : pz_model_search_folder (beside, included, wanted, error);
}

static PzProgram *
finish (PzJudge *judge, PzGraph *graph, PzTensor *features, GError **error)
{
  const PzWeightSource source = { "", judge->file->weights };

  pz_graph_output (graph, pz_cast (graph, features, PZ_F32), "direction");
  if (!pz_weights_bind (graph, &source, 1, judge->gpu,
                        &(PzWeightParams) { .cancellable = judge->cancellable }, error))
    return NULL;
  return pz_program_new (judge->gpu, graph,
                         &(PzRunParams) { .cancellable = judge->cancellable }, error);
}

static gboolean
make_see (PzJudge *judge, GError **error)
{
  const guint dims[] = { 1, judge->side, judge->side, 3 };
  g_autoptr (PzGraph) graph = pz_graph_new (judge->activation);
  PzTensor *pixels = pz_graph_input (graph, "pixel_values", PZ_F32, 4, dims);

  judge->pixel_values =
    pz_storage_new (judge->gpu, PZ_ARENA_STATE, PZ_F32, 4, dims, "pixel_values", error);
  if (judge->pixel_values == NULL)
    return FALSE;
  pz_graph_bind (graph, pixels, judge->pixel_values);
  judge->see = finish (judge, graph,
                       judge->file->kind == PZ_JUDGE_CLIP
                         ? pz_clip_image_features (graph, &judge->file->clip, pixels)
                         : pz_vit (graph, &judge->file->vit, pixels),
                       error);
  return judge->see != NULL;
}

static gboolean
make_read (PzJudge *judge, GError **error)
{
  const PzClipConfig *config = &judge->file->clip;
  g_autoptr (PzGraph) graph = NULL;

  if (judge->file->kind != PZ_JUDGE_CLIP)
    return TRUE;
  graph = pz_graph_new (judge->activation);
  PzTensor *ids = pz_graph_input (graph, "ids", PZ_I32, 2,
                                  (guint[]) { 1, config->text.max_position_embeddings });
  PzTensor *ends = pz_graph_input (graph, "ends", PZ_I32, 2, (guint[]) { 1, 1 });
  judge->read = finish (judge, graph, pz_clip_text_features (graph, config, ids, ends), error);
  return judge->read != NULL;
}

static gboolean
check_size (const PzJudge *judge, GError **error)
{
  if (judge->side <= MAX_LOOK_SIDE
      && (judge->file->kind != PZ_JUDGE_CLIP
          || judge->file->clip.text.max_position_embeddings >= 2))
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
               "%s: expected an image_size of at most %u pixels and room for 2 tokens, found "
               "%u pixels and room for %u",
               judge->path, MAX_LOOK_SIDE, judge->side,
               judge->file->clip.text.max_position_embeddings);
  return FALSE;
}

static void
describe_view (PzJudge *judge)
{
  const Kind *kind = judge->kind;

  judge->view = g_strdup_printf ("shortest side to %u pixels (bicubic), the middle %ux%u, %s",
                                 judge->side * kind->resize_num / kind->resize_den, judge->side,
                                 judge->side, kind->normalisation);
}

/* Creates a judge without anything that needs a device. */
static PzJudge *
judge_new (const PzJudgeParams *params, GError **error)
{
  g_autoptr (PzJudge) judge = g_new0 (PzJudge, 1);

  judge->kind = &kinds[params->kind];
  judge->activation = params->f32 ? PZ_F32 : PZ_F16;
  judge->cancellable = params->cancellable;
  judge->path = params->path != NULL ? g_strdup (params->path)
                                     : pz_judge_find (params->kind, params->beside, error);
  if (judge->path == NULL)
    return NULL;
  judge->file = pz_judge_file_open (judge->path, params->kind, error);
  if (judge->file == NULL)
    return NULL;
  judge->side = params->kind == PZ_JUDGE_CLIP ? judge->file->clip.vision.image_size
                                              : judge->file->vit.image_size;
  judge->width = params->kind == PZ_JUDGE_CLIP ? judge->file->clip.projection_dim
                                               : judge->file->vit.hidden_size;
  if (!check_size (judge, error))
    return NULL;
  describe_view (judge);
  return g_steal_pointer (&judge);
}

gboolean
pz_judge_check (const PzJudgeParams *params, GError **error)
{
  g_autoptr (PzJudge) judge = judge_new (params, error);

  return judge != NULL;
}

PzJudge *
pz_judge_open (const PzJudgeParams *params, GError **error)
{
  g_autoptr (PzJudge) judge = judge_new (params, error);

  if (judge == NULL)
    return NULL;
  judge->gpu = pz_gpu_open_checked (&(PzGpuParams) { .device = params->device },
                                    params->cancellable, error);
  if (judge->gpu == NULL || !make_see (judge, error) || !make_read (judge, error))
    return NULL;
  return g_steal_pointer (&judge);
}

void
pz_judge_close (PzJudge *judge)
{
  if (judge == NULL)
    return;
  g_clear_pointer (&judge->prepare, pz_program_free);
  g_clear_pointer (&judge->see, pz_program_free);
  g_clear_pointer (&judge->read, pz_program_free);
  g_clear_pointer (&judge->pixel_values, pz_storage_unref);
  g_clear_pointer (&judge->file, pz_judge_file_close);
  g_clear_pointer (&judge->gpu, pz_gpu_close);
  g_free (judge->path);
  g_free (judge->view);
  g_free (judge);
}

/* ---- directions ---- */

/* Runs a program and normalises its result to a unit vector. */
static gboolean
take_direction (PzJudge *judge, PzProgram *program, float *direction, GError **error)
{
  return pz_program_run (program, &(PzRunParams) { .cancellable = judge->cancellable }, error)
         && pz_storage_read_f32 (pz_program_get_storage (program, "direction"), direction,
                                 judge->width, error)
         && pz_unit_length (judge->path, direction, judge->width, error);
}

/* ---- pictures ---- */

/* The first of the middle `side` pixels of n: half of the rest, rounded to even as in Python. */
static guint
middle (guint n, guint side)
{
  return (guint) rint ((n - side) / 2.0);
}

/* Pictures vary in size, so this small program is created for each size. */
static gboolean
prepare_for (PzJudge *judge, guint width, guint height, GError **error)
{
  const Kind *kind = judge->kind;
  const guint side = judge->side, least = side * kind->resize_num / kind->resize_den;
  const guint shortest = MIN (width, height);
  const guint small_width = (guint) ((guint64) width * least / shortest);
  const guint small_height = (guint) ((guint64) height * least / shortest);
  g_autoptr (PzGraph) graph = NULL;
  float scale[3], shift[3];

  if (judge->prepare != NULL && judge->whole_width == width && judge->whole_height == height)
    return TRUE;
  g_clear_pointer (&judge->prepare, pz_program_free);
  graph = pz_graph_new (judge->activation);
  PzTensor *x = pz_graph_input (graph, "whole", PZ_F32, 4, (guint[]) { 1, height, width, 3 });
  PzTensor *by = pz_graph_input (graph, "scale", PZ_F32, 1, (guint[]) { 3 });
  PzTensor *plus = pz_graph_input (graph, "shift", PZ_F32, 1, (guint[]) { 3 });
  x = pz_resize_bicubic (graph, x, small_height, small_width);
  x = pz_slice (graph, x, 1, middle (small_height, side), side);
  x = pz_slice (graph, x, 2, middle (small_width, side), side);
  x = pz_add (graph, pz_mul (graph, x, by), plus);
  pz_graph_bind (graph, pz_graph_output (graph, x, "pixel_values"), judge->pixel_values);
  judge->prepare = pz_program_new (judge->gpu, graph,
                                   &(PzRunParams) { .cancellable = judge->cancellable }, error);
  if (judge->prepare == NULL)
    return FALSE;
  for (guint c = 0; c < 3; c++)
    {
      scale[c] = 1.0f / kind->deviation[c];
      shift[c] = -kind->mean[c] / kind->deviation[c];
    }
  judge->whole_width = width;
  judge->whole_height = height;
  return pz_storage_write_f32 (pz_program_get_storage (judge->prepare, "scale"), scale, 3,
                               error)
         && pz_storage_write_f32 (pz_program_get_storage (judge->prepare, "shift"), shift, 3,
                                  error);
}

/* [height, width, 3] in multiples of 1/255, black outside the mask. (transfer full) */
static float *
levels_new (const PzImage *image, const PzImage *mask)
{
  const guint width = pz_image_get_width (image), height = pz_image_get_height (image);
  const guint channels = pz_image_get_channels (image);
  g_autofree guint8 *bytes = pz_image_to_bytes (image);
  g_autofree float *inside = mask != NULL ? g_new (float, width) : NULL;
  float *levels = g_new (float, (gsize) width *height * 3), *to = levels;
  const guint8 *from = bytes;

  for (guint y = 0; y < height; y++)
    {
      if (mask != NULL)
        pz_image_read_row (mask, 0, y, width, inside);
      for (guint x = 0; x < width; x++, from += channels)
        for (guint c = 0; c < 3; c++)
          *to++ = inside == NULL || pz_mask_is_inside (inside[x])
                    ? (float) from[channels >= 3 ? c : 0] / 255.0f
                    : 0.0f;
    }
  return levels;
}

static gboolean
same_size (const PzImage *image, const PzImage *mask, GError **error)
{
  if (mask == NULL
      || (pz_image_get_width (image) == pz_image_get_width (mask)
          && pz_image_get_height (image) == pz_image_get_height (mask)))
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "mask: expected %ux%u pixels, the picture's, found %ux%u",
               pz_image_get_width (image), pz_image_get_height (image),
               pz_image_get_width (mask), pz_image_get_height (mask));
  return FALSE;
}

gboolean
pz_judge_see (PzJudge *judge, PzImage *image, PzImage *mask, float *direction, GError **error)
{
  g_autoptr (PzImage) small = NULL;
  g_autoptr (PzImage) small_mask = NULL;
  g_autofree float *levels = NULL;
  guint width, height;

  if (!same_size (image, mask, error))
    return FALSE;
  small = pz_image_shrink (image, MAX_PICTURE_SIDE);
  small_mask = mask != NULL ? pz_image_shrink (mask, MAX_PICTURE_SIDE) : NULL;
  width = pz_image_get_width (small);
  height = pz_image_get_height (small);
  if (!prepare_for (judge, width, height, error))
    return FALSE;
  levels = levels_new (small, small_mask);
  return pz_storage_write_f32 (pz_program_get_storage (judge->prepare, "whole"), levels,
                               (gsize) width * height * 3, error)
         && pz_program_run (judge->prepare,
                            &(PzRunParams) { .cancellable = judge->cancellable }, error)
         && take_direction (judge, judge->see, direction, error);
}

/* ---- texts ---- */

gboolean
pz_judge_read (PzJudge *judge, const char *text, float *direction, GError **error)
{
  const PzTokenizer *tokenizer = judge->file->tokenizer;
  const guint room = judge->file->clip.text.max_position_embeddings;
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree gint32 *ids = g_new (gint32, room);
  gint32 end;

  pz_tokenizer_encode (tokenizer, text, -1, tokens);
  end = (gint32) MIN (tokens->len + 1, room - 1);
  /* Tokens after the end have no effect, because attention is causal. */
  for (guint i = 0; i < room; i++)
    ids[i] = (gint32) pz_tokenizer_get_end (tokenizer);
  ids[0] = (gint32) pz_tokenizer_get_begin (tokenizer);
  for (gint32 i = 1; i < end; i++)
    ids[i] = (gint32) g_array_index (tokens, guint, i - 1);
  return pz_storage_write (pz_program_get_storage (judge->read, "ids"), 0, ids,
                           room * sizeof *ids, judge->cancellable, error)
         && pz_storage_write (pz_program_get_storage (judge->read, "ends"), 0, &end, sizeof end,
                              judge->cancellable, error)
         && take_direction (judge, judge->read, direction, error);
}
