"""Learned tables beside the best ramp by LPIPS: python3 bench/jpeg/lpips_tables.py FOLDER TABLES.json [TABLES.json ...] --weights LPIPS.safetensors
[--rates 0.3,1]

Says by how much the bits of tables, as `export` writes them, differ from those of the best of two ramps at equal LPIPS by AlexNet (weights of
data/make-lpips-weights.py), means over all pictures of FOLDER. Files are real ones of Pillow, 4:4:4, with optimised Huffman codes.
"""

import argparse
import glob
import io
import json
import os
import struct

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

RAMPS = ((0.2, 1.2), (0.15, 1.1))

torch.set_grad_enabled(False)
torch.set_num_threads(1)


def ramp(slope, chroma):
    luma = 16 * (1 + slope * np.add.outer(np.arange(8), np.arange(8)).ravel())
    return np.concatenate([luma, chroma * luma])


class Lpips:
    def __init__(self, file):
        data = open(file, "rb").read()
        length = struct.unpack("<Q", data[:8])[0]
        self.weights = {}
        for name, entry in json.loads(data[8 : 8 + length]).items():
            if name == "__metadata__":
                continue
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            values = np.frombuffer(data[begin:end], {"F32": np.float32, "F16": np.float16}[entry["dtype"]])
            self.weights[name] = torch.tensor(values.astype(np.float32).reshape(entry["shape"]))
        self.heads = [self.weights[f"lin.lin{i}.model.1.weight"].view(1, -1, 1, 1) for i in range(5)]

    def features(self, pictures):
        x = torch.as_tensor(np.stack(pictures)).float().permute(0, 3, 1, 2) / 127.5 - 1
        x = (x - torch.tensor([-0.030, -0.088, -0.188]).view(1, 3, 1, 1)) / torch.tensor([0.458, 0.448, 0.450]).view(1, 3, 1, 1)
        taps = []
        for layer, stride, padding in ((0, 4, 2), (3, 1, 2), (6, 1, 1), (8, 1, 1), (10, 1, 1)):
            name = f"backbone.features.{layer}"
            if layer in (3, 6):
                x = F.max_pool2d(x, 3, 2)
            x = F.relu(F.conv2d(x, self.weights[name + ".weight"], self.weights[name + ".bias"], stride=stride, padding=padding))
            taps.append(x / (x.square().sum(1, keepdim=True).sqrt() + 1e-10))
        return taps

    def distances(self, taps, others):
        return sum(((a - b).square() * head).sum(1).mean((1, 2)) for a, b, head in zip(taps, others, self.heads)).numpy()


def code(pixels, logs):
    entries = np.clip(np.rint(np.exp(logs)), 1, 255).astype(int).tolist()
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", qtables=[entries[:64], entries[64:]], subsampling=0, optimize=True)
    return np.asarray(Image.open(file)), 8 * file.getbuffer().nbytes


def scale_for(pictures, logs, rate):
    """The logarithm of the factor at which the pictures take a rate."""
    low, high = -4.0, 4.0
    for _ in range(9):
        middle = (low + high) / 2
        bpp = np.mean([code(x, logs + middle)[1] / x[..., 0].size for x in pictures])
        low, high = (middle, high) if bpp > rate else (low, middle)
    return high


def curve(pictures, originals, logs, lpips, rates):
    low, high = rates
    points = []
    for rate in np.geomspace(low / 1.25, high * 1.4, 6):
        scale = scale_for(pictures[::6], logs, rate)
        coded = [code(x, logs + scale) for x in pictures]
        distances = [lpips.distances(taps, lpips.features([decoded]))[0] for taps, (decoded, _) in zip(originals, coded)]
        points.append((np.log(np.mean([bits / x[..., 0].size for x, (_, bits) in zip(pictures, coded)])), np.log(np.mean(distances))))
    return np.array(points)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("tables", nargs="+")
    parser.add_argument("--weights", required=True)
    parser.add_argument("--rates", default="0.3,1")
    options = parser.parse_args()
    rates = [float(rate) for rate in options.rates.split(",")]
    pictures = [np.asarray(Image.open(file).convert("RGB")) for file in sorted(glob.glob(os.path.join(options.folder, "*.png")))]
    lpips = Lpips(options.weights)
    judged = {}
    for file in options.tables:
        given = json.load(open(file))
        judged[file] = np.log(np.array(given["luma"] + given["chroma"], float))

    at = np.log(np.geomspace(*rates, 5))
    originals = [lpips.features([x]) for x in pictures]
    ramps = [curve(pictures, originals, np.log(ramp(*shape)), lpips, rates) for shape in RAMPS]
    reference = np.min([np.polyval(np.polyfit(*each.T, 3), at) for each in ramps], 0)
    for name, logs in judged.items():
        points = curve(pictures, originals, logs, lpips, rates)
        change = 100 * (np.exp(np.polyval(np.polyfit(points[:, 1], points[:, 0], 3), reference) - at) - 1)
        print(f"{name}: " + ", ".join(f"{each:+.1f} % at {rate:.2f} bpp" for each, rate in zip(change, np.exp(at))) + f"; mean {change.mean():+.1f} %")


if __name__ == "__main__":
    main()
