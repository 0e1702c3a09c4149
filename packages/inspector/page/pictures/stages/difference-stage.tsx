import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Comparison } from '../comparison.js';
import { PictureSelects } from '../picture-selects.js';
import { usePixels } from '../use-pixels.js';
import { differenceOf } from './difference.js';
import { Layer } from './layer.js';
import { Pane } from './pane.js';

export const GAINS = { least: 1, most: 32 };

interface DifferenceStageProps extends Comparison {
  gain: number;
  onGain(gain: number): void;
}

/** Where and how much two pictures differ. */
export function DifferenceStage({ gain, onGain, ...comparison }: DifferenceStageProps) {
  const { left: a, right: b, image } = comparison;
  const canvas = useRef<HTMLCanvasElement>(null);
  const pixels = usePixels(a.picture, b.picture, image);
  const difference = useMemo(() => pixels && differenceOf(...pixels, gain), [pixels, gain]);
  useEffect(() => {
    if (difference)
      canvas.current?.getContext('2d', { willReadFrequently: true })?.putImageData(difference.picture, 0, 0);
  });

  return (
    <Pane
      {...comparison}
      label={`Difference of ${a.label} and ${b.label}`}
      overlay={
        <>
          <PictureSelects {...comparison} />
          <div class="gain">
            <label>
              Gain
              <input
                type="range"
                min={GAINS.least}
                max={GAINS.most}
                value={gain}
                onInput={(event) => onGain(event.currentTarget.valueAsNumber)}
              />
              <output>×{gain}</output>
            </label>
            {difference && (
              <span class="numbers">
                mean {difference.mean.toFixed(2)} · largest {difference.largest} · {difference.psnr.toFixed(2)} dB
              </span>
            )}
          </div>
        </>
      }
    >
      {(placement) => (
        <Layer image={image} placement={placement}>
          <canvas ref={canvas} width={image.width} height={image.height} />
        </Layer>
      )}
    </Pane>
  );
}
