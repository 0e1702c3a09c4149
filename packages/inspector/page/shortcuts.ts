/** What the keys do, as the overlay tells it. */
export const shortcuts: { group: string; keys: [keys: string[], action: string][] }[] = [
  {
    group: 'Everywhere',
    keys: [
      [['1', '2', '3', '4'], 'Pictures, rate, training, run'],
      [['r'], 'Next run, where there are several'],
      [['?'], 'This overlay; Esc closes it'],
      [['Tab'], 'Next control'],
    ],
  },
  {
    group: 'Pictures',
    keys: [
      [['n', 'p'], 'Next, previous item'],
      [['[', ']'], 'Lower, higher rate'],
      [['s', 'g', 'd'], 'Slider, grid, difference'],
      [['x'], 'Swap the two pictures'],
      [['f'], 'Flip from one picture to the other'],
      [[',', '.'], 'Less, more gain of the difference'],
      [['+', '-'], 'Zoom in, out'],
      [['0'], 'Fit'],
      [['='], 'One pixel of the image on one of the screen'],
      [['←', '→', '↑', '↓'], 'Move the image, when it has the focus'],
    ],
  },
  {
    group: 'Slider',
    keys: [
      [['←', '→'], 'Move by 1 %; with Shift by 10 %'],
      [['Home', 'End'], 'To an end'],
    ],
  },
  {
    group: 'Charts',
    keys: [
      [['←', '→'], 'Next point of the curve, when the chart has the focus'],
      [['↑', '↓'], 'Next curve'],
    ],
  },
];
