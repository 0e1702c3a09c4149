// The one place that imports TensorFlow.js, so that the whole project shares one copy of it.
// `@tensorflow/tfjs-core` alone registers no gradients in Node; the union package does.
import './source-maps/pause.js';
import * as tf from './ops.js';
import './source-maps/resume.js';

export { tf };
