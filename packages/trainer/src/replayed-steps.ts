import { adamStep, type RecordedStep, RecordingError, recordStep, tf } from '@sandwich/engine';
import type { Sandwich } from '@sandwich/models';
import { type AdamOptions, adamFactors } from './adam.js';
import type { TrainingState } from './checkpoint.js';
import { addGradients, clipGradientsUnread, scaleGradients } from './gradients.js';
import type { Gradients } from './optimizer.js';
import { gradientTensors, meanOf, type StepMetrics, type StepOptions } from './train-step.js';
import { averageDecayAt } from './weight-average.js';

/** What replayed steps are made of. */
export interface ReplayOptions {
  model: Sandwich;
  /** Its optimizer and average become variables, which are updated in place. */
  state: TrainingState;
  adam: AdamOptions;
  /** Largest norm of all gradients together; 0 leaves them as they are. */
  clipNorm: number;
  /** Of the average of weights; 0 keeps none. */
  averageDecay: number;
  /** Hears, once, why steps cannot be replayed. */
  onRefusal: (reason: string) => void;
}

/** One recorded step, and the parameters that it trains. */
interface Recording {
  step: RecordedStep<Record<string, tf.Tensor>>;
  trained: string[];
  /** Of the updates that a parameter has had when the step was recorded: parameters of one age share their factors. */
  ages: number[];
  runs: number;
}

/** A variable in the place of a tensor, which is disposed. */
function toVariable(tensor: tf.Tensor): tf.Variable {
  const variable = tf.variable(tensor, false);
  tensor.dispose();
  return variable;
}

/**
 * Training steps by `recordStep`: the same as ordinary ones, bit for bit on the CPU, but for the rounding of the factor by
 * which gradients are clipped. A step of a new kind (other networks take part, other shapes) is made in the ordinary way
 * first, then recorded.
 */
export class ReplayedSteps {
  readonly #options: ReplayOptions;
  #kind: string | undefined;
  #recording: Recording | undefined;
  #refused = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /**
   * Makes a step: gradients of all batches, their mean, Adam, the average of weights.
   *
   * @param batches [B, H, W, C] each
   * @param kind changes with all that the step depends on besides batches, state and `rateFactor`
   * @returns null where the ordinary step has to be made instead; nothing has changed then
   */
  async take(
    batches: tf.Tensor4D[],
    rateFactor: number,
    kind: string,
    options: StepOptions,
  ): Promise<StepMetrics | null> {
    if (this.#refused) return null;
    const kindOfAll = [kind, ...batches.map(({ shape }) => shape)].join(' ');
    if (this.#kind !== kindOfAll) {
      this.dispose();
      this.#kind = kindOfAll;
      return null;
    }
    try {
      this.#recording ??= this.#record(batches.length, options);
      return await this.#run(this.#recording, batches, rateFactor);
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      this.#refused = true;
      this.dispose();
      this.#options.onRefusal(error.message);
      return null;
    }
  }

  /** Frees what was recorded; the state stays. */
  dispose(): void {
    this.#recording?.step.dispose();
    this.#recording = undefined;
  }

  async #run(recording: Recording, batches: tf.Tensor4D[], rateFactor: number): Promise<StepMetrics> {
    const { adam, averageDecay, state } = this.#options;
    const { ages, trained, step, runs } = recording;
    const factors = ages.map((age) => adamFactors(adam, age + runs + 1, rateFactor));
    const decay = averageDecayAt(averageDecay, state.step);
    const inputs: Record<string, tf.Tensor> = {
      rates: tf.tensor1d(factors.map(({ rate }) => rate)),
      epsilons: tf.tensor1d(factors.map(({ epsilon }) => epsilon)),
      decays: tf.tensor1d([decay, 1 - decay]),
    };
    try {
      const images = Object.fromEntries(batches.map((batch, i) => [`batch${i}`, batch]));
      const numbers = await step.run({ ...inputs, ...images });
      recording.runs++;
      for (const path of trained) state.optimizer[path].steps++;
      const metrics = batches.map((_, i) => {
        const own = Object.entries(numbers).filter(([name]) => name.startsWith(`${i}/`));
        return Object.fromEntries(own.map(([name, value]) => [name.slice(`${i}/`.length), value])) as StepMetrics;
      });
      return meanOf(metrics);
    } finally {
      tf.dispose(inputs);
    }
  }

  #record(count: number, options: StepOptions): Recording {
    const { model, state, adam, clipNorm, averageDecay } = this.#options;
    const { parameters } = model;
    const { optimizer, average } = state;
    for (const slot of Object.values(optimizer)) {
      slot.tensors = { m: toVariable(slot.tensors.m), v: toVariable(slot.tensors.v) };
    }
    for (const [path, tensor] of Object.entries(average)) average[path] = toVariable(tensor);
    const ages = [...new Set(Object.values(optimizer).map(({ steps }) => steps))];
    const ageOf = Object.fromEntries(Object.entries(optimizer).map(([path, { steps }]) => [path, ages.indexOf(steps)]));
    const trained: string[] = [];
    const { beta1, beta2 } = adamFactors(adam, 1, 1);

    const update = (gradients: Gradients, { rates, epsilons, decays }: Record<string, tf.Tensor>) => {
      const at = (factors: tf.Tensor, i: number) => tf.reshape<tf.Rank.R0>(tf.slice(factors, i, 1), []);
      const factors = ages.map((_, i) => ({ beta1, beta2, rate: at(rates, i), epsilon: at(epsilons, i) }));
      for (const [path, gradient] of Object.entries(gradients)) {
        const { m, v } = optimizer[path].tensors as Record<'m' | 'v', tf.Variable>;
        const next = adamStep(parameters[path], gradient, { m, v }, factors[ageOf[path]]);
        parameters[path].assign(next.parameter);
        m.assign(next.moments.m);
        v.assign(next.moments.v);
      }
      if (averageDecay === 0) return;
      const [decay, fresh] = [at(decays, 0), at(decays, 1)];
      for (const [path, old] of Object.entries(average)) {
        (old as tf.Variable).assign(tf.add(tf.mul(old, decay), tf.mul(parameters[path], fresh)));
      }
    };

    const step = recordStep({
      variables: [
        ...Object.values(parameters),
        ...Object.values(optimizer).flatMap(({ tensors }) => Object.values(tensors) as tf.Variable[]),
        ...(Object.values(average) as tf.Variable[]),
      ],
      step: (inputs: Record<string, tf.Tensor>) => {
        let gradients: Gradients = {};
        const metrics: Record<string, tf.Tensor> = {};
        for (let i = 0; i < count; i++) {
          const result = gradientTensors(model, inputs[`batch${i}`] as tf.Tensor4D, options);
          for (const [name, value] of Object.entries(result.metrics)) metrics[`${i}/${name}`] = value;
          gradients = addGradients(gradients, result.gradients);
        }
        gradients = scaleGradients(gradients, 1 / count);
        if (clipNorm > 0) gradients = clipGradientsUnread(gradients, clipNorm);
        trained.splice(0, trained.length, ...Object.keys(gradients));
        update(gradients, inputs);
        return metrics;
      },
    });
    return { step, trained, ages, runs: 0 };
  }
}
