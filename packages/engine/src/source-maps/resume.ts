import { wereEnabled } from './enabled.js';

if (wereEnabled) process.setSourceMapsEnabled(true);
