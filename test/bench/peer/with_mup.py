"""The coordinate check of the `mup` package, as its users run it."""
from mup import MuReadout, make_base_shapes, set_base_shapes
from mup.coord_check import get_coord_data

from models import CASES, is_recorded


def check(case, *, widths, base_width, seeds, steps, clock):
    """Runs the check; returns how many statistics it recorded."""
    model_class, batch, optimizer, rate = CASES[case]
    base, delta = model_class(base_width, MuReadout), model_class(2 * base_width, MuReadout)
    shapes = make_base_shapes(base, delta)

    def lazy(width):
        def build():
            clock.start(width)
            return clock.watch(set_base_shapes(model_class(width, MuReadout), shapes))

        return build

    table = get_coord_data(
        {width: lazy(width) for width in widths},
        [batch()],
        optimizer=optimizer,
        lr=rate,
        nsteps=steps,
        nseeds=seeds,
        filter_module_by_name=is_recorded(model_class),
        cuda=False,
        show_progress=False,
    )
    return int(table["l1"].notna().sum())
