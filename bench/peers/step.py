"""The sandwich's training step in PyTorch eager, Adam with foreach: step.py <size> <gaussian | jpeg | floor> <threads> <batch> <side>
[<device> <fp32 | tf32 | bf16> <eager | compile>].

bf16 is autocast around the networks. `compile` is torch.compile with CUDA graphs, and fused Adam.

`jpeg` takes the rate from real files, which Pillow writes. `floor` runs the step's convolutions alone, forward and backward,
one after the other: what no program that leaves convolutions to torch can go below.
"""

import io
import math
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from serve import serve

size, mode = sys.argv[1:3]
threads, batch, side = map(int, sys.argv[3:6])
device, precision, how = sys.argv[6:9] if len(sys.argv) > 6 else ("cpu", "fp32", "eager")
kind = device.split(":")[0]
torch.set_num_threads(threads)
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "tf32"

SIZES = {
    "slim": ([32], [32, 32]),
    "medium": ([32, 64], [128, 64, 32]),
    "full": ([32, 64, 128, 256], [512, 256, 128, 64, 32]),
}


class UNet(nn.Module):
    """The textbook variant."""

    def __init__(self, encoder, decoder):
        super().__init__()
        channels = 3

        def block(filters):
            nonlocal channels
            convolutions = nn.ModuleList(
                [nn.Conv2d(channels, filters, 3, padding=1), nn.Conv2d(filters, filters, 3, padding=1)]
            )
            channels = filters
            return convolutions

        self.encoder = nn.ModuleList([block(filters) for filters in encoder])
        self.decoder = nn.ModuleList()
        for i, filters in enumerate(decoder):
            self.decoder.append(block(filters))
            if i < len(encoder):
                channels += encoder[-1 - i]
        self.output = nn.Conv2d(channels, 3, 3, padding=1)

    def forward(self, x):
        skips = []
        for block in self.encoder:
            for convolution in block:
                x = F.relu(convolution(x))
            skips.append(x)
            x = x[:, :, 1::2, 1::2]
        for i, block in enumerate(self.decoder):
            for convolution in block:
                x = F.relu(convolution(x))
            if skips:
                x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
                x = torch.cat([x, skips.pop()], 1)
        return self.output(x)


class Processor(nn.Module):
    """Pointwise branch with a sine layer, and the U-Net."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Conv2d(3, 16, 1)
        self.output = nn.Conv2d(16, 3, 1)
        self.unet = UNet(*SIZES[size])
        self.scaler = nn.Parameter(torch.ones(()))

    def forward(self, x):
        x = (x - 128) / 255
        return (self.output(torch.sin(self.hidden(x))) + self.scaler * self.unet(x)) * 255 + 128


class Ste(torch.autograd.Function):
    @staticmethod
    def forward(_, x):
        return torch.round(x)

    @staticmethod
    def backward(_, gradient):
        return gradient


YUV = torch.tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
k = torch.arange(8.0)
DCT = torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) * math.sqrt(2 / 8)
DCT[0] /= math.sqrt(2)
DCT64 = torch.kron(DCT, DCT)


def gaussian_rate(levels):
    variance = levels.var(2, unbiased=False)
    nats = 0.5 * torch.log(torch.clamp(2 * math.pi * math.e * variance, min=1))
    return nats.sum((1, 2, 3)) * levels.shape[2] / math.log(2)


def jpeg_rate(x, levels, step):
    from PIL import Image

    table = [max(1, min(255, round(step.item())))] * 64
    pixels = x.detach().round().clamp(0, 255).permute(0, 2, 3, 1).cpu().contiguous().to(torch.uint8).numpy()
    bits = []
    for image in pixels:
        file = io.BytesIO()
        Image.fromarray(image).save(file, "jpeg", qtables=[table, table], subsampling=0, optimize=True)
        bits.append(8 * file.tell())
    magnitude = torch.log1p(levels.abs()).sum((1, 2, 3, 4))
    slope = (magnitude * torch.tensor(bits, device=magnitude.device) / (magnitude**2 + 1)).detach()
    return magnitude * slope


class Proxy(nn.Module):
    """YUV 4:4:4, one step for all coefficients, Gaussian rate."""

    def __init__(self):
        super().__init__()
        self.qstep = nn.Parameter(torch.tensor(7.0))
        self.register_buffer("inverse", torch.linalg.inv(YUV))
        self.register_buffer("yuv", YUV)
        self.register_buffer("dct", DCT64)
        self.register_buffer("grey", torch.tensor([128.0, 0, 0])[:, None, None])

    def forward(self, x):
        b, _, h, w = x.shape
        step = F.elu(self.qstep, 0.01) + 1
        yuv = torch.einsum("oc,bchw->bohw", self.yuv, Ste.apply(x)) - self.grey
        blocks = yuv.reshape(b, 3, h // 8, 8, w // 8, 8).permute(0, 1, 2, 4, 3, 5).reshape(b, 3, h // 8, w // 8, 64)
        levels = Ste.apply(blocks @ self.dct.T / step)
        rate = jpeg_rate(x, levels, step) if mode == "jpeg" else gaussian_rate(levels)
        pixels = ((levels * step) @ self.dct).reshape(b, 3, h // 8, w // 8, 8, 8).permute(0, 1, 2, 4, 3, 5).reshape(b, 3, h, w)
        rgb = torch.einsum("oc,bchw->bohw", self.inverse, pixels + self.grey)
        return rgb.clamp(0, 255), rate


def stepper(memory_format):
    pre, post, proxy = Processor(), Processor(), Proxy()
    modules = nn.ModuleList([pre, post, proxy]).to(device, memory_format=memory_format)
    fused = {"fused": True} if how == "compile" else {"foreach": True}
    optimizer = torch.optim.Adam(modules.parameters(), lr=1e-4, **fused)
    images = (torch.rand(batch, 3, side, side) * 255).to(device).contiguous(memory_format=memory_format)

    def network(module, x):
        with torch.autocast(kind, torch.bfloat16, enabled=precision == "bf16"):
            return module(x).float()

    def loss_of(images):
        decoded, rate = proxy(network(pre, images).clamp(0, 255))
        return (((network(post, decoded) - images) ** 2).sum() + 50 * rate.sum()) / images.numel()

    if how == "compile":
        loss_of = torch.compile(loss_of, mode="reduce-overhead")

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(images)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def convolutions(memory_format):
    """Of both networks, each forward and backward on tensors of its own; images need no gradient."""
    calls = []

    def note(module, inputs, output):
        x = torch.rand_like(inputs[0]).requires_grad_(inputs[0].requires_grad)
        calls.append((module, x, torch.rand_like(output)))

    for first in (True, False):
        network = Processor().to(device, memory_format=memory_format)
        hooks = [m.register_forward_hook(note) for m in network.modules() if isinstance(m, nn.Conv2d)]
        images = torch.rand(batch, 3, side, side, device=device).contiguous(memory_format=memory_format)
        network(images if first else images.requires_grad_())
        for hook in hooks:
            hook.remove()

    def run():
        for module, x, upstream in calls:
            x.grad = module.weight.grad = module.bias.grad = None
            with torch.autocast(kind, torch.bfloat16, enabled=precision == "bf16"):
                y = module(x)
            y.backward(upstream.to(y.dtype))
        if kind == "cuda":
            torch.cuda.synchronize()

    return run


serve(convolutions if mode == "floor" else stepper, f"{how}, {device}, {precision}")
