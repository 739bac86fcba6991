// SPDX-FileCopyrightText: 2026 The gimp-personalize authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What @vladmandic/face-api itself says of pictures, for tests/nets/test-faces.py: processor backend, tensors as input, detector at 416,
// scores from 0.5. Of each picture the first numbers of the detector's answer, and of each face its box, 68 points and features.
//
//   npm pack @vladmandic/face-api@1.7.15 && tar xf vladmandic-face-api-1.7.15.tgz
//   python3 tests/reference/face_pictures.py ../shared FOLDER
//   node tests/reference/faces.mjs package FOLDER/*.ppm > tests/nets/data/faces.json

import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const SIDE = 416, SCORE = 0.5, RAW = 50;
const NETWORKS = ['tiny_face_detector', 'face_landmark_68', 'face_recognition'];

const [place, ...files] = process.argv.slice(2);
// The file is bundled for browsers; its tensor library takes a process without a document for node, whose part is left out of the bundle.
globalThis.window = { document: {} };
const face = await import(pathToFileURL(resolve(place, 'dist/face-api.esm.js')));

const rounded = (x, digits) => Number(x.toPrecision(digits));

// Binary PPM with 255 levels: [height, width, 3]
function read(path) {
  const bytes = readFileSync(path);
  const [head, width, height] = bytes.subarray(0, 64).toString('latin1').match(/^P6\s(\d+)\s(\d+)\s255\s/);
  return face.tf.tensor3d(Uint8Array.from(bytes.subarray(head.length)), [Number(height), Number(width), 3], 'int32');
}

async function load() {
  await face.tf.setBackend('cpu');
  await face.tf.ready();
  const nets = [face.nets.tinyFaceDetector, face.nets.faceLandmark68Net, face.nets.faceRecognitionNet];
  nets.forEach((net, i) => {
    const manifest = JSON.parse(readFileSync(`${place}/model/${NETWORKS[i]}_model-weights_manifest.json`));
    const bytes = Buffer.concat(manifest.flatMap((group) => group.paths).map((path) => readFileSync(`${place}/model/${path}`)));
    const weights = face.tf.io.decodeWeights(Uint8Array.from(bytes).buffer, manifest.flatMap((group) => group.weights));
    net.loadFromWeightMap(weights);
  });
}

function told(found) {
  const { x, y, width, height } = found.detection.box;
  return {
    score: rounded(found.detection.score, 6),
    box: [x, y, width, height].map((v) => Number(v.toFixed(3))),
    points: found.landmarks.positions.map((p) => [p.x, p.y].map((v) => Number(v.toFixed(3)))),
    features: [...found.descriptor].map((v) => rounded(v, 6)),
  };
}

await load();
const all = {};
for (const file of files) {
  const picture = read(file);
  const options = new face.TinyFaceDetectorOptions({ inputSize: SIDE, scoreThreshold: SCORE });
  const found = await face.detectAllFaces(picture, options).withFaceLandmarks().withFaceDescriptors();
  const input = await face.toNetInput(picture);
  const answer = await face.nets.tinyFaceDetector.forwardInput(input, SIDE);
  const raw = [...await answer.data()].slice(0, RAW).map((v) => rounded(v, 6));
  const [height, width] = picture.shape;
  all[basename(file, '.ppm')] = { width, height, faces: found.map(told), raw };
}
process.stdout.write(`${JSON.stringify(all)}\n`);
