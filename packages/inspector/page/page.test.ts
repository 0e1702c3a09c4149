import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../src/inspection.js';
import { renderInspection } from '../src/render-inspection.js';
import { chromiumPath } from '../testing/chromium.js';
import { colours, HEIGHT, HOSTILE, sampleInspection, sampleOfTwo, WIDTH } from '../testing/sample-inspection.js';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const skipped = chromiumPath === undefined ? ' (skipped: no Chromium; Debian, Ubuntu: apt-get install chromium)' : '';

describe.skipIf(chromiumPath === undefined)(`the page in Chromium${skipped}`, () => {
  let browser: Browser;
  let folder: string;
  let context: BrowserContext | undefined;
  /** What no page may do: errors, messages of the console, requests beyond its own file. */
  let wrongs: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inspector-'));
    // In a container there is no user namespace for its sandbox, and little shared memory.
    const args = ['--no-sandbox', '--disable-dev-shm-usage'];
    browser = await chromium.launch({ executablePath: chromiumPath, args });
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });
  afterEach(async () => {
    expect(wrongs).toEqual([]);
    expect(await context?.pages()[0].evaluate(() => 'injected' in window)).toBe(false);
    await context?.close();
    context = undefined;
  });

  async function open(
    tab: string,
    { viewport = DESKTOP, data = sampleInspection() }: { viewport?: typeof DESKTOP; data?: Inspection } = {},
  ): Promise<Page> {
    const file = join(folder, 'inspect.html');
    await writeFile(file, renderInspection(data));
    const isPhone = viewport === PHONE;
    wrongs = [];
    context = await browser.newContext({ viewport, hasTouch: isPhone, isMobile: isPhone });
    const page = await context.newPage();
    page.on('console', (message) => wrongs.push(message.text()));
    page.on('pageerror', (error) => wrongs.push(error.message));
    page.on('request', (request) => /^(data|blob|file):/.test(request.url()) || wrongs.push(request.url()));
    await page.goto(`${pathToFileURL(file).href}#${tab}`);
    await page.waitForSelector('[role=tabpanel] > *');
    return page;
  }

  const transforms = (page: Page) =>
    page.locator('.frame').evaluateAll((frames) => frames.map((frame) => (frame as HTMLElement).style.transform));
  const centreOf = async (page: Page, selector: string) => {
    const { x, y, width, height } = (await page.locator(selector).first().boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  };
  /** Where the image lies in the first pane, by its transform. */
  async function placement(page: Page) {
    const [transform] = await transforms(page);
    const [, x, y, scale] = /translate\((.*)px, (.*)px\) scale\((.*)\)/.exec(transform)!.map(Number);
    return { x, y, scale };
  }

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('fits a %s in every view, and shows hostile names as text', async (_, viewport) => {
    const page = await open('pictures', { viewport });
    for (const key of ['1', 'g', 'd', 's', '2', '3', '4', '?']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(50);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    }
    await page.keyboard.press('Escape');
    expect(await page.locator('h1').textContent()).toBe(`Run ${HOSTILE}`);
    expect(await page.locator('.configuration').textContent()).toContain(HOSTILE);
    expect(await page.locator('.notes code').textContent()).toBe('npm run eval -- runs/sample');
  });

  it('moves the border between two pictures', async () => {
    const page = await open('pictures');
    const pane = (await page.locator('.pane').boundingBox())!;
    const handle = page.getByRole('slider', { name: 'Border between' });
    const clip = () =>
      page
        .locator('.layer')
        .nth(1)
        .evaluate((layer) => (layer as HTMLElement).style.clipPath);
    expect(await clip()).toBe('inset(0px 0px 0px 50%)');
    const image = await placement(page);
    const from = await centreOf(page, '.slider-handle');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x - 0.25 * pane.width, from.y + 30, { steps: 4 });
    await page.mouse.up();
    expect(Number(/ ([\d.]+)%/.exec(await clip())![1])).toBeCloseTo(25, 0);
    expect(await handle.getAttribute('aria-valuenow')).toBe('25');
    await page.mouse.move(from.x, from.y);
    expect(await handle.getAttribute('aria-valuenow')).toBe('25');
    // the image has not moved with it
    expect(await placement(page)).toEqual(image);
  });

  it('zooms at the pointer by the wheel and moves by dragging, the same in all panes', async () => {
    const page = await open('pictures');
    const { x: left, y: top } = (await page.locator('.pane').boundingBox())!;
    const pointer = { x: left + 500, y: top + 200 };
    const before = await placement(page);
    await page.mouse.move(pointer.x, pointer.y);
    await page.mouse.wheel(0, -400);
    const after = await placement(page);
    expect(after.scale / before.scale).toBeCloseTo(Math.exp(0.8), 4);
    const under = ({ x, y, scale }: typeof before) => [(500 - x) / scale, (200 - y) / scale];
    expect(under(after)[0]).toBeCloseTo(under(before)[0], 0);
    expect(under(after)[1]).toBeCloseTo(under(before)[1], 0);
    const both = await transforms(page);
    expect(both.length).toBe(2);
    expect(both[1]).toBe(both[0]);
    expect(
      await page
        .locator('.frame')
        .first()
        .evaluate((frame) => getComputedStyle(frame).imageRendering),
    ).toBe('pixelated');

    await page.mouse.down();
    await page.mouse.move(pointer.x - 60, pointer.y + 20, { steps: 3 });
    await page.mouse.up();
    const dragged = await placement(page);
    expect([dragged.x - after.x, dragged.y - after.y].map(Math.round)).toEqual([-60, 20]);

    await page.keyboard.press('g');
    const grid = await transforms(page);
    // original, raw thread, the candidate and its thread, two anchors
    expect(grid.length).toBe(6);
    expect(new Set(grid).size).toBe(1);
    const pane = await centreOf(page, '.pane-box:nth-child(4) .pane');
    await page.mouse.move(pane.x, pane.y);
    await page.mouse.wheel(0, -100);
    const zoomed = await transforms(page);
    expect(zoomed[0]).not.toBe(grid[0]);
    expect(new Set(zoomed).size).toBe(1);
  });

  it('lays a bottleneck of half the size on the image', async () => {
    const page = await open('pictures');
    await page.getByLabel('Left picture').selectOption('raw thread');
    const [small, large] = await page.locator('.frame img').evaluateAll((images) =>
      images.map((image) => {
        const { x, y, width, height } = image.getBoundingClientRect();
        return [x, y, width, height];
      }),
    );
    expect(small).toEqual(large);
  });

  it('zooms by two fingers', async () => {
    const page = await open('pictures', { viewport: PHONE });
    const before = await placement(page);
    const { x, y } = await centreOf(page, '.pane');
    const touch = await context!.newCDPSession(page);
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', distance: number) =>
      touch.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: x - 60 - distance, y: y + 60, id: 0 },
                { x: x - 60 + distance, y: y + 60, id: 1 },
              ],
      });
    await send('touchStart', 20);
    for (const distance of [30, 40, 60]) await send('touchMove', distance);
    await send('touchEnd', 0);
    await expect.poll(async () => (await placement(page)).scale / before.scale).toBeCloseTo(3, 1);
  });

  it('shows the amplified difference of two pictures', async () => {
    const page = await open('pictures');
    await page.keyboard.press('d');
    await page.getByLabel('Gain').fill('3');
    await page.getByText('largest').waitFor();
    const pixel = (x: number, y: number) =>
      page
        .locator('canvas')
        .evaluate(
          (canvas, [px, py]) => [...(canvas as HTMLCanvasElement).getContext('2d')!.getImageData(px, py, 1, 1).data],
          [x, y],
        );
    const expected = (a: keyof typeof colours, b: keyof typeof colours, x: number, y: number, gain: number) => [
      ...colours[a](x, y).map((value, i) => Math.min(gain * Math.abs(value - colours[b](x, y)[i]), 255)),
      255,
    ];
    expect(await pixel(13, 7)).toEqual(expected('original', 'candidate', 13, 7, 3));
    await page.getByLabel('Right picture').selectOption('Old loom/');
    await expect.poll(() => pixel(50, 30)).toEqual(expected('original', 'anchor', 50, 30, 3));
    expect(await pixel(5, 2)).toEqual(expected('original', 'anchor', 5, 2, 3));
    await page.keyboard.press('.');
    await expect.poll(() => pixel(5, 2)).toEqual(expected('original', 'anchor', 5, 2, 6));

    let [squares, largest] = [0, 0];
    for (let y = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++) {
        for (const difference of expected('original', 'anchor', x, y, 1).slice(0, 3)) {
          squares += difference ** 2;
          largest = Math.max(largest, difference);
        }
      }
    }
    const psnr = 10 * Math.log10((255 ** 2 * 3 * WIDTH * HEIGHT) / squares);
    expect(await page.locator('.gain .numbers').textContent()).toContain(`largest ${largest} · ${psnr.toFixed(2)} dB`);
  });

  it('reads the samples below the pointer', async () => {
    const page = await open('pictures');
    const { x, y } = (await page.locator('.pane').boundingBox())!;
    const at = await placement(page);
    await page.mouse.move(x + at.x + 20.5 * at.scale, y + at.y + 9.5 * at.scale);
    const [anchor, candidate] = [colours.anchor(20, 9), colours.candidate(20, 9)].map((colour) => colour.join(' '));
    await expect
      .poll(() => page.locator('.readout').textContent())
      .toBe(`20, 9 · Old loom ${anchor} · Weaver ${candidate}`);
  });

  it('shows the rate and measures of what is chosen', async () => {
    const page = await open('pictures');
    expect(await page.locator('.picture-tag.right .numbers').textContent()).toBe('30.00 dB · 0.500 bpp · cat');
    await page.keyboard.press(']');
    expect(await page.locator('.picture-tag.right .numbers').textContent()).toBe('30.00 dB · 1.250 bpp · cat');
    const row = page.getByRole('table', { name: 'Rate and quality' }).getByRole('row', { name: 'Weaver' });
    expect(await row.locator('td').allTextContents()).toEqual(['step 8', '375', '1.250', '1.251', '30.00', '0.2000']);
    await page.keyboard.press('n');
    expect(await page.locator('.status').textContent()).toBe('second.png · 60×40 · a cat');
  });

  it('makes losses look like losses: by sign, colour and word, in every measure', async () => {
    const page = await open('rates');
    const shown = (text: string) => page.locator('.difference').getByText(text, { exact: true });
    const colourOf = (text: string) => shown(text).evaluate((element) => getComputedStyle(element).color);
    const gains = ['+3.00 dB better', '−40.3 % saved', '+2.50 dB better'];
    // more of a distance is worse, more bits are worse, less sharpness is worse
    const losses = [
      '−0.75 dB worse',
      '+0.0125 worse',
      '+12.5 % lost',
      '−0.50 dB worse',
      '+8.0 % lost',
      '+0.0321 worse',
    ];
    const [gain] = await Promise.all(gains.map(colourOf));
    const [loss] = await Promise.all(losses.map(colourOf));
    expect(loss).not.toBe(gain);
    for (const text of gains) expect(await colourOf(text)).toBe(gain);
    for (const text of losses) expect(await colourOf(text)).toBe(loss);
    expect(await page.locator('.gains h2').allTextContents()).toEqual([
      'Gain in Sharpness',
      'Loss in Sharpness',
      'Loss in Distance',
    ]);
    expect(await page.getByRole('table', { name: 'BD-rates' }).textContent()).toContain('−40.3 % saved (over 31 %)');
    expect((await page.locator('.gains .hint').allTextContents()).slice(0, 2)).toEqual([
      'against the Old loom, 0.3 to 1.2 bpp, on 2 images of samples',
      'against the New loom, 0.3 to 1.2 bpp, on 2 images of samples',
    ]);
    await page.getByText('rate by rate').click();
    const byRate = page.getByRole('table', { name: 'by rate' }).locator('tbody tr').first();
    expect(await byRate.locator('td').allTextContents()).toEqual(['0.500', '−20.0 % saved', '+4.0 % lost']);
  });

  it('tells how the candidate differs from each anchor, and what it saves at equal quality', async () => {
    const page = await open('pictures');
    const cells = (table: string, name: string) =>
      page.getByRole('table', { name: table }).getByRole('row', { name }).locator('td').allTextContents();
    expect((await cells('Rate and quality', 'Old loom')).slice(4)).toEqual([
      '25.00+5.00 better',
      '0.1500+0.0500 worse',
    ]);
    expect((await cells('Rate and quality', 'New loom')).slice(4)).toEqual(['32.00−2.00 worse', '0.1500+0.0500 worse']);
    // 2400 pixels at 0.5 bpp are 150 bytes; the anchors need 187.5 and 120
    expect(await cells('Bytes at equal', 'Old loom')).toEqual([
      '−38 bytes (−20.0 %) saved',
      '−40.3 % saved (over 31 %)',
    ]);
    expect(await cells('Bytes at equal', 'New loom')).toEqual(['+30 bytes (+25.0 %) lost', '+12.5 % lost']);
  });

  it('tells the numbers of a point of a curve', async () => {
    const page = await open('rates');
    await page.locator('.mark-symbol path').first().waitFor();
    const candidate = page.locator('.mark-symbol').first().locator('path');
    expect(await candidate.count()).toBe(4);
    const point = (await candidate.nth(2).boundingBox())!;
    await page.mouse.move(point.x + point.width / 2 + 3, point.y + point.height / 2 - 2);
    const tooltip = page.locator('.chart-tooltip');
    expect(await tooltip.locator('strong').textContent()).toBe('Weaver');
    expect(await tooltip.locator('dl > div').allTextContents()).toEqual([
      'Sharpness, dB30.00',
      'bpp1.000',
      'estimated1.010',
      'settingstep 16',
    ]);
    const dot = await centreOf(page, '.chart-dot');
    expect(Math.abs(dot.x - point.x - point.width / 2)).toBeLessThan(1.5);
    expect(Math.abs(dot.y - point.y - point.height / 2)).toBeLessThan(1.5);

    await page.getByRole('radio', { name: 'Distance' }).check();
    await page.getByRole('checkbox', { name: 'Weaver' }).uncheck();
    await expect.poll(() => page.locator('.mark-symbol path').count()).toBe(4);
    const anchor = (await page.locator('.mark-symbol path').nth(3).boundingBox())!;
    await page.mouse.move(anchor.x + 4, anchor.y + 4);
    expect(await tooltip.locator('dl > div').allTextContents()).toEqual([
      'Distance0.1250',
      'bpp2.000',
      'settingstep 8',
    ]);
  });

  it('reads training curves at one step in all charts', async () => {
    const page = await open('training');
    await page.getByLabel('Smoothing').fill('0');
    const chart = (await page.locator('.chart').first().boundingBox())!;
    await page.locator('.mark-line path').nth(1).waitFor();
    const line = (await page.locator('.mark-line path').first().boundingBox())!;
    // steps 10 to 200 lie evenly between the ends of the curve; of those the tenth
    await page.mouse.move(line.x + (line.width * 9) / 19 + 2, chart.y + chart.height / 2);
    expect(await page.locator('.training > .chart-grid .chart-tooltip').allTextContents()).toEqual([
      'Lossvalue10step100time0:50',
      'Sharpness, dBvalue22step100time0:50',
    ]);
  });

  it('is used by the keyboard alone', async () => {
    const page = await open('pictures');
    const focusOn = async (selector: string) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab');
        if (await page.locator(`${selector}:focus-visible`).count()) return;
      }
      throw new Error(`Tab does not reach ${selector}`);
    };
    await focusOn('.slider-handle');
    for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowLeft']) await page.keyboard.press(key);
    await expect.poll(() => page.locator('.slider-handle').getAttribute('aria-valuenow')).toBe('42');
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('.slider-handle').getAttribute('aria-valuenow')).toBe('100');
    await page.keyboard.press('f');
    await expect.poll(() => page.locator('.slider-handle').getAttribute('aria-valuenow')).toBe('0');
    await page.keyboard.press('x');
    await expect.poll(() => page.getByLabel('Left picture').inputValue()).toBe('weaver/');

    const before = await placement(page);
    await page.keyboard.press('+');
    await expect.poll(async () => (await placement(page)).scale / before.scale).toBeCloseTo(1.5, 6);
    await page.keyboard.press('0');
    await expect.poll(() => placement(page)).toEqual(before);

    await page.keyboard.press('?');
    await expect.poll(() => page.getByRole('dialog').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').isVisible()).toBe(false);

    await page.keyboard.press('2');
    await page.locator('.mark-symbol path').first().waitFor();
    await focusOn('.chart');
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    const tooltip = page.getByRole('status').filter({ hasText: 'bpp' });
    await expect.poll(() => tooltip.textContent()).toBe('Old loomSharpness, dB25.50bpp0.500settingstep 32');
    await page.keyboard.press('Escape');
    await expect.poll(() => tooltip.count()).toBe(0);
  });

  it('filters the configuration', async () => {
    const page = await open('run');
    await page.getByRole('searchbox').fill('gam 2');
    expect(await page.locator('.configuration tbody tr').allTextContents()).toEqual(['settings.gamma200']);
  });

  it('saves a chart as a figure', async () => {
    const page = await open('rates');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'as SVG' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('rate-sharpness.svg');
    const svg = await readFile(await download.path(), 'utf8');
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('>Weaver</text>');
    const [second] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'as PNG' }).click(),
    ]);
    const png = await readFile(await second.path());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(1200);
  });

  it('lists every picture by the name that its coder gives it', async () => {
    const page = await open('pictures');
    const groups = await page
      .getByLabel('Left picture')
      .locator('optgroup')
      .evaluateAll((all) =>
        all.map((group) => [
          (group as HTMLOptGroupElement).label,
          ...[...group.querySelectorAll('option')].map((option) => option.textContent),
        ]),
      );
    expect(groups).toEqual([
      [`${HOSTILE}.png`, 'Original', 'Raw thread'],
      ['weaver: step 20, 0.500 bpp', 'Woven thread', 'Weaver'],
      ['Old loom: flat 20, 0.520 bpp', 'Old loom'],
      ['New loom: flat 20, 0.520 bpp', 'New loom'],
    ]);
  });

  describe('of several runs', () => {
    const openTwo = (tab: string, viewport = DESKTOP) => open(tab, { data: sampleOfTwo(), viewport });
    const shownSources = (page: Page) =>
      page.locator('.frame img').evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));

    it('shows the run that is chosen', async () => {
      const page = await openTwo('run');
      expect(await page.locator('.page-title .path').textContent()).toBe('runs/first');
      await page.getByRole('combobox', { name: 'Run' }).selectOption('second');
      expect(await page.locator('.page-title .path').textContent()).toBe('runs/second');
      expect(await page.locator('.notes code').textContent()).toBe('npm run eval -- runs/second');
      await page.locator('body').press('r');
      await expect.poll(() => page.locator('.page-title .path').textContent()).toBe('runs/first');
    });

    it('compares what two runs made of an item', async () => {
      const page = await openTwo('pictures');
      const names = await page.getByLabel('Left picture').locator('option').allTextContents();
      // the original and the anchors of the other run are the same pictures under the same names
      expect(names).toEqual([
        ...['Original', 'Raw thread · first', 'Woven thread · first', 'Weaver · first'],
        ...['Old loom · first', 'New loom · first', 'Weaver · second'],
      ]);
      await page.getByLabel('Left picture').selectOption('Weaver · first');
      await page.getByLabel('Right picture').selectOption('Weaver · second');
      const [first, second] = sampleOfTwo().runs.map(({ items }) => items[0].comparisons[1].candidate.output.source);
      expect(await shownSources(page)).toEqual([first, second]);
      expect(await page.locator('.picture-tag.right .numbers').textContent()).toBe('31.00 dB · 0.500 bpp · cat');
      // the same pictures, whichever of the runs is shown
      await page.getByRole('combobox', { name: 'Run' }).selectOption('second');
      expect((await shownSources(page))[1]).toBe(second);
      const row = page.getByRole('table', { name: 'Rate and quality' }).getByRole('row', { name: 'Weaver · first' });
      expect(await row.locator('td').allTextContents()).toEqual([
        ...['step 20', '150', '0.500', '0.501', '30.00+1.00 better', '0.20000.0000 equal'],
      ]);
      await page.keyboard.press('g');
      expect(await page.locator('.grid-stage .pane').count()).toBe(7);
    });

    it('draws the curves of all in one chart, and an anchor that they share once', async () => {
      const page = await openTwo('rates');
      await page.locator('.mark-symbol path').first().waitFor();
      const names = ['Weaver · first', 'Weaver · second', 'Old loom'];
      expect(await page.locator('.legend label').allTextContents()).toEqual(names);
      expect(await page.locator('.mark-line path').count()).toBe(3);
      const strokes = await page
        .locator('.mark-line path')
        .evaluateAll((lines) => lines.map((line) => line.getAttribute('stroke')));
      expect(new Set(strokes).size).toBe(3);
      expect(await page.locator('.run-heading').allTextContents()).toEqual(['first', 'second']);
      await page.getByRole('checkbox', { name: 'Weaver · second' }).uncheck();
      await expect.poll(() => page.locator('.mark-line path').count()).toBe(2);
    });

    it('lays their training curves over each other', async () => {
      const page = await openTwo('training');
      await page.getByLabel('Smoothing').fill('0');
      const chart = page.locator('.chart-card').first();
      await expect.poll(() => chart.locator('.mark-line path').count()).toBe(2);
      expect(await page.locator('.run-colours li').allTextContents()).toEqual(['first', 'second']);
      await chart.locator('.chart').press('ArrowRight');
      const tooltip = chart.locator('.chart-tooltip');
      await expect.poll(() => tooltip.textContent()).toBe('firstvalue100step10time0:05');
      await chart.locator('.chart').press('ArrowDown');
      await expect.poll(() => tooltip.textContent()).toBe('secondvalue101step10time0:05');
    });

    it('fits a phone', async () => {
      const page = await openTwo('pictures', PHONE);
      for (const key of ['1', 'g', 'd', '2', '3', '4']) {
        await page.keyboard.press(key);
        await page.waitForTimeout(50);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
      }
    });
  });

  it('shows what a training made of a picture, step by step', async () => {
    const page = await open('training');
    const figures = () => page.locator('.stages figcaption').allTextContents();
    const sources = () =>
      page.locator('.stages img').evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));
    const [first, middle] = sampleInspection().runs[0].trainingPictures!.steps;
    const sourceOf = ({ views }: typeof first, name: string) =>
      views.find((view) => view.name === name)!.picture.source;
    expect(await figures()).toEqual(['First: step 1', 'Chosen: step 250', 'Last: step 500']);
    expect((await sources()).slice(0, 2)).toEqual([sourceOf(first, 'cloth'), sourceOf(middle, 'cloth')]);
    await page.getByRole('radio', { name: 'Thread' }).check();
    expect((await sources())[1]).toBe(sourceOf(middle, 'thread'));
    await page.getByLabel('Step of training').press('ArrowRight');
    expect(await figures()).toEqual(['First: step 1', 'Chosen: step 500', 'Last: step 500']);
    expect(await page.locator('.training .card > .hint').textContent()).toContain('3 of the 30 steps with pictures');
  });

  describe('by its address', () => {
    const hashOf = (page: Page) => page.evaluate(() => location.hash);
    /** What is seen: the address is right when another page that opens it shows the same. */
    const seen = async (page: Page) => ({
      run: await page.locator('.page-title .path').textContent(),
      item: await page.locator('.status span').first().textContent(),
      left: await page.getByLabel('Left picture').inputValue(),
      right: await page.getByLabel('Right picture').inputValue(),
      setting: await page.locator('.toolbar-group input:checked').inputValue(),
      frames: await transforms(page),
      gain: await page.getByLabel('Gain').inputValue(),
    });

    it('restores what was looked at', async () => {
      const page = await open('pictures', { data: sampleOfTwo() });
      await page.keyboard.press('n');
      await page.keyboard.press(']');
      await page.keyboard.press('d');
      await page.keyboard.press('.');
      await page.getByLabel('Left picture').selectOption('Woven thread · first');
      await page.getByLabel('Right picture').selectOption('Weaver · second');
      const pane = await centreOf(page, '.pane');
      await page.mouse.move(pane.x + 30, pane.y - 20);
      await page.mouse.wheel(0, -500);
      const before = await seen(page);
      await expect.poll(() => hashOf(page)).toMatch(/view=[\d.]+,[\d.]+,[\d.]+/);
      const hash = await hashOf(page);
      expect(hash).toContain('left=weaver/woven+thread&mode=difference&right=second:+weaver/');

      const other = await context!.newPage();
      await other.goto(page.url());
      expect(await seen(other)).toEqual(before);
      await other.close();
    });

    it('restores charts', async () => {
      const page = await open('rates?measure=distance&rate=linear&set=Mean+of+2+images');
      expect(await page.getByRole('radio', { name: 'Distance' }).isChecked()).toBe(true);
      expect(await page.getByRole('radio', { name: 'Linear' }).isChecked()).toBe(true);
      await page.getByRole('radio', { name: 'Sharpness' }).check();
      await page.getByLabel('Items').selectOption(HOSTILE);
      const hash = await hashOf(page);
      await page.goto('about:blank');
      await page.goBack();
      expect(await hashOf(page)).toBe(hash);
      expect(await page.getByLabel('Items').inputValue()).toBe(HOSTILE);
      expect(await page.getByRole('radio', { name: 'Sharpness' }).isChecked()).toBe(true);
    });

    it('restores a step of a training', async () => {
      const page = await open('training?picture=thread&step=500');
      expect(await page.locator('.stages figcaption').allTextContents()).toContain('Chosen: step 500');
      expect(await page.getByRole('radio', { name: 'Thread' }).isChecked()).toBe(true);
      await page.getByLabel('Step of training').press('Home');
      await expect.poll(() => hashOf(page)).toContain('step=1');
    });

    it('goes back and forward', async () => {
      const page = await open('pictures');
      const status = () => page.locator('.status span').first().textContent();
      await page.keyboard.press('n');
      await page.keyboard.press('2');
      await page.getByRole('radio', { name: 'Distance' }).check();
      await page.goBack();
      await expect.poll(() => page.getByRole('radio', { name: 'Sharpness' }).isChecked()).toBe(true);
      await page.goBack();
      await expect.poll(status).toContain('second.png');
      await page.goBack();
      await expect.poll(status).not.toContain('second.png');
      await page.goForward();
      await expect.poll(status).toContain('second.png');
      // zooming is no step that one goes back
      await page.keyboard.press('+');
      await expect.poll(() => hashOf(page)).toContain('view=');
      await page.goBack();
      await expect.poll(status).not.toContain('second.png');
    });

    it.each([
      'nowhere?run=x&item=y',
      'pictures?run=none&item=none.png&setting=x&left=a&right=b&mode=c&view=1,x&gain=-3&split=NaN&measure=z',
      'rates?measure=none&set=none&rate=x',
      'training?step=x&picture=none&smoothing=7&axis=x',
      'pictures?%E0%A4%A=%&&=&view=1e999,0,0',
    ])('opens whatever it is: %s', async (hash) => {
      const page = await open(hash);
      expect(await page.locator('h1').textContent()).toBe(`Run ${HOSTILE}`);
      expect(await page.locator('.empty').count()).toBe(0);
    });
  });

  it('shows numbers on grounds that tell how large they are', async () => {
    const page = await open('run');
    const grounds = await page
      .locator('.heat-map')
      .nth(0)
      .locator('td')
      .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).style.background));
    // 1, 4, 16 and 64 are evenly spaced in their logarithms.
    expect(grounds.map((ground) => /(\d+)%/.exec(ground)?.[1])).toEqual(['0', '20', '40', '60']);
    const ratios = page.locator('.heat-map').nth(1).locator('td');
    expect(await ratios.allTextContents()).toEqual(['0.50', '1.00', '2.00', '1.00']);
    const colours = await ratios.evaluateAll((cells) =>
      cells.map((cell) => /--(\w+)\) (\d+)%/.exec((cell as HTMLElement).style.background)?.slice(1)),
    );
    expect(colours).toEqual([
      ['loss', '60'],
      ['accent', '0'],
      ['accent', '60'],
      ['accent', '0'],
    ]);
  });

  it('says what a run lacks', async () => {
    const [run] = sampleInspection().runs;
    const lacking = { ...run, items: [], results: null, training: [], trainingPictures: null };
    const data = { ...sampleInspection(), runs: [lacking] };
    const page = await open('pictures', { data });
    for (const text of ['no pictures', 'no rate-distortion curves', 'no training curves']) {
      expect(await page.locator('.empty').textContent()).toContain(text);
      await page.keyboard.press(text === 'no pictures' ? '2' : '3');
    }
    expect(await page.locator('.notes').textContent()).toContain('npm run eval -- runs/sample');
  });
});
