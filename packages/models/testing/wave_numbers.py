"""Numbers that tests make again: `wave` of packages/models/testing/waves.ts."""

import numpy as np

MASK = 0xFFFFFFFF


def wave(count, phase, scale):
    """Numbers within +-scale that float64 gives alike everywhere: a multiplicative sequence, not sines."""
    i = np.arange(count, dtype=np.uint64)
    x = (i * np.uint64(2654435761) + np.uint64(phase * 40503)) & np.uint64(MASK)
    x = ((x ^ (x >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(MASK)
    return (x.astype(np.float64) / 2**31 - 1) * scale
