/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text encoder adapters and encoded prompts, in files that the tests create and in real files.
 */
#include <string.h>

#include "models/files/adapter-file.h"
#include "models/files/encoding-file.h"
#include "tests/unit/learned-files.h"

/* ---- adapters ---- */

#define ADAPTER_CONFIG(changes) \
  "{\"config\": {\"architecture\": \"prefix_tuning\", \"bottleneck_size\": 512, " \
  "\"flat\": true, \"leave_out\": [], \"prefix_length\": 1, \"use_gating\": false" changes \
  "}, " \
  "\"hidden_size\": 8, \"model_class\": \"CLIPTextModel\"}"

typedef struct
{
  const char *config; /* NULL = none */
  Made made[4];
  guint length, n_layers, width;
  const char *refused;
} AdapterCase;

static const AdapterCase adapter_cases[] = {
  { ADAPTER_CONFIG (""), { { "prefix_tuning" CONTROL, { 48 } } }, 1, 3, 8, NULL },
  { ADAPTER_CONFIG (", \"prefix_length\": 3"),
    { { "prefix_tuning" CONTROL, { 96 } } },
    3,
    2,
    8,
    NULL },
  { NULL,
    { { LAYER (10), { 32 } }, { LAYER (11), { 32 } }, { "prefix_tuning" CONTROL, { 32 } } },
    1,
    2,
    8,
    NULL },
  { ADAPTER_CONFIG (""), { { "prefix_tuning" CONTROL, { 50 } } }, 0, 0, 0, "width 8" },
  { ADAPTER_CONFIG (", \"use_gating\": true"),
    { { "a" CONTROL, { 48 } } },
    0,
    0,
    0,
    "use_gating" },
  { ADAPTER_CONFIG (", \"leave_out\": [3]"),
    { { "a" CONTROL, { 48 } } },
    0,
    0,
    0,
    "leave_out" },
  { ADAPTER_CONFIG (", \"flat\": false"), { { "a" CONTROL, { 48 } } }, 0, 0, 0, "flat" },
  { ADAPTER_CONFIG (""),
    { { "a" CONTROL, { 48 } }, { "b" CONTROL, { 16 } } },
    0,
    0,
    0,
    "one size" },
  { ADAPTER_CONFIG (""), { { "weight", { 48 } } }, 0, 0, 0, "found none" },
};

static void
test_adapters (Fixture *fixture, gconstpointer data)
{
  const AdapterCase *c = data;
  g_autofree char *path = make_file (fixture, "teapot/pytorch_adapter.bin", c->made);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTextAdapter) adapter = NULL;

  if (c->config != NULL)
    put (fixture, "teapot/adapter_config.json", c->config);
  adapter = pz_text_adapter_read (folder, &error);
  if (c->refused != NULL)
    {
      g_assert_null (adapter);
      if (strstr (error->message, c->refused) == NULL)
        g_error ("“%s” expected in: %s", c->refused, error->message);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpuint (adapter->length, ==, c->length);
  g_assert_cmpuint (adapter->n_layers, ==, c->n_layers);
  g_assert_cmpuint (adapter->width, ==, c->width);
  g_assert_cmpfloat (adapter->rows[31], ==, 31.0f);
}

/* CatVersion's own adapter of a teapot: four names for one tensor, with the published statistics. */
static void
test_real_adapter (void)
{
  g_autofree char *path = real_file ("catversion-teapot");
  g_autoptr (GError) error = NULL;
  g_autoptr (PzTextAdapter) adapter = NULL;

  if (path == NULL)
    return;
  adapter = pz_text_adapter_read (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (adapter->length, ==, 1);
  g_assert_cmpuint (adapter->n_layers, ==, 3);
  g_assert_cmpuint (adapter->width, ==, 768);
  g_assert_cmpfloat_with_epsilon (norm (adapter->rows, 4608), 78.74, 0.005);
  for (guint row = 0; row < 6; row++)
    {
      double length = norm (adapter->rows + row * 768, 768);

      g_assert_cmpfloat (length, >=, 30.6 - 0.05);
      g_assert_cmpfloat (length, <=, 34.0 + 0.05);
    }
}

/* ---- encoded prompts ---- */

static void
test_encodings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *good =
    make_file (fixture, "uc.pt", (const Made[4]) { { "tensor", { 1, 13, 8 } } });
  g_autofree char *bad =
    make_file (fixture, "flat.pt", (const Made[4]) { { "tensor", { 13, 8 } } });
  g_autoptr (GError) error = NULL;
  g_autoptr (PzEncoding) encoding = pz_encoding_read (good, &error);

  (void) data;
  g_assert_no_error (error);
  g_assert_cmpuint (encoding->n_tokens, ==, 13);
  g_assert_cmpuint (encoding->width, ==, 8);
  g_assert_cmpfloat (encoding->rows[103], ==, 103.0f);
  g_assert_null (pz_encoding_read (bad, &error));
  g_assert_error (error, PZ_ERROR, PZ_ERROR_BAD_FILE);
}

/* The empty prompt, encoded by SD 1.5. */
static void
test_real_encoding (void)
{
  g_autofree char *path = real_file ("sd15-empty-prompt-uc.pt");
  g_autoptr (GError) error = NULL;
  g_autoptr (PzEncoding) encoding = NULL;
  static const float rows[2][3] = { { -0.3884f, 0.0229f, -0.0522f },
                                    { -0.3711f, -1.4498f, -0.3402f } };

  if (path == NULL)
    return;
  encoding = pz_encoding_read (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (encoding->n_tokens, ==, 77);
  g_assert_cmpuint (encoding->width, ==, 768);
  g_assert_cmpfloat_with_epsilon (norm (encoding->rows, 77 * 768), 254.136, 0.001);
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 3; j++)
      g_assert_cmpfloat_with_epsilon (encoding->rows[i * 768 + j], rows[i][j], 5e-5f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (adapter_cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/learned/adapters/%u", i);

      ADD (name, &adapter_cases[i], test_adapters);
    }
  g_test_add_func ("/learned/adapters/catversion-s-own-teapot", test_real_adapter);
  ADD ("/learned/encodings/have-the-shape-of-a-prompt", NULL, test_encodings);
  g_test_add_func ("/learned/encodings/the-empty-prompt-of-sd-1.5", test_real_encoding);
  return g_test_run ();
}
