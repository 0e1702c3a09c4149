// Imported before the tests, which register themselves for the environments set here.

import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';

setTestEnvs([{ name: ENGINE, backendName: ENGINE, isDataSync: true }]);
