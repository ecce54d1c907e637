import { lossFigure } from '../../charts/losses.js';
import { PARAMETRIZATION, settingValue, valueText } from '../../reading/sweep.js';
import type {
  HyperparameterSweep,
  ParametrizationSweep,
  SweepCurve,
  SweepResult,
  TrialResult,
} from '../../../verdict/sweep-result.js';
import { sizeKeys, type PageFigures } from '../figures.js';
import { html, type Content } from '../markup.js';
import { nameMark } from '../marks.js';
import { curveGroups, sizeScale, sweptSizes, type CurveGroup } from './panels.js';

/** Losses beyond this many times that of an untrained model run out of the charts. */
const CAP = 1.25;

/** One choice of settings whose trainings share a chart. */
interface Choice {
  title: string;
  value(curve: SweepCurve): number | string | boolean | null;
}

/** Training loss over steps, at the best value of each size and at a few others, one line a trial. */
export function trainingSection(result: SweepResult, figures: PageFigures): Content {
  const untrained = untrainedLoss(result);
  const cap = untrained === null ? Number.POSITIVE_INFINITY : untrained * CAP;
  const parts = result.sweeps.map((sweep) => {
    const sizes = sweptSizes(sweep);
    const scale = sizeScale(sizes);
    const groups = curveGroups(sizes);
    const frames = sweep.parametrizations.flatMap((one) =>
      groups.flatMap((group) =>
        choices(one, group, groups.length > 1).flatMap(({ title, value }) => {
          const trials = one.curves
            .filter(group.holds)
            .flatMap((curve) => trialsAt(result, { sweep, one, curve, value: value(curve) }));
          const where = [PARAMETRIZATION[one.parametrization], group.title].filter((text) => text !== null).join(', ');
          const caption = html`<span><b>${where}</b> ${title}</span>`;
          return trials.length === 0 ? [] : [figures.frame(lossFigure(trials, scale, cap), { caption })];
        }),
      ),
    );
    if (frames.length === 0) return false;
    return html`<div class="part">
      <h3>${nameMark(sweep.hyperparameter)}</h3>
      <p class="hint legend">Training loss over steps, one line a trial. ${sizeKeys(scale.of, scale.all)}</p>
      <div class="pair">${frames}</div>
    </div>`;
  });
  return parts.some((part) => part !== false) && parts;
}

/** The median loss before the first update; null where no trial has one. */
export function untrainedLoss({ trials }: SweepResult): number | null {
  const losses = trials.map(({ loss }) => loss.find(({ step }) => step === 0)?.loss ?? null);
  const finite = losses.filter((loss) => loss !== null).toSorted((a, b) => a - b);
  return finite[Math.floor(finite.length / 2)] ?? null;
}

/** What is drawn of one parametrization: each size's best value, then the smallest's and its neighbours at all sizes. */
function choices({ curves }: ParametrizationSweep, { holds }: CurveGroup, isBrief: boolean): Choice[] {
  const shown = curves.filter(holds);
  const [first] = shown;
  const carried = first?.optimum.best ?? null;
  const own: Choice = { title: 'at the best value of each size', value: ({ optimum }) => optimum.best };
  if (first === undefined || carried === null) return [own];
  const values = [...new Set(first.points.map(({ value }) => value))];
  // Values that a grid grew by may stand behind the others.
  const grid = values.toSorted((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : 0));
  const at = grid.indexOf(carried);
  const others = (isBrief ? [at] : [at, at - 1, at + 1]).flatMap((i): Choice[] => {
    const value = i < 0 ? undefined : grid[i];
    if (value === undefined) return [];
    const title = i === at ? `at ${valueText(value)}, the best of the smallest` : `at ${valueText(value)}`;
    return [{ title, value: () => value }];
  });
  const isSame = shown.every(({ optimum }) => optimum.best === carried);
  return isSame
    ? [{ ...own, title: `at ${valueText(carried)}, the best of every size` }, ...others.slice(1)]
    : [own, ...others];
}

/** The trials of one point of a curve: the swept hyperparameter at that value, all others at their defaults. */
function trialsAt(
  { trials, config }: SweepResult,
  at: {
    sweep: HyperparameterSweep;
    one: ParametrizationSweep;
    curve: SweepCurve;
    value: number | string | boolean | null;
  },
): TrialResult[] {
  const { sweep, one, curve, value } = at;
  const name = sweep.hyperparameter;
  return trials.filter(
    ({ parametrization, width, depth, setting, loss }) =>
      parametrization === one.parametrization &&
      width === curve.width &&
      depth === curve.depth &&
      loss.length > 0 &&
      value !== null &&
      settingValue(setting, name) === value &&
      Object.entries(config.hyperparameters).every(
        ([other, set]) => other === name || settingValue(setting, other) === set,
      ),
  );
}
