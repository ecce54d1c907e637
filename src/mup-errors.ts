/** The sentences of `coordcheck/mup`, all of wrong use: a part of the one table in `errors.ts`. */
export const MUP_TEMPLATES = {
  BASE_SHAPES_UNMATCHED: (v: { problems: readonly string[]; isForeign?: boolean }) => ({
    message: `expected the same parameters at every width, but ${someOf(v.problems)}`,
    hint:
      v.isForeign === true
        ? "Not one name is shared. If the file is the mup package's, say whose names are whose: mup.loadBaseShapes(path, { names, layout: 'torch' })."
        : 'Only sizes may change with width. Give layers the same names at every width, and choose base and delta widths apart.',
  }),
  BASE_SHAPES_NAMES_INVALID: (v: { problems: readonly string[] }) => ({
    message: `expected names to lead from each parameter in the file to one of the model, but ${someOf(v.problems)}`,
    hint: 'Give { inTheFile: inTheModel | null }, or a function; null leaves a parameter out.',
  }),
  BASE_SHAPES_SAVED: () => ({
    message: 'expected a freshly built model, but this one was saved with base shapes: its values are scaled already',
    hint: 'Call mup.restoreBaseShapes(model), which scales rates only; or pass rescale: false to give it other base shapes.',
  }),
  BASE_SHAPES_NOT_SAVED: () => ({
    message: 'expected a model that was saved with base shapes, but its metadata hold none',
    hint: 'Save a model of mup.parametrize or mup.setBaseShapes, adding to its metadata rather than replacing them; or call mup.setBaseShapes(model, file, { rescale: false }).',
  }),
  FACTOR_GLOB_UNKNOWN: (v: { where: string; glob: string; known: readonly string[] }) => ({
    message: `expected ${v.where} to match parameters, but '${v.glob}' matches none of: ${v.known.slice(0, 8).join(', ')}${v.known.length > 8 ? `, and ${v.known.length - 8} more` : ''}`,
    hint: 'Globs are over parameter names as coordcheck lists them with --dry-run; * stands for any characters.',
  }),
  FACTOR_INVALID: (v: { where: string; glob: string; got: string }) => ({
    message: `expected the factor of '${v.glob}' in ${v.where} to be a finite number above 0, got ${v.got}`,
    hint: 'To freeze a parameter make it untrainable: layer.trainable = false, or tf.variable(value, false).',
  }),
  READOUT_MISPLACED: (v: { what: string; shape: string }) => ({
    message: `expected a readout's input to grow with width and its output to stay, but ${v.what} is ${v.shape}`,
    hint: 'Use mup.layers.readout (or sharedReadout) only where the model leaves its width; everywhere else, tf.layers.dense.',
  }),
  BASE_SHAPES_SET_TWICE: (v: { parameter?: string }) => ({
    message:
      v.parameter === undefined
        ? 'expected a model without base shapes, but this one already has them'
        : `expected parameters without base shapes, but ${v.parameter} has some already, as a parameter of another model`,
    hint: 'Call mup.parametrize or mup.setBaseShapes once, for the outermost model: a second call would scale its initial values again. To scale rates only, pass rescale: false.',
  }),
  BASE_SHAPES_OUTGROWN: (v: { names: readonly string[] }) => ({
    message: `expected base shapes for every parameter of the model, but these came after they were set: ${someOf(v.names, ', ')}`,
    hint: 'Build the whole model, every layer built, before mup.parametrize or mup.setBaseShapes.',
  }),
  BASE_SHAPES_MISSING: () => ({
    message: 'expected a model with base shapes, but this one was never parametrized',
    hint: 'Build it with mup.parametrize(buildAtWidth, { width, baseWidth }), or call mup.setBaseShapes(model, base, { delta }).',
  }),
  BASE_SHAPES_DELTA_MISSING: () => ({
    message: 'expected a delta model beside the base model, but there is none',
    hint: 'Pass { delta: build(otherWidth) }: a dimension that base and target happen to share would be taken for finite.',
  }),
  BASE_SHAPES_INVALID: (v: { path: string; why: string }) => ({
    message: `expected base shapes in ${v.path}, but ${v.why}`,
    hint: 'Write the file with mup.saveBaseShapes(mup.makeBaseShapes(base, delta), path).',
  }),
  EMBEDDING_UNBUILT: () => ({
    message: 'expected the embedding of a shared readout to be built before the readout, but it has no weights yet',
    hint: 'Apply the embedding layer first, in the same model.',
  }),
  EMBEDDING_NOT_FOUND: (v: { readout: string; embedding: string }) => ({
    message: `expected the embedding ${v.embedding} before the shared readout ${v.readout} of a loaded model, but no layer that leads to it has that name`,
    hint: 'A shared readout can be loaded where its input comes, through layers of the same model, from its embedding.',
  }),
  INIT_UNKNOWN: (v: { parameter: string }) => ({
    message: `expected to know how ${v.parameter} was initialized, but its layer shows no TF.js initializer`,
    hint: 'Give mup.setBaseShapes the base model itself, whose values can be measured, or pass rescale: false.',
  }),
  VARIABLE_NAME_TAKEN: (v: { name: string }) => ({
    message: `expected buildAtWidth to make variables that are free to exist three times, but there is one called ${v.name} already`,
    hint: 'mup.parametrize builds the target and two small models beside it: give tf.variable no name; parameters have the names of `parameters`.',
  }),
  BUILD_ASYNC: () => ({
    message: 'expected buildAtWidth to return a model, got a promise',
    hint: 'Await what is asynchronous before mup.parametrize, and build synchronously inside it.',
  }),
  OPTIMIZER_FAMILY_UNKNOWN: (v: { className: string; given?: string | undefined }) => ({
    message: `expected an optimizer whose scaling is known, got ${v.className}${v.given === undefined ? '' : ` with the family '${v.given}'`}`,
    hint: "Say how its update follows the gradient: mup.scaled(optimizer, model, { family: 'sgd' }), 'sign' (as Adam) or 'muon'.",
  }),
  OPTIMIZER_SCALED: (v: { className: string }) => ({
    message: `expected an optimizer that trains every variable at one rate, got ${v.className} with rates of its own`,
    hint: 'What mup.adam and its like return is scaled already. A schedule goes around: mup.schedule(mup.scaled(optimizer, model), factorAt).',
  }),
  OPTIMIZER_STATE_UNMATCHED: (v: { className: string; problems: readonly string[] }) => ({
    message: `expected the saved state of ${v.className} for this model, but ${someOf(v.problems)}`,
    hint: 'Give setWeights what getWeights gave, of the same optimizer for the same model at the same width.',
  }),
  OPTIMIZER_STATE_UNSAVED: (v: { className: string; why: string }) => ({
    message: `expected an optimizer whose state can be saved, got ${v.className}: ${v.why}`,
    hint: 'TF.js saves no state of this class; train with another, such as mup.adam.',
  }),
  TARGET_SETTINGS_INVALID: (v: { path: string; why: string }) => ({
    message: `expected the settings of a target in ${v.path}, but ${v.why}`,
    hint: 'Give the *.target.json that `coordcheck tune model.ts --target-width W` wrote.',
  }),
  TARGET_SETTINGS_UNMATCHED: (v: { problems: readonly string[]; targetWidth?: number }) => ({
    message: `expected a model that the target's settings are of, but ${someOf(v.problems)}`,
    hint: `Build the model that was tuned${v.targetWidth === undefined ? '' : `, at width ${v.targetWidth}`}; readouts as mup.layers.readout where the settings have a multiplier.`,
  }),
  TARGET_OPTIMIZER_UNMATCHED: (v: { className: string; problems: readonly string[] }) => ({
    message: `expected a plain ${v.className}, as the target's settings are of, but ${someOf(v.problems)}`,
    hint: `Give mup.targetRates TF.js's own or yours, at any rate above 0 and with an epsilon above 0 where the settings have one: its rates become theirs.`,
  }),
  SCHEDULE_INVALID: (v: { what: string; expected: string; got: string }) => ({
    message: `expected ${v.what} to be ${v.expected}, got ${v.got}`,
    hint: 'A schedule gives the factor on the base rate for the update of a step, the first being step 0.',
  }),
} as const satisfies Record<string, (values: never) => { message: string; hint: string }>;

/** The first few, and how many more there are. */
function someOf(problems: readonly string[], separator = '; '): string {
  const more = problems.length > 4 ? [`and ${problems.length - 4} more`] : [];
  return [...problems.slice(0, 4), ...more].join(separator);
}
