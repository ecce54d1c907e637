/** What a model file may import from `coordcheck`; the package's own entry adds `check`, which a model has no use for. */
export { defineModel } from './definition.js';
export { tap } from './tap.js';
