import { describe, expect, it } from 'vitest';
import { textTable } from './text-table.js';

describe('textTable', () => {
  it('aligns numbers to the right and the rest to the left', () => {
    const rows = [
      ['kodim01', '0.512', '+1.5 %', 'größer'],
      ['mean', '10.48', '-', 'ok'],
    ];
    expect(textTable(['image', 'bpp', 'gain', 'note'], rows)).toBe(
      [
        'image      bpp    gain  note',
        '-------  -----  ------  ------',
        'kodim01  0.512  +1.5 %  größer',
        'mean     10.48       -  ok',
      ].join('\n'),
    );
  });

  const names = ['JPEG, Annex K tables', 'JPEG, Annex K tables, full size', 'JPEG, flat tables, full size'];
  const rows = names.map((name, i) => [name, `quality ${i}`, `${i}.25`, '30.12']);
  const header = ['system', 'setting', 'bpp', 'PSNR dB of mean error'];

  it('breaks names and titles between words where the terminal is narrow', () => {
    expect(textTable(header, rows, { width: 50 })).toBe(
      [
        'system           setting     bpp   PSNR dB of mean',
        '                                             error',
        '---------------  ---------  ----  ----------------',
        'JPEG, Annex K    quality 0  0.25             30.12',
        '  tables',
        'JPEG, Annex K    quality 1  1.25             30.12',
        '  tables, full',
        '  size',
        'JPEG, flat       quality 2  2.25             30.12',
        '  tables, full',
        '  size',
      ].join('\n'),
    );
  });

  it.each([0, 20, 40, 60, 80, 200])('cuts no name, number or word in %i columns', (width) => {
    const text = textTable(header, rows, { width });
    const words = (texts: string[]) => texts.flatMap((each) => each.split(' ')).sort();
    const found = words(text.split('\n').map((line) => line.trim())).filter((word) => !/^-*$/.test(word));
    expect(found).toEqual(words([...header, ...rows.flat()]));
    const widest = Math.max(...text.split('\n').map((line) => line.length));
    if (width >= 40) expect(widest).toBeLessThanOrEqual(width);
  });

  it('prints a header alone', () => {
    expect(textTable(['a', 'bc'], [])).toBe('a  bc\n-  --');
  });

  it('rejects rows of another length', () => {
    expect(() => textTable(['a', 'b'], [['1']])).toThrow('textTable: the row [1] has 1 cells, the header 2');
  });
});
