/** A TF.js layer, as far as naming needs to know one: structural, so that any declaration of TF.js fits. */
export interface NamedLayer {
  readonly name: string;
  readonly weights: readonly object[];
  readonly trainableWeights: readonly object[];
  getClassName(): string;
}

/** A TF.js layers model, as far as naming needs to know one. */
export interface LayersModelLike {
  readonly layers: readonly object[];
  readonly trainableWeights: readonly object[];
}

/** Sublayers that run inside their owner's own loop: their weights are named as the owner's. */
const TRANSPARENT_PROPERTIES = new Set(['cell', 'layer']);

/**
 * The name of every layer of a model, in the order of its `layers`, nested models and sublayers included.
 *
 * Layers that TF.js numbered over the whole process (`dense_Dense17`) are renamed by class and position in this model
 * (`dense_1`, `dense_2`), so that the same model always gives the same names. Layers of a nested model are
 * `outer/inner`; a layer that a user's own layer keeps in a property is `outer/property`. Names are unique.
 *
 * @param model - a Sequential or functional model, or the user's own subclass
 */
export function layerNames(model: LayersModelLike): Map<NamedLayer, string> {
  const names = new Map<NamedLayer, string>();
  nameContained(model, '', { names, taken: new Set(), listed: new Set(containedLayers(model)) });
  return names;
}

/**
 * The layers whose weights a layer carries as its own: itself, and the cell or wrapped layer it runs in its own loop.
 */
export function weightOwners(layer: NamedLayer): NamedLayer[] {
  const inner = properties(layer).filter(([property]) => TRANSPARENT_PROPERTIES.has(property));
  return [layer, ...inner.flatMap(([, sublayer]) => weightOwners(sublayer))];
}

interface Naming {
  names: Map<NamedLayer, string>;
  taken: Set<string>;
  /** Layers that some model lists: a property that refers to one of these does not own it. */
  listed: ReadonlySet<NamedLayer>;
}

function nameContained(model: LayersModelLike, prefix: string, naming: Naming): void {
  const counts = new Map<string, number>();
  const layers = model.layers as readonly NamedLayer[];
  // Names that users gave come first, so that no number of ours can take one of them.
  const own = new Set(layers.filter((layer) => automaticStem(layer) === null).map((layer) => layer.name));
  for (const layer of layers) {
    if (naming.names.has(layer)) continue;
    const stem = automaticStem(layer);
    const name = stem === null ? layer.name : nextNumbered(stem, counts, own);
    nameLayer(layer, prefix + name, naming);
  }
}

function nameLayer(layer: NamedLayer, wanted: string, naming: Naming): void {
  const name = unused(wanted, naming.taken);
  naming.names.set(layer, name);
  if (isContainer(layer)) {
    nameContained(layer, `${name}/`, naming);
    return;
  }
  for (const owner of weightOwners(layer)) {
    if (owner !== layer && isContainer(owner)) nameContained(owner, `${name}/`, naming);
    for (const [property, sublayer] of properties(owner)) {
      const isOwned = !TRANSPARENT_PROPERTIES.has(property) && !naming.listed.has(sublayer);
      if (isOwned && !naming.names.has(sublayer)) nameLayer(sublayer, `${name}/${property}`, naming);
    }
  }
}

/** The stem of a name that TF.js made up (`dense` of `dense_Dense17`); null for a name the user gave. */
function automaticStem(layer: NamedLayer): string | null {
  const className = layer.getClassName();
  const stem = snakeCase(className);
  const isNumbered = (start: string) => layer.name.startsWith(start) && /^\d+$/.test(layer.name.slice(start.length));
  if (className === 'InputLayer') return isNumbered('input') || layer.name.endsWith('_input') ? 'input' : null;
  // Models count as `sequential_3` or `model3`, layers as `dense_Dense3`.
  const starts = [`${stem}_${className}`, ...(isContainer(layer) ? [`${stem}_`, className.toLowerCase()] : [])];
  return starts.some(isNumbered) ? stem : null;
}

/** TF.js's own rule for turning a class name into the start of a layer name. */
function snakeCase(className: string): string {
  const words = className.replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2');
  const snake = words.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  return snake.startsWith('_') ? `private${snake}` : snake;
}

function nextNumbered(stem: string, counts: Map<string, number>, own: ReadonlySet<string>): string {
  let n = counts.get(stem) ?? 0;
  do n += 1;
  while (own.has(`${stem}_${n}`));
  counts.set(stem, n);
  return `${stem}_${n}`;
}

function unused(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${wanted}_${n}`;
  taken.add(name);
  return name;
}

function containedLayers(model: LayersModelLike): NamedLayer[] {
  return (model.layers as readonly NamedLayer[]).flatMap((layer) => [
    layer,
    ...(isContainer(layer) ? containedLayers(layer) : []),
  ]);
}

/** The layers an object keeps in properties of its own, or in arrays there; `blocks: [a, b]` gives `blocks_1`, `blocks_2`. */
function properties(layer: NamedLayer): [string, NamedLayer][] {
  return Object.entries(layer).flatMap(([property, value]: [string, unknown]): [string, NamedLayer][] => {
    if (isLayer(value)) return [[property, value]];
    if (!Array.isArray(value)) return [];
    return value.filter(isLayer).map((sublayer, i) => [`${property}_${i + 1}`, sublayer]);
  });
}

function isContainer<T extends NamedLayer>(layer: T): layer is T & LayersModelLike {
  return 'layers' in layer && Array.isArray(layer.layers);
}

function isLayer(value: unknown): value is NamedLayer {
  const layer = value as Partial<NamedLayer & { call: unknown }> | null;
  return typeof layer === 'object' && typeof layer?.call === 'function' && Array.isArray(layer.weights);
}
