"""The same training in PyTorch: python3 torch_way.py cuda|cpu WIDTHS SIDE. Prints lines of JSON."""

import json
import statistics
import sys
import time

import numpy
import torch

BATCH, FEATURES, CLASSES = 64, 3072, 10
COMPARED_STEPS, COMPARED_WEIGHTS = 4, 1024
WARM_STEPS, TIMED_STEPS, PATIENCE = 5, 20, 12


def main(device, widths, side):
    run("start", lambda: start(device))
    for width in map(int, widths.split(",")):
        run(f"train {width}", lambda width=width: train(device, width))
    side = int(side)
    if side > 0:
        for rows in (BATCH, side):
            run(f"product {rows}", lambda rows=rows: product(device, rows, side))
    if side > 0 and device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = True
        run("product tf32", lambda: product(device, side, side))


def run(part, f):
    try:
        finding = f()
    except Exception as error:
        finding = {"error": str(error).split("\n")[0]}
    print(json.dumps({"part": part, **finding}), flush=True)


def start(device):
    torch.set_num_threads(1)
    finding = {"version": torch.__version__, "providers": providers()}
    if device == "cuda":
        finding["adapter"] = torch.cuda.get_device_name()
        torch.backends.cuda.matmul.allow_tf32 = False
    return finding


def providers():
    """Execution providers of Python's ONNX Runtime."""
    try:
        import onnxruntime
    except ImportError as error:
        return str(error)
    return [onnxruntime.__version__, *onnxruntime.get_available_providers()]


def train(device, width):
    kernels = [
        uniform(a * b, 2 + i, a**-0.5).reshape(a, b)
        for i, (a, b) in enumerate([(FEATURES, width), (width, width), (width, CLASSES)])
    ]
    x = torch.from_numpy(uniform(BATCH * FEATURES, 1, 3**0.5).reshape(BATCH, FEATURES)).to(device)
    y = torch.arange(BATCH, device=device) * 7 % CLASSES
    w = [torch.from_numpy(kernel.copy()).to(device).requires_grad_() for kernel in kernels]
    optimizer = torch.optim.Adam(w, lr=1e-5, betas=(0.9, 0.999), eps=1e-7)

    def forward():
        return torch.relu(torch.relu(x @ w[0]) @ w[1]) @ w[2]

    def queue():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(forward(), y)
        loss.backward()
        optimizer.step()
        return loss

    def once():
        return queue().item()

    for _ in range(COMPARED_STEPS):
        once()
    logits = forward().detach().cpu().flatten().tolist()
    changes = (w[1].detach().cpu().numpy() - kernels[1]).reshape(-1)[:COMPARED_WEIGHTS].tolist()
    step_ms, steps = time_steps(once)
    before = time.perf_counter()
    for _ in range(TIMED_STEPS):
        loss = queue()
    loss.item()
    queued_ms = (time.perf_counter() - before) * 1e3 / TIMED_STEPS
    return {"stepMs": step_ms, "steps": steps, "queuedMs": queued_ms, "logits": logits, "changes": changes}


def time_steps(once):
    times, start = [], time.perf_counter()
    for i in range(WARM_STEPS + TIMED_STEPS):
        before = time.perf_counter()
        once()
        now = time.perf_counter()
        if i >= WARM_STEPS or now - start > PATIENCE / 2:
            times.append((now - before) * 1e3)
        if now - start > PATIENCE:
            break
    return statistics.median(times), len(times)


def product(device, rows, side):
    length = 1 if device == "cpu" else 100 if rows == BATCH else 10
    x = torch.from_numpy(uniform(rows * side, 1, 1).reshape(rows, side)).to(device)
    kernel = torch.from_numpy(uniform(side * side, 2, (3 / side) ** 0.5).reshape(side, side)).to(device)
    times = []
    for _ in range(7):
        before = time.perf_counter()
        y = x
        for _ in range(length):
            y = y @ kernel
        y[0, 0].item()
        times.append((time.perf_counter() - before) * 1e3)
    ms = statistics.median(times[1:]) / length
    return {"rows": rows, "side": side, "productMs": ms, "gflops": 2 * rows * side * side / ms / 1e6}


def uniform(size, seed, limit):
    h = (numpy.arange(size, dtype=numpy.uint64) + seed * 0x9E3779B9).astype(numpy.uint32)
    h = (h ^ (h >> 16)) * numpy.uint32(0x85EBCA6B)
    h = (h ^ (h >> 13)) * numpy.uint32(0xC2B2AE35)
    h = h ^ (h >> 16)
    return ((h.astype(numpy.float64) / 2**31 - 1) * limit).astype(numpy.float32)


if __name__ == "__main__":
    main(*sys.argv[1:])
