import type { Picture } from '@sandwich/pictures';
import { type EvaluationRequest, registerKind, resolveStoredSettings, type SystemKind } from '@sandwich/trainer';
import { learnedCodecContest } from '../learned-codec/learned-codec-contest.js';
import { weightsIdentity } from '../learned-codec/weights-identity.js';
import { FactorizedPrior } from './factorized-prior.js';
import { LATENT_STRIDE } from './network/layers.js';
import { factorizedPriorDecoderOnnx, factorizedPriorEncoderOnnx } from './onnx/factorized-prior-onnx.js';
import { FactorizedPriorCodec } from './picture-codec/factorized-prior-codec.js';
import { factorizedPriorObjective } from './training/factorized-prior-objective.js';
import { checkFactorizedPriorSettings, factorizedPriorSettings } from './training/factorized-prior-settings.js';

/** What can be done with a trained factorised-prior codec. */
export const factorizedPriorKind: SystemKind<FactorizedPrior> = registerKind<FactorizedPrior>({
  name: 'factorized-prior',
  module: '@sandwich/models',
  build: (architecture) => new FactorizedPrior(architecture),
  async objective({ architecture, settings, data }) {
    const known = { settings: factorizedPriorSettings, checkSettings: checkFactorizedPriorSettings };
    return factorizedPriorObjective(new FactorizedPrior(architecture), resolveStoredSettings(known, settings), data);
  },
  facts: ({ architecture: { features, latentChannels } }) => [
    { label: 'Latent', value: `${latentChannels} channels of 1/${LATENT_STRIDE} of the width and height` },
    { label: 'Transforms', value: `four convolutions of ${features} channels each, with divisive normalisation` },
  ],
  async contenders(prior, ask) {
    const { features, latentChannels } = prior.architecture;
    const setting = `${features} and ${latentChannels} channels`;
    const coder = { name: 'factorised prior', setting, codec: new FactorizedPriorCodec(prior) };
    return [await learnedCodecContest(coder, ask as EvaluationRequest<Picture>)];
  },
  exports: {
    folder: 'onnx',
    files(prior, origin) {
      const metadata = { network: Buffer.from(weightsIdentity(prior.parameters)).toString('hex'), ...origin };
      return {
        'encoder.onnx': factorizedPriorEncoderOnnx(prior, metadata),
        'decoder.onnx': factorizedPriorDecoderOnnx(prior, metadata),
      };
    },
  },
  codec: (prior) => new FactorizedPriorCodec(prior),
});
