"""The same steps in PyTorch: peers.py <device> <sizes> <batches> <precisions> <side> <milliseconds> <threads> <eager | compile>.

Runs bench/peers/step.py for each combination in this one process; each prints a line of JSON.
"""

import json
import os
import runpy
import sys
import time
import types

device, sizes, batches, precisions, side, milliseconds, threads, how = sys.argv[1:9]
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../bench/peers/step.py")


def timed(make, _):
    """In the place of peers/serve.py."""
    import torch

    step = make(torch.channels_last)
    for _ in range(3):
        step()
    times = []
    start = time.perf_counter()
    while not times or time.perf_counter() - start < float(milliseconds) / 1000:
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    times.sort()
    key.update(milliseconds=1000 * times[len(times) // 2], steps=len(times))


sys.modules["serve"] = types.SimpleNamespace(serve=timed)
for precision in precisions.split(","):
    for size in sizes.split(","):
        for batch in batches.split(","):
            key = {"who": "PyTorch", "size": size, "batch": int(batch), "precision": precision, "how": how}
            sys.argv = [script, size, "gaussian", threads, batch, side, device, precision, how]
            try:
                runpy.run_path(script, run_name="__main__")
            except Exception as error:
                key["error"] = f"{type(error).__name__}: {error}".split("\n")[0]
            print(json.dumps(key), flush=True)
