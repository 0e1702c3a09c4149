export { checkRecogniser, type RecogniserCheck } from './check-recogniser.js';
