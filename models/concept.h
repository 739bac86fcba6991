/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a method learned or encoded about a thing, on the host, independent of the session that made it. Five
 * kinds of parts, each with what it belongs to:
 *
 *   words      rows for prompts, in the placeholder's place         any text encoder of their width
 *   local      patch features of one picture (Wei et al., ELITE, 2023)   the model and its ELITE mappers
 *   prefix     keys and values of the text encoder's last layers (Zhao et al., CatVersion, 2023)   the model
 *   image      tokens that are attended beside the prompt (Ye et al., IP-Adapter, 2023)   the IP-Adapter
 *   overrides  weights in the place of the model's own, or products of two narrow matrices that are added to them   the model
 *
 * "The model" is its text encoder and U-Net in any precision and container.
 *
 * Thread: any (immutable).
 */
#pragma once

#include "models/image.h"

G_BEGIN_DECLS

#define PZ_MAX_ROOM 1.0 /* see pz_concept_square () */
#define PZ_MAX_CROP \
  2048 /* pixels of a side that the encoder looks at, see pz_concept_crop () */
#define PZ_CONCEPT_MAX_WORDS 16
#define PZ_CONCEPT_ENDING ".pzconcept"

typedef struct _PzConcept PzConcept;

PzConcept *pz_concept_ref (PzConcept *concept);
void pz_concept_unref (PzConcept *concept);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PzConcept, pz_concept_unref)

/* ---- what it is called ---- */

/* As published files name its words; NULL = nobody named it. Where each word is a thing of its own, their names with blanks
 * between: such a concept is exported, not saved. */
const char *pz_concept_get_name (const PzConcept *concept);
/* For people; the name where nothing else was said. May be NULL. */
const char *pz_concept_get_title (const PzConcept *concept);
/* "elite", "ip-adapter", "textual-inversion", ... */
const char *pz_concept_get_method (const PzConcept *concept);
/* What it is one of. A placeholder becomes this where there are no words. May be NULL. */
const char *pz_concept_get_class_word (const PzConcept *concept);
/* How it was made: JSON without paths and prompts. May be NULL. */
const char *pz_concept_get_recipe (const PzConcept *concept);
/* One line. May be NULL. */
const char *pz_concept_get_licence (const PzConcept *concept);
/* RGB, at most PZ_CONCEPT_THUMBNAIL_SIDE. (transfer none), may be NULL. */
#define PZ_CONCEPT_THUMBNAIL_SIDE 128
PzImage *pz_concept_get_thumbnail (const PzConcept *concept);

/* ---- its parts ---- */

guint pz_concept_get_width (const PzConcept *concept); /* D of all of them */
guint pz_concept_get_n_words (const PzConcept *concept); /* primary first; 0 = none */
/* How many of them edit best: ELITE's first alone, all that others learned. */
guint pz_concept_get_n_primary (const PzConcept *concept);
const float *pz_concept_get_words (const PzConcept *concept); /* [n_words, D] */
/* What the words are made of in the space of a basis (Celeb Basis): numbers of each word; 0 = nothing is known of that. */
guint pz_concept_get_n_coefficients (const PzConcept *concept);
const float *pz_concept_get_coefficients (const PzConcept *concept); /* [n_words, n] */
/* The face of the person it was learned from, as pz_faces_see () has it: what pictures of it are compared with, and no part of what paints.
 * 0 = none was looked at. */
guint pz_concept_get_n_face (const PzConcept *concept);
const float *pz_concept_get_face (const PzConcept *concept); /* [n_face] */
guint pz_concept_get_n_patches (const PzConcept *concept); /* P; 0 = none */
const float *
pz_concept_get_local (const PzConcept *concept); /* [P, D], zero rows outside the mask */

guint pz_concept_get_n_image_tokens (const PzConcept *concept); /* T; 0 = none */
/* [2, T, D]: those that stand for no picture, for the unconditional half, then its own. */
const float *pz_concept_get_image_tokens (const PzConcept *concept);

typedef struct
{
  guint length; /* P positions; 0 = none */
  guint n_layers; /* L */
  guint first_layer; /* of the text encoder, from 0 */
  const float *rows; /* [P, 2 L, D]: a key and a value for each layer in turn */
} PzConceptPrefix;

const PzConceptPrefix *pz_concept_get_prefix (const PzConcept *concept);

/* One weight of the text encoder ("text_model.…") or of the U-Net, by the name and in the shape that its file has in a
 * model's folder. */
typedef struct
{
  const char *name;
  guint n_dims;
  guint64 dims[4];
  const float *values; /* in its place; NULL = a product is added to it */
  guint rank; /* of the product up down; 0 = there is none */
  const float *up, *down; /* [dims[0], rank], [rank, dims[1]] */
} PzConceptOverride;

