"""What the peer computes with: its version, its BLAS, and the rate of a 64×w by w×w product. Prints one line of JSON."""
import ctypes
import json
import os
import time

import torch

WIDTH = 1024


def blas():
    """The matrix library that this process loaded, and the configuration it reports."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = sorted({line.split()[-1] for line in maps if "blas" in line or "mkl" in line})
    for path in paths:
        config = getattr(ctypes.CDLL(path), "openblas_get_config", None)
        if config is not None:
            config.restype = ctypes.c_char_p
            return config().decode().strip()
    return ", ".join(os.path.basename(path) for path in paths) or torch.__config__.show().splitlines()[-1].strip()


def rate(product):
    """GFLOP/s of a product, the best of several batches of calls."""
    times = []
    for _ in range(6):
        start = time.perf_counter()
        for _ in range(50):
            product()
        times.append((time.perf_counter() - start) / 50)
    return 2 * 64 * WIDTH * WIDTH / min(times) / 1e9


def main():
    torch.set_num_threads(1)
    x, kernel = torch.randn(64, WIDTH), torch.randn(WIDTH, WIDTH)
    line = {
        "torch": torch.__version__,
        "blas": blas() if os.path.exists("/proc/self/maps") else "unknown",
        "gflops": rate(lambda: x @ kernel),
        # A linear layer multiplies by the transpose of its weight.
        "transposedGflops": rate(lambda: x @ kernel.t()),
    }
    print(json.dumps(line))


main()
