/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * personalize generate: a prompt and, if given, concepts to PNG files with their recipe.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/image-file.h"
#include "cli/json.h"

typedef struct
{
  /* as on the command line */
  char **concepts, **masks, **embeddings;
  char *prompt, *negative, *model, *out, *seed, *words, *sampler, *size, *device;
  char *elite, *adapter, *negative_encoding;
  gint variants, steps;
  gdouble guidance, fidelity;
  gboolean f32, json;
  /* as understood */
  PzGenerateParams params;
  GArray *word_files; /* PzWordFile that own their strings */
  GPtrArray *files; /* written so far */
} Options;

static void
options_clear (Options *o)
{
  g_strfreev (o->concepts);
  g_strfreev (o->masks);
  g_strfreev (o->embeddings);
  g_clear_pointer (&o->elite, g_free);
  g_clear_pointer (&o->adapter, g_free);
  g_clear_pointer (&o->negative_encoding, g_free);
  g_clear_pointer (&o->word_files, g_array_unref);
  char **strings[] = { &o->prompt, &o->negative, &o->model, &o->out,   &o->seed,
                       &o->words,  &o->sampler,  &o->size,  &o->device };
  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_clear_pointer (strings[i], g_free);
  g_clear_pointer (&o->files, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static void
word_file_clear (gpointer data)
{
  PzWordFile *file = data;

  g_free ((char *) file->path);
  g_free ((char *) file->name);
}

/* "FILE" or "NAME=FILE"; a file whose own name has the sign is taken as it is. */
static void
understand_embeddings (Options *o)
{
  o->word_files = g_array_new (FALSE, TRUE, sizeof (PzWordFile));
  g_array_set_clear_func (o->word_files, word_file_clear);
  for (guint i = 0; o->embeddings != NULL && o->embeddings[i] != NULL; i++)
    {
      const char *text = o->embeddings[i];
      const char *sign = strchr (text, '=');
      PzWordFile file = { 0 };

      if (sign == NULL || sign == text || g_file_test (text, G_FILE_TEST_EXISTS))
        file.path = g_strdup (text);
      else
        {
          file.name = g_strndup (text, (gsize) (sign - text));
          file.path = g_strdup (sign + 1);
        }
      g_array_append_val (o->word_files, file);
    }
  o->params.embeddings = (const PzWordFile *) (gpointer) o->word_files->data;
  o->params.n_embeddings = o->word_files->len;
}

static gboolean
understand (Options *o, GError **error)
{
  g_autofree char *number = NULL;
  guint n_concepts = o->concepts != NULL ? g_strv_length (o->concepts) : 0;

  if (o->prompt == NULL)
    {
      g_set_error_literal (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                           "--prompt: expected a text, found none");
      return FALSE;
    }
  if (o->variants < 1 || o->variants > PZ_MAX_VARIANTS)
    return pz_bad_option (error, "--variants", "1 to 16",
                          number = g_strdup_printf ("%d", o->variants));
  if (o->steps < 0)
    return pz_bad_option (error, "--steps", "a positive number",
                          number = g_strdup_printf ("%d", o->steps));
  if (!(o->fidelity <= PZ_MAX_FIDELITY))
    return pz_bad_option (error, "--fidelity", "0 to 1.5",
                          number = g_strdup_printf ("%g", o->fidelity));
  if (isnan (o->guidance) || o->guidance > 100.0)
    return pz_bad_option (error, "--guidance", "0 to 100",
                          number = g_strdup_printf ("%g", o->guidance));
  if (o->words != NULL && !g_str_equal (o->words, "primary") && !g_str_equal (o->words, "all"))
    return pz_bad_option (error, "--words", "“primary” or “all”", o->words);
  if (o->size != NULL && !pz_parse_size (o->size, &o->params.width, &o->params.height))
    return pz_bad_option (error, "--size", "WIDTHxHEIGHT, as 512x512", o->size);
  if (o->seed != NULL
      && !g_ascii_string_to_unsigned (o->seed, 10, 0, G_MAXINT64 - PZ_MAX_VARIANTS,
                                      &o->params.seed, NULL))
    return pz_bad_option (error, "--seed", "a whole number from 0 on", o->seed);
  if (n_concepts > PZ_MAX_CONCEPTS)
    return pz_bad_option (error, "--concept", "at most 4", "more");
  if (o->masks != NULL && g_strv_length (o->masks) > n_concepts)
    return pz_bad_option (error, "--mask", "a --concept for each", o->masks[n_concepts]);

  o->params.prompt = o->prompt;
  o->params.negative_prompt = o->negative;
  o->params.variants = (guint) o->variants;
  o->params.steps = (guint) o->steps;
  o->params.guidance = o->guidance;
  o->params.fidelity = o->fidelity;
  o->params.words =
    o->words != NULL && g_str_equal (o->words, "all") ? PZ_WORDS_ALL : PZ_WORDS_PRIMARY;
  o->params.sampler = o->sampler;
  o->params.adapter = o->adapter;
  o->params.negative_encoding = o->negative_encoding;
  understand_embeddings (o);
  return TRUE;
}

/* The nearest folder that exists must take new files: said before minutes of work, not after. */
static gboolean
check_out (const char *out, GError **error)
{
  g_autofree char *folder = g_canonicalize_filename (out, NULL);

  while (!g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      char *parent = g_path_get_dirname (folder);
      g_free (folder);
      folder = parent;
    }
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                   "%s: expected a folder, found something else", folder);
      return FALSE;
    }
  if (access (folder, W_OK | X_OK) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   "%s: expected a folder that takes new files, found: %s", folder,
                   g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

static gboolean
save_variant (const PzVariant *variant, gpointer data, GError **error)
{
  Options *o = data;
  const char *out = o->out != NULL ? o->out : ".";
  g_autofree char *name =
    g_strdup_printf ("personalize-%" G_GUINT64_FORMAT ".png", variant->seed);
  g_autofree char *path = g_build_filename (out, name, NULL);

  if (g_mkdir_with_parents (out, 0755) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                   "%s: expected a folder to write to, found: %s", out, g_strerror (errno));
      return FALSE;
    }
  if (!pz_image_save_png (variant->image, path, "personalize", variant->recipe, error))
    return FALSE;
  g_ptr_array_add (o->files, g_steal_pointer (&path));
  if (!o->json)
    {
      printf ("%s\n", (char *) g_ptr_array_index (o->files, o->files->len - 1));
      fflush (stdout);
    }
  return TRUE;
}

static void
show_progress (const PzProgress *progress, gpointer data)
{
  static const char *const stage_names[] = {
    [PZ_STAGE_LOAD] = "loading",
    [PZ_STAGE_ENCODE] = "looking at the concept",
    [PZ_STAGE_TEXT] = "reading the prompt",
    [PZ_STAGE_STEP] = "painting",
    [PZ_STAGE_DECODE] = "developing",
  };
  g_autofree char *left =
    progress->seconds_left < 0
      ? g_strdup ("")
      : g_strdup_printf (", about %.0f s left", ceil (progress->seconds_left));

  (void) data;
  if (progress->n_variants > 0)
    fprintf (stderr, "\r\033[K%3.0f%%  %s, variant %u of %u, step %u of %u%s",
             100.0 * progress->fraction, stage_names[progress->stage], progress->variant,
             progress->n_variants, progress->step, progress->n_steps, left);
  else
    fprintf (stderr, "\r\033[K%3.0f%%  %s%s", 100.0 * progress->fraction,
             stage_names[progress->stage], left);
}

static void
print_json (PzSession *session, const Options *o)
{
  const PzTimes *times = pz_session_get_times (session);
  const struct
  {
    const char *key;
    double ms;
  } rows[] = {
    { "load_ms", times->load_ms },     { "encode_ms", times->encode_ms },
    { "text_ms", times->text_ms },     { "step_ms", times->step_ms },
    { "decode_ms", times->decode_ms }, { "variant_ms", times->variant_ms },
    { "total_ms", times->total_ms },
  };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      pz_json_add_number (builder, rows[i].key, rows[i].ms);
    }
  pz_json_add_int (builder, "peak_device_bytes", (gint64) pz_session_get_peak_bytes (session));
  pz_json_add_string (builder, "device", pz_session_get_device_name (session));
  pz_json_add_string (builder, "driver", pz_session_get_driver (session));
  pz_json_begin_array (builder, "files");
  for (guint i = 0; i < o->files->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (o->files, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, TRUE);
  printf ("%s\n", text);
}

/* Pictures of the concepts, read before anything slow begins. */
typedef struct
{
  PzImage *image[PZ_MAX_CONCEPTS];
  PzImage *mask[PZ_MAX_CONCEPTS];
  PzConcept *concept[PZ_MAX_CONCEPTS];
  guint n;
} Concepts;

static void
concepts_clear (Concepts *c)
{
  for (guint i = 0; i < PZ_MAX_CONCEPTS; i++)
    {
      g_clear_pointer (&c->image[i], pz_image_unref);
      g_clear_pointer (&c->mask[i], pz_image_unref);
      g_clear_pointer (&c->concept[i], pz_concept_unref);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Concepts, concepts_clear)

static gboolean
load_concepts (const Options *o, Concepts *c, GError **error)
{
  guint n_masks = o->masks != NULL ? g_strv_length (o->masks) : 0;

  c->n = o->concepts != NULL ? g_strv_length (o->concepts) : 0;
  for (guint i = 0; i < c->n; i++)
    {
      c->image[i] = pz_image_load (o->concepts[i], error);
      if (c->image[i] == NULL)
        return FALSE;
      if (i >= n_masks)
        continue;
      c->mask[i] = pz_image_load_mask (o->masks[i], error);
      if (c->mask[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
run (Options *o, GError **error)
{
  gboolean talk = !o->json && isatty (STDERR_FILENO);
  g_autofree char *beside = pz_binary_folder ();
  PzTaskParams task = { .cancellable = pz_interrupt (),
                        .progress = talk ? show_progress : NULL };
  g_auto (Concepts) concepts = { 0 };

  if (!understand (o, error) || !check_out (o->out != NULL ? o->out : ".", error)
      || !load_concepts (o, &concepts, error))
    return FALSE;

  g_autoptr (PzSession) session = pz_session_open (
    &(PzSessionParams) {
      .model = o->model,
      .beside = beside,
      .elite = o->elite,
      .device = o->device,
      .f32 = o->f32,
      .cancellable = task.cancellable,
    },
    error);
  if (session == NULL
      || !pz_generate_params_check (&o->params, pz_session_get_model (session), error))
    return FALSE;
  for (guint i = 0; i < concepts.n; i++)
    {
      concepts.concept[i] =
        pz_session_encode (session, concepts.image[i], concepts.mask[i], &task, error);
      if (concepts.concept[i] == NULL)
        return FALSE;
    }
  gboolean done = pz_session_generate (session, &o->params, concepts.concept, concepts.n, &task,
                                       save_variant, o, error);
  if (talk)
    fprintf (stderr, "\r\033[K");
  if (done && o->json)
    print_json (session, o);
  return done;
}

/* (transfer full) */
static char *
describe_samplers (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; pz_sampler_name (i) != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", pz_sampler_name (i));
  g_string_append (text, "; default: the model's");
  return g_string_free_and_steal (text);
}

int
pz_cmd_generate (int argc, char **argv)
{
  g_autofree char *sampler_help = describe_samplers ();
  g_auto (Options) o = {
    .variants = 1,
    .guidance = -1.0,
    .fidelity = -1.0,
    .files = g_ptr_array_new_with_free_func (g_free),
  };
  const GOptionEntry entries[] = {
    { "concept", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.concepts,
      "Picture of the concept; again for S2, S3…", "IMG" },
    { "mask", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.masks,
      "Where the concept is in it (not black); one for each --concept", "IMG" },
    { "prompt", 0, 0, G_OPTION_ARG_STRING, &o.prompt, "What to paint; S stands for the concept",
      "TEXT" },
    { "negative", 0, 0, G_OPTION_ARG_STRING, &o.negative, "What to keep away from", "TEXT" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &o.model,
      "Model folder; default: the first usable one found", "DIR" },
    { "elite", 0, 0, G_OPTION_ARG_FILENAME, &o.elite,
      "Folder with ELITE's mappers; default: the model's", "DIR" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &o.out, "Folder for the pictures; default: here",
      "DIR" },
    { "variants", 0, 0, G_OPTION_ARG_INT, &o.variants,
      "How many, 1 to 16; variant i uses seed + i", "N" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &o.seed, "Seed of the first variant; default 0", "N" },
    { "steps", 0, 0, G_OPTION_ARG_INT, &o.steps, "Sampler steps; default: the model's", "N" },
    { "guidance", 0, 0, G_OPTION_ARG_DOUBLE, &o.guidance,
      "Guidance scale, 1 = none; default: the model's", "X" },
    { "fidelity", 0, 0, G_OPTION_ARG_DOUBLE, &o.fidelity,
      "Strength of the concept's local detail, 0 to 1.5; default: the model's", "X" },
    { "words", 0, 0, G_OPTION_ARG_STRING, &o.words,
      "primary (default, best to edit) or all (best to reconstruct)", "WHICH" },
    { "embedding", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o.embeddings,
      "Learned words, under their own names or NAME; again for more", "[NAME=]FILE" },
    { "adapter", 0, 0, G_OPTION_ARG_FILENAME, &o.adapter,
      "Text encoder adapter (CatVersion): its folder or file", "PATH" },
    { "negative-encoding", 0, 0, G_OPTION_ARG_FILENAME, &o.negative_encoding,
      "Encoded prompt in the negative one's place", "FILE" },
    { "sampler", 0, 0, G_OPTION_ARG_STRING, &o.sampler, sampler_help, "NAME" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &o.size, "Size of the pictures; default: the model's",
      "WxH" },
    { "device", 0, 0, G_OPTION_ARG_STRING, &o.device, "Device by number or part of its name",
      "N|NAME" },
    { "f32", 0, 0, G_OPTION_ARG_NONE, &o.f32, "Compute in 32 bits, for checking", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &o.json, "Times, memory, device and files for programs",
      NULL },
    { NULL },
  };
  GError *error = NULL;
  int status;

  pz_interrupt ();
  if (!pz_parse_options (&argc, &argv, "",
                         "Makes pictures from a prompt and, if given, a concept.", entries,
                         &status))
    return status;
  if (argc > 1)
    {
      fprintf (stderr, "personalize: generate takes options only, found “%s”\n", argv[1]);
      return PZ_EXIT_USAGE;
    }
  return run (&o, &error) ? PZ_EXIT_OK : pz_fail (error);
}
