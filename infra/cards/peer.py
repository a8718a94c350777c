"""Reads cards with RapidOCR, the way an integrator would: NFKC, rows after straightening, labels, regular expressions.

usage: peer.py (best|default) DETECTOR FOLDER FILE...   prints one JSON line per card, then {"peak_kb": ...}
`best` is the fastest set-up that was found to keep the accuracy: the tiny detector at 640 with the shipped small recogniser.
"""

import json
import math
import pathlib
import re
import resource
import statistics
import sys
import time
import unicodedata

import numpy
from PIL import Image, ImageOps
from rapidocr import RapidOCR

SETUPS = {
    "best": {"Det.limit_side_len": 640, "Det.limit_type": "max"},
    "default": {},
}
ROWS = ("姓名", "性别", "出生", "住址", "公民身份号码", "签发机关", "有效期限")


def rows(result):
    """Texts in reading order: boxes turned by the median slant, then grouped by overlapping height."""
    if result.boxes is None:
        return []
    slants = [math.atan2(b[1][1] - b[0][1], b[1][0] - b[0][0]) for b in result.boxes if abs(b[1][0] - b[0][0]) > 20]
    turn = -statistics.median(slants) if slants else 0.0
    turned = []
    for box, text in zip(result.boxes, result.txts):
        x, y = box.mean(axis=0)
        height = math.dist(box[0], box[3])
        left = box[0][0] * math.cos(turn) - box[0][1] * math.sin(turn)
        turned.append((x * math.sin(turn) + y * math.cos(turn), left, height, unicodedata.normalize("NFKC", text).replace(" ", "")))
    turned.sort()
    grouped = []
    for y, x, height, text in turned:
        if grouped and y - grouped[-1][0] < 0.5 * min(height, grouped[-1][1]):
            grouped[-1][2].append((x, text))
        else:
            grouped.append((y, height, [(x, text)]))
    return ["".join(text for _, text in sorted(row)) for _, _, row in grouped]


def date(year, month, day):
    return f"{int(year):04}-{int(month):02}-{int(day):02}"


def fields(lines):
    lines = [line for line in lines if line != "样本"]
    text = "\n".join(lines)
    found = {}
    if any(label in text for label in ROWS[5:]):
        if match := re.search(r"签发机关[::]?(.+)", text):
            found["issuing_authority"] = match[1]
        if match := re.search(r"(\d{4})\.?(\d\d)\.?(\d\d)[-一—~]?(?:(\d{4})\.?(\d\d)\.?(\d\d)|(长期))", text):
            found["valid_from"] = date(*match.groups()[:3])
            found["valid_until"] = "long_term" if match[7] else date(*match.groups()[3:6])
        return found
    if match := re.search(r"姓名[::]?(.+)", text):
        found["name"] = match[1]
    if match := re.search(r"性别[::]?(男|女)", text):
        found["sex"] = match[1]
    if match := re.search(r"民族[::]?(.+)", text):
        found["ethnicity"] = match[1]
    if match := re.search(r"(\d{4})年(\d{1,2})月(\d{1,2})日?", text):
        found["birth_date"] = date(*match.groups())
    if match := re.search(r"\d{17}[\dXx]", text):
        found["id_number"] = match[0].upper()
    if match := re.search(r"住址[::]?([\s\S]+?)(?:\n.*(?:公民|身份|号码|\d{14,})|$)", text):
        found["address"] = match[1].replace("\n", "").replace("样本", "")
    return found


def upright(lines):
    """Whether two labels or more were found, each further down than the one before: else the picture lies on its side or its head."""
    places = [next((i for i, line in enumerate(lines) if label in line), None) for label in ROWS]
    places = [place for place in places if place is not None]
    return len(places) >= 2 and places == sorted(set(places))


def read(engine, path):
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    pixels = numpy.asarray(picture)[:, :, ::-1]
    best = {}
    for quarters in (0, 1, 3, 2):
        lines = rows(engine(numpy.ascontiguousarray(numpy.rot90(pixels, quarters))))
        found = fields(lines)
        if upright(lines):
            return found
        best = max(best, found, key=len)
    return best


def main():
    setup, detector, folder, *files = sys.argv[1:]
    options = dict(SETUPS[setup], **{"Global.log_level": "error"})
    if setup == "best":
        options["Det.model_path"] = detector
    engine = RapidOCR(params=options)
    read(engine, pathlib.Path(folder, files[0]))  # The first call pays for warming up; it is not counted.
    for file in files:
        start = time.perf_counter()
        found = read(engine, pathlib.Path(folder, file))
        print(json.dumps({"file": file, "wall_ms": (time.perf_counter() - start) * 1000, "fields": found}, ensure_ascii=False), flush=True)
    print(json.dumps({"peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


if __name__ == "__main__":
    main()
