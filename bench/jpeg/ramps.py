"""Learned tables beside every ramp of a grid, with Pillow: python3 bench/jpeg/ramps.py FOLDER TABLES.json [TABLES.json ...] [--rates 0.5,1,2]

For each rate, finds the ramp s (1 + a (u + v)) with the best quality on the pictures of FOLDER themselves, which no encoder could know, and says by how
much the bits of each of the tables, as `export` writes them, differ from its bits at equal quality. Files are 4:4:4 with optimised Huffman codes.
"""

import argparse
import glob
import io
import json
import os

import numpy as np
from PIL import Image

SLOPES = (0.03, 0.05, 0.07, 0.1, 0.13, 0.16, 0.2, 0.25)
CHROMAS = (1.0, 1.1, 1.2, 1.3, 1.5)
QUALITIES = ("mean PSNR", "PSNR of mean error")


def ramp(slope, chroma):
    luma = 1 + slope * np.add.outer(np.arange(8), np.arange(8)).ravel()
    return luma, chroma * luma


def measure(pictures, tables):
    entries = [np.clip(np.floor(table + 0.5), 1, 255).astype(int).tolist() for table in tables]
    rates, errors = [], []
    for picture, samples in pictures:
        file = io.BytesIO()
        picture.save(file, "JPEG", qtables=entries, subsampling=0, optimize=True)
        rates.append(8 * file.getbuffer().nbytes / samples[..., 0].size)
        errors.append(np.mean((np.asarray(Image.open(file), np.float32) - samples) ** 2))
    psnr = lambda error: 10 * np.log10(255**2 / error)
    return np.mean(rates), np.mean(psnr(np.array(errors))), psnr(np.mean(errors))


def around(pictures, tables, rate, start):
    """Three points near a rate, by rising rate; and the factor nearest to it."""
    factor = start
    for _ in range(3):
        factor *= (measure(pictures, [factor * table for table in tables])[0] / rate) ** 1.25
    points = [measure(pictures, [factor * change * table for table in tables]) for change in (1.08, 1, 0.92)]
    return np.array(points), factor


def quality_at(points, rate):
    """Both qualities at a rate, and their slopes, by a line over the logarithm of the rate."""
    logs = np.log(points[:, 0] / rate)
    lines = [np.polyfit(logs, points[:, k], 1) for k in (1, 2)]
    return np.array([line[1] for line in lines]), np.array([line[0] for line in lines])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--rates", default="0.5,1,2")
    options = parser.parse_args()
    pictures = [Image.open(file).convert("RGB") for file in sorted(glob.glob(os.path.join(options.folder, "*.png")))]
    pictures = [(picture, np.asarray(picture, np.float32)) for picture in pictures]
    for rate in map(float, options.rates.split(",")):
        ramps, factor = {}, 18 / rate
        for shape in [(slope, chroma) for slope in SLOPES for chroma in CHROMAS]:
            points, factor = around(pictures, ramp(*shape), rate, factor)
            ramps[shape] = quality_at(points, rate)
        best = [max(ramps, key=lambda shape: ramps[shape][0][k]) for k in (0, 1)]
        for k, (slope, chroma) in enumerate(best):
            print(f"{rate} bpp, {QUALITIES[k]}: best ramp has slope {slope}, chroma {chroma}: {ramps[best[k]][0][k]:.3f} dB", flush=True)
        for file in options.tables:
            with open(file) as content:
                learned = json.load(content)
            tables = [np.array(learned[name], float) for name in ("luma", "chroma")]
            quality, _ = quality_at(around(pictures, tables, rate, 1)[0], rate)
            for k, shape in enumerate(best):
                anchor, slopes = ramps[shape]
                change = 100 * np.expm1((anchor[k] - quality[k]) / slopes[k])
                print(f"  {file}: {quality[k]:.3f} dB, {change:+.2f} % bits", flush=True)


main()
