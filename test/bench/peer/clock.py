"""Times trainings and their steps from outside the loop that makes them."""
import time
from collections import defaultdict


class Clock:
    def __init__(self):
        self.trainings = defaultdict(list)
        self._steps = defaultdict(list)
        self._width = None
        self._started = 0.0
        self._forward = None

    def start(self, width):
        """A training of this width begins: call before its model is built."""
        self.finish()
        self._width, self._started, self._forward = width, time.perf_counter(), None

    def watch(self, model):
        """Stamps every start of a forward pass; a step lasts from one to the next."""
        self._steps[self._width].append([])
        model.register_forward_pre_hook(self._stamp)
        return model

    def finish(self):
        """The training under way, if any, has ended."""
        if self._width is not None:
            self.trainings[self._width].append((time.perf_counter() - self._started) * 1000)
        self._width = None

    def steps(self):
        """Milliseconds by width, in the order of training."""
        return {width: [ms for steps in trainings for ms in steps] for width, trainings in self._steps.items()}

    def _stamp(self, *_):
        now = time.perf_counter()
        if self._forward is not None:
            self._steps[self._width][-1].append((now - self._forward) * 1000)
        self._forward = now
