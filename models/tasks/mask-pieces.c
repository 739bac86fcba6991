/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Selects the pieces of a coarse mask that belong to the subject: see found-mask.h.
 */
#include "models/tasks/found-mask.h"

/* A piece consists of pixels above FAINT. Its size is the number of its pixels above LIKELY. */
#define FAINT 0.15f
#define LIKELY 0.5f
/* The minimum size of a subject, as a fraction of the square: 5x5 of 128x128 pixels. */
#define LEAST_SHARE 0.0015f
/* The minimum mean probability of the subject's pixels. It is above 0.9 for scenes, and about 0.6 for plain walls and noise. */
#define LEAST_SURE 0.7f
/* The minimum size of other pieces of the subject, as a fraction of the largest. */
#define LEAST_PIECE 0.08f
/* Holes smaller than this fraction of the subject are filled: they are details such as a nose or a button. Larger ones are
 * openings, such as that of a handle, through which the background is visible. */
#define LEAST_HOLE 0.02f

typedef struct
{
  guint n; /* pixels */
  guint n_likely, n_hinted; /* pixels above LIKELY; of those, inside the hint */
  double sure; /* the sum of the probabilities of the likely pixels */
  gboolean at_border; /* of the square */
} Piece;

typedef struct
{
  const float *chances;
  const guint8 *hinted; /* NULL = no hint */
  guint side;
  float most, least; /* a pixel belongs to a piece if most >= chance > least */
  guint *numbers; /* for each pixel the number of its piece, from 1 */
  gsize *stack; /* room for all pixels */
} Tracer;

static gboolean
belongs (const Tracer *tracer, gsize at)
{
  return tracer->chances[at] <= tracer->most && tracer->chances[at] > tracer->least;
}

/* Numbers all pixels of the piece that contains pixel `first`, and measures the piece. */
static Piece
trace_piece (const Tracer *tracer, gsize first, guint number)
{
  const gsize side = tracer->side;
  Piece piece = { 0 };
  gsize n = 0;

  tracer->numbers[first] = number;
  tracer->stack[n++] = first;
  while (n > 0)
    {
      const gsize at = tracer->stack[--n], x = at % side, y = at / side;
      const gsize beside[4] = { x > 0 ? at - 1 : at, x + 1 < side ? at + 1 : at,
                                y > 0 ? at - side : at, y + 1 < side ? at + side : at };

      piece.n++;
      if (tracer->chances[at] > LIKELY)
        {
          piece.n_likely++;
          piece.n_hinted += tracer->hinted != NULL && tracer->hinted[at];
          piece.sure += (double) tracer->chances[at];
        }
      for (guint i = 0; i < 4; i++)
        {
          piece.at_border |= beside[i] == at;
          if (tracer->numbers[beside[i]] == 0 && belongs (tracer, beside[i]))
            {
              tracer->numbers[beside[i]] = number;
              tracer->stack[n++] = beside[i];
            }
        }
    }
  return piece;
}

/* Finds all pieces of pixels with most >= chance > least; piece k has number k + 1. (transfer full) array of Piece; *numbers,
 * too. */
static GArray *
trace_pieces (const float *chances,
              const guint8 *hinted,
              guint side,
              float most,
              float least,
              guint **numbers)
{
  const gsize n = (gsize) side * side;
  g_autofree gsize *stack = g_new (gsize, n);
  GArray *pieces = g_array_new (FALSE, TRUE, sizeof (Piece));
  const Tracer tracer = {
    .chances = chances,
    .hinted = hinted,
    .side = side,
    .most = most,
    .least = least,
    .numbers = *numbers = g_new0 (guint, n),
    .stack = stack,
  };

  for (gsize i = 0; i < n; i++)
    if (belongs (&tracer, i) && tracer.numbers[i] == 0)
      {
        Piece piece = trace_piece (&tracer, i, pieces->len + 1);

        g_array_append_val (pieces, piece);
      }
  return pieces;
}

gboolean
pz_mask_keep_thing (float *chances, const guint8 *hinted, guint side)
{
  const gsize n = (gsize) side * side;
  g_autofree guint *numbers = NULL;
  g_autoptr (GArray) pieces = trace_pieces (chances, hinted, side, 1.0f, FAINT, &numbers);
  Piece kept = { 0 };
  guint most = 0;

  for (guint k = 0; k < pieces->len; k++)
    {
      Piece *piece = &g_array_index (pieces, Piece, k);

      if (hinted != NULL && piece->n_hinted == 0)
        piece->n_likely = 0;
      most = MAX (most, piece->n_likely);
    }
  for (gsize i = 0; i < n; i++)
    if (numbers[i] == 0
        || (float) g_array_index (pieces, Piece, numbers[i] - 1).n_likely
             < LEAST_PIECE * (float) MAX (most, 1))
      chances[i] = 0.0f;
  for (gsize i = 0; i < n; i++)
    if (chances[i] > LIKELY)
      {
        kept.n_likely++;
        kept.sure += (double) chances[i];
      }
  return (float) kept.n_likely >= LEAST_SHARE * (float) n
         && kept.sure >= (double) LEAST_SURE * kept.n_likely;
}

void
pz_mask_fill_holes (float *chances, guint side)
{
  const gsize n = (gsize) side * side;
  g_autofree guint *numbers = NULL;
  g_autoptr (GArray) holes = trace_pieces (chances, NULL, side, LIKELY, -1.0f, &numbers);
  guint n_inside = 0;

  for (gsize i = 0; i < n; i++)
    n_inside += numbers[i] == 0;
  for (gsize i = 0; i < n; i++)
    if (numbers[i] != 0)
      {
        const Piece *hole = &g_array_index (holes, Piece, numbers[i] - 1);

        if (!hole->at_border && (float) hole->n < LEAST_HOLE * (float) n_inside)
          chances[i] = 1.0f;
      }
}
