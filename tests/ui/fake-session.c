/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/fake-session.h"

#include <string.h>

#include "compute/gpu.h"
#include "tests/ui/fake-concepts.h"

#define SIDE 64
#define STEPS 4

PzFake pz_fake;

struct _PzSession
{
  PzModelInfo model;
  GThread *thread;
};

void
pz_fake_reset (void)
{
  pz_fake = (PzFake) { .open_error = -1,
                       .generate_error = -1,
                       .error_at = 1,
                       .learn_error = PZ_ERROR_BAD_INPUT,
                       .model_bytes = 1000,
                       .free_bytes = G_GUINT64_CONSTANT (8) << 30 };
}

void
pz_fake_hold (guint step, GCancellable *cancellable)
{
  while (g_atomic_int_get (&pz_fake.hold_step) == (gint) step
         && !g_cancellable_is_cancelled (cancellable))
    g_usleep (1000);
  g_atomic_int_compare_and_exchange (&pz_fake.hold_step, (gint) step, 0);
}

gboolean
pz_fake_is_cancelled (GCancellable *cancellable, GError **error)
{
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  pz_fake_release ();
  return TRUE;
}

void
pz_fake_release (void)
{
  g_atomic_int_set (&pz_fake.hold_step, 0);
}

/* ---- concepts ---- */

/* The longer side of the whole picture, and the room. The real rule has its own test. */
gboolean
pz_concept_square (const PzImage *image,
                   const PzImage *mask,
                   double room,
                   PzSquare *square,
                   GError **error)
{
  guint side = MAX (pz_image_get_width (image), pz_image_get_height (image));
  gint more = (gint) (room * side / 2);
  guint width = pz_image_get_width (image);
  g_autofree float *row = g_new (float, width);
  gboolean inside = mask == NULL;

  for (guint y = 0; mask && y < pz_image_get_height (mask); y++)
    {
      pz_image_read_row (mask, 0, y, width, row);
      for (guint x = 0; x < width; x++)
        inside = inside || row[x] > 0;
    }
  if (!inside)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "the mask is empty");
      return FALSE;
    }
  *square = (PzSquare) { -more, -more, side + 2 * (guint) more };
  return TRUE;
}

void
pz_concept_crop (const PzImage *image,
                 const PzImage *mask,
                 const PzSquare *square,
                 guint most,
                 PzImage **crop,
                 PzImage **crop_mask)
{
  (void) most;
  *crop = pz_image_crop (image, square->x, square->y, square->size, square->size);
  *crop_mask =
    pz_image_crop (mask ? mask : image, square->x, square->y, square->size, square->size);
}

/* ---- the session ---- */

static void
check_thread (const PzSession *session)
{
  if (session->thread != g_thread_self ())
    pz_fake.wrong_thread = TRUE;
}

PzSession *
pz_session_open (const PzSessionParams *params, GError **error)
{
  PzSession *session;

  g_usleep (pz_fake.open_ms * 1000);
  if (params->device && !strstr (params->device, "Fake"))
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_NO_DEVICE, "fake: no such device");
      return NULL;
    }
  if (pz_fake.open_error >= 0)
    {
      g_set_error_literal (error, PZ_ERROR, pz_fake.open_error, "fake: expected, found");
      return NULL;
    }
  g_strlcpy (pz_fake.model, params->model ? params->model : "", sizeof pz_fake.model);
  pz_fake.n_open++;
  session = g_new0 (PzSession, 1);
  session->thread = g_thread_self ();
  session->model = (PzModelInfo) {
    .path = (char *) "/built-in/fake-model", /* included with the program */
    .name = (char *) "fake-model",
    .family = (char *) "fake",
    .size_bytes = pz_fake.model_bytes,
    .steps = STEPS,
    .guidance = 2,
    .fidelity = PZ_DEFAULT_FIDELITY,
    .width = SIDE,
    .height = SIDE,
    .size_multiple = 16,
    .fingerprint = (char *) PZ_FAKE_FINGERPRINT,
  };
  return session;
}

void
pz_session_close (PzSession *session)
{
  check_thread (session);
  g_free (session);
}

const PzModelInfo *
pz_session_get_model (const PzSession *session)
{
  return &session->model;
}

const char *
pz_session_get_device_name (const PzSession *session)
{
  (void) session;
  return pz_fake.processor ? "Fake processor" : "Fake device";
}

const char *
pz_session_get_driver (const PzSession *session)
{
  (void) session;
  return "fake 1.0";
}

