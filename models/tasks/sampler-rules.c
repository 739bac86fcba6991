/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "models/tasks/sampler-rules.h"

#include <math.h>

/* ---- interpretation of a prediction at a level (methods: targets) ---- */

/* picture = x_of_x x + x_of_pred pred, noise = e_of_x x + e_of_pred pred. */
typedef struct
{
  double x_of_x, x_of_pred, e_of_x, e_of_pred;
} Reading;

static Reading
read_epsilon (PzLevel at)
{
  return (Reading) { 1.0 / at.a, -at.s / at.a, 0.0, 1.0 };
}

static Reading
read_v (PzLevel at)
{
  return (Reading) { at.a, -at.s, at.s, at.a };
}

static Reading (*const readings[]) (PzLevel) = {
  [PZ_PREDICTS_EPSILON] = read_epsilon,
  [PZ_PREDICTS_V] = read_v,
};

static Reading
read_rung (const PzLadder *ladder, guint i)
{
  return readings[ladder->schedule->config.prediction_type](ladder->rungs[i].from);
}

/* x' = picture * a + noise * s. */
static void
put_together (PzSamplerStep *step, Reading reading, double a, double s)
{
  step->knobs[PZ_KNOB_X] = (float) (a * reading.x_of_x + s * reading.e_of_x);
  step->knobs[PZ_KNOB_PRED] = (float) (a * reading.x_of_pred + s * reading.e_of_pred);
}

static void
believe (PzSamplerStep *step, Reading reading)
{
  step->picture_of_x = reading.x_of_x;
  step->picture_of_pred = reading.x_of_pred;
}

/* ---- rules that use one prediction ---- */

void
pz_rule_deterministic (const PzLadder *ladder, PzSamplerStep steps[])
{
  for (guint i = 0; i < ladder->n; i++)
    {
      PzLevel to = ladder->rungs[i].to;

      put_together (&steps[i], read_rung (ladder, i), to.a, to.s);
      believe (&steps[i], read_rung (ladder, i));
    }
}

/* The boundary condition that makes a consistency model exact at time 0. */
static void
boundary (const PzScheduleConfig *config, double t, double *c_skip, double *c_out)
{
  const double data_variance = 0.25; /* 0.5 squared */
  double tau = (double) config->timestep_scaling * t;

  *c_skip = data_variance / (tau * tau + data_variance);
  *c_out = tau / sqrt (tau * tau + data_variance);
}

void
pz_rule_lcm (const PzLadder *ladder, PzSamplerStep steps[])
{
  for (guint i = 0; i < ladder->n; i++)
    {
      const PzRung *rung = &ladder->rungs[i];
      Reading reading = read_rung (ladder, i);
      double c_skip, c_out;

      boundary (&ladder->schedule->config, rung->time, &c_skip, &c_out);
      reading.x_of_x = c_out * reading.x_of_x + c_skip;
      reading.x_of_pred *= c_out;
      believe (&steps[i], reading);
      steps[i].takes_noise = i + 1 < ladder->n;
      steps[i].knobs[PZ_KNOB_X] = (float) (rung->to.a * reading.x_of_x);
      steps[i].knobs[PZ_KNOB_PRED] = (float) (rung->to.a * reading.x_of_pred);
      steps[i].knobs[PZ_KNOB_NOISE] = (float) rung->to.s;
    }
}

void
pz_rule_tcd (const PzLadder *ladder, PzSamplerStep steps[])
{
  const double eta = 0.3; /* random fraction of a step: the published default */

  for (guint i = 0; i < ladder->n; i++)
    {
      gboolean last = i + 1 == ladder->n;
      double next_time = last ? 0.0 : ladder->rungs[i + 1].time;
      PzLevel to = ladder->rungs[i].to;
      PzLevel between = pz_level_at (ladder->schedule, floor ((1.0 - eta) * next_time));
      double share = last ? 1.0 : to.a / between.a;

      put_together (&steps[i], read_rung (ladder, i), share * between.a, share * between.s);
      believe (&steps[i], read_rung (ladder, i));
      steps[i].takes_noise = !last;
      steps[i].knobs[PZ_KNOB_NOISE] = (float) sqrt (1.0 - share * share);
    }
}

