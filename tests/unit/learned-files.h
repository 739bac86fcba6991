/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small tensor files in a temporary folder, and real files in the folder PZ_TEST_DATA.
 */
#pragma once

#include <glib/gstdio.h>
#include <math.h>

#include "models/files/safetensors.h"
#include "tests/unit/remove-tree.h"

/* Names of CatVersion's tensors: the end of every name, and the whole name for a layer. */
#define CONTROL ".prefix_tunings.prefix_tuning1.clip_text_model_self_prefix.control_trans"
#define LAYER(n) "text_model.encoder.layers." #n ".self_attn.prefix_tuning.pool" CONTROL

typedef struct
{
  char *folder;
} Fixture;

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  (void) data;
  fixture->folder = g_dir_make_tmp ("pz-learned-XXXXXX", NULL);
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  remove_tree (fixture->folder);
  g_free (fixture->folder);
}

/* A tensor [dims] with values 0, 1, 2, ...; dims end at the first 0. */
typedef struct
{
  const char *name;
  guint64 dims[4];
} Made;

/* Writes up to four tensors; NULL names end the list. Returns the path. (transfer full) */
static inline char *
make_file (const Fixture *fixture, const char *name, const Made made[4])
{
  static float values[8192];
  PzSafetensorF32 tensors[4] = { 0 };
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = (float) i;
  for (; n < 4 && made[n].name != NULL; n++)
    {
      tensors[n].name = made[n].name;
      tensors[n].values = values;
      for (guint i = 0; i < 4 && made[n].dims[i] > 0; i++)
        tensors[n].dims[tensors[n].n_dims++] = made[n].dims[i];
    }
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  pz_safetensors_write (path, tensors, n, NULL, &error);
  g_assert_no_error (error);
  return path;
}

static inline void
put (const Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The path of a real file. If PZ_TEST_DATA is not set: NULL, and the test is skipped. (transfer full) */
static inline char *
real_file (const char *name)
{
  const char *data = g_getenv ("PZ_TEST_DATA");

  if (data != NULL)
    return g_build_filename (data, "formats", name, NULL);
  g_test_skip ("PZ_TEST_DATA is not set");
  return NULL;
}

static inline double
norm (const float *values, gsize n)
{
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += (double) values[i] * (double) values[i];
  return sqrt (sum);
}

#define ADD(name, data, function) g_test_add (name, Fixture, data, set_up, function, tear_down)
