/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a method has learned or encoded about a thing, in host memory and independent of the session that made it. There are
 * five kinds of parts, and each belongs to something:
 *
 *   words      embedding rows that replace the placeholder in prompts     any text encoder of their width
 *   local      patch features of one picture (Wei et al., ELITE, 2023)   the model and its ELITE mappers
 *   prefix     keys and values of the text encoder's last layers (Zhao et al., CatVersion, 2023)   the model
 *   image      tokens attended to in addition to the prompt (Ye et al., IP-Adapter, 2023)   the IP-Adapter
 *   overrides  weights that replace the model's own, or low-rank products that are added to them   the model
 *
 * "The model" is its text encoder and U-Net, in any precision and file format.
 *
 * Thread: any (immutable).
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

#define PZ_MAX_ROOM 1.0 /* see pz_concept_square () */
#define PZ_MAX_CROP \
  2048 /* pixels; largest side of the encoders' crop, see pz_concept_crop () */
#define PZ_CONCEPT_MAX_WORDS 16
#define PZ_CONCEPT_ENDING ".pzconcept"

typedef struct _PzConcept PzConcept;

PzConcept *pz_concept_ref (PzConcept *concept);
void pz_concept_unref (PzConcept *concept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzConcept, pz_concept_unref)

/* ---- names and metadata ---- */

/* The name under which published files store the words; NULL = none. If each word stands for a different thing, the names are
 * separated by spaces; such a concept is exported, not saved. */
const char *pz_concept_get_name (const PzConcept *concept);
/* The title to show to users, or the name if there is no title. May be NULL. */
const char *pz_concept_get_title (const PzConcept *concept);
/* "elite", "ip-adapter", "textual-inversion", ... */
const char *pz_concept_get_method (const PzConcept *concept);
/* The class of the thing. Replaces the placeholder if there are no words. May be NULL. */
const char *pz_concept_get_class_word (const PzConcept *concept);
/* How the concept was made: JSON without paths and prompts. May be NULL. */
const char *pz_concept_get_recipe (const PzConcept *concept);
/* One line. May be NULL. */
const char *pz_concept_get_licence (const PzConcept *concept);
/* RGB, longer side at most PZ_CONCEPT_THUMBNAIL_SIDE. (transfer none), may be NULL. */
#define PZ_CONCEPT_THUMBNAIL_SIDE 128
PzImage *pz_concept_get_thumbnail (const PzConcept *concept);

/* ---- parts ---- */

guint pz_concept_get_width (const PzConcept *concept); /* D of all parts */
guint pz_concept_get_n_words (const PzConcept *concept); /* primary word first; 0 = none */
/* How many of the words are best for editing: for ELITE the first word only, for other methods all words. */
guint pz_concept_get_n_primary (const PzConcept *concept);
const float *pz_concept_get_words (const PzConcept *concept); /* [n_words, D] */
/* The words as coefficients in a Celeb Basis: coefficients per word; 0 = not known. */
guint pz_concept_get_n_coefficients (const PzConcept *concept);
const float *pz_concept_get_coefficients (const PzConcept *concept); /* [n_words, n] */
/* The face features of the person that the concept was learned from, as pz_faces_see () computes them. They are compared with
 * generated pictures and do not affect generation. 0 = none. */
guint pz_concept_get_n_face (const PzConcept *concept);
const float *pz_concept_get_face (const PzConcept *concept); /* [n_face] */
guint pz_concept_get_n_patches (const PzConcept *concept); /* P; 0 = none */
const float *
pz_concept_get_local (const PzConcept *concept); /* [P, D], rows outside the mask are zero */

guint pz_concept_get_n_image_tokens (const PzConcept *concept); /* T; 0 = none */
/* [2, T, D]: the tokens of the unconditional half, which stand for no picture, then those of the picture. */
const float *pz_concept_get_image_tokens (const PzConcept *concept);

typedef struct
{
  guint length; /* P positions; 0 = none */
  guint n_layers; /* L */
  guint first_layer; /* of the text encoder, counted from 0 */
  const float *rows; /* [P, 2 L, D]: a key and a value for each layer */
} PzConceptPrefix;

const PzConceptPrefix *pz_concept_get_prefix (const PzConcept *concept);

/* A change to one weight of the text encoder ("text_model.…") or of the U-Net. Name and shape are those of the weight in the
 * files of a model folder. */
typedef struct
{
  const char *name;
  guint n_dims;
  guint64 dims[4];
  const float *values; /* replace the weight; NULL = a product is added */
  guint rank; /* of the product up down; 0 = no product */
  const float *up, *down; /* [dims[0], rank], [rank, dims[1]] */
} PzConceptOverride;

guint pz_concept_get_n_overrides (const PzConcept *concept);
const PzConceptOverride *pz_concept_get_override (const PzConcept *concept, guint index);

