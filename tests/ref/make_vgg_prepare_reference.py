"""What OpenCV's resize() (bilinear, 8 bits) makes of generated pictures: digests of the
224 x 224 BGR bytes and a few pixels, for vgg_prepare_ref_test.

    /usr/bin/python3 make_vgg_prepare_reference.py > vgg-prepare-reference.json

Debian: python3-opencv (4.6 when the file was made).
"""
import hashlib
import json
import sys

import cv2
import numpy as np

SIZES = [(112, 112), (1, 1), (1, 7), (2, 3), (37, 500), (96, 128), (223, 225),
         (224, 224), (224, 100), (225, 224), (300, 113), (447, 448), (448, 448),
         (448, 224), (449, 447), (896, 896), (1001, 50)]
SAMPLES = [(0, 0), (0, 223), (223, 0), (223, 223), (1, 2), (111, 112), (57, 200)]


def picture(width, height):
    """RGB bytes of a counter, hashed (the test makes the same)."""
    i = np.arange(width * height * 3, dtype=np.uint64)
    with np.errstate(over='ignore'):
        z = (i + np.uint64(width * 65536 + height)) * np.uint64(0x9E3779B97F4A7C15)
    return ((z ^ (z >> np.uint64(29))) >> np.uint64(20)).astype(np.uint8).reshape(
        height, width, 3)


cases = []
for width, height in SIZES:
    bgr = cv2.resize(picture(width, height)[:, :, ::-1].copy(), (224, 224))
    cases.append({
        'width': width, 'height': height,
        'sha256': hashlib.sha256(bgr.tobytes()).hexdigest(),
        'pixels': [[y, x] + bgr[y, x].tolist() for y, x in SAMPLES],
    })
json.dump({'opencv': cv2.__version__, 'cases': cases}, sys.stdout, separators=(',', ':'))
