/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all sub-commands share: how errors are reported, the exit status, common options, Ctrl+C.
 */
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/terminal.h"

G_DEFINE_QUARK (pz - usage - error, pz_usage_error)

int
pz_exit_status (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return PZ_EXIT_CANCELLED;
  return error->domain == PZ_USAGE_ERROR ? PZ_EXIT_USAGE : PZ_EXIT_FAILED;
}

char *
pz_error_sentence (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? g_strdup ("stopped")
                                                                   : pz_show (error->message);
}

int
pz_fail (GError *error)
{
  int status = pz_exit_status (error);
  g_autofree char *sentence = pz_error_sentence (error);

  fprintf (stderr, "personalize: %s\n", sentence);
  g_error_free (error);
  return status;
}

int
pz_command_fail (const PzCommand *command, gboolean json, GError *error)
{
  if (json)
    (command->print_error != NULL ? command->print_error : pz_json_print_error) (error);
  return pz_fail (error);
}

int
pz_refuse_usage (const PzCommand *command, gboolean json, const char *format, ...)
{
  va_list args;
  GError *error;

  va_start (args, format);
  error = g_error_new_valist (PZ_USAGE_ERROR, 0, format, args);
  va_end (args);
  return pz_command_fail (command, json, error);
}

int
pz_refuse_arguments (const PzCommand *command, gboolean json, char **argv)
{
  return pz_refuse_usage (command, json, "%s takes options only, found “%s”", command->name,
                          argv[1]);
}

gboolean
pz_blame_usage (GError **error)
{
  if (error != NULL && *error != NULL)
    {
      (*error)->domain = PZ_USAGE_ERROR;
      (*error)->code = 0;
    }
  return FALSE;
}

gboolean
pz_parse_size (const char *text, guint *width, guint *height)
{
  char *end;
  guint64 w, h;

  if (!g_ascii_isdigit (text[0]))
    return FALSE;
  w = g_ascii_strtoull (text, &end, 10);
  if (*end != 'x' || !g_ascii_isdigit (end[1]))
    return FALSE;
  h = g_ascii_strtoull (end + 1, &end, 10);
  *width = (guint) MIN (w, G_MAXINT);
  *height = (guint) MIN (h, G_MAXINT);
  return *end == '\0' && w > 0 && h > 0;
}

gboolean
pz_parse_weights (const char *text, gboolean *packs, GError **error)
{
  *packs = text != NULL;
  return text == NULL || g_str_equal (text, "8")
         || pz_bad_option (error, "--weights", "8, the bits of each, or no such option", text);
}

gboolean
pz_parse_concept_by (const char *text, PzConceptBy *by, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  *by = PZ_CONCEPT_BY_ELITE;
  for (guint i = 0; text != NULL && i < PZ_N_CONCEPT_BY; i++)
    {
      if (g_str_equal (text, pz_concept_by_name (i)))
        {
          *by = i;
          return TRUE;
        }
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", pz_concept_by_name (i));
    }
  return text == NULL || pz_bad_option (error, "--concept-by", names->str, text);
}

/* Ctrl+C and SIGTERM can be delivered to any thread, including threads that a library starts while it is loaded. So one thread
 * cannot wait for them while all others block them: a handler posts this semaphore instead. */
static sem_t stop_asked;

static void
ask_to_stop (G_GNUC_UNUSED int number)
{
  const int kept = errno;

  sem_post (&stop_asked);
  errno = kept;
}

static gpointer
wait_to_stop (gpointer data)
{
  while (sem_wait (&stop_asked) != 0)
    ;
  g_cancellable_cancel (data);
  return NULL;
}

/* After the first signal the default action is restored, so a second one ends the process. A signal that is ignored, as in a
 * background job, stays ignored. */
static void
catch_signal (int number)
{
  struct sigaction action = { .sa_handler = ask_to_stop,
                              .sa_flags = SA_RESETHAND | SA_RESTART };
  struct sigaction before;

  if (sigaction (number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
    sigaction (number, &action, NULL);
}

GCancellable *
pz_interrupt (void)
{
  static GCancellable *cancellable = NULL;

  if (cancellable == NULL)
    {
      cancellable = g_cancellable_new ();
      sem_init (&stop_asked, 0, 0);
      g_thread_unref (g_thread_new ("signals", wait_to_stop, cancellable));
      catch_signal (SIGINT);
      catch_signal (SIGTERM);
    }
  return cancellable;
}

char *
pz_binary_folder (void)
{
  g_autofree char *path = g_file_read_link ("/proc/self/exe", NULL);

  return path != NULL ? g_path_get_dirname (path) : g_get_current_dir ();
}

gboolean
pz_bad_option (GError **error, const char *option, const char *expected, const char *found)
{
  g_set_error (error, PZ_USAGE_ERROR, 0, "%s: expected %s, found “%s”", option, expected,
               found);
  return FALSE;
}
