import type { NamedTensorInfoMap } from '@tensorflow/tfjs-core';
import type { GraphNode, NodeParts, Question } from './graph.js';
import type { OnnxKernel } from './kernels/kernel.js';
import type { Plan } from './plan.js';

/** A call of a TF.js kernel. */
export interface KernelCall {
  kernelName: string;
  kernel: OnnxKernel;
  inputs: NamedTensorInfoMap;
  attributes: Readonly<Record<string, unknown>>;
}

/**
 * A call as it was recorded. Values stand as numbers: of the recording's values, in the order in which they were first
 * met.
 */
export interface RecordedCall {
  kernelName: string;
  kernel: OnnxKernel;
  /** A copy: TF.js makes such objects anew, a model may change its own. */
  attributes: Readonly<Record<string, unknown>>;
  inputs: readonly { name: string; value: number; shape: readonly number[] }[];
  /** What the kernel wanted to know of values that were there. */
  questions: readonly { value: number; ask: Question; answer: unknown }[];
  /** Null where the kernel declined the call. */
  outputs: readonly RecordedOutput[] | null;
  /** Whether TF.js expects a list, be it of one. */
  isList: boolean;
}

/** What a call hands out. */
export interface RecordedOutput {
  value: number;
  shape: readonly number[];
  /** The input whose data the tensor shares; -1 for data of its own. */
  sharedWith: number;
  /** Whether the kernel made the numbers itself, without operators. */
  isLeaf: boolean;
}

/** A value that calls read or hand out, as far as the structure depends on it. */
export interface RecordedValue {
  parts: NodeParts;
  signature: string;
  /** The kernel that made it; of a value that was there before, whichever. */
  kernel: string;
  /** There before it was first read; else made by a call. */
  isGiven: boolean;
  /** Whether its numbers were there, not only what it is made of. */
  hasNumbers: boolean;
  /** The first given value that is known to hold the same numbers; the value itself where none does. */
  equals: number;
  /** What only the same node can take the place of; null for all but constants. */
  constant: GraphNode | null;
}

/** How what was recorded was computed. */
export interface Computation {
  plan: Plan;
  /** For each node the plan names: its value's number, or -1 where no call saw it. */
  places: readonly number[];
  /** The nodes that no call saw: constants, splats, and what lies inside kernels. */
  others: readonly (GraphNode | null)[];
  /** Numbers of the values asked for. */
  wanted: ReadonlySet<number>;
}

/** All that was recorded from one computation to the next. */
export interface Recording {
  calls: readonly RecordedCall[];
  values: readonly RecordedValue[];
  computation: Computation;
  /** The recording that followed this one the last time. */
  next: Recording | null;
}

/** Attributes as a value of their own: lists are copied. */
export function copied(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, copyOf(value)]));
}

function copyOf(value: unknown): unknown {
  return Array.isArray(value) ? value.map(copyOf) : value;
}

/** Whether two kernels' attributes say the same. Objects that are no lists never do: they may have changed inside. */
export function sameAttributes(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  let surplus = 0;
  for (const name in b) {
    if (!sameValue(a[name], b[name])) return false;
    surplus += 1;
  }
  for (const _ in a) surplus -= 1;
  return surplus === 0;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((x, i) => sameValue(x, b[i]));
  return Object.is(a, b) && (b === null || (typeof b !== 'object' && typeof b !== 'function'));
}
