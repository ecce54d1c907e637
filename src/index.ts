export { check } from './check.js';
export type { CheckOptions } from './check.js';
export type { ProgressEvent, ProgressListener } from './capture/progress.js';
export type { Config } from './cli/config-file.js';
export type { EngineName } from './engine/engine.js';
export { CoordCheckError } from './errors.js';
export type { ErrorCode } from './errors.js';
export { defineModel } from './model/definition.js';
export type {
  Batch,
  BatchPart,
  BuildContext,
  Expectation,
  HandWrittenModel,
  Hyperparameters,
  LayersModelLike,
  LossName,
  Model,
  ModelDefinition,
  OptimizerLike,
  OptimizerName,
  Parametrization,
  TensorLike,
  VariableLike,
} from './model/definition.js';
export { tap } from './model/tap.js';
export { prescribe } from './prescription/prescribe.js';
export type { Prescribed, PrescribeOptions } from './prescription/prescribe.js';
export type {
  Dose,
  PrescribedLogits,
  PrescribedParameter,
  Prescription,
  PrescriptionResult,
  PrescriptionRound,
} from './verdict/prescription.js';
export type {
  CheckResult,
  Diagnosis,
  GateResult,
  JudgedSlope,
  Outcome,
  ParameterQuantity,
  ParameterResult,
  Point,
  Role,
  RuleResult,
  RunResult,
  TapResult,
  Verdict,
} from './verdict/result.js';
