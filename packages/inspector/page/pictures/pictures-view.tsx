import { useState } from 'preact/hooks';
import type { Inspection } from '../../src/inspection.js';
import { Segmented } from '../segmented.js';
import { useShortcuts } from '../use-shortcuts.js';
import type { Comparison } from './comparison.js';
import { DifferenceStage, GAINS } from './difference-stage.js';
import { GridStage } from './grid-stage.js';
import { ImageStrip } from './image-strip.js';
import { MeasuresTable } from './measures-table.js';
import { type PictureKind, picturesOf } from './picture-kinds.js';
import { PixelReadout } from './pixel-readout.js';
import { SliderStage } from './slider-stage.js';
import { useDevicePixel } from './use-device-pixel.js';
import { type Point, type Viewport, wholeImage, zoomedAt } from './viewport.js';
import { ZoomControls } from './zoom-controls.js';

type Mode = 'slider' | 'grid' | 'difference';
const MODES: { value: Mode; text: string }[] = [
  { value: 'slider', text: 'Slider' },
  { value: 'grid', text: 'Grid' },
  { value: 'difference', text: 'Difference' },
];
/** Which pictures are compared at first: how they look, and what is lost. The grid's tell what the pointer reads. */
const FIRST_PAIRS: Record<Mode, [left: PictureKind, right: PictureKind]> = {
  slider: ['plain', 'sandwich'],
  grid: ['original', 'sandwich'],
  difference: ['original', 'sandwich'],
};
const ZOOM_STEP = 1.5;

/** The pictures of one image at one rate, compared. */
export function PicturesView({ images, measures }: Pick<Inspection, 'images' | 'measures'>) {
  return images.length === 0 ? (
    <p class="empty">There are no pictures of this run.</p>
  ) : (
    <Pictures images={images} measures={measures} />
  );
}

function Pictures({ images, measures }: Pick<Inspection, 'images' | 'measures'>) {
  const [index, setIndex] = useState(0);
  const [rateIndex, setRateIndex] = useState(0);
  const [mode, setMode] = useState<Mode>('slider');
  const [pairs, setPairs] = useState(FIRST_PAIRS);
  const [split, setSplit] = useState(50);
  const [gain, setGain] = useState(4);
  const [pixel, setPixel] = useState<Point | null>(null);
  const devicePixel = useDevicePixel();

  const image = images[index];
  const [viewport, setViewport] = useState<Viewport>(() => wholeImage(image));
  const rates = [...image.rates].sort((a, b) => a.sandwich.bpp - b.sandwich.bpp);
  const rate = rates[Math.min(rateIndex, rates.length - 1)];
  const pictures = picturesOf(image, rate);

  const chooseImage = (next: number) => {
    const chosen = images[(next + images.length) % images.length];
    setIndex(images.indexOf(chosen));
    setPixel(null);
    if (chosen.width !== image.width || chosen.height !== image.height) setViewport(wholeImage(chosen));
  };
  const chooseRate = (next: number) => setRateIndex(Math.min(Math.max(next, 0), rates.length - 1));
  const changeGain = (factor: number) =>
    setGain(Math.min(Math.max(Math.round(gain * factor), GAINS.least), GAINS.most));
  const [left, right] = pairs[mode];
  const setPair = (...pair: [PictureKind, PictureKind]) => setPairs({ ...pairs, [mode]: pair });
  const swap = () => setPair(right, left);
  /** Around the middle of the first pane. */
  const zoom = (factor: number) => {
    const { clientWidth: width, clientHeight: height } = document.querySelector('.pane')!;
    setViewport((before) => zoomedAt(before, factor, { x: width / 2, y: height / 2 }, image, { width, height }));
  };
  const fit = () => setViewport(wholeImage(image));
  const exact = () => setViewport({ ...viewport, scale: devicePixel });
  useShortcuts({
    n: () => chooseImage(index + 1),
    p: () => chooseImage(index - 1),
    '[': () => chooseRate(rateIndex - 1),
    ']': () => chooseRate(rateIndex + 1),
    s: () => setMode('slider'),
    g: () => setMode('grid'),
    d: () => setMode('difference'),
    x: swap,
    f: () => setSplit(split > 50 ? 0 : 100),
    ',': () => changeGain(1 / 2),
    '.': () => changeGain(2),
    '+': () => zoom(ZOOM_STEP),
    '-': () => zoom(1 / ZOOM_STEP),
    '0': fit,
    '=': exact,
  });

  const comparison: Comparison = {
    image,
    pictures,
    left,
    right,
    onLeft: (kind) => setPair(kind, right),
    onRight: (kind) => setPair(left, kind),
    viewport,
    onViewport: setViewport,
    onPixel: setPixel,
  };
  return (
    <div class="pictures">
      <div class="toolbar">
        <ImageStrip images={images} index={index} onChange={chooseImage} />
        <div class="toolbar-group">
          <span class="toolbar-label" aria-hidden="true">
            bpp
          </span>
          <Segmented
            label="Rate, bits per pixel"
            value={rates.indexOf(rate)}
            options={rates.map(({ sandwich }, value) => ({
              value,
              text: sandwich.bpp.toFixed(2),
              title: sandwich.setting,
            }))}
            onChange={chooseRate}
          />
        </div>
        <Segmented<Mode> label="Comparison" value={mode} options={MODES} onChange={setMode} />
        <button type="button" class="button" onClick={swap} disabled={mode === 'grid'}>
          Swap
        </button>
      </div>
      <div class="stage">
        {mode === 'slider' && <SliderStage {...comparison} split={split} onSplit={setSplit} />}
        {mode === 'grid' && <GridStage {...comparison} />}
        {mode === 'difference' && <DifferenceStage {...comparison} gain={gain} onGain={setGain} />}
        <ZoomControls viewport={viewport} onZoom={zoom} onFit={fit} onExact={exact} pixel={devicePixel} />
      </div>
      <div class="status">
        <span>
          {image.name} · {image.width}×{image.height}
        </span>
        {pixel && <PixelReadout {...comparison} pixel={pixel} />}
      </div>
      <MeasuresTable rate={rate} measures={measures} />
    </div>
  );
}
