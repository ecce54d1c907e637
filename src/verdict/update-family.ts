import type { ParameterAnalysis } from '../analysis/analyze.js';
import { firstLogs } from '../analysis/series.js';
import { familyByGradient, familyOfRole, type OptimizerFamily } from '../parametrization/optimizer-family.js';
import type { Role } from '../parametrization/role.js';

/**
 * How one parameter's update follows its gradient: by the optimizer's class, by the first gradient that is not 0 where the
 * class depends on it (TF.js's RMSProp and Adagrad), and by role where it treats roles apart (Muon).
 *
 * @returns null for an optimizer that is not known, or a gradient between two families
 */
export function updateFamily(
  optimizer: string,
  { gradient }: Pick<ParameterAnalysis, 'gradient'>,
  role: Role,
): OptimizerFamily | null {
  const logs = firstLogs(gradient);
  const typical = 2 ** (logs.reduce((sum, log) => sum + log, 0) / logs.length);
  const family = familyByGradient(optimizer, logs.length === 0 ? Number.POSITIVE_INFINITY : typical);
  return family === null ? null : familyOfRole(family, role);
}
