"""One case of the peer in a cold process: check.py CASE WIDTHS BASE_WIDTH SEEDS STEPS. Prints one line of JSON.

The `mup` package is taken from the folder that COORDCHECK_MUP names; without it stand_in.py does the same in plain
PyTorch. The package imports its plotting libraries and tqdm only where it plots and shows progress, so none is needed.
"""
import json
import os
import resource
import sys
import time

import torch

from clock import Clock


def runner():
    folder = os.environ.get("COORDCHECK_MUP", "")
    if folder and os.path.isdir(os.path.join(folder, "mup")):
        sys.path.insert(0, folder)
        import with_mup

        return "mup", with_mup.check
    import stand_in

    return "stand-in", stand_in.check


def main():
    case, widths, base_width, seeds, steps = sys.argv[1:]
    torch.set_num_threads(1)
    peer, check = runner()
    clock = Clock()
    start = time.perf_counter()
    statistics = check(
        case,
        widths=[int(width) for width in widths.split(",")],
        base_width=int(base_width),
        seeds=int(seeds),
        steps=int(steps),
        clock=clock,
    )
    clock.finish()
    line = {
        "peer": peer,
        "checkMs": (time.perf_counter() - start) * 1000,
        "stepsMs": clock.steps(),
        "trainingsMs": clock.trainings,
        "statistics": statistics,
        "maxRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    print(json.dumps(line))


main()
