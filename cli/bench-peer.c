/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second engine to compare with: see bench-peer.h.
 */
#include "cli/bench-peer.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "cli/bench-report.h"
#include "models/files/source-folder.h"

struct _PzBenchPeer
{
  GSubprocess *process;
  GDataInputStream *answers;
  GOutputStream *questions;
  char *about;
  JsonNode *last; /* the last answer; NULL = none */
};

/* Reads one line of JSON. Fails with the error that the line reports, if any. (transfer full) */
static JsonNode *
read_answer (PzBenchPeer *peer, GError **error)
{
  g_autofree char *line = g_data_input_stream_read_line (peer->answers, NULL, NULL, error);
  g_autoptr (JsonNode) root = NULL;

  if (line == NULL && error != NULL && *error != NULL)
    return NULL;
  root = line != NULL ? json_from_string (line, NULL) : NULL;
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
                   "expected a line of JSON from PyTorch's side, found %s",
                   line != NULL ? line : "its end");
      return NULL;
    }
  if (json_object_has_member (json_node_get_object (root), "error"))
    {
      g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT, "PyTorch's side: %s",
                   json_object_get_string_member (json_node_get_object (root), "error"));
      return NULL;
    }
  return g_steal_pointer (&root);
}

static char *
find_script (const char *name, const char *beside, GError **error)
{
  g_autofree char *source = pz_source_folder (beside);
  g_autofree char *file = g_strdup_printf ("%s_side.py", name);
  g_autofree char *path =
    source != NULL ? g_build_filename (source, "tests", "bench", file, NULL) : NULL;

  if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_set_error (error, PZ_ERROR, PZ_ERROR_BAD_INPUT,
               "--against works in a build folder: expected tests/bench/%s in its source tree, "
               "found none",
               file);
  return NULL;
}

PzBenchPeer *
pz_bench_peer_new (const char *name, const char *beside, const char *model, GError **error)
{
  g_autofree char *script = find_script (name, beside, error);
  g_autoptr (PzBenchPeer) peer = g_new0 (PzBenchPeer, 1);
  g_autoptr (JsonNode) hello = NULL;

  if (script == NULL)
    return NULL;
  peer->process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, error,
                      "python3", "-B", script, model, NULL);
  if (peer->process == NULL)
    return NULL;
  peer->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer->process));
  peer->questions = g_object_ref (g_subprocess_get_stdin_pipe (peer->process));
  hello = read_answer (peer, error);
  if (hello == NULL)
    return NULL;
  peer->about =
    g_strdup (json_object_get_string_member_with_default (json_node_get_object (hello), "about",
                                                          "nameless"));
  return g_steal_pointer (&peer);
}

void
pz_bench_peer_free (PzBenchPeer *peer)
{
  if (peer == NULL)
    return;
  g_clear_object (&peer->questions);
  g_clear_object (&peer->answers);
  if (peer->process != NULL)
    {
      g_subprocess_force_exit (peer->process);
      g_subprocess_wait (peer->process, NULL, NULL);
      g_object_unref (peer->process);
    }
  g_clear_pointer (&peer->last, json_node_unref);
  g_free (peer->about);
  g_free (peer);
}

const char *
pz_bench_peer_about (const PzBenchPeer *peer)
{
  return peer->about;
}

const char *
pz_bench_peer_threads (const PzBenchPeer *peer, PzBenchWork work)
{
  JsonObject *object = peer->last != NULL ? json_node_get_object (peer->last) : NULL;
  JsonNode *threads = object != NULL ? json_object_get_member (object, "threads") : NULL;

  return threads != NULL && JSON_NODE_HOLDS_OBJECT (threads)
           ? json_object_get_string_member_with_default (json_node_get_object (threads),
                                                         pz_bench_name (work), NULL)
           : NULL;
}

static gboolean
ask (PzBenchPeer *peer, const PzBenchParams *params, gboolean guided, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  pz_json_begin_array (builder, "wanted");
  for (guint work = 0; work < PZ_N_BENCH; work++)
    if ((params->wanted >> work & 1) != 0)
      json_builder_add_string_value (builder, pz_bench_name (work));
  json_builder_end_array (builder);
  pz_json_add_int (builder, "width", params->width);
  pz_json_add_int (builder, "height", params->height);
  pz_json_add_int (builder, "steps", params->steps);
  pz_json_add_int (builder, "batch", guided ? 2 : 1);
  pz_json_add_bool (builder, "concept", params->with_concept);
  pz_json_add_int (builder, "samples", params->samples);
  json_builder_end_object (builder);

  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);
  line = g_strconcat (text, "\n", NULL);
  return g_output_stream_write_all (peer->questions, line, strlen (line), NULL, NULL, error)
         && g_output_stream_flush (peer->questions, NULL, error);
}

gboolean
pz_bench_peer_run (PzBenchPeer *peer,
                   const PzBenchParams *params,
                   gboolean guided,
                   double ms[PZ_N_BENCH],
                   GError **error)
{
  g_clear_pointer (&peer->last, json_node_unref);
  if (!ask (peer, params, guided, error) || (peer->last = read_answer (peer, error)) == NULL)
    return FALSE;
  for (guint work = 0; work < PZ_N_BENCH; work++)
    {
      JsonObject *object = json_node_get_object (peer->last);
      JsonArray *times = json_object_has_member (object, pz_bench_name (work))
                           ? json_object_get_array_member (object, pz_bench_name (work))
                           : NULL;
      g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

      for (guint i = 0; times != NULL && i < json_array_get_length (times); i++)
        {
          double value = json_array_get_double_element (times, i);

          g_array_append_val (values, value);
        }
      ms[work] = pz_bench_median (values);
    }
  return TRUE;
}