/* Whether fidelity has an effect on this concept: ELITE's lambda, IP-Adapter's scale, or the strength of overrides. */
gboolean pz_concept_takes_fidelity (const PzConcept *concept);

/* Fingerprints of what the parts belong to: of the model for all parts except words and image tokens, of the ELITE mappers for
 * local features, of the IP-Adapter for image tokens (get_method () names its kind). NULL = any. */
const char *pz_concept_get_model (const PzConcept *concept);
const char *pz_concept_get_elite (const PzConcept *concept);
const char *pz_concept_get_ip_adapter (const PzConcept *concept);

/* The square that was encoded, and its mask, for display in a dialog. NULL if the concept was read from a file or made from
 * several pictures. */
PzImage *pz_concept_get_crop (const PzConcept *concept); /* (transfer none) */
PzImage *pz_concept_get_crop_mask (const PzConcept *concept); /* (transfer none) */

/* SHA-256 over the values of all parts that affect generation, as 64 hex digits. Identifies the concept in recipes.
 * (transfer full) */
char *pz_concept_hash (const PzConcept *concept);

/* A copy with another name and title; NULL = unchanged. (transfer full) */
PzConcept *pz_concept_rename (const PzConcept *concept, const char *name, const char *title);

/* A valid name has 1 to 64 bytes of printable UTF-8 without white space. Otherwise FALSE with BAD_INPUT. */
gboolean pz_concept_check_name (const char *name, GError **error);

/* ---- files ---- */

/* Reads NAME.pzconcept: safetensors in F32.
 *
 * Metadata: "format" = "1", method, name, title, class_word, recipe, licence, thumbnail (PNG in base64), model_fingerprint,
 * elite_fingerprint, ip_adapter_fingerprint, prefix_first_layer. Tensors: "words" [n, D], "coefficients" [n, p], "face" [n],
 * "local" [P, D], "image" [2, T, D], "prefix" [P, 2 L, D], "override/NAME", "product/NAME.up" and "product/NAME.down".
 *
 * Fails with BAD_FILE: unreadable, another format, an unknown tensor, numbers that are not finite. (transfer full) */
PzConcept *pz_concept_load (const char *path, GError **error);
/* Writes a temporary file and renames it. Fails with G_IO_ERROR. */
gboolean pz_concept_save (const PzConcept *concept, const char *path, GError **error);

/* Writes a third-party format, or ours, chosen by the extension of `path` (methods: file formats):
 *
 *   .safetensors, .bin   words as the method's authors publish them: one entry NAME of shape [n, D]; for Cross
 *                        Initialization the entries NAME_v0, NAME_v1, ... of shape [D]
 *   .safetensors         low-rank products: a LoRA file with the key names of diffusers
 *   .pt                  words in the format of AUTOMATIC1111
 *   .pzconcept           as pz_concept_save ()
 *   anything else        a folder: CatVersion's pytorch_adapter.bin and adapter_config.json, or Custom Diffusion's words and
 *                        weights as diffusers stores them
 *
 * Fails with BAD_INPUT if the format cannot hold all parts of the concept, and as writing does. */
gboolean pz_concept_export (const PzConcept *concept, const char *path, GError **error);
/* Whether the extension of `path` stands for a file; otherwise it is a folder. */
gboolean pz_concept_format_is_file (const char *path);
/* The extension of the first third-party format above that holds exactly the parts of the concept; ".pzconcept" if there is
 * none; "" = a folder. */
const char *pz_concept_suggest_ending (const PzConcept *concept);

/* The folder of saved concepts: gimp-personalize/concepts in the user's data folder. (transfer full) */
char *pz_concept_folder (void);

/* ---- the square around a thing ---- */

/* The square around the mask's bounding box, padded like ELITE's training crops. It is moved into the picture as far as it
 * fits; parts outside the picture are black. Pure function, also usable for previews.
 *
 * room: additional margin on each side, relative to the side of the bounding box; 0 = as ELITE. mask: NULL = the whole picture.
 * Transparent pixels of an RGBA picture are outside the mask. A pixel is inside if its value is at least half of the mask's
 * maximum. Fails with BAD_INPUT if the mask is empty or its size differs from the picture's. */
typedef struct
{
  gint x, y;
  guint size;
} PzSquare;
gboolean pz_concept_square (const PzImage *image,
                            const PzImage *mask,
                            double room,
                            PzSquare *square,
                            GError **error);

/* Cuts out the square. crop: RGB, composited over white, black outside the picture. crop_mask: 0 or 1. A square larger than
 * `most` pixels is averaged down to that side (the encoders use PZ_MAX_CROP), which bounds the memory of both results for
 * pictures of any shape. A mask pixel of the result is inside if any of the pixels that it covers is. Both (transfer full).
 * Pure function. */
void pz_concept_crop (const PzImage *image,
                      const PzImage *mask,
                      const PzSquare *square,
                      guint most,
                      PzImage **crop,
                      PzImage **crop_mask);

G_END_DECLS
