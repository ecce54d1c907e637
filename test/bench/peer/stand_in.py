"""A raw coordinate check in plain PyTorch, for where the `mup` package is not at hand: the same protocol and work."""
import torch
from torch import nn
import torch.nn.functional as F

from models import CASES, is_recorded


def check(case, *, widths, base_width, seeds, steps, clock):
    """Runs the check; returns how many statistics it recorded."""
    model_class, batch, optimizer, rate = CASES[case]
    recorded = is_recorded(model_class)
    x, labels = batch()
    sizes = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        for width in widths:
            clock.start(width)
            multiplier = width / base_width
            model = clock.watch(model_class(width, readout_of(multiplier)))
            parameters = groups(model, rate, multiplier, optimizer)
            updates = torch.optim.Adam(parameters) if optimizer == "adam" else torch.optim.SGD(parameters, lr=rate)
            for _ in range(steps):
                hooks = [m.register_forward_hook(recorder(sizes)) for name, m in model.named_modules() if recorded(name)]
                loss = F.cross_entropy(model(x), labels)
                updates.zero_grad()
                loss.backward()
                updates.step()
                for hook in hooks:
                    hook.remove()
    return len(sizes)


def recorder(sizes):
    def record(_module, _inputs, output):
        with torch.no_grad():
            sizes.append(output.abs().mean(dtype=torch.float32).item())

    return record


def readout_of(multiplier):
    """A linear readout that carries the width multiplier in its forward pass."""

    class Readout(nn.Linear):
        def forward(self, x):
            return super().forward(x / multiplier)

    return Readout


def groups(model, rate, multiplier, optimizer):
    """Parameters with the rate of their role: hidden kernels and the rest."""
    hidden = {"fc_2", "q", "k", "v", "o", "up", "down", "conv_2", "conv_3"}
    split = {True: [], False: []}
    for name, parameter in model.named_parameters():
        module, _, kind = name.rpartition(".")
        split[module in hidden and kind == "weight"].append(parameter)
    hidden_rate, other_rate = (rate / multiplier, rate) if optimizer == "adam" else (rate, rate * multiplier)
    return [{"params": split[True], "lr": hidden_rate}, {"params": split[False], "lr": other_rate}]
