// Where source maps are in use, as under tsx, Node reads the map of every package that it loads and keeps it: 60 MiB and
// half a second for TensorFlow.js, whose lines nobody wants to see in TypeScript.
import { wereEnabled } from './enabled.js';

if (wereEnabled) process.setSourceMapsEnabled(false);
