import { defineFactorizedPrior } from '@sandwich/models';

export default defineFactorizedPrior({
  description: "the field's usual learned baseline (factorised prior, CompressAI's bmshj2018-factorized)",
  settings: {},
});
