/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The three small face networks of @vladmandic/face-api 1.7.15 (data/models/pz-faces): a face detector, 68 landmarks of a face,
 * and 128 features that identify a person. Weights have the names and shapes that models/training/convert_faces.py writes:
 * convolutions [O, kh, kw, I], depthwise convolutions [kh, kw, C], matrices [O, I].
 *
 * Pictures are F32 [1, S, S, 3]: values of 0 to 255 minus the network's mean, divided by 255. The graph's activations must be
 * F32.
 *
 * Thread: the graph's.
 */
#pragma once

#include "compute/graph.h"

G_BEGIN_DECLS

#define PZ_FACE_DETECTOR_SIDE 416
#define PZ_FACE_DETECTOR_CELLS 13
#define PZ_FACE_DETECTOR_ANCHORS 5
#define PZ_FACE_LANDMARKS_SIDE 112
#define PZ_FACE_N_LANDMARKS 68
#define PZ_FACE_RECOGNIZER_SIDE 150
#define PZ_FACE_N_FEATURES 128

/* -> [1, cells, cells, 5 * anchors]: for each anchor x, y, width, height and score, before the sigmoids and exponentials. */
PzTensor *pz_face_detector (PzGraph *graph, PzTensor *picture);
/* -> [1, 136]: x and y of each landmark, as a fraction (0 to 1) of the picture. */
PzTensor *pz_face_landmarks (PzGraph *graph, PzTensor *picture);
/* -> [1, 128], the features */
PzTensor *pz_face_recognizer (PzGraph *graph, PzTensor *picture);

G_END_DECLS
