/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A session that saves memory: its networks take turns on the device, and reloading them does not change a bit of the pictures.
 */
#include <string.h>

#include "models/session.h"

#define SIDE 128
/* Enough steps to make fitting the preview colours worthwhile. */
#define STEPS 24
#define MOST_PICTURES 8

typedef struct
{
  PzImage *pictures[MOST_PICTURES];
  guint n_pictures;
  guint n_previews[MOST_PICTURES]; /* before each picture was finished */
  guint64 left_bytes; /* on the device, at the end */
  guint64 peak_bytes;
} Seen;

static void
seen_clear (Seen *seen)
{
  for (guint i = 0; i < seen->n_pictures; i++)
    pz_image_unref (seen->pictures[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static void
on_preview (PzImage *image, gpointer data)
{
  Seen *seen = data;

  (void) image;
  seen->n_previews[seen->n_pictures]++;
}

static gboolean
on_variant (const PzVariant *variant, gpointer data, GError **error)
{
  Seen *seen = data;

  (void) error;
  g_assert_cmpuint (seen->n_pictures, <, MOST_PICTURES);
  seen->pictures[seen->n_pictures++] = pz_image_ref (variant->image);
  return TRUE;
}

static void
generate (PzSession *session, const char *prompt, guint variants, PzImage *start, Seen *seen)
{
  const PzTaskParams task = { .preview = on_preview, .preview_data = seen };
  const PzGenerateParams params = {
    .prompt = prompt,
    .steps = STEPS,
    .variants = variants,
    .guidance = -1.0,
    .fidelity = -1.0,
    .width = SIDE,
    .height = SIDE,
    .start = start,
    .strength = start != NULL ? 0.9 : 0.0,
  };
  g_autoptr (GError) error = NULL;

  pz_session_generate (session, &params, NULL, 0, &task, on_variant, seen, &error);
  g_assert_no_error (error);
}

/* Generates two variants, a picture with another prompt, and one that paints over the first picture. FALSE = there is no
 * device. */
static gboolean
paint (const char *model, gboolean saves_memory, Seen *seen)
{
  g_autoptr (GError) error = NULL;
  PzSession *session =
    pz_session_open (&(PzSessionParams) { .model = model, .saves_memory = saves_memory },
                     &error);

  if (g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_DEVICE))
    {
      g_test_skip ("no Vulkan device");
      return FALSE;
    }
  g_assert_no_error (error);
  generate (session, "a red ball", 2, NULL, seen);
  generate (session, "a green cup on a table", 1, NULL, seen);
  generate (session, "a blue house", 1, seen->pictures[0], seen);
  seen->left_bytes = pz_session_get_used_bytes (session);
  seen->peak_bytes = pz_session_get_peak_bytes (session);
  pz_session_close (session);
  return TRUE;
}

static void
test_turns (gconstpointer model)
{
  g_auto (Seen) usual = { 0 };
  g_auto (Seen) saving = { 0 };
  const gsize n_bytes = SIDE * SIDE * 3 * sizeof (float);

  if (!paint (model, FALSE, &usual) || !paint (model, TRUE, &saving))
    return;
  g_assert_cmpuint (usual.n_pictures, ==, 4);
  g_assert_cmpuint (saving.n_pictures, ==, 4);
  for (guint i = 0; i < usual.n_pictures; i++)
    g_assert_cmpmem (pz_image_get_pixels (usual.pictures[i]), n_bytes,
                     pz_image_get_pixels (saving.pictures[i]), n_bytes);
  g_assert_cmpint (memcmp (pz_image_get_pixels (usual.pictures[0]),
                           pz_image_get_pixels (usual.pictures[1]), n_bytes),
                   !=, 0);
  g_assert_cmpuint (saving.peak_bytes, <, usual.peak_bytes);
  g_assert_cmpuint (saving.left_bytes, <, usual.left_bytes / 4);

  g_assert_cmpuint (usual.n_previews[0], ==, STEPS);
  /* Fitting the preview colours needs the decoder, which is loaded only after the steps of the first picture. */
  g_assert_cmpuint (saving.n_previews[0], ==, 0);
  for (guint i = 1; i < usual.n_pictures; i++)
    {
      g_assert_cmpuint (saving.n_previews[i], >, 0);
      g_assert_cmpuint (saving.n_previews[i], ==, usual.n_previews[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  g_test_add_data_func ("/nets/low-memory/networks-take-turns-and-pictures-keep-their-bits",
                        argv[1], test_turns);
  return g_test_run ();
}
