/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The small random model of tests/nets/data as a temporary model folder: links to its files, and a tokenizer.
 */
#pragma once

#include <glib/gstdio.h>
#include <unistd.h>

#include "models/files/model-folder.h"
#include "tests/unit/remove-tree.h"

/* The files of the small model. */
static const char *const small_model_files[] = {
  "text_encoder/config.json",
  "text_encoder/model.safetensors",
  "image_encoder/config.json",
  "image_encoder/model.safetensors",
  "unet/config.json",
  "unet/diffusion_pytorch_model.safetensors",
  "vae/config.json",
  "vae/diffusion_pytorch_model.safetensors",
  "elite/global_mapper.safetensors",
  "elite/local_mapper.safetensors",
};

typedef struct
{
  char *root;
  char *model; /* root/models/small: links to the files, and its own tokenizer */
} Fixture;

static inline void
put (const Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->model, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_unlink (path); /* removes a link, not its target */
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600,
                                           NULL));
}

static inline void
drop (const Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->model, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  (void) data;
  fixture->root = g_dir_make_tmp ("pz-models-XXXXXX", NULL);
  fixture->model = g_build_filename (fixture->root, "models", "small", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (small_model_files); i++)
    {
      g_autofree char *from = g_test_build_filename (G_TEST_DIST, "..", "nets", "data", "one",
                                                     small_model_files[i], NULL);
      g_autofree char *real = g_canonicalize_filename (from, NULL);
      g_autofree char *to = g_build_filename (fixture->model, small_model_files[i], NULL);
      g_autofree char *folder = g_path_get_dirname (to);

      g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
      g_assert_cmpint (symlink (real, to), ==, 0);
    }
  put (fixture, "tokenizer/vocab.json",
       "{\"a</w>\": 0, \"<|startoftext|>\": 48, \"<|endoftext|>\": 49}");
  put (fixture, "tokenizer/merges.txt", "#version: 0.2\n");
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  remove_tree (fixture->root);
  g_free (fixture->root);
  g_free (fixture->model);
}
