"""What all peers share: the faster of two memory layouts, and runs on demand.

A first line on standard output says who answers. Then, for each number read from standard input, that many runs are made and
their times in milliseconds, of the clock and of the processor, are written as JSON, with the largest resident memory so far
in MiB and what the last run returned.
"""

import json
import multiprocessing
import resource
import sys
import time

import torch


def timed(run):
    start, processor = time.perf_counter(), time.process_time()
    value = run()
    return (time.perf_counter() - start) * 1000, (time.process_time() - processor) * 1000, value


LAYOUTS = {"contiguous": torch.contiguous_format, "channels-last": torch.channels_last}


def try_layout(create, layout, answer):
    run = create(LAYOUTS[layout])
    # The minimum: other programs only ever slow a run down.
    answer.put(min(timed(run)[0] for _ in range(6)))


def time_of_layout(create, layout):
    """In a process of its own, so that the memory of a layout that is not taken does not count."""
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    process = context.Process(target=try_layout, args=(create, layout, answer))
    process.start()
    time_taken = answer.get(timeout=600)
    process.join()
    return time_taken


def serve(create, how="eager"):
    """`create(memory_format)` returns the function that is timed."""
    name = min(LAYOUTS, key=lambda layout: time_of_layout(create, layout))
    run = create(LAYOUTS[name])
    run()
    print(f"PyTorch {torch.__version__} {how} ({name})", flush=True)
    for line in sys.stdin:
        runs = [timed(run) for _ in range(int(line))]
        answer = {
            "times": [clock for clock, _, _ in runs],
            "processor": [processor for _, processor, _ in runs],
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "value": runs[-1][2],
        }
        print(json.dumps(answer), flush=True)
