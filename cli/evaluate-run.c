/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/evaluate-run.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/json.h"
#include "cli/mask-choice.h"
#include "cli/output-file.h"
#include "models/files/json-text.h"
#include "models/files/text-file.h"
#include "models/learn.h"

#define CONCEPT "concept" PZ_CONCEPT_ENDING
#define MADE "made.json"
#define NAME \
  "zqthing" /* the learned word, which is in no vocabulary; prompts refer to it by the placeholder */
#define PLACEHOLDER "S"

/* ---- paths ---- */

static const PzSetThing *
thing_of (const PzEvaluation *e, guint thing)
{
  return e->set->things->pdata[thing];
}

char *
pz_evaluation_folder (const PzEvaluation *e, guint thing, guint method)
{
  return g_build_filename (e->out, thing_of (e, thing)->folder, e->methods[method], NULL);
}

char *
pz_evaluation_picture (const PzEvaluation *e,
                       guint thing,
                       guint method,
                       guint prompt,
                       guint seed)
{
  g_autofree char *folder = pz_evaluation_folder (e, thing, method);
  g_autofree char *name = g_strdup_printf ("%u-%u.png", prompt + 1, seed + 1);

  return g_build_filename (folder, name, NULL);
}

/* ---- inputs ---- */

typedef struct
{
  PzImage **images, **masks; /* [n]; a mask may be NULL */
  guint n;
} Views;

static void
views_clear (Views *views)
{
  for (guint i = 0; i < views->n; i++)
    {
      g_clear_pointer (&views->images[i], pz_image_unref);
      g_clear_pointer (&views->masks[i], pz_image_unref);
    }
  g_free (views->images);
  g_free (views->masks);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Views, views_clear)

/* Loads the thing's first n pictures and the given masks. If none are given, only the first picture gets one: its transparency
 * or the subject that is found, if `finds`. */
static gboolean
load_views (const PzEvaluation *e,
            guint thing,
            guint n,
            gboolean finds,
            Views *views,
            GError **error)
{
  const PzSetThing *it = thing_of (e, thing);
  g_auto (PzMaskChoice) choice = { .device = e->device, .cancellable = e->cancellable };

  views->n = MIN (n, it->images->len);
  views->images = g_new0 (PzImage *, views->n);
  views->masks = g_new0 (PzImage *, views->n);
  for (guint i = 0; i < views->n; i++)
    {
      const char *given = it->masks != NULL ? it->masks->pdata[i]
                          : i == 0 && finds ? NULL
                                            : PZ_MASK_NONE;

      if (!pz_mask_choose (&choice, it->images->pdata[i], given, &views->images[i],
                           &views->masks[i], error))
        return FALSE;
    }
  return TRUE;
}

/* ---- learning ---- */

static PzConcept *
encode (const PzEvaluation *e, PzSession *session, const Views *views, GError **error)
{
  return pz_session_encode (session, views->images[0], views->masks[0],
                            &(PzTaskParams) { .cancellable = e->cancellable }, error);
}

/* Everything except the checkpoint. */
static PzLearnParams
learn_params (const PzEvaluation *e,
              guint thing,
              const PzLearnMethod *method,
              const Views *views)
{
  static const char *const people[] = { NAME, NULL };
  const gboolean learns_people = method->trains == PZ_TRAINS_PEOPLE;

  return (PzLearnParams) {
    .method = method->name,
    .images = views->images,
    .masks = views->masks,
    .n_images = views->n,
    .name = NAME,
    .people = learns_people ? people : NULL,
    .basis = learns_people ? e->basis : NULL,
    .features = learns_people ? e->features : NULL,
    .title = thing_of (e, thing)->name,
    .class_word = thing_of (e, thing)->class_word,
    .steps = e->steps,
    .seed = e->seed,
  };
}

static PzConcept *
learn (const PzEvaluation *e,
       PzSession *session,
       guint thing,
       const PzLearnMethod *method,
       const Views *views,
       const char *checkpoint,
       GError **error)
{
  PzLearnParams params = learn_params (e, thing, method, views);
  const PzLearnTask task = { .cancellable = e->cancellable };
  g_autoptr (GPtrArray) concepts = NULL;

  params.checkpoint = checkpoint;
  params.resume = g_file_test (checkpoint, G_FILE_TEST_EXISTS);
  concepts = pz_session_learn (session, &params, &task, error);
  return concepts != NULL ? pz_concept_ref (concepts->pdata[0]) : NULL;
}

