"""The networks of bench/networks in PyTorch eager with Adam, foreach: networks.py <network> <threads> <batch> [check].

Weights and batch have the values that bench/networks/values.ts makes of the same names. `check` computes with the
recurrences of Keras where PyTorch's own layers are defined otherwise: the loss of the first steps is the same then.
"""

import math
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from serve import serve

name, threads, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
check = sys.argv[4:] == ["check"]
torch.set_num_threads(threads)


def uniform(key, shape):
    """Numbers in [0, 1): FNV-1a of the name, MurmurHash3's finalizer of seed and place."""
    seed = 0x811C9DC5
    for byte in key.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = np.uint32(seed) + np.arange(math.prod(shape), dtype=np.uint32) * np.uint32(0x9E3779B9)
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    x = (x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    x = x ^ (x >> np.uint32(16))
    return torch.from_numpy((x / 2.0**32).astype(np.float32)).reshape(shape)


def choices(key, shape, count):
    return (uniform(key, shape) * count).floor().long()


def weight(key, shape, fan_in=None):
    return (uniform(key, shape) * 2 - 1) * math.sqrt(6 / (fan_in or math.prod(shape[:-1])))


def pixels(key, side):
    return uniform(key, [batch, side, side, 3]).permute(0, 3, 1, 2).contiguous()


def load(parameter, values):
    with torch.no_grad():
        parameter.copy_(values)


class Conv(nn.Conv2d):
    """A convolution with the weights of a layer of Keras of this name, and its padding 'same'."""

    def __init__(self, key, inputs, outputs, size, stride=1, bias=True):
        super().__init__(inputs, outputs, size, stride, padding=0 if stride == 2 and size % 2 else (size - 1) // 2, bias=bias)
        load(self.weight, weight(f"{key}/kernel", [size, size, inputs, outputs]).permute(3, 2, 0, 1))
        if bias:
            nn.init.zeros_(self.bias)
        self.margins = [0, 1, 0, 1] if stride == 2 and size == 3 else None

    def forward(self, x):
        return super().forward(F.pad(x, self.margins) if self.margins else x)


class Depthwise(nn.Conv2d):
    def __init__(self, key, channels, stride):
        super().__init__(channels, channels, 3, stride, padding=1 if stride == 1 else 0, groups=channels, bias=False)
        load(self.weight, weight(f"{key}/depthwise_kernel", [3, 3, channels, 1], 9).permute(2, 3, 0, 1))
        self.margins = [0, 1, 0, 1] if stride == 2 else None

    def forward(self, x):
        return super().forward(F.pad(x, self.margins) if self.margins else x)


class Transposed(nn.ConvTranspose2d):
    def __init__(self, key, inputs, outputs, size):
        super().__init__(inputs, outputs, size, 2, padding=(size - 2) // 2)
        load(self.weight, weight(f"{key}/kernel", [size, size, outputs, inputs]).permute(3, 2, 0, 1))
        nn.init.zeros_(self.bias)


class Dense(nn.Linear):
    def __init__(self, key, inputs, outputs):
        super().__init__(inputs, outputs)
        load(self.weight, weight(key, [inputs, outputs]).T)
        nn.init.zeros_(self.bias)


def norm(channels):
    return nn.BatchNorm2d(channels, momentum=0.1, eps=1e-5)


class Block(nn.Module):
    def __init__(self, key, inputs, outputs, stride):
        super().__init__()
        self.a, self.a_norm = Conv(f"{key}_a", inputs, outputs, 3, stride, bias=False), norm(outputs)
        self.b, self.b_norm = Conv(f"{key}_b", outputs, outputs, 3, bias=False), norm(outputs)
        self.skip = None
        if stride == 2:
            self.skip = nn.Sequential(Conv(f"{key}_skip", inputs, outputs, 1, 2, bias=False), norm(outputs))

    def forward(self, x):
        y = self.b_norm(self.b(F.relu(self.a_norm(self.a(x)))))
        return F.relu(y + (self.skip(x) if self.skip else x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.stem_norm = Conv("stem", 3, 16, 3, bias=False), norm(16)
        blocks, channels = [], 16
        for stage, filters in enumerate([16, 32, 64]):
            for block in range(3):
                stride = 2 if stage > 0 and block == 0 else 1
                blocks.append(Block(f"stage{stage}_block{block}", channels, filters, stride))
                channels = filters
        self.blocks = nn.Sequential(*blocks)
        self.head = Dense("head/kernel", 64, 10)
        self.x, self.labels = pixels("images", 32), choices("labels", [batch], 10)

    def loss(self):
        y = self.blocks(F.relu(self.stem_norm(self.stem(self.x))))
        return F.cross_entropy(self.head(y.mean((2, 3))), self.labels)


class MobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = [Conv("stem", 3, 16, 3, 2, bias=False), norm(16), nn.ReLU6()], 16
        settings = [(32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1)]
        for i, (filters, stride) in enumerate(settings):
            layers += [Depthwise(f"block{i}_depth", channels, stride), norm(channels), nn.ReLU6()]
            layers += [Conv(f"block{i}_point", channels, filters, 1, bias=False), norm(filters), nn.ReLU6()]
            channels = filters
        self.layers = nn.Sequential(*layers)
        self.head = Dense("head/kernel", channels, 10)
        self.x, self.labels = pixels("images", 64), choices("labels", [batch], 10)

    def loss(self):
        return F.cross_entropy(self.head(self.layers(self.x).mean((2, 3))), self.labels)


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        widths, channels = [16, 32, 64], 3

        def block(key, inputs, outputs):
            return nn.Sequential(
                Conv(f"{key}_a", inputs, outputs, 3), nn.ReLU(), Conv(f"{key}_b", outputs, outputs, 3), nn.ReLU()
            )

        self.down = nn.ModuleList()
        for level, filters in enumerate(widths):
            self.down.append(block(f"down{level}", channels, filters))
            channels = filters
        self.bottom = block("bottom", 64, 128)
        self.enlarge, self.up, channels = nn.ModuleList(), nn.ModuleList(), 128
        for level in [2, 1, 0]:
            filters = widths[level]
            self.enlarge.append(Transposed(f"enlarge{level}", channels, filters, 2))
            self.up.append(block(f"up{level}", 2 * filters, filters))
            channels = filters
        self.head = Conv("head", 16, 3, 1)
        self.x, self.target = pixels("images", 64), pixels("target", 64)

    def loss(self):
        x, skips = self.x, []
        for block in self.down:
            skips.append(block(x))
            x = F.max_pool2d(skips[-1], 2)
        x = self.bottom(x)
        for enlarge, block in zip(self.enlarge, self.up):
            x = block(torch.cat([enlarge(x), skips.pop()], 1))
        return F.mse_loss(self.head(x), self.target)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(Conv("encode0", 3, 32, 4, 2), nn.ReLU(), Conv("encode1", 32, 64, 4, 2), nn.ReLU())
        self.mean, self.log_variance = Dense("mean/kernel", 4096, 64), Dense("log_variance/kernel", 4096, 64)
        self.expand = Dense("expand/kernel", 64, 4096)
        self.decode = nn.Sequential(Transposed("decode0", 64, 32, 4), nn.ReLU(), Transposed("decode1", 32, 3, 4))
        # PyTorch flattens channels first.
        with torch.no_grad():
            for dense in (self.mean, self.log_variance):
                dense.weight.copy_(dense.weight.reshape(64, 8, 8, 64).permute(0, 3, 1, 2).reshape(64, 4096).clone())
            self.expand.weight.copy_(self.expand.weight.reshape(8, 8, 64, 64).permute(2, 0, 1, 3).reshape(4096, 64).clone())
        self.x, self.noise = pixels("images", 32), uniform("noise", [batch, 64])

    def loss(self):
        flat = self.encode(self.x).flatten(1)
        mean, log_variance = self.mean(flat), self.log_variance(flat)
        z = mean + torch.exp(0.5 * log_variance) * self.noise
        logits = self.decode(F.relu(self.expand(z)).reshape(batch, 64, 8, 8))
        reconstruction = F.binary_cross_entropy_with_logits(logits, self.x, reduction="sum")
        divergence = -0.5 * torch.sum(1 + log_variance - mean**2 - log_variance.exp())
        return (reconstruction + divergence) / batch


WIDTH, HEADS, LENGTH, WORDS = 128, 4, 64, 256


class Attention(nn.Module):
    def __init__(self, key, mask):
        super().__init__()
        self.project, self.output = Dense(f"{key}_project", WIDTH, 3 * WIDTH), Dense(f"{key}_output", WIDTH, WIDTH)
        self.mask = mask

    def forward(self, x):
        q, k, v = self.project(x).reshape(batch, LENGTH, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-2, -1) / math.sqrt(WIDTH // HEADS)
        if self.mask is not None:
            scores = scores.masked_fill(self.mask, float("-inf"))
        return self.output((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, LENGTH, WIDTH))


class Encoder(nn.Module):
    def __init__(self, key, mask=None):
        super().__init__()
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attend = Attention(key, mask)
        self.widen, self.narrow = Dense(f"{key}_widen", WIDTH, 4 * WIDTH), Dense(f"{key}_narrow", 4 * WIDTH, WIDTH)

    def forward(self, x):
        y = x + self.attend(self.first(x))
        return y + self.narrow(F.gelu(self.widen(self.second(y))))


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = Dense("embed", 48, WIDTH)
        self.positions = nn.Parameter(weight("positions", [LENGTH, WIDTH]))
        self.blocks = nn.Sequential(*[Encoder(f"block{i}") for i in range(4)])
        self.norm, self.head = nn.LayerNorm(WIDTH), Dense("head", WIDTH, 10)
        self.x, self.labels = uniform("images", [batch, 32, 32, 3]), choices("labels", [batch], 10)

    def loss(self):
        patches = self.x.reshape(batch, 8, 4, 8, 4, 3).permute(0, 1, 3, 2, 4, 5).reshape(batch, LENGTH, 48)
        output = self.norm(self.blocks(self.embed(patches) + self.positions))
        return F.cross_entropy(self.head(output.mean(1)), self.labels)


class LanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, WIDTH)
        load(self.words.weight, weight("words", [WORDS, WIDTH]))
        self.positions = nn.Parameter(weight("positions", [LENGTH, WIDTH]))
        mask = torch.ones(LENGTH, LENGTH, dtype=torch.bool).triu(1)
        self.blocks = nn.Sequential(*[Encoder(f"block{i}", mask) for i in range(2)])
        self.norm, self.head = nn.LayerNorm(WIDTH), Dense("head", WIDTH, WORDS)
        self.x, self.next = choices("text", [batch, LENGTH], WORDS), choices("next", [batch * LENGTH], WORDS)

    def loss(self):
        output = self.norm(self.blocks(self.words(self.x) + self.positions))
        return F.cross_entropy(self.head(output).flatten(0, 1), self.next)


UNITS, FEATURES, STEPS = 24, 8, 25


class Recurrent(nn.Module):
    """PyTorch's GRU multiplies by the reset gate after the product with the recurrent kernel, Keras before."""

    def __init__(self):
        super().__init__()
        gates = 4 if name == "lstm" else 3
        self.layer = (nn.LSTM if name == "lstm" else nn.GRU)(FEATURES, UNITS, batch_first=True)
        load(self.layer.weight_ih_l0, weight(f"{name}/kernel", [FEATURES, gates * UNITS]).T)
        load(self.layer.weight_hh_l0, weight(f"{name}/recurrent_kernel", [UNITS, gates * UNITS]).T)
        bias = torch.zeros(gates * UNITS)
        if name == "lstm":
            bias[UNITS : 2 * UNITS] = 1
        load(self.layer.bias_ih_l0, bias)
        nn.init.zeros_(self.layer.bias_hh_l0).requires_grad_(False)
        self.head = Dense("head/kernel", UNITS, 1)
        self.x, self.target = uniform("series", [batch, STEPS, FEATURES]), uniform("target", [batch, 1])

    def keras(self):
        h = torch.zeros(batch, UNITS)
        kernel, recurrent, bias = self.layer.weight_ih_l0.T, self.layer.weight_hh_l0.T, self.layer.bias_ih_l0
        for x in self.x.unbind(1):
            given = x @ kernel + bias
            update, reset = torch.sigmoid(given[:, : 2 * UNITS] + h @ recurrent[:, : 2 * UNITS]).chunk(2, 1)
            fresh = torch.tanh(given[:, 2 * UNITS :] + (reset * h) @ recurrent[:, 2 * UNITS :])
            h = update * h + (1 - update) * fresh
        return h

    def loss(self):
        last = self.keras() if check and name == "gru" else self.layer(self.x)[0][:, -1]
        return F.mse_loss(self.head(last), self.target)


NETWORKS = {
    "resnet": ResNet,
    "vit": ViT,
    "lm": LanguageModel,
    "unet": UNet,
    "vae": VAE,
    "mobilenet": MobileNet,
    "lstm": Recurrent,
    "gru": Recurrent,
}


def stepper(memory_format):
    network = NETWORKS[name]()
    if network.x.dim() == 4 and name != "vit":
        network.to(memory_format=memory_format)
        network.x = network.x.contiguous(memory_format=memory_format)
    parameters = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(parameters, lr=1e-3, eps=1e-7, foreach=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = network.loss()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


if check:
    step = stepper(torch.contiguous_format)
    print([step() for _ in range(4)], flush=True)
else:
    serve(stepper, "Adam foreach")
