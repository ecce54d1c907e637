/** The sentences of sweeps and tuning, all of wrong use: a part of the one table in `errors.ts`. */
export const TRANSFER_TEMPLATES = {
  GRID_UNKNOWN: (v: { name: string; known: string }) => ({
    message: `expected --grid to name a declared hyperparameter (${v.known}), got '${v.name}'`,
    hint: 'Declare it with its default under `hyperparameters` in the model file, and use it in build or optimizer.',
  }),
  GRID_EMPTY: (v: { name: string; got: string }) => ({
    message: `expected the grid of ${v.name} to hold two values or more, got ${v.got}`,
    hint: 'Give for example --grid learningRate=2^-12..2^-5, or --grid learningRate=0.001,0.003,0.01.',
  }),
  GRID_RANGE: (v: { name: string; got: string }) => ({
    message: `expected the grid of ${v.name} as FROM..TO or FROM..TO/POINTS with 0 < FROM < TO and 2 to 100 points, got ${v.got}`,
    hint: 'Give for example --grid learningRate=2^-12..2^-5; values from 0 or below stand in a list: --grid momentum=0,0.9.',
  }),
  GRID_TYPE: (v: { name: string; expected: string; got: string }) => ({
    message: `expected the grid of ${v.name} to hold values like its default, a ${v.expected}, got '${v.got}'`,
    hint: 'Give values of the same type as the declared default.',
  }),
  LEARNING_RATE_UNDECLARED: (v: { known: string; flag: '--grid' | '--space' }) => ({
    message: `expected the model to declare a positive \`learningRate\` among its hyperparameters (declared: ${v.known})`,
    hint: `Declare hyperparameters: { learningRate: 1e-3 } and use it in optimizer, or name what to try: ${v.flag} NAME=FROM..TO.`,
  }),
  SPACE_UNKNOWN: (v: { name: string; known: string }) => ({
    message: `expected --space to name a declared hyperparameter (${v.known}), got '${v.name}'`,
    hint: 'Declare it with its default under `hyperparameters` in the model file, and use it in build or optimizer.',
  }),
  SPACE_EMPTY: (v: { name: string; got: string }) => ({
    message: `expected the space of ${v.name} to hold two values or more, got ${v.got}`,
    hint: 'Give --space learningRate=2^-12..2^-5 (even in the log, so 0 < FROM < TO), --space momentum=lin:0.8..0.99, or --space optimizer=adam,sgd.',
  }),
  SPACE_TYPE: (v: { name: string; expected: string; got: string }) => ({
    message: `expected the space of ${v.name} to hold values like its default, a ${v.expected}, got '${v.got}'`,
    hint: 'Give values of the same type as the declared default; only numbers have ranges.',
  }),
  TARGET_TOO_NARROW: (v: { what: string; width: number; proxy: number }) => ({
    message: `expected ${v.what} to be at least the proxy's width ${v.proxy}, got ${v.width}`,
    hint: 'Tune a proxy that is narrower than the target: give a smaller --width.',
  }),
  TARGET_UNREACHABLE: (v: { width: number; widths: readonly number[]; why: string }) => ({
    message: `expected a target of width ${v.width}, which does not fit in memory here, to be extrapolated from models of widths ${v.widths.join(', ')}, but ${v.why}`,
    hint: 'Give a --width such that it, twice it and four times it can be built and fit, or a --target-width that fits.',
  }),
};
