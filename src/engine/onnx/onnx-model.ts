import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ONNX_TYPE, type Values } from './element-type.js';

/** An attribute of an ONNX operator; whole numbers are ints unless wrapped as `{ float }`. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** A named tensor at the edge of a graph. */
export interface OnnxPort {
  name: string;
  type: keyof typeof ONNX_TYPE;
  shape: readonly number[];
}

/** One operator of a graph. */
export interface OnnxOperator {
  /** Shown in ONNX Runtime's error messages. */
  name: string;
  op: string;
  /** Empty for ONNX's own operators. */
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A graph as ONNX describes it. */
export interface OnnxGraph {
  operators: readonly OnnxOperator[];
  constants: readonly (OnnxPort & { values: Values })[];
  inputs: readonly OnnxPort[];
  outputs: readonly OnnxPort[];
}

/** The operator set this engine's kernels are written against: the first with axes of reductions as inputs. */
const OPERATOR_SET = 18;
const IR_VERSION = 9;
/** AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/**
 * Serializes a graph as an ONNX ModelProto.
 *
 * Source of the field numbers: onnx/onnx.proto, IR version 9. Only the messages that ONNX Runtime needs are written.
 */
export function onnxModel(graph: OnnxGraph): Uint8Array {
  const w = new BinaryWriter();
  w.tag(1, WireType.Varint).int64(IR_VERSION);
  message(w, 7, () => {
    for (const operator of graph.operators) message(w, 1, () => writeOperator(w, operator));
    text(w, 2, 'coordcheck');
    for (const constant of graph.constants) message(w, 5, () => writeConstant(w, constant));
    for (const port of graph.inputs) message(w, 11, () => writePort(w, port));
    for (const port of graph.outputs) message(w, 12, () => writePort(w, port));
  });
  writeOperatorSet(w, '', OPERATOR_SET);
  writeOperatorSet(w, 'com.microsoft', 1);
  return w.finish();
}

function writeOperator(w: BinaryWriter, { name, op, domain, inputs, outputs, attributes }: OnnxOperator): void {
  for (const input of inputs) text(w, 1, input);
  for (const output of outputs) text(w, 2, output);
  text(w, 3, name);
  text(w, 4, op);
  for (const [key, value] of Object.entries(attributes)) message(w, 5, () => writeAttribute(w, key, value));
  if (domain !== '') text(w, 7, domain);
}

function writeAttribute(w: BinaryWriter, name: string, value: OnnxAttribute): void {
  text(w, 1, name);
  if (typeof value === 'number') {
    w.tag(3, WireType.Varint).int64(value);
    kind(w, ATTRIBUTE.int);
  } else if (typeof value === 'string') {
    text(w, 4, value);
    kind(w, ATTRIBUTE.string);
  } else if ('float' in value) {
    w.tag(2, WireType.Bit32).float(value.float);
    kind(w, ATTRIBUTE.float);
  } else {
    for (const element of value) w.tag(8, WireType.Varint).int64(element);
    kind(w, ATTRIBUTE.ints);
  }
}

function writeConstant(w: BinaryWriter, { name, type, shape, values }: OnnxGraph['constants'][number]): void {
  for (const size of shape) w.tag(1, WireType.Varint).int64(size);
  w.tag(2, WireType.Varint).int32(ONNX_TYPE[type]);
  text(w, 8, name);
  w.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writePort(w: BinaryWriter, { name, type, shape }: OnnxPort): void {
  text(w, 1, name);
  message(w, 2, () =>
    message(w, 1, () => {
      w.tag(1, WireType.Varint).int32(ONNX_TYPE[type]);
      message(w, 2, () => {
        for (const size of shape) message(w, 1, () => w.tag(1, WireType.Varint).int64(size));
      });
    }),
  );
}

function writeOperatorSet(w: BinaryWriter, domain: string, version: number): void {
  message(w, 8, () => {
    text(w, 1, domain);
    w.tag(2, WireType.Varint).int64(version);
  });
}

function kind(w: BinaryWriter, type: number): void {
  w.tag(20, WireType.Varint).int32(type);
}

function text(w: BinaryWriter, field: number, value: string): void {
  w.tag(field, WireType.LengthDelimited).string(value);
}

function message(w: BinaryWriter, field: number, write: () => void): void {
  w.tag(field, WireType.LengthDelimited).fork();
  write();
  w.join();
}
