/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/mapper.h"

#include "models/nets/layers.h"

#define LAYER_NORM_EPS 1e-5f

/* Linear, LayerNorm, LeakyReLU twice, then Linear; the numbers are positions in the file. */
static PzTensor *
mapper_mlp (PzGraph *graph, const PzMapperConfig *config, PzTensor *x, PzTensor *residual)
{
  guint width = config->hidden_size;

  x = pz_layer_linear (graph, "0", x, &(PzLayer) { .out = width });
  x = pz_layer_layer_norm (graph, "1", x, LAYER_NORM_EPS, PZ_ACT_LEAKY_RELU);
  x = pz_layer_linear (graph, "3", x, &(PzLayer) { .out = width });
  x = pz_layer_layer_norm (graph, "4", x, LAYER_NORM_EPS, PZ_ACT_LEAKY_RELU);
  return pz_layer_linear (graph, "6", x,
                          &(PzLayer) {
                            .out = config->cross_attention_dim,
                            .residual = residual,
                          });
}

/* Applies mapping_{i} to the class token: [B, 1, D]. */
static PzTensor *
map_class_token (PzGraph *graph,
                 const char *mapper,
                 guint i,
                 const PzMapperConfig *config,
                 PzTensor *feature)
{
  pz_graph_push (graph, "%s/mapping_%u", mapper, i);
  PzTensor *y = mapper_mlp (graph, config, pz_slice (graph, feature, 1, 0, 1), NULL);
  pz_graph_pop (graph);
  return y;
}

/* Applies mapping_patch_{i} to every patch and adds residual, unless it is NULL: [B, P, D]. */
static PzTensor *
map_patches (PzGraph *graph,
             const char *mapper,
             guint i,
             const PzMapperConfig *config,
             PzTensor *feature,
             PzTensor *residual)
{
  if (feature == NULL)
    return NULL;

  pz_graph_push (graph, "%s/mapping_patch_%u", mapper, i);
  PzTensor *patches = pz_slice (graph, feature, 1, 1, feature->dims[1] - 1);
  PzTensor *y = mapper_mlp (graph, config, patches, residual);
  pz_graph_pop (graph);
  return y;
}

PzTensor *
pz_global_mapper (PzGraph *graph,
                  const PzMapperConfig *config,
                  PzTensor *const features[PZ_MAPPER_FEATURES])
{
  PzTensor *words = NULL;

  for (guint i = 0; i < PZ_MAPPER_FEATURES; i++)
    {
      PzTensor *feature = pz_layer_enter (graph, features[i]);
      PzTensor *word = map_class_token (graph, "global", i, config, feature);
      PzTensor *patches = map_patches (graph, "global", i, config, feature, NULL);

      if (word == NULL || patches == NULL)
        return NULL;
      /* The mean is taken over the network's output for the patches, not over the patches themselves. */
      PzTensor *mean = pz_mean (graph, patches, 1);
      word = pz_add (graph, word, pz_reshape (graph, mean, 3, word->dims));
      words = i == 0 ? word : pz_concat (graph, words, word, 1);
    }
  return words;
}

PzTensor *
pz_local_mapper (PzGraph *graph,
                 const PzMapperConfig *config,
                 PzTensor *const features[PZ_MAPPER_FEATURES],
                 PzTensor *mask)
{
  PzTensor *sum = NULL;

  if (mask == NULL)
    return NULL;
  for (guint i = 0; i < PZ_MAPPER_FEATURES; i++)
    {
      PzTensor *feature = pz_layer_enter (graph, features[i]);
      PzTensor *whole = map_class_token (graph, "local", i, config, feature);

      sum = map_patches (graph, "local", i, config, feature, sum);
      sum = pz_add (graph, sum, whole);
    }
  PzTensor *mean = pz_affine (graph, sum, 1.0f / PZ_MAPPER_FEATURES, 0.0f);
  PzTensor *column = pz_reshape (graph, mask, 3, (guint[]) { mask->dims[0], mask->dims[1], 1 });
  return pz_mul (graph, mean, pz_layer_enter (graph, column));
}
