import { einsum as composed } from '../einsum.js';
import { tf } from '../tf.js';
import { type RepairTable, repair } from './call.js';

export const einsum: RepairTable = {
  // TFJS has it of two operands, and on the cpu engine not of all. More are multiplied one after another; what nothing later
  // names is summed at once.
  Einsum: repair<tf.EinsumAttrs>((call, run) => {
    const operands = Object.values(call.inputs);
    const [input, output] = call.attributes.equation.replace(/\s/g, '').split('->');
    const subscripts = input.split(',');
    if (operands.length < 3 || subscripts.length !== operands.length || output === undefined) {
      return tf.getBackend() === 'cpu' ? composed(call.attributes.equation, operands) : run(call);
    }
    return operands.slice(1).reduce(
      ([product, known], operand, i): [tf.Tensor, string] => {
        const rest = [output, ...subscripts.slice(i + 2)].join('');
        const own = subscripts[i + 1];
        const last = i + 2 === operands.length;
        const kept = last ? output : [...new Set(known + own)].filter((s) => rest.includes(s)).join('');
        return [tf.einsum(`${known},${own}->${kept}`, product, operand), kept];
      },
      [operands[0], subscripts[0]] as [tf.Tensor, string],
    )[0];
  }),
};
