"""Differentiable JPEG (Reich et al., WACV 2024) in PyTorch eager, STE, 4:2:0, gradient to the images: diff_jpeg.py <threads> <batch> <side>."""

import math
import sys

import torch
import torch.nn.functional as F

from serve import serve

threads, batch, side = map(int, sys.argv[1:4])
torch.set_num_threads(threads)

LUMA = [
    [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56],
    [14, 17, 22, 29, 51, 87, 80, 62], [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
    [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99],
]  # fmt: skip
CHROMA = [
    [17, 18, 24, 47, 99, 99, 99, 99], [18, 21, 26, 66, 99, 99, 99, 99], [24, 26, 56, 99, 99, 99, 99, 99],
    [47, 66, 99, 99, 99, 99, 99, 99], *([[99] * 8] * 4),
]  # fmt: skip
LUMA, CHROMA = torch.tensor(LUMA).float(), torch.tensor(CHROMA).float()
YCC = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
RGB = torch.linalg.inv(YCC)
SHIFT = torch.tensor([0.0, 128.0, 128.0])[:, None, None]
k = torch.arange(8.0)
DCT = torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) / 2
DCT[0] /= math.sqrt(2)
BASIS = torch.kron(DCT, DCT)
SIDE = math.exp(-2)
BLUR = torch.tensor([SIDE, 1, SIDE]) / (1 + 2 * SIDE)


class Round(torch.autograd.Function):
    """[x], with the gradient 3 (x - [x])^2."""

    @staticmethod
    def forward(context, x):
        rounded = torch.round(x)
        context.save_for_backward(x - rounded)
        return rounded

    @staticmethod
    def backward(context, gradient):
        return gradient * 3 * context.saved_tensors[0] ** 2


class Clip(torch.autograd.Function):
    """Clips; outside of the bounds a thousandth of the gradient passes."""

    @staticmethod
    def forward(context, x, low, high):
        context.save_for_backward((x >= low) & (x <= high))
        return x.clamp(low, high)

    @staticmethod
    def backward(context, gradient):
        return torch.where(context.saved_tensors[0], gradient, 0.001 * gradient), None, None


def floor(x):
    return Round.apply(x - 0.5)


def tables(quality, table):
    scale = floor(torch.where(quality < 50, 5000 / quality, 200 - 2 * quality))
    return Clip.apply(floor((table * scale[:, None, None] + 50) / 100), 1, 255).reshape(-1, 1, 64)


def code(plane, steps):
    """A plane [B, H, W] through blocks, DCT, quantiser and back."""
    b, h, w = plane.shape
    blocks = plane.reshape(b, h // 8, 8, w // 8, 8).permute(0, 1, 3, 2, 4).reshape(b, -1, 64) - 128
    levels = Round.apply(blocks @ BASIS.T / steps)
    pixels = (levels * steps) @ BASIS + 128
    return pixels.reshape(b, h // 8, w // 8, 8, 8).permute(0, 1, 3, 2, 4).reshape(b, h, w)


def diff_jpeg(images, quality):
    b, _, h, w = images.shape
    ycc = torch.einsum("oc,bchw->bohw", YCC, images) + SHIFT
    chroma = F.pad(ycc[:, 1:], (1, 1, 1, 1), mode="reflect")
    chroma = F.conv2d(chroma.reshape(2 * b, 1, h + 2, w + 2), (BLUR[:, None] * BLUR)[None, None])
    chroma = F.interpolate(chroma, scale_factor=0.5, mode="bilinear", align_corners=False)[:, 0]
    luma = code(ycc[:, 0], tables(quality, LUMA))
    chroma = code(chroma, tables(quality, CHROMA).repeat_interleave(2, 0)).reshape(b, 2, h // 2, w // 2)
    chroma = F.interpolate(chroma, scale_factor=2, mode="bilinear", align_corners=False)
    planes = torch.cat([luma[:, None], chroma], 1) - SHIFT
    return Clip.apply(torch.einsum("oc,bchw->bohw", RGB, planes), 0, 255)


def runner(memory_format):
    index = torch.arange(batch * side * side * 3, dtype=torch.float64)
    images = (7 * index % 256).reshape(batch, side, side, 3).permute(0, 3, 1, 2).float()
    images = images.contiguous(memory_format=memory_format).requires_grad_()
    quality = torch.full((batch,), 30.0)

    def run():
        images.grad = None
        error = ((diff_jpeg(images, quality) - images.detach()) ** 2).mean()
        error.backward()
        return error.item()

    return run


serve(runner)