/* ---- rules that use previous predictions ---- */

/* The slot of the value that step i keeps, until step i + PZ_SAMPLER_SLOTS keeps another. */
static guint
slot_of (guint i)
{
  return i % PZ_SAMPLER_SLOTS;
}

static void
keep (PzSamplerStep steps[], guint i, double of_x, double of_pred)
{
  steps[i].knobs[PZ_KNOB_KEEP_X] = (float) of_x;
  steps[i].knobs[PZ_KNOB_KEEP_PRED] = (float) of_pred;
  steps[i].knobs[PZ_KNOB_KEEP_SLOT] = (float) slot_of (i);
}

/* Sets the factor in step i of the value that step `kept` keeps. */
static void
use (PzSamplerStep steps[], guint i, guint kept, double factor)
{
  steps[i].knobs[PZ_KNOB_PAST + slot_of (kept)] = (float) factor;
}

void
pz_rule_dpmpp_2m (const PzLadder *ladder, PzSamplerStep steps[])
{
  double h_before = 0.0;

  for (guint i = 0; i < ladder->n; i++)
    {
      PzLevel from = ladder->rungs[i].from, to = ladder->rungs[i].to;
      Reading reading = read_rung (ladder, i);
      double h, scale, back;

      keep (steps, i, reading.x_of_x, reading.x_of_pred);
      steps[i].picture_of_pred = 1.0;
      if (to.s == 0.0) /* the limit of the formula below, of first order */
        {
          use (steps, i, i, 1.0);
          continue;
        }
      h = log (to.a / to.s) - log (from.a / from.s);
      scale = -to.a * expm1 (-h);
      back = h_before > 0.0 ? 0.5 * h / h_before : 0.0; /* two steps may share a level */
      steps[i].knobs[PZ_KNOB_X] = (float) (to.s / from.s);
      use (steps, i, i, scale * (1.0 + back));
      if (i > 0)
        use (steps, i, i - 1, -scale * back);
      h_before = h;
    }
}

static double
sigma_of (PzLevel level)
{
  return level.s / level.a;
}

/* The integral over step i, in sigma, of the polynomial that is 1 at the sigma of step i - j and 0 at those of the other
 * `order` latest steps. It is at most cubic, so two-point Gauss-Legendre quadrature is exact. */
static double
lms_coefficient (const PzLadder *ladder, guint i, guint order, guint j)
{
  double from = sigma_of (ladder->rungs[i].from), to = sigma_of (ladder->rungs[i].to);
  double own = sigma_of (ladder->rungs[i - j].from);
  double sum = 0.0;

  for (int side = -1; side <= 1; side += 2)
    {
      double tau = 0.5 * (from + to) + side * 0.5 * (to - from) / sqrt (3.0);
      double product = 1.0;

      for (guint k = 0; k < order; k++)
        {
          double other = sigma_of (ladder->rungs[i - k].from);

          if (k != j)
            product *= (tau - other) / (own - other);
        }
      sum += product;
    }
  return 0.5 * (to - from) * sum;
}

void
pz_rule_lms (const PzLadder *ladder, PzSamplerStep steps[])
{
  for (guint i = 0; i < ladder->n; i++)
    {
      PzLevel from = ladder->rungs[i].from, to = ladder->rungs[i].to;
      Reading reading = read_rung (ladder, i);
      guint order = MIN (i + 1, PZ_SAMPLER_SLOTS);

      keep (steps, i, reading.e_of_x, reading.e_of_pred);
      steps[i].picture_of_x = 1.0 / from.a;
      steps[i].picture_of_pred = -from.s / from.a;
      steps[i].knobs[PZ_KNOB_X] = (float) (to.a / from.a);
      for (guint j = 0; j < order; j++)
        use (steps, i, i - j, to.a * lms_coefficient (ladder, i, order, j));
    }
}
