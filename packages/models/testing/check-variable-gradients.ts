import { tf } from '@sandwich/engine';
import { expect } from 'vitest';

/**
 * Compares gradients of the sum of squares of what a layer makes, to numbers of its variables, with differences: of the first, the middle and the last
 * number of each variable. The variables are as before afterwards.
 *
 * @param distance between a number and either of the two with which the difference is taken
 */
export function checkVariableGradients(
  variables: Readonly<Record<string, tf.Variable>>,
  apply: () => tf.Tensor,
  distance: number,
): void {
  const sum = () => tf.sum(tf.square(apply())) as tf.Scalar;
  for (const [path, variable] of Object.entries(variables)) {
    const start = variable.clone();
    const { grads, value } = tf.variableGrads(sum, [variable]);
    const slopes = grads[variable.name].dataSync<'float32'>();
    for (const i of [0, Math.floor(variable.size / 2), variable.size - 1]) {
      const at = (offset: number) => {
        const values = start.dataSync<'float32'>().slice();
        values[i] += offset;
        return tf.tidy(() => {
          variable.assign(tf.tensor(values, variable.shape));
          return sum().dataSync()[0];
        });
      };
      const numeric = (at(distance) - at(-distance)) / (2 * distance);
      expect(Math.abs(numeric - slopes[i]), `${path} ${i}`).toBeLessThan(1e-2 * Math.abs(slopes[i]) + 1e-2);
    }
    variable.assign(start);
    tf.dispose([start, grads, value]);
  }
}
