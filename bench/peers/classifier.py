"""A classifier in PyTorch eager, cross entropy and its gradient to the images: classifier.py <threads> <name> <weights> <batch> <side>."""

import json
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F
import torchvision

from serve import serve

threads, name, weights, batch, side = sys.argv[1:6]
batch, side = int(batch), int(side)
torch.set_num_threads(int(threads))
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1) * 255


def read(file):
    data = open(file, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        key: torch.tensor(
            np.frombuffer(data, np.float32, int(np.prod(e["shape"])), 8 + length + e["data_offsets"][0]).copy()
        ).view(*e["shape"])
        for key, e in header.items()
    }


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(outputs)
        self.conv2 = torch.nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(outputs)
        self.stride = stride

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.stride == 2:
            quarter = x.shape[1] // 2
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, quarter, quarter))
        return F.relu(x + y)


class ResNet(torch.nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(16)
        for stage, (inputs, outputs) in enumerate([(16, 16), (16, 32), (32, 64)]):
            blocks = [Block(inputs, outputs, 1 if stage == 0 else 2)]
            blocks += [Block(outputs, outputs, 1) for _ in range((depth - 2) // 6 - 1)]
            setattr(self, f"layer{stage + 1}", torch.nn.Sequential(*blocks))
        self.linear = torch.nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def runner(memory_format):
    net = torchvision.models.squeezenet1_1() if name == "squeezenet1_1" else ResNet(int(name[6:]))
    net.load_state_dict(read(weights), strict=False)
    net = net.eval().requires_grad_(False).to(memory_format=memory_format)
    index = torch.arange(batch * side * side * 3, dtype=torch.float64)
    images = (7 * index % 256).reshape(batch, side, side, 3).permute(0, 3, 1, 2).float()
    images = images.contiguous(memory_format=memory_format).requires_grad_()
    labels = torch.arange(batch) % 10

    def run():
        images.grad = None
        loss = F.cross_entropy(net((images - MEAN) / DEVIATION), labels)
        loss.backward()
        return loss.item()

    return run


serve(runner)
