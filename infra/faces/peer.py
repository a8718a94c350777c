"""Compares faces with onnxruntime on one thread: YuNet at its 640 x 640, five-point alignment, SFace.

usage: peer.py MODELS IMAGES < pairs   reads "a<TAB>b" lines, prints {"cosine", "wall_ms"} for each, then {"peak_kb"}
"""

import json
import pathlib
import resource
import sys
import time

import numpy
import onnxruntime
from PIL import Image

SIDE = 640
TEMPLATE = numpy.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options)


def points(detector, picture):
    """The five points of the largest face, or None."""
    width, height = picture.size
    factor = min(1.0, SIDE / max(width, height))
    small = picture if factor == 1.0 else picture.resize((round(width * factor), round(height * factor)))
    canvas = numpy.zeros((SIDE, SIDE, 3), numpy.float32)
    canvas[: small.height, : small.width] = numpy.asarray(small)[:, :, ::-1]
    names = [output.name for output in detector.get_outputs()]
    out = dict(zip(names, detector.run(None, {"input": canvas.transpose(2, 0, 1)[None]})))
    best = None
    for stride in (8, 16, 32):
        columns = SIDE // stride
        scores = numpy.sqrt(numpy.clip(out[f"cls_{stride}"], 0, 1) * numpy.clip(out[f"obj_{stride}"], 0, 1))[0, :, 0]
        for i in numpy.flatnonzero(scores > 0.7):
            size = numpy.exp(out[f"bbox_{stride}"][0, i, 2:]).prod() * stride * stride
            if best is None or size > best[0]:
                cell = numpy.array([i % columns, i // columns])
                best = (size, (out[f"kps_{stride}"][0, i].reshape(5, 2) + cell) * stride / factor)
    return None if best is None else best[1]


def align(picture, found):
    """Least-squares similarity from the template to the points, as complex numbers."""
    p, q = (TEMPLATE @ [1, 1j]), (found @ [1, 1j])
    a = (numpy.conj(p - p.mean()) @ (q - q.mean())) / (numpy.abs(p - p.mean()) ** 2).sum()
    b = q.mean() - a * p.mean()
    matrix = (a.real, -a.imag, b.real, a.imag, a.real, b.imag)
    return picture.transform((112, 112), Image.AFFINE, matrix, Image.BILINEAR)


def embed(detector, recogniser, path):
    picture = Image.open(path).convert("RGB")
    found = points(detector, picture)
    if found is None:
        return None
    face = numpy.asarray(align(picture, found), numpy.float32).transpose(2, 0, 1)[None]
    embedding = recogniser.run(None, {"data": face})[0][0]
    return embedding / numpy.linalg.norm(embedding)


def main():
    models, images = map(pathlib.Path, sys.argv[1:])
    detector, recogniser = session(models / "yunet.onnx"), session(models / "sface.onnx")
    for line in sys.stdin:
        start = time.perf_counter()
        a, b = (embed(detector, recogniser, images / name) for name in line.rstrip("\n").split("\t"))
        cosine = None if a is None or b is None else float(a @ b)
        print(json.dumps({"cosine": cosine, "wall_ms": (time.perf_counter() - start) * 1000}), flush=True)
    print(json.dumps({"peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


if __name__ == "__main__":
    main()
