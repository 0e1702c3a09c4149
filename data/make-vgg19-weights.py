#!/usr/bin/env python3
"""Makes the file of VGG19's weights up to its third pool, with which the attention of LearnedJPEG begins, from those of torchvision.

    pip install torch torchvision
    python data/make-vgg19-weights.py --to vgg19.safetensors                          # torchvision downloads 548 MB
    python data/make-vgg19-weights.py --from vgg19-dcbb9e9d.pth --to vgg19.safetensors

A file holds the tensors features.0.weight to features.16.bias of torchvision, float32, kernels OIHW (BSD-3-Clause). Train with
--set attention=vgg19 --set vggWeights=vgg19.safetensors. The .h5 files of Keras need no conversion.
"""

import argparse
import pathlib

from safetensors_file import write_safetensors

METADATA = {"source": "torchvision VGG19 features", "license": "BSD-3-Clause"}
# Module of torchvision's `features` -> inputs and outputs.
CONVOLUTIONS = {0: (3, 64), 2: (64, 64), 5: (64, 128), 7: (128, 128), 10: (128, 256), 12: (256, 256), 14: (256, 256), 16: (256, 256)}


def collect(source):
    """Name -> float32 numpy array, in the order of the network."""
    import torch

    if source is None:
        import torchvision

        state = torchvision.models.vgg19(weights=torchvision.models.VGG19_Weights.IMAGENET1K_V1).state_dict()
    else:
        state = torch.load(source, map_location="cpu", weights_only=True)
    tensors = {}
    for index, (inputs, outputs) in CONVOLUTIONS.items():
        for part, shape in (("weight", (outputs, inputs, 3, 3)), ("bias", (outputs,))):
            name = f"features.{index}.{part}"
            if name not in state:
                raise SystemExit(f"{source}: there is no {name}, as VGG19 of torchvision has it")
            if tuple(state[name].shape) != shape:
                raise SystemExit(f"{source}: {name} is {tuple(state[name].shape)}, expected {shape}: this is no VGG19 without batch normalisation")
            tensors[name] = state[name].float().contiguous().numpy().astype("<f4")
    return tensors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="a file of torchvision; default: it is downloaded")
    parser.add_argument("--to", type=pathlib.Path, required=True, help="file to make")
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")
    arguments = parser.parse_args()
    if (arguments.to.exists() or arguments.to.is_symlink()) and not arguments.force:
        parser.error(f"{arguments.to}: there already; choose another name, or overwrite with --force")
    write_safetensors(arguments.to, collect(arguments.source), METADATA)
    print(arguments.to)


if __name__ == "__main__":
    main()
