/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys and values computed by one program and read by another give the same result as a single program. Generation works this
 * way: the first program runs once per prompt, the second once per step.
 */
#include "cli/module-io.h"
#include "models/files/model-folder.h"
#include "models/nets/unet.h"
#include "tests/nets/compare.h"

typedef struct
{
  PzGpu *gpu;
  PzModelFolder *model;
  PzTensorFile *in;
  PzDtype dtype;
} Bench;

static PzProgram *
compile (const Bench *bench, PzModuleIo *io)
{
  const PzWeightSource sources[] = {
    { "", bench->model->unet_weights },
    { "global/", bench->model->global_mapper_weights },
    { "local/", bench->model->local_mapper_weights },
  };
  g_autoptr (GError) error = NULL;

  pz_module_io_check (io, &error);
  g_assert_no_error (error);
  pz_weights_bind (pz_module_io_get_graph (io), sources, G_N_ELEMENTS (sources), bench->gpu,
                   NULL, &error);
  g_assert_no_error (error);
  PzProgram *program = pz_program_new (bench->gpu, pz_module_io_get_graph (io), NULL, &error);
  g_assert_no_error (error);
  pz_module_io_upload (io, program, &error);
  g_assert_no_error (error);
  return program;
}

static void
run (PzProgram *program)
{
  g_autoptr (GError) error = NULL;

  pz_program_run (program, NULL, &error);
  g_assert_no_error (error);
}

/* Computes the keys and values of the prompt and of the local features. */
static PzProgram *
make_context_program (const Bench *bench)
{
  const PzUnetConfig *config = &bench->model->unet;
  guint dims[] = { 0, 0, config->cross_attention_dim };
  PzKeyValue kv[PZ_UNET_MAX_SITES];
  g_autoptr (PzGraph) graph = pz_graph_new (bench->dtype);
  g_autoptr (PzModuleIo) io = pz_module_io_new (graph, bench->in);

  pz_unet_context (graph, config, pz_module_io_tokens (io, "encoder_hidden_states", 3, dims),
                   PZ_KEYS_GLOBAL, kv);
  pz_unet_context_outputs (graph, config, "text", kv);
  pz_unet_context (graph, config, pz_module_io_tokens (io, "local", 3, dims), PZ_KEYS_LOCAL,
                   kv);
  pz_unet_context_outputs (graph, config, "local", kv);
  return compile (bench, io);
}

/* Binds results of the first program to inputs of the second. */
static void
join (const Bench *bench,
      PzGraph *graph,
      PzProgram *first,
      const char *prefix,
      guint tokens,
      guint batch,
      PzKeyValue kv[])
{
  PzUnetSite sites[PZ_UNET_MAX_SITES];
  guint n = pz_unet_sites (&bench->model->unet, sites);

  pz_unet_context_inputs (graph, &bench->model->unet, prefix, batch, tokens, kv);
  for (guint i = 0; i < n; i++)
    {
      pz_graph_bind (graph, kv[i].k, pz_program_get_storage (first, kv[i].k->name));
      pz_graph_bind (graph, kv[i].v, pz_program_get_storage (first, kv[i].v->name));
    }
}

/* Runs both programs. The other inputs are the case's tensors; numbers that module-run would read from the case are set
 * here. */
static PzModuleAnswer *
answer_in_two_programs (const Bench *bench)
{
  const PzUnetConfig *config = &bench->model->unet;
  guint batch = 2, width = config->block_out_channels[0];
  PzKeyValue text[PZ_UNET_MAX_SITES], local[PZ_UNET_MAX_SITES];
  g_autoptr (GError) error = NULL;
  g_autoptr (PzProgram) first = make_context_program (bench);
  g_autoptr (PzGraph) graph = pz_graph_new (bench->dtype);
  g_autoptr (PzModuleIo) io = pz_module_io_new (graph, bench->in);
  g_autofree float *timestep = pz_module_io_numbers (io, "timestep", 1);
  float *features = g_new (float, batch *width);

  for (guint i = 0; i < batch; i++)
    pz_unet_timestep_features (config, (double) timestep[0], features + i * width);
  join (bench, graph, first, "text", 7, batch, text);
  join (bench, graph, first, "local", 16, batch, local);
  PzUnetConcept concept = {
    .kv = local,
    .column = pz_module_io_ids (io, "placeholder_index", 1, &batch, 7),
    .strength = pz_module_io_tokens (io, "fidelity", 1, &batch),
  };
  PzUnetInputs inputs = {
    .sample = pz_module_io_picture (io, "sample", config->in_channels),
    .timestep = pz_module_io_made (io, "timestep", 2, (guint[]) { batch, width }, features),
    .guidance = pz_module_io_tokens (io, "timestep_cond", 2,
                                     (guint[]) { batch, config->time_cond_proj_dim }),
    .context = text,
    .concepts = &concept,
    .n_concepts = 1,
  };
  pz_module_io_result_picture (io, pz_unet (graph, config, &inputs), "sample");

  g_autoptr (PzProgram) second = compile (bench, io);
  run (first);
  run (second);
  PzModuleAnswer *answer = g_new0 (PzModuleAnswer, 1);
  answer->tensors = pz_module_io_download (io, second, &error);
  g_assert_no_error (error);
  return answer;
}

static void
test_two_programs (gconstpointer data)
{
  g_autofree char *folder = g_build_filename (PZ_NETS_DATA, "one", NULL);
  g_autofree char *path =
    g_build_filename (folder, "cases", "unet.one-concept-and-an-unconditional-half.safetensors",
                      NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PzGpu) gpu = pz_gpu_open (&(PzGpuParams) { .validate = TRUE }, &error);

  if (g_error_matches (error, PZ_ERROR, PZ_ERROR_NO_DEVICE))
    {
      g_test_skip ("no Vulkan device");
      return;
    }
  g_assert_no_error (error);
  g_autoptr (PzTensorFile) in = pz_tensor_file_open (path, &error);
  g_assert_no_error (error);
  g_autoptr (PzModelFolder) model =
    pz_model_folder_open (folder, PZ_PART_UNET | PZ_PARTS_PERSONALIZE, 0, &error);
  g_assert_no_error (error);
  Bench bench = {
    .gpu = gpu, .model = model, .in = in, .dtype = GPOINTER_TO_UINT (data) ? PZ_F32 : PZ_F16
  };
  g_autoptr (PzModuleAnswer) answer = answer_in_two_programs (&bench);
  pz_compare_answer (in, answer, bench.dtype == PZ_F32 ? PZ_NETS_SINGLES : PZ_NETS_HALVES);
  g_assert_cmpuint (pz_gpu_validation_messages (gpu), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/nets/f16/keys-made-once-serve-every-step", GUINT_TO_POINTER (FALSE),
                        test_two_programs);
  g_test_add_data_func ("/nets/f32/keys-made-once-serve-every-step", GUINT_TO_POINTER (TRUE),
                        test_two_programs);
  return g_test_run ();
}