guint pz_concept_get_n_overrides (const PzConcept *concept);
const PzConceptOverride *pz_concept_get_override (const PzConcept *concept, guint index);

/* Whether a fidelity changes anything: ELITE's lambda, IP-Adapter's scale, or how far overrides are taken. */
gboolean pz_concept_takes_fidelity (const PzConcept *concept);

/* Fingerprints of what it belongs to: the model, for all but words and image tokens; the mappers, for local features; the IP-Adapter,
 * for image tokens, whose kind the method names. NULL where it does not matter. */
const char *pz_concept_get_model (const PzConcept *concept);
const char *pz_concept_get_elite (const PzConcept *concept);
const char *pz_concept_get_ip_adapter (const PzConcept *concept);

/* The square that was looked at, and its mask: what a dialog shows. NULL when it comes from a file or from
 * several pictures. */
PzImage *pz_concept_get_crop (const PzConcept *concept); /* (transfer none) */
PzImage *pz_concept_get_crop_mask (const PzConcept *concept); /* (transfer none) */

/* SHA-256 over the values of all parts that paint, 64 hex digits: names it in recipes. (transfer full) */
char *pz_concept_hash (const PzConcept *concept);

/* The same under another name; NULL = as it was. (transfer full) */
PzConcept *pz_concept_rename (const PzConcept *concept, const char *name, const char *title);

/* Letters, digits and signs without blanks, at most 64 bytes. FALSE with BAD_INPUT. */
gboolean pz_concept_check_name (const char *name, GError **error);

/* ---- files ---- */

/* NAME.pzconcept: safetensors of F32 with the metadata "format" = "1", method, name, title, class_word, recipe, licence,
 * thumbnail (PNG in base64), model_fingerprint, elite_fingerprint, ip_adapter_fingerprint, prefix_first_layer; tensors "words" [n, D],
 * "coefficients" [n, p], "face" [n], "local" [P, D], "image" [2, T, D], "prefix" [P, 2 L, D], "override/NAME", "product/NAME.up" and ".down". Fails with BAD_FILE: unreadable, another format, a tensor that is none
 * of these, numbers that are not finite. (transfer full) */
PzConcept *pz_concept_load (const char *path, GError **error);
/* Written aside and renamed. Fails with G_IO_ERROR. */
gboolean pz_concept_save (const PzConcept *concept, const char *path, GError **error);

/* A file of others' formats, told by the ending of `path` (methods: file formats):
 *
 *   .safetensors, .bin   words as the method's authors publish them: one entry NAME of shape [n, D]; of Cross
 *                        Initialization one entry NAME_v0, NAME_v1, ... [D] each
 *   .safetensors         products: a LoRA file with the names of diffusers
 *   .pt                  words as AUTOMATIC1111 keeps them
 *   .pzconcept           as pz_concept_save ()
 *   anything else        a folder: with CatVersion's pytorch_adapter.bin and adapter_config.json; with words and weights as diffusers keeps
 *                        Custom Diffusion
 *
 * Fails with BAD_INPUT where the format cannot hold all that the concept has, and as writing does. */
gboolean pz_concept_export (const PzConcept *concept, const char *path, GError **error);
/* Whether that ending means a file; else it is a folder. */
gboolean pz_concept_format_is_file (const char *path);
/* The ending of the first of these formats that holds all that the concept has; "" = a folder. */
const char *pz_concept_suggest_ending (const PzConcept *concept);

/* Where saved concepts lie: gimp-personalize/concepts of the user's data folder. (transfer full) */
char *pz_concept_folder (void);

/* ---- the square around a thing ---- */

/* The square around the mask's bounding box, padded as ELITE's training crops are, clipped into the picture where it
 * fits (parts outside are black); pure function, also for previews. room: more of its surroundings on each side, in sides of the
 * bounding box; 0 = as ELITE. Fails with BAD_INPUT when the mask is empty or its size differs. mask NULL = everything. What is
 * transparent in an RGBA picture is outside the mask; inside is what is at least half as much inside as the mask's most. */
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

/* The square as it is looked at: crop, RGB, transparent parts over white, black beside the picture; crop_mask, 0 or 1. A square
 * larger than `most` pixels is averaged down to that side (the encoder's is PZ_MAX_CROP), so that neither needs more memory than that
 * whatever the picture's shape; a pixel of the mask stays inside if any that it stands for is. Both (transfer full). Pure function. */
void pz_concept_crop (const PzImage *image,
                      const PzImage *mask,
                      const PzSquare *square,
                      guint most,
                      PzImage **crop,
                      PzImage **crop_mask);

G_END_DECLS
