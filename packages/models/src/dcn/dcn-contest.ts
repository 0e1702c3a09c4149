import type { Picture } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { learnedCodecContest } from '../learned-codec/learned-codec-contest.js';
import type { Dcn } from './dcn.js';
import { DcnCodec } from './picture-codec/dcn-codec.js';

/** A DCN beside JPEG. */
export const dcnContest = (dcn: Dcn, ask: EvaluationRequest<Picture>): Promise<Contest> =>
  learnedCodecContest({ name: 'DCN', setting: `${dcn.architecture.features} channels`, codec: new DcnCodec(dcn) }, ask);
