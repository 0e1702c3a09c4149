import type { Comparison } from './comparison.js';
import { Layer, LayerPicture } from './layer.js';
import { Pane } from './pane.js';
import { PictureNumbers } from './picture-select.js';

/** All pictures side by side, at the same place. */
export function GridStage(comparison: Comparison) {
  const { pictures, image } = comparison;
  return (
    <div class="grid-stage">
      {Object.values(pictures).map((picture) => (
        <Pane
          key={picture.kind}
          {...comparison}
          label={picture.label}
          overlay={
            <div class="picture-tag left">
              <span class="name">{picture.label}</span>
              <PictureNumbers picture={picture} />
            </div>
          }
        >
          {(placement) => (
            <Layer image={image} placement={placement}>
              <LayerPicture {...picture} />
            </Layer>
          )}
        </Pane>
      ))}
    </div>
  );
}
