import type { QuantizationTables } from '@sandwich/codecs';

const toEntry = (step: number) => Math.min(Math.max(Math.round(step), 1), 255);

/** Tables as files hold them: all steps times a factor, rounded, 1 to 255. */
export const fileTables = ({ luma, chroma }: QuantizationTables, stepScale = 1): QuantizationTables => ({
  luma: Array.from(luma, (step) => toEntry(stepScale * step)),
  chroma: Array.from(chroma, (step) => toEntry(stepScale * step)),
});
