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

  it('prints a header alone', () => {
    expect(textTable(['a', 'bc'], [])).toBe('a  bc\n-  --');
  });

  it('rejects rows of another length', () => {
    expect(() => textTable(['a', 'b'], [['1']])).toThrow('textTable: the row [1] has 1 cells, the header 2');
  });
});