guint64
pz_session_get_free_bytes (PzSession *session)
{
  check_thread (session);
  return pz_fake.free_bytes;
}

guint64
pz_session_get_used_bytes (const PzSession *session)
{
  check_thread (session);
  return 0;
}

/* Bytes of the model, plus bytes in proportion to the number of pixels, plus those of saved concepts and of LoRAs. */
gboolean
pz_session_measure_memory (PzSession *session,
                           const PzGenerateParams *params,
                           PzConceptBy by,
                           PzConcept *const concepts[],
                           guint n_concepts,
                           guint64 *bytes,
                           GError **error)
{
  guint width = params->width ? params->width : SIDE,
        height = params->height ? params->height : SIDE;

  (void) by;
  (void) error;
  check_thread (session);
  *bytes = pz_fake.model_bytes + pz_fake.picture_bytes * width * height / (SIDE * SIDE);
  for (guint i = 0; i < n_concepts; i++)
    *bytes += concepts[i] ? pz_fake.saved_bytes : 0;
  *bytes += strstr (params->prompt, "<lora:") ? pz_fake.lora_bytes : 0;
  return TRUE;
}

gboolean
pz_session_is_on_processor (const PzSession *session)
{
  (void) session;
  return pz_fake.processor;
}

gboolean
pz_generate_params_check (const PzGenerateParams *params,
                          const PzModelInfo *model,
                          GError **error)
{
  if (params->width % model->size_multiple == 0)
    return TRUE;
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "width: expected a multiple of %u, found %u", model->size_multiple,
               params->width);
  return FALSE;
}

static void
say (const PzTaskParams *task,
     PzStage stage,
     double fraction,
     guint variant,
     guint n,
     guint step)
{
  if (task->progress)
    task->progress (
      &(PzProgress) {
        .stage = stage,
        .fraction = fraction,
        .seconds_left = variant > 1 ? (1 - fraction) * 10 : -1,
        .variant = variant,
        .n_variants = n,
        .step = step,
        .n_steps = STEPS,
      },
      task->progress_data);
}

gboolean
pz_session_can_encode (PzSession *session, GError **error)
{
  check_thread (session);
  if (!pz_fake.no_mappers)
    return TRUE;
  g_set_error_literal (error, PZ_ERROR, PZ_ERROR_UNSUPPORTED_MODEL,
                       "fake: expected mappers, found none");
  return FALSE;
}

PzConcept *
pz_session_encode (PzSession *session,
                   PzImage *image,
                   PzImage *mask,
                   const PzTaskParams *task,
                   GError **error)
{
  (void) error;
  check_thread (session);
  say (task, PZ_STAGE_ENCODE, 0, 1, 1, 0);
  pz_fake.n_encode++;
  return pz_fake_concept_new (image, mask);
}

const PzConceptSize pz_layer_concept_size = { 1, TRUE, NULL };

/* One token per byte of the prompt, and for each concept one less than its words, so that tests can count them. */
void
pz_session_measure_prompt (PzSession *session,
                           const char *prompt,
                           PzWords words,
                           const PzConceptSize concepts[],
                           guint n_concepts,
                           PzPromptLength *length)
{
  gsize n = strlen (prompt);

  for (guint i = 0; i < n_concepts; i++)
    n += concepts[i].n_words - 1;

  (void) words;
  check_thread (session);
  *length = (PzPromptLength) { (guint) n + 2, PZ_FAKE_TOKENS, MIN (n, PZ_FAKE_TOKENS - 2) };
}

/* "vase" has two tokens, any other text one. */
guint
pz_session_count_tokens (PzSession *session, const char *text)
{
  check_thread (session);
  return g_str_equal (text, "vase") ? 2 : 1;
}

static PzImage *
paint (guint64 seed)
{
  float *pixels = g_new (float, SIDE *SIDE * 3);

  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      pixels[i * 3] = (float) (i % SIDE) / SIDE;
      pixels[i * 3 + 1] = (float) (i / SIDE) / SIDE;
      pixels[i * 3 + 2] = (float) (seed % 8) / 8;
    }
  return pz_image_new_take (SIDE, SIDE, 3, pixels);
}

