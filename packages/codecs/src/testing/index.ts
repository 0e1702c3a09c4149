export { codecTests, testCodec } from './test-codec.js';
