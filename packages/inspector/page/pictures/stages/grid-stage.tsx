import type { Comparison } from '../comparison.js';
import { PictureNumbers } from '../picture-select.js';
import { Layer, LayerPicture } from './layer.js';
import { Pane } from './pane.js';

/** All pictures of the run, and what other runs made, side by side at the same place. */
export function GridStage(comparison: Comparison) {
  const { views, image, measure } = comparison;
  return (
    <div class="grid-stage">
      {views
        .filter(({ isOwn, coding }) => isOwn || coding)
        .map((view) => (
          <Pane
            key={view.id}
            {...comparison}
            label={view.label}
            overlay={
              <div class="picture-tag left">
                <span class="name">{view.label}</span>
                <PictureNumbers view={view} measure={measure} />
              </div>
            }
          >
            {(placement) => (
              <Layer image={image} placement={placement}>
                <LayerPicture {...view} />
              </Layer>
            )}
          </Pane>
        ))}
    </div>
  );
}