static gboolean
write_concept (const char *path, gpointer concept, GError **error)
{
  return pz_concept_save (concept, path, error);
}

static gboolean
write_made (const char *folder, const char *concept, double seconds, GError **error)
{
  g_autofree char *path = g_build_filename (folder, MADE, NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  GStatBuf info;

  json_builder_begin_object (builder);
  pz_json_add_exact (builder, "seconds", seconds);
  pz_json_add_int (builder, "bytes", g_stat (concept, &info) == 0 ? (gint64) info.st_size : 0);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return pz_output_write (path, TRUE, text, strlen (text), error);
}

/* How many pictures a method uses: those for people or ELITE, and encoding alone (method NULL), use one; all others use all. */
static guint
views_of (const PzLearnMethod *method)
{
  return method == NULL || method->trains == PZ_TRAINS_PEOPLE
             || method->trains == PZ_TRAINS_ELITE
           ? 1
           : PZ_LEARN_MAX_PICTURES;
}

/* Whether the concept exists. */
static gboolean
is_made (const PzEvaluation *e, guint thing, guint method)
{
  g_autofree char *folder = pz_evaluation_folder (e, thing, method);
  g_autofree char *concept = g_build_filename (folder, CONCEPT, NULL);
  g_autofree char *made = g_build_filename (folder, MADE, NULL);

  return g_file_test (concept, G_FILE_TEST_EXISTS) && g_file_test (made, G_FILE_TEST_EXISTS);
}

/* Loads the concept if it exists, or else makes it. (transfer full) */
static PzConcept *
make_concept (const PzEvaluation *e,
              PzSession *session,
              guint thing,
              guint method,
              GError **error)
{
  const PzLearnMethod *learned = pz_learn_method_find (e->methods[method]);
  g_autofree char *folder = pz_evaluation_folder (e, thing, method);
  g_autofree char *path = g_build_filename (folder, CONCEPT, NULL);
  g_autofree char *checkpoint = g_strconcat (path, ".resume", NULL);
  const gboolean goes_on = g_file_test (checkpoint, G_FILE_TEST_EXISTS);
  g_autoptr (PzConcept) concept = NULL;
  g_auto (Views) views = { 0 };
  gint64 start_us;

  if (is_made (e, thing, method))
    return pz_concept_load (path, error);
  if (!load_views (e, thing, views_of (learned), TRUE, &views, error)
      || !pz_output_check_file (path, TRUE, error))
    return NULL;
  g_mkdir_with_parents (folder, 0777);
  start_us = g_get_monotonic_time ();
  concept = learned == NULL ? encode (e, session, &views, error)
                            : learn (e, session, thing, learned, &views, checkpoint, error);
  if (concept == NULL)
    return NULL;
  if (!pz_output_make (path, TRUE, write_concept, concept, error)
      || !write_made (folder, path,
                      goes_on ? (double) NAN
                              : (double) (g_get_monotonic_time () - start_us) / 1e6,
                      error))
    return NULL;
  g_unlink (checkpoint);
  return g_steal_pointer (&concept);
}

/* ---- painting ---- */

static gboolean
save_picture (const PzVariant *variant, gpointer data, GError **error)
{
  const PzPngText text = { "personalize", variant->recipe };
  g_autoptr (GBytes) png = pz_image_to_png (variant->image, &text, 1, error);

  return png != NULL
         && pz_output_write (data, TRUE, g_bytes_get_data (png, NULL), g_bytes_get_size (png),
                             error);
}

static PzGenerateParams
paint_params (const PzEvaluation *e, const char *prompt, guint seed)
{
  return (PzGenerateParams) {
    .prompt = prompt,
    .seed = e->seed + seed,
    .steps = e->paint_steps,
    .guidance = -1.0,
    .fidelity = -1.0,
  };
}

static gboolean
paint (const PzEvaluation *e,
       PzSession *session,
       guint thing,
       guint prompt,
       PzConcept *concept,
       guint seed,
       char *path,
       GError **error)
{
  g_autofree char *text =
    pz_set_prompt (e->set->prompts->pdata[prompt], thing_of (e, thing), PLACEHOLDER);
  const PzGenerateParams params = paint_params (e, text, seed);
  const PzTaskParams task = { .cancellable = e->cancellable };

  return g_file_test (path, G_FILE_TEST_EXISTS)
         || pz_session_generate (session, &params, &concept, 1, &task, save_picture, path,
                                 error);
}

static gboolean
do_one (const PzEvaluation *e, PzSession *session, guint thing, guint method, GError **error)
{
  g_autoptr (PzConcept) concept = make_concept (e, session, thing, method, error);

  if (concept == NULL)
    return FALSE;
  for (guint prompt = 0; prompt < e->n_prompts; prompt++)
    for (guint seed = 0; seed < e->n_seeds; seed++)
      {
        g_autofree char *path = pz_evaluation_picture (e, thing, method, prompt, seed);

        if (!paint (e, session, thing, prompt, concept, seed, path, error))
          return FALSE;
      }
  return TRUE;
}

/* ---- before the work ---- */

static gboolean
check_learning (const PzEvaluation *e,
                PzSession *session,
                guint thing,
                guint method,
                GError **error)
{
  const PzLearnMethod *learned = pz_learn_method_find (e->methods[method]);
  g_auto (Views) views = { 0 };
  PzLearnParams params;
  guint64 bytes;

  if (is_made (e, thing, method))
    return TRUE;
  if (learned == NULL)
    return pz_session_can_encode (session, error);
  if (!load_views (e, thing, views_of (learned), FALSE, &views, error))
    return FALSE;
  params = learn_params (e, thing, learned, &views);
  /* Room for everything: only the first plan is made. */
  return pz_session_measure_learning (session, &params, G_MAXUINT64, &bytes, NULL, error);
}

static gboolean
check_thing (const PzEvaluation *e, PzSession *session, guint thing, GError **error)
{
  for (guint prompt = 0; prompt < e->n_prompts; prompt++)
    {
      g_autofree char *text =
        pz_set_prompt (e->set->prompts->pdata[prompt], thing_of (e, thing), PLACEHOLDER);
      const PzGenerateParams params = paint_params (e, text, 0);

      if (!pz_generate_params_check (&params, pz_session_get_model (session), error))
        {
          g_prefix_error (error, "%s: ", thing_of (e, thing)->name);
          return FALSE;
        }
    }
  for (guint method = 0; e->methods[method] != NULL; method++)
    if (!check_learning (e, session, thing, method, error))
      {
        g_prefix_error (error, "%s by %s: ", thing_of (e, thing)->name, e->methods[method]);
        return FALSE;
      }
  return TRUE;
}

PzSession *
pz_evaluation_open (const PzEvaluation *e, GError **error)
{
  g_autofree char *beside = pz_binary_folder ();
  g_autoptr (PzSession) session = pz_session_open (
    &(PzSessionParams) {
      .model = e->model,
      .device = e->device,
      .beside = beside,
      .f32 = e->f32,
      .cancellable = e->cancellable,
    },
    error);

  for (guint thing = 0; session != NULL && thing < e->n_things; thing++)
    if (g_cancellable_set_error_if_cancelled (e->cancellable, error)
        || !check_thing (e, session, thing, error))
      return NULL;
  return g_steal_pointer (&session);
}

gboolean
pz_evaluation_run (const PzEvaluation *e, PzSession *session, GError **error)
{
  const guint n_methods = g_strv_length ((char **) e->methods);

  for (guint thing = 0; thing < e->n_things; thing++)
    for (guint method = 0; method < n_methods; method++)
      {
        fprintf (stderr, "personalize: %3u%%  %s by %s\n",
                 100 * (thing * n_methods + method) / (e->n_things * n_methods),
                 thing_of (e, thing)->folder, e->methods[method]);
        if (do_one (e, session, thing, method, error))
          continue;
        g_prefix_error (error, "%s by %s: ", thing_of (e, thing)->name, e->methods[method]);
        return FALSE;
      }
  return TRUE;
}

gboolean
pz_evaluation_read_made (const PzEvaluation *e,
                         guint thing,
                         guint method,
                         PzMade *made,
                         GError **error)
{
  g_autofree char *folder = pz_evaluation_folder (e, thing, method);
  g_autofree char *path = g_build_filename (folder, MADE, NULL);
  g_autofree char *text = pz_text_file_read (path, 4096, NULL, error);
  g_autoptr (JsonNode) node =
    text != NULL ? pz_json_read_object (path, text, -1, PZ_JSON_ANY, error) : NULL;
  JsonObject *object;

  if (node == NULL)
    return FALSE;
  object = json_node_get_object (node);
  made->seconds = json_object_has_member (object, "seconds")
                      && !json_object_get_null_member (object, "seconds")
                    ? json_object_get_double_member_with_default (object, "seconds", 0)
                    : (double) NAN;
  made->bytes = (guint64) json_object_get_int_member_with_default (object, "bytes", 0);
  return TRUE;
}
