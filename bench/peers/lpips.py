"""LPIPS-alex in PyTorch eager, gradient to the first image: lpips.py <weights> <threads> <batch> <side>."""

import json
import struct
import sys

import numpy
import torch
import torch.nn.functional as F

from serve import serve

path = sys.argv[1]
threads, batch, side = map(int, sys.argv[2:5])
torch.set_num_threads(threads)

with open(path, "rb") as file:
    length = struct.unpack("<Q", file.read(8))[0]
    header = json.loads(file.read(length))
    content = file.read()
weights = {}
for name, entry in header.items():
    if name != "__metadata__":
        begin, end = entry["data_offsets"]
        weights[name] = torch.from_numpy(numpy.frombuffer(content[begin:end], "<f4").reshape(entry["shape"]).copy())

# Index in torchvision's AlexNet, stride, padding, pooling before it.
CONVOLUTIONS = [(0, 4, 2, False), (3, 1, 2, True), (6, 1, 1, True), (8, 1, 1, False), (10, 1, 1, False)]
SHIFT = torch.tensor([-0.030, -0.088, -0.188])[None, :, None, None]
SCALE = torch.tensor([0.458, 0.448, 0.450])[None, :, None, None]


def runner(memory_format):
    kernels = {
        index: weights[f"backbone.features.{index}.weight"].contiguous(memory_format=memory_format)
        for index, *_ in CONVOLUTIONS
    }

    def features(x):
        x = (x / 127.5 - 1 - SHIFT) / SCALE
        for index, stride, padding, pool in CONVOLUTIONS:
            if pool:
                x = F.max_pool2d(x, 3, 2)
            bias = weights[f"backbone.features.{index}.bias"]
            x = F.relu(F.conv2d(x, kernels[index], bias, stride=stride, padding=padding))
            yield x

    def normalized(x):
        return x / (torch.sqrt((x**2).sum(1, keepdim=True)) + 1e-10)

    index = torch.arange(batch * side * side * 3, dtype=torch.float64)
    shape = (batch, side, side, 3)
    first = (7 * index % 256).reshape(shape).permute(0, 3, 1, 2)
    noise = (20 * ((index * 0.618034 % 1) - 0.5)).reshape(shape).permute(0, 3, 1, 2)
    a = first.float().contiguous(memory_format=memory_format).requires_grad_()
    b = (first + noise).float().contiguous(memory_format=memory_format)

    def run():
        a.grad = None
        total = 0
        for i, (f, g) in enumerate(zip(features(a), features(b))):
            head = weights[f"lin.lin{i}.model.1.weight"][None, :, None, None]
            difference = (normalized(f) - normalized(g)) ** 2
            total = total + F.conv2d(difference, head).mean((2, 3)).sum()
        total.backward()
        return total.item()

    return run


serve(runner)
