"""The peer's side of models.mjs: the same architectures, batches and rates in PyTorch."""
import torch
from torch import nn
import torch.nn.functional as F

VOCABULARY = 1024
TOKENS = 64
HEADS = 4


class Mlp(nn.Module):
    def __init__(self, width, readout):
        super().__init__()
        self.fc_1 = nn.Linear(3072, width, bias=False)
        self.fc_2 = nn.Linear(width, width, bias=False)
        self.readout = readout(width, 10, bias=False)

    def forward(self, x):
        return self.readout(F.relu(self.fc_2(F.relu(self.fc_1(x)))))


class Cnn(nn.Module):
    def __init__(self, width, readout):
        super().__init__()
        self.conv_1 = nn.Conv2d(3, width, 3, padding=1)
        self.conv_2 = nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)
        self.conv_3 = nn.Conv2d(2 * width, 2 * width, 3, padding=1)
        self.readout = readout(32 * width, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv_1(x)), 2)
        x = F.relu(self.conv_3(F.relu(self.conv_2(x))))
        return self.readout(F.avg_pool2d(x, 2).flatten(1))


class Transformer(nn.Module):
    """Embedding, one pre-LN decoder block, final norm, untied readout; logits divided by the head size."""

    def __init__(self, width, readout):
        super().__init__()
        self.embed = nn.Embedding(VOCABULARY, width)
        self.positions = nn.Parameter(torch.randn(TOKENS, width) * 0.02)
        self.norm_1 = nn.LayerNorm(width)
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.norm_2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)
        self.norm_3 = nn.LayerNorm(width)
        self.readout = readout(width, VOCABULARY)
        self.register_buffer("future", torch.ones(TOKENS, TOKENS).triu(1).bool())

    def attention(self, x):
        batch, tokens, width = x.shape
        q, k, v = (m(x).view(batch, tokens, HEADS, width // HEADS).transpose(1, 2) for m in (self.q, self.k, self.v))
        logits = (q @ k.transpose(2, 3)) * (HEADS / width)
        weights = logits.masked_fill(self.future, float("-inf")).softmax(-1)
        return self.o((weights @ v).transpose(1, 2).reshape(batch, tokens, width))

    def forward(self, tokens):
        x = self.embed(tokens) + self.positions
        x = x + self.attention(self.norm_1(x))
        x = x + self.down(F.relu(self.up(self.norm_2(x))))
        return self.readout(self.norm_3(x)).flatten(0, 1)


def images(*shape):
    return lambda: (torch.randn(shape), torch.randint(10, shape[:1]))


def tokens():
    return torch.randint(VOCABULARY, (8, TOKENS)), torch.randint(VOCABULARY, (8 * TOKENS,))


# Model, batch, optimizer, learning rate.
CASES = {
    "mlp-adam": (Mlp, images(64, 3072), "adam", 1e-3),
    "mlp-sgd": (Mlp, images(64, 3072), "sgd", 1e-3),
    "mlp-batch1-sgd": (Mlp, images(1, 3072), "sgd", 1e-3),
    "transformer-adam": (Transformer, tokens, "adam", 1e-3),
    "cnn-adam": (Cnn, images(32, 3, 32, 32), "adam", 1e-3),
}


def is_recorded(model_class):
    """Whether a module of that name is recorded: those without children, which are the taps of models.mjs."""
    modules = model_class(2 * HEADS, nn.Linear).named_modules()
    names = {name for name, module in modules if not list(module.children())}
    return names.__contains__
