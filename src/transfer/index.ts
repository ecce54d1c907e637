export { sweep } from './sweep.js';
export type { SweepOptions } from './sweep.js';
export { tune } from './tune.js';
export type { GridRequest, LogRange } from './grid.js';
export type { SearchRange, SpaceRequest, TuneOptions } from './tune.js';
export type {
  ChosenSetting,
  Contender,
  MeanOfSeeds,
  SearchedDimension,
  SearchedRung,
  SearchedTrial,
  TargetParameter,
  TargetSettings,
  TuneCost,
  TuneResult,
  Verification,
} from '../verdict/tune-result.js';
export type { SweepResult } from '../verdict/sweep-result.js';
