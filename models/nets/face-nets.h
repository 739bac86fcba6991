/* SPDX-FileCopyrightText: 2026 The gimp-personalize authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The three small face networks of @vladmandic/face-api 1.7.15 (data/models/pz-faces): where faces are, 68 points of a face, and
 * 128 numbers that say who it is. Weights by the names and in the shapes of models/training/convert_faces.py: convolutions [O, kh,
 * kw, I], depthwise ones [kh, kw, C], matrices [O, I].
 *
 * Pictures are F32 [1, S, S, 3], levels of 0 to 255 less the network's mean, divided by 255; the graph's activations must be F32.
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

/* -> [1, cells, cells, 5 * anchors]: of each anchor x, y, width, height and score, before their sigmoids and exponentials. */
PzTensor *pz_face_detector (PzGraph *graph, PzTensor *picture);
/* -> [1, 136]: x and y of each point, 0 to 1 of the picture. */
PzTensor *pz_face_landmarks (PzGraph *graph, PzTensor *picture);
/* -> [1, 128] */
PzTensor *pz_face_recognizer (PzGraph *graph, PzTensor *picture);

G_END_DECLS
