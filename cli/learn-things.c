/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "cli/learn-things.h"

#include <string.h>

guint
pz_list_length (char **list)
{
  return list != NULL ? g_strv_length (list) : 0;
}

/* Pairs names and class words by their order. */
static gboolean
understand_names (PzLearnOptions *o, GError **error)
{
  const guint n = pz_list_length (o->thing_names), n_classes = pz_list_length (o->class_words);

  if (n == 0)
    return pz_bad_option (error, "--name", "a name for the thing", "none");
  if (n_classes > n)
    return pz_bad_option (error, "--class-word", "one for each --name", o->class_words[n]);
  o->more = g_array_new (FALSE, FALSE, sizeof (PzLearnThing));
  for (guint i = 0; i < n; i++)
    {
      const PzLearnThing thing = { o->thing_names[i],
                                   i < n_classes ? o->class_words[i] : NULL };

      if (!pz_concept_check_name (thing.name, error))
        return FALSE;
      if (i > 0)
        g_array_append_val (o->more, thing);
    }
  o->params.name = o->thing_names[0];
  o->params.class_word = n_classes > 0 ? o->class_words[0] : NULL;
  o->params.more = (const PzLearnThing *) (gpointer) o->more->data;
  o->params.n_more = o->more->len;
  return TRUE;
}

/* Finds which thing each picture shows; by default the first one. */
static gboolean
understand_shown (PzLearnOptions *o, GError **error)
{
  const guint n_shown = pz_list_length (o->shown);

  o->things = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < pz_list_length (o->images); i++)
    {
      const char *name =
        i < n_shown && o->shown[i][0] != '\0' ? o->shown[i] : o->thing_names[0];
      guint thing = 0;

      while (o->thing_names[thing] != NULL && !g_str_equal (o->thing_names[thing], name))
        thing++;
      if (o->thing_names[thing] == NULL)
        return pz_bad_option (error, "--shows", "one of the --name", name);
      g_array_append_val (o->things, thing);
    }
  o->params.things = (const guint *) (gpointer) o->things->data;
  return TRUE;
}

/* Refuses options that are only for learning people. */
static gboolean
check_strange (const PzLearnOptions *o, GError **error)
{
  const struct
  {
    const char *option, *value;
  } strange[] = { { "--basis", o->basis },
                  { "--features", o->features },
                  { "--recognizer", o->recognizer },
                  { "--layer", o->layer } };

  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    if (strange[i].value != NULL)
      return pz_bad_option (error, strange[i].option, "none: it is for learning people",
                            strange[i].value);
  return TRUE;
}

/* Refuses TOKEN=FILE in place of a picture. It may come from --image or --person, which fill the same list. */
static gboolean
check_no_person (const PzLearnOptions *o, GError **error)
{
  for (guint i = 0; i < pz_list_length (o->images); i++)
    {
      const char *sign = strchr (o->images[i], '=');

      if (sign != NULL && !g_file_test (o->images[i], G_FILE_TEST_EXISTS)
          && g_file_test (sign + 1, G_FILE_TEST_EXISTS))
        return pz_bad_option (error, "--image",
                              "a picture's file alone, with its name as --name TOKEN (only "
                              "celeb-basis takes both, as --person TOKEN=FILE)",
                              o->images[i]);
    }
  return TRUE;
}

gboolean
pz_learn_things_understand (PzLearnOptions *o, const PzLearnMethod *method, GError **error)
{
  const guint most = MAX (method->max_things, 1);

  if (pz_list_length (o->thing_names) > most)
    return pz_bad_option (error, "--name", "fewer: as many things as the method learns at once",
                          o->thing_names[most]);
  return check_no_person (o, error) && understand_names (o, error) && check_strange (o, error)
         && understand_shown (o, error);
}
