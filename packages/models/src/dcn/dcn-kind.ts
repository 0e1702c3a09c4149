import type { Picture } from '@sandwich/pictures';
import { type EvaluationRequest, registerKind, resolveStoredSettings, type SystemKind } from '@sandwich/trainer';
import { weightsIdentity } from '../learned-codec/weights-identity.js';
import { Dcn, LATENT_STRIDE } from './dcn.js';
import { dcnContest } from './dcn-contest.js';
import { dcnDecoderOnnx, dcnEncoderOnnx } from './onnx/dcn-onnx.js';
import { DcnCodec } from './picture-codec/dcn-codec.js';
import { dcnObjective } from './training/dcn-objective.js';
import { checkDcnSettings, dcnSettings } from './training/dcn-settings.js';

/** What can be done with a trained DCN. */
export const dcnKind: SystemKind<Dcn> = registerKind<Dcn>({
  name: 'dcn',
  module: '@sandwich/models',
  build: (architecture) => new Dcn(architecture),
  async objective({ architecture, settings, data }) {
    const resolved = resolveStoredSettings({ settings: dcnSettings, checkSettings: checkDcnSettings }, settings);
    return dcnObjective(new Dcn(architecture), resolved, data);
  },
  facts: ({ architecture: { features, bits, rates } }) => [
    {
      label: 'Latent',
      value: `${features} channels of 1/${LATENT_STRIDE} of the width and height, ${2 ** bits} levels`,
    },
    ...(rates > 1 ? [{ label: 'Rates', value: `a range, trained at ${rates} of them` }] : []),
  ],
  contenders: async (dcn, ask) => [await dcnContest(dcn, ask as EvaluationRequest<Picture>)],
  exports: {
    folder: 'onnx',
    files(dcn, origin) {
      const metadata = { network: Buffer.from(weightsIdentity(dcn.parameters)).toString('hex'), ...origin };
      return { 'encoder.onnx': dcnEncoderOnnx(dcn, metadata), 'decoder.onnx': dcnDecoderOnnx(dcn, metadata) };
    },
  },
  codec: (dcn) => new DcnCodec(dcn),
});