/* The JSON of all concepts, separated by commas. (transfer full) */
static char *
write_concepts (const PzGenerateParams *params, PzConcept *const concepts[], guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *one = pz_fake_concept_to_json (concepts[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", one);
      if (params->n_fidelities > 1)
        {
          g_string_truncate (text, text->len - 1);
          g_string_append_printf (text, ",\"fidelity\":%.2f}", params->fidelities[i]);
        }
    }
  return g_string_free_and_steal (text);
}

/* Writes the parts of a recipe that the dialog reads, in the format of the engine. (transfer full) */
static char *
write_recipe (const PzGenerateParams *params,
              PzConcept *const concepts[],
              guint n_concepts,
              guint64 seed)
{
  g_autofree char *said = write_concepts (params, concepts, n_concepts);
  g_autofree char *prompt = g_strescape (params->prompt, NULL);
  g_autofree char *variation = NULL;

  if (params->variation > 0)
    variation = g_strdup_printf (",\"variation_of\":%" G_GUINT64_FORMAT ",\"variation\":%.2f",
                                 params->variation_of, params->variation);
  return g_strdup_printf (
    "{\"schema\":1,\"software\":\"gimp-personalize 0\",\"model\":\"fake-model\","
    "\"model_fingerprint\":\"0123456789abcdef\",\"prompt\":\"%s\",\"negative_prompt\":\"\","
    "\"seed\":%" G_GUINT64_FORMAT ",\"steps\":%u,\"guidance\":2.5,\"fidelity\":%.2f,"
    "\"words\":\"%s\",\"sampler\":\"lcm\",\"width\":%d,\"height\":%d%s,"
    "\"concepts\":[%s]}",
    prompt, seed, params->steps ? params->steps : STEPS, params->fidelity,
    params->words == PZ_WORDS_ALL ? "all" : "primary", SIDE, SIDE, variation ? variation : "",
    said);
}

static gboolean
run_steps (const PzTaskParams *task, guint variant, guint n, GError **error)
{
  for (guint step = 1; step <= STEPS; step++)
    {
      if (pz_fake_is_cancelled (task->cancellable, error))
        return FALSE;
      say (task, PZ_STAGE_STEP, ((variant - 1) + (double) (step - 1) / STEPS) / n, variant, n,
           step);
      pz_fake_hold ((variant - 1) * STEPS + step, task->cancellable);
      g_usleep (pz_fake.step_ms * 1000);
      if (task->preview)
        {
          /* Blue increases with each step. */
          g_autoptr (PzImage) image = paint (step);

          pz_fake.n_previews++;
          task->preview (image, task->preview_data);
        }
    }
  return TRUE;
}

gboolean
pz_session_settle (PzSession *session, GCancellable *cancellable, GError **error)
{
  check_thread (session);
  if (pz_fake.settled_side)
    session->model.width = session->model.height = pz_fake.settled_side;
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

gboolean
pz_session_generate (PzSession *session,
                     const PzGenerateParams *params,
                     PzConcept *const concepts[],
                     guint n_concepts,
                     const PzTaskParams *task,
                     PzVariantFunc variant,
                     gpointer data,
                     GError **error)
{
  check_thread (session);
  pz_fake.n_concepts = n_concepts;
  pz_fake.last = *params;
  pz_fake.start_width = params->start ? pz_image_get_width (params->start) : 0;
  pz_fake.start_height = params->start ? pz_image_get_height (params->start) : 0;
  pz_fake.last.prompt = pz_fake.last.negative_prompt = pz_fake.last.sampler = NULL;
  if (strlen (params->prompt) > PZ_FAKE_TOKENS - 2 && task->note)
    {
      task->note (PZ_NOTE_PROMPT_CUT, "prompt: fake: expected fewer words", task->note_data);
      task->note (PZ_NOTE_LORA_LAYERS, "fake: another note", task->note_data);
    }
  for (guint i = 0; i < params->variants; i++)
    {
      g_autoptr (PzImage) image =
        pz_fake.passes_through
          ? pz_image_ref (params->start ? params->start
                                        : pz_fake_concept_get_image (concepts[0]))
          : paint (params->seed + i);
      g_autofree char *recipe = write_recipe (params, concepts, n_concepts, params->seed + i);
      PzVariant made = { .index = i, .seed = params->seed + i, .image = image };

      if (i == pz_fake.error_at && pz_fake.generate_error >= 0)
        {
          g_set_error_literal (error, PZ_ERROR, pz_fake.generate_error,
                               "fake: expected, found");
          return FALSE;
        }
      if (!run_steps (task, i + 1, params->variants, error))
        return FALSE;
      made.recipe = recipe;
      pz_fake.n_variants++;
      if (!variant (&made, data, error))
        return FALSE;
    }
  return TRUE;
}
