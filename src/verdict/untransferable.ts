/** Hyperparameters whose best value depends on the size of model and data, so that no parametrization carries it over. */
const REGULARISERS: readonly { pattern: RegExp; what: string }[] = [
  { pattern: /drop(out|path|connect|rate)|stochastic.?depth/i, what: 'dropout' },
  { pattern: /weight.?decay|^wd$/i, what: 'weight decay' },
  { pattern: /label.?smoothing/i, what: 'label smoothing' },
  { pattern: /mix.?up|cut.?mix|cut.?out|augment/i, what: 'data augmentation' },
  { pattern: /\bl[12]\b|l[12].?(penalty|reg|rate)|regulari[sz]|penalty/i, what: 'a penalty on the weights' },
];

const SOURCE = 'Yang et al., Tensor Programs V, arXiv:2203.03466';

/**
 * A warning where a hyperparameter, by its name, is a regulariser: how much of it is best depends on how much a model
 * overfits, and that changes with its size and its data.
 *
 * @returns one sentence, or null
 */
export function untransferableNote(hyperparameter: string): string | null {
  const found = REGULARISERS.find(({ pattern }) => pattern.test(hyperparameter));
  return found === undefined
    ? null
    : `${hyperparameter} looks like ${found.what}: regularisers do not transfer in general, even in µP, whatever is found here (${SOURCE}).`;
}
