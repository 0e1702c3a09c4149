"""Writes files of safetensors, for the scripts beside it."""

import hashlib
import json
import os
import struct


def write_safetensors(path, tensors, metadata):
    """Writes float32 arrays by name, all or nothing. Returns the SHA-256 of the file and of the values alone."""
    header = {"__metadata__": metadata}
    end = 0
    for name, array in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    values = b"".join(array.tobytes() for array in tensors.values())
    content = struct.pack("<Q", len(text)) + text + values
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
    return hashlib.sha256(content).hexdigest(), hashlib.sha256(values).hexdigest()
