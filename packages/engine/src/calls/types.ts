import { tf } from '../tf.js';
import { type Call, forKernels, type Inputs, type Repair, type RepairTable, type Result, repair } from './call.js';

/** Kernels that compute with numbers and keep the type. */
const ARITHMETIC = [
  'Abs',
  'Add',
  'AddN',
  'Atan2',
  'BatchMatMul',
  'ClipByValue',
  'Einsum',
  'Exp',
  'Expm1',
  'FloorDiv',
  'LeakyRelu',
  'Mod',
  'Multiply',
  'Neg',
  'Pow',
  'RealDiv',
  'Reciprocal',
  'Relu',
  'Relu6',
  'Round',
  'Selu',
  'Sign',
  'Softplus',
  'Square',
  'SquaredDifference',
  'Step',
  'Sub',
];

function cast({ inputs, ...rest }: Call, from: tf.DataType, to: tf.NumericDataType): Call {
  const castOne = (x: tf.Tensor) => (x?.dtype === from ? tf.cast(x, to) : x);
  // Kernels of any number of tensors get an array of them.
  if (Array.isArray(inputs)) return { ...rest, inputs: inputs.map(castOne) as unknown as Inputs };
  return { ...rest, inputs: Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, castOne(x)])) };
}

const castResult = (result: Result, from: tf.DataType, to: tf.NumericDataType): Result => {
  const cast = (y: tf.Tensor) => (y.dtype === from ? tf.cast(y, to) : y);
  return Array.isArray(result) ? result.map(cast) : cast(result);
};

const holds = ({ inputs }: Call, dtype: tf.DataType) => Object.values(inputs).some((x) => x?.dtype === dtype);

/**
 * Truth values are computed with as the numbers 0 and 1. Where TFJS stores what comes out as truth values again, all but zero
 * is true.
 */
const countTruth: Repair = repair<object>((call, run) => {
  if (!holds(call, 'bool')) return run(call);
  const result = run(cast(call, 'bool', 'int32'));
  return call.name === 'FloorDiv' ? result : castResult(result, 'int32', 'bool');
});

const truth = (value: number) => Number(Boolean(value));

export const types: RepairTable = {
  ...forKernels(ARITHMETIC, countTruth),
  // What is complex already stays as it is, and its gradient complex.
  Cast: repair<tf.CastAttrs>((call, run) => {
    const { x } = call.inputs;
    return x.dtype === 'complex64' && call.attributes.dtype === 'complex64' ? tf.clone(x) : run(call);
  }),
  // TFJS stores any number for true.
  Fill: repair<tf.FillAttrs>((call, run) => {
    const { dtype, value } = call.attributes;
    return run(
      dtype === 'bool' ? { ...call, attributes: { ...call.attributes, value: truth(value as number) } } : call,
    );
  }),
  OneHot: repair<tf.OneHotAttrs>((call, run) => {
    const { dtype, onValue, offValue } = call.attributes;
    const stored = { onValue: truth(onValue), offValue: truth(offValue) };
    return run(dtype === 'bool' ? { ...call, attributes: { ...call.attributes, ...stored } } : call);
  }),
  PadV2: repair<tf.PadV2Attrs>((call, run) => {
    const constantValue = truth(call.attributes.constantValue);
    return run(call.inputs.x.dtype === 'bool' ? { ...call, attributes: { ...call.attributes, constantValue } } : call);
  }),
};
