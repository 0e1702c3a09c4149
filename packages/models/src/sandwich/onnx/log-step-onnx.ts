import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import { NEUTRAL_LOG_STEP } from '../processor/log-step.js';

/** Adds the input `step`, [1], and what `logStep` makes of it. */
export function addLogStep(graph: OnnxGraph): OnnxValue {
  const step = graph.input('step', [1]);
  const binary = graph.node('Div', [graph.node('Log', [step]), graph.constant([Math.LN2], [])]);
  return graph.node('Sub', [binary, graph.constant([NEUTRAL_LOG_STEP], [])]);
}
