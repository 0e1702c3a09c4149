#!/usr/bin/env python3
"""Makes the weight files of LPIPS v0.1 from those of the packages torchvision and lpips.

    pip install torch torchvision lpips
    python data/make-lpips-weights.py --to weights            # lpips-alex, lpips-squeeze and lpips-vgg.safetensors
    python data/make-lpips-weights.py --to weights --net alex

torchvision downloads the backbones on first use (alex 233 MB, squeeze 5 MB, vgg 528 MB, of which only the convolutions are
kept); the linear heads come with lpips. Put the files into $SANDWICH_DATA/weights, or name them to loadLpips.

A file holds, in the order of the network, float32 and OIHW:
    backbone.features.<index>[.<part>].weight, .bias    torchvision, BSD-3-Clause
    lin.lin<index>.model.1.weight                       LPIPS, BSD-2-Clause, one weight a channel
Printed are the SHA-256 of file and values; loadLpips knows the latter for alex and squeeze.
"""

import argparse
import pathlib

from safetensors_file import write_safetensors

NETS = {"alex": "alexnet", "squeeze": "squeezenet1_1", "vgg": "vgg16"}
WEIGHTS = {"alex": "AlexNet_Weights", "squeeze": "SqueezeNet1_1_Weights", "vgg": "VGG16_Weights"}
METADATA = {
    "source": "torchvision backbone features (OIHW) and LPIPS v0.1 linear heads",
    "license": "BSD-3-Clause (torchvision), BSD-2-Clause (LPIPS)",
}


def collect(net):
    """Name -> float32 numpy array, in the order of the network."""
    import lpips
    import torch
    import torchvision

    weights = getattr(torchvision.models, WEIGHTS[net]).IMAGENET1K_V1
    backbone = getattr(torchvision.models, NETS[net])(weights=weights).state_dict()
    folder = pathlib.Path(lpips.__file__).parent / "weights" / "v0.1"
    heads = torch.load(folder / f"{net}.pth", map_location="cpu", weights_only=True)
    tensors = {f"backbone.{name}": value for name, value in backbone.items() if name.startswith("features.")}
    tensors.update({f"lin.{name}": value.flatten() for name, value in sorted(heads.items())})
    return {name: value.float().contiguous().numpy().astype("<f4") for name, value in tensors.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=pathlib.Path, default=pathlib.Path("."), help="folder for the files, default here")
    parser.add_argument("--net", choices=NETS, action="append", help="only this network; may be repeated")
    parser.add_argument("--force", action="store_true", help="overwrite files that are there")
    arguments = parser.parse_args()
    paths = {net: arguments.to / f"lpips-{net}.safetensors" for net in arguments.net or NETS}
    present = [str(path) for path in paths.values() if path.exists() or path.is_symlink()]
    if present and not arguments.force:
        parser.error(f"{', '.join(present)}: there already; choose another folder, or overwrite with --force")
    arguments.to.mkdir(parents=True, exist_ok=True)
    for net, path in paths.items():
        file_digest, values_digest = write_safetensors(path, collect(net), METADATA)
        print(f"{path}\n  file   {file_digest}\n  values {values_digest}")


if __name__ == "__main__":
    main()
