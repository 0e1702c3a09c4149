import { useState } from 'preact/hooks';
import type { ShownItem, ShownMeasure, ShownRun } from '../../src/inspection.js';
import { Segmented } from '../controls/segmented.js';
import { distinctKeys } from '../distinct-keys.js';
import { useShortcuts } from '../hooks/use-shortcuts.js';
import { type LinkChanges, useLink } from '../link/link-provider.js';
import { useLinked, useLinkedChoice, useLinkedNumber } from '../link/use-linked.js';
import { CodingsTable } from './codings-table.js';
import type { Comparison } from './comparison.js';
import { ItemStrip } from './item-strip.js';
import { PixelReadout } from './pixel-readout.js';
import { SavingsTable } from './savings-table.js';
import { DifferenceStage, GAINS } from './stages/difference-stage.js';
import { GridStage } from './stages/grid-stage.js';
import { SliderStage } from './stages/slider-stage.js';
import { useDevicePixel } from './viewport/use-device-pixel.js';
import { useLinkedViewport } from './viewport/use-linked-viewport.js';
import { type Point, wholeImage, zoomedAt } from './viewport/viewport.js';
import { ZoomControls } from './viewport/zoom-controls.js';
import { byRate, findView, idOf, otherCandidates, viewsOf } from './views.js';

type Mode = 'slider' | 'grid' | 'difference';
const MODES: { value: Mode; text: string }[] = [
  { value: 'slider', text: 'Slider' },
  { value: 'grid', text: 'Grid' },
  { value: 'difference', text: 'Difference' },
];
const ZOOM_STEP = 1.5;

interface PicturesViewProps {
  runs: readonly ShownRun[];
  run: ShownRun;
  measures: readonly ShownMeasure[];
}

/** The pictures of one item at one setting, compared. */
export function PicturesView(props: PicturesViewProps) {
  return props.run.items.length === 0 ? (
    <p class="empty">There are no pictures of this run.</p>
  ) : (
    <Pictures {...props} />
  );
}

function Pictures({ runs, run, measures }: PicturesViewProps) {
  const { items, firstPairs, results } = run;
  const { change } = useLink();
  const itemKeys = distinctKeys(items.map(({ name }) => name));
  const [itemKey] = useLinked('item', itemKeys[0]);
  const index = Math.max(itemKeys.indexOf(itemKey), 0);
  const item = items[index];
  const comparisons = byRate(item);
  const settings = comparisons.map(({ candidate }) => candidate.setting);
  const [setting, setSetting] = useLinked('setting', settings[0] ?? '');
  const settingIndex = Math.max(settings.indexOf(setting), 0);
  const comparison = comparisons[settingIndex];
  const [mode, setMode] = useLinkedChoice<Mode>('mode', ['slider', 'grid', 'difference']);
  const pair = mode === 'slider' ? firstPairs.look : firstPairs.difference;
  const [leftId] = useLinked('left', idOf(pair.left));
  const [rightId] = useLinked('right', idOf(pair.right));
  const [measureKey] = useLinked('measure', measures[0]?.key ?? '');
  const [split, setSplit] = useLinkedNumber('split', 50, { least: 0, most: 100 });
  const [gain, setGain] = useLinkedNumber('gain', 4, GAINS);
  const [viewport, setViewport] = useLinkedViewport(item);
  const [pixel, setPixel] = useState<Point | null>(null);
  const devicePixel = useDevicePixel();

  const views = viewsOf(runs, run, item, comparison);
  const left = findView(views, leftId, idOf(pair.left));
  const right = findView(views, rightId, idOf(pair.right));
  const measure = measures.find(({ key }) => key === measureKey) ?? measures[0];

  const go = (changes: LinkChanges) => change(() => changes, 'push');
  const chooseItem = (next: number) => {
    const at = (next + items.length) % items.length;
    const isSameSize = items[at].width === item.width && items[at].height === item.height;
    setPixel(null);
    go({ item: at === 0 ? null : itemKeys[at], ...(!isSameSize && { view: null }) });
  };
  const chooseSetting = (next: number) => setSetting(settings[Math.min(Math.max(next, 0), settings.length - 1)]);
  const changeGain = (factor: number) =>
    setGain(Math.min(Math.max(Math.round(gain * factor), GAINS.least), GAINS.most));
  const swap = () => go({ left: right.id, right: left.id });
  /** Around the middle of the first pane. */
  const zoom = (factor: number) => {
    const { clientWidth: width, clientHeight: height } = document.querySelector('.pane')!;
    setViewport((before) => zoomedAt(before, factor, { x: width / 2, y: height / 2 }, item, { width, height }));
  };
  const fit = () => setViewport(() => wholeImage(item));
  const exact = () => setViewport((before) => ({ ...before, scale: devicePixel }));
  useShortcuts({
    n: () => chooseItem(index + 1),
    p: () => chooseItem(index - 1),
    '[': () => chooseSetting(settingIndex - 1),
    ']': () => chooseSetting(settingIndex + 1),
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

  const shown: Comparison = {
    image: item,
    views,
    left,
    right,
    onLeft: (id) => go({ left: id === idOf(pair.left) ? null : id }),
    onRight: (id) => go({ right: id === idOf(pair.right) ? null : id }),
    measure,
    viewport,
    onViewport: setViewport,
    onPixel: setPixel,
  };
  return (
    <div class="pictures">
      <div class="toolbar">
        <ItemStrip items={items} index={index} onChange={chooseItem} />
        {comparisons.length > 0 && (
          <div class="toolbar-group">
            <span class="toolbar-label" aria-hidden="true">
              bpp
            </span>
            <Segmented
              label="Rate, bits per pixel"
              value={settingIndex}
              options={comparisons.map(({ candidate }, value) => ({
                value,
                text: (candidate.bits / item.pixels).toFixed(2),
                title: candidate.setting,
              }))}
              onChange={chooseSetting}
            />
          </div>
        )}
        <Segmented<Mode> label="Comparison" value={mode} options={MODES} onChange={setMode} />
        <button type="button" class="button" onClick={swap} disabled={mode === 'grid'}>
          Swap
        </button>
      </div>
      <div class="stage">
        {mode === 'slider' && <SliderStage {...shown} split={split} onSplit={setSplit} />}
        {mode === 'grid' && <GridStage {...shown} />}
        {mode === 'difference' && <DifferenceStage {...shown} gain={gain} onGain={setGain} />}
        <ZoomControls viewport={viewport} onZoom={zoom} onFit={fit} onExact={exact} pixel={devicePixel} />
      </div>
      <div class="status">
        <span>{captionOf(item)}</span>
        {pixel && <PixelReadout {...shown} pixel={pixel} />}
      </div>
      {comparison && (
        <>
          <CodingsTable
            comparison={comparison}
            others={otherCandidates(runs, run, item, comparison)}
            measures={measures}
            pixels={item.pixels}
          />
          <SavingsTable item={item.name} {...{ comparison, measures, results, measureKey }} />
        </>
      )}
    </div>
  );
}

const captionOf = ({ name, width, height, caption }: ShownItem): string =>
  [name, `${width}×${height}`, caption].filter(Boolean).join(' · ');
