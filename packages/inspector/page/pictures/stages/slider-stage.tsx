import type { Comparison } from '../comparison.js';
import { PictureSelects } from '../picture-selects.js';
import { Layer, LayerPicture } from './layer.js';
import { Pane } from './pane.js';
import { SliderHandle } from './slider-handle.js';

interface SliderStageProps extends Comparison {
  split: number;
  onSplit(split: number): void;
}

/** Two pictures on top of each other with a movable border. */
export function SliderStage({ split, onSplit, ...comparison }: SliderStageProps) {
  const { left: a, right: b, image } = comparison;
  return (
    <Pane
      {...comparison}
      label={`${a.label} and ${b.label}`}
      overlay={
        <>
          <PictureSelects {...comparison} />
          <SliderHandle value={split} onChange={onSplit} left={a.label} right={b.label} />
        </>
      }
    >
      {(placement) => (
        <>
          <Layer image={image} placement={placement}>
            <LayerPicture {...a} />
          </Layer>
          <Layer image={image} placement={placement} clip={split}>
            <LayerPicture {...b} />
          </Layer>
        </>
      )}
    </Pane>
  );
}
