/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/nets/autoencoder.h"

#include <string.h>

#include "models/nets/tiny-vae.h"
#include "models/nets/vae.h"

struct _PzAutoencoderClass
{
  const char *name; /* "_class_name" */
  gboolean (*read) (const char *path, PzAutoencoder *autoencoder, GError **error);
  /* Like pz_autoencoder_encoder (), but not scaled; and like pz_autoencoder_decoder (). */
  PzTensor *(*encoder) (PzGraph *graph,
                        const PzAutoencoder *autoencoder,
                        PzTensor *image,
                        PzTensor **moments);
  PzTensor *(*decoder) (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent);
};

/* ---- AutoencoderKL ---- */

static gboolean
kl_read (const char *path, PzAutoencoder *autoencoder, GError **error)
{
  PzVaeConfig config;

  if (!pz_vae_config_read (path, &config, error))
    return FALSE;
  pz_autoencoder_init_kl (autoencoder, &config);
  return TRUE;
}

static PzTensor *
kl_encoder (PzGraph *graph,
            const PzAutoencoder *autoencoder,
            PzTensor *image,
            PzTensor **moments)
{
  *moments = pz_vae_encoder (graph, &autoencoder->config.kl, image);
  return pz_slice (graph, *moments, 3, 0, autoencoder->latent_channels);
}

static PzTensor *
kl_decoder (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent)
{
  return pz_vae_decoder (graph, &autoencoder->config.kl, latent);
}

/* ---- AutoencoderTiny ---- */

static gboolean
tiny_read (const char *path, PzAutoencoder *autoencoder, GError **error)
{
  PzTinyVaeConfig config;

  if (!pz_tiny_vae_config_read (path, &config, error))
    return FALSE;
  pz_autoencoder_init_tiny (autoencoder, &config);
  return TRUE;
}

static PzTensor *
tiny_encoder (PzGraph *graph,
              const PzAutoencoder *autoencoder,
              PzTensor *image,
              PzTensor **moments)
{
  *moments = NULL;
  return pz_tiny_vae_encoder (graph, &autoencoder->config.tiny, image);
}

static PzTensor *
tiny_decoder (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent)
{
  return pz_tiny_vae_decoder (graph, &autoencoder->config.tiny, latent);
}

/* ---- both ---- */

/* The first class is used if a config.json names none. */
static const PzAutoencoderClass classes[] = {
  { "AutoencoderKL", kl_read, kl_encoder, kl_decoder },
  { "AutoencoderTiny", tiny_read, tiny_encoder, tiny_decoder },
};

typedef struct
{
  char *class_name;
} ClassName;

static const PzConfigField class_fields[] = {
  { "_class_name", PZ_CONFIG_STRING, .offset = G_STRUCT_OFFSET (ClassName, class_name),
    .fallback = "null" },
  { "*", PZ_CONFIG_IGNORED },
  { NULL },
};

static const PzAutoencoderClass *
find_class (const char *path, const char *name, GError **error)
{
  if (name == NULL)
    return &classes[0];
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (strcmp (classes[i].name, name) == 0)
      return &classes[i];
  g_set_error (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
               "%s: %s is not supported, %s or %s expected", path, name, classes[0].name,
               classes[1].name);
  return NULL;
}

gboolean
pz_autoencoder_read (const char *path, PzAutoencoder *autoencoder, GError **error)
{
  ClassName found = { 0 };

  *autoencoder = (PzAutoencoder) { 0 };
  if (!pz_config_read (path, class_fields, &found, error))
    return FALSE;
  autoencoder->klass = find_class (path, found.class_name, error);
  pz_config_clear (class_fields, &found);
  return autoencoder->klass != NULL && autoencoder->klass->read (path, autoencoder, error);
}

void
pz_autoencoder_init_kl (PzAutoencoder *autoencoder, const PzVaeConfig *config)
{
  *autoencoder = (PzAutoencoder) {
    .klass = &classes[0],
    .in_channels = config->in_channels,
    .latent_channels = config->latent_channels,
    .factor = pz_vae_config_factor (config),
    .scaling_factor = config->scaling_factor,
    .config.kl = *config,
  };
}

void
pz_autoencoder_init_tiny (PzAutoencoder *autoencoder, const PzTinyVaeConfig *config)
{
  *autoencoder = (PzAutoencoder) {
    .klass = &classes[1],
    .in_channels = config->in_channels,
    .latent_channels = config->latent_channels,
    .factor = pz_tiny_vae_config_factor (config),
    .scaling_factor = config->scaling_factor,
    .config.tiny = *config,
  };
}

const char *
pz_autoencoder_get_class_name (const PzAutoencoder *autoencoder)
{
  return autoencoder->klass->name;
}

static PzTensor *
scale (PzGraph *graph, PzTensor *latent, float factor)
{
  return factor == 1.0f ? latent : pz_affine (graph, latent, factor, 0.0f);
}

PzTensor *
pz_autoencoder_encoder (PzGraph *graph,
                        const PzAutoencoder *autoencoder,
                        PzTensor *image,
                        PzTensor **moments)
{
  PzTensor *latent = autoencoder->klass->encoder (graph, autoencoder, image, moments);

  return scale (graph, latent, autoencoder->scaling_factor);
}

PzTensor *
pz_autoencoder_unscale (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent)
{
  return scale (graph, latent, 1.0f / autoencoder->scaling_factor);
}

PzTensor *
pz_autoencoder_decoder (PzGraph *graph, const PzAutoencoder *autoencoder, PzTensor *latent)
{
  return autoencoder->klass->decoder (graph, autoencoder, latent);
}
