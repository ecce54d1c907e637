import { parameterName } from '../parameter-name.js';
import type { Dose, PrescribedParameter, PrescriptionResult } from '../verdict/prescription.js';

/** What code is made from. */
export type CodeEvidence = Pick<PrescriptionResult, 'parameters' | 'logits' | 'baseWidth' | 'equals' | 'optimizer'>;

/**
 * Code to paste: in the words of `coordcheck/mup` where the prescription is a form of µP that it has, and the factors of
 * every parameter, which do the same to any model and optimizer.
 *
 * `yourModel` and `yourOptimizer` stand for what the file has now.
 *
 * @returns TypeScript; empty where nothing is prescribed
 */
export function prescriptionCode(evidence: CodeEvidence): string {
  const { parameters, baseWidth, equals } = evidence;
  const distinct = parameters.filter(
    ({ parameter }, i) => parameters.findIndex((p) => p.parameter === parameter) === i,
  );
  const doses = factorCode(distinct, baseWidth);
  const blocks = [
    forwardCode(evidence),
    doses.length === 0 ? [] : ["import { mup } from 'coordcheck/mup';"],
    equals === null ? [] : mupCode(evidence),
    doses,
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** A multiplier stands in the user's own forward pass: here it can only be told. */
function forwardCode({ parameters, logits, baseWidth }: CodeEvidence): string[] {
  const uses = parameters.filter(({ multiplierExponent }) => multiplierExponent !== 0);
  const places = [
    ...uses.map((one) => ({ place: parameterName(one), exponent: one.multiplierExponent })),
    ...logits.map(({ tap, multiplierExponent }) => ({ place: tap, exponent: multiplierExponent })),
  ];
  if (places.length === 0) return [];
  return [
    `// In the forward pass multiply, where m is width / ${baseWidth},`,
    ...places.map(({ place, exponent }) => `//   ${quoted(place)} by ${factor(exponent)}`),
    ...(logits.length === 0 ? [] : ['// (mup.attentionScale has the scale of attention logits)']),
    ...(uses.length === 0 ? [] : ['// (mup.layers.sharedReadout is a tied readout with its multiplier)']),
  ];
}

/** Functions of `coordcheck/mup` by the class name of the optimizer they make. */
const MUP_OPTIMIZERS: Readonly<Record<string, string>> = {
  SGD: 'mup.sgd(model, { learningRate })',
  Momentum: 'mup.sgd(model, { learningRate, momentum })',
  Adam: 'mup.adam(model, { learningRate })',
  AdamW: 'mup.adamW(model, { learningRate })',
  RMSProp: 'mup.rmsprop(model, { learningRate })',
  Adagrad: 'mup.adagrad(model, { learningRate })',
  Lion: 'mup.lion(model, { learningRate })',
  Muon: 'mup.muon(model, { learningRate, adam: { learningRate } })',
};

function mupCode({ baseWidth, optimizer }: CodeEvidence): string[] {
  return [
    '// It is Table 3 of Tensor Programs V, which coordcheck/mup has.',
    'build: ({ width, parametrization }) =>',
    '  mup.parametrize((n) => yourModel(n), {',
    `    width, baseWidth: ${baseWidth}, parametrization,`,
    '  }),',
    'optimizer: ({ model, hyperparameters: { learningRate } }) =>',
    `  ${MUP_OPTIMIZERS[optimizer] ?? 'mup.scaled(yourOptimizer(), model)'},`,
    ...(optimizer in MUP_OPTIMIZERS
      ? ['// With your own further settings: momentum, betas, epsilon, weight decay.']
      : []),
    '',
    '// Or, the same parameter by parameter:',
  ];
}

function factorCode(parameters: readonly PrescribedParameter[], baseWidth: number): string[] {
  const init = factors(parameters, 'initExponent');
  const rates = factors(parameters, 'learningRateExponent');
  const gradients = factors(parameters, 'gradientExponent');
  if (init.length + rates.length + gradients.length === 0) return [];
  const isLevelled = gradients.length > 0;
  return [
    `// m is width / ${baseWidth}: at base width nothing changes.`,
    'const multipliers = new WeakMap<object, number>();',
    ...record('initFactors', init),
    ...record('rateFactors', rates),
    ...(isLevelled
      ? ['// Of gradients: epsilon stays in proportion to them.', ...record('gradientFactors', gradients)]
      : []),
    '',
    'build: ({ width }) => {',
    '  const model = yourModel(width);',
    `  multipliers.set(model, width / ${baseWidth});`,
    `  return mup.multiplyInit(model, initFactors(width / ${baseWidth}));`,
    '},',
    'optimizer: ({ model }) => {',
    '  const m = multipliers.get(model) ?? 1;',
    ...(isLevelled
      ? [
          '  const gradients = gradientFactors(m);',
          '  return mup.multiplyUpdates(yourOptimizer(), model, rateFactors(m), { gradients });',
        ]
      : ['  return mup.multiplyUpdates(yourOptimizer(), model, rateFactors(m));']),
    '},',
  ];
}

function record(name: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [`const ${name} = (_m: number) => ({});`];
  return [`const ${name} = (m: number) => ({`, ...entries.map((entry) => `  ${entry},`), '});'];
}

function factors(parameters: readonly PrescribedParameter[], key: keyof Dose): string[] {
  return parameters.filter((one) => one[key] !== 0).map((one) => `${quoted(one.parameter)}: ${factor(one[key])}`);
}

function factor(exponent: number): string {
  return exponent === 1 ? 'm' : `m ** ${exponent}`;
}

/** A name as a string of TypeScript: names are free text, and what they hold must stay inside the quotes. */
function quoted(name: string): string {
  return `'${JSON.stringify(name)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)
    // JSON leaves these two as they are, and they end a line of a comment.
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)}'`;
}
