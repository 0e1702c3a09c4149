interface DifferenceProps {
  value: number;
  digits: number;
  unit?: string;
  /** Which differences are gains. */
  better: 'more' | 'less';
  /** Behind the number. */
  note?: string;
  /** What a gain and a loss are called. */
  words?: readonly [gain: string, loss: string];
}

/** A number with its sign; zero has none. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (!/[1-9]/.test(text)) return text;
  return `${value > 0 ? '+' : '−'}${text}`;
}

/** Whether a difference, as it is shown, is a gain (1), a loss (-1) or neither (0). */
export function verdictOf(value: number, digits: number, better: 'more' | 'less'): -1 | 0 | 1 {
  if (!/^[+−]/.test(signed(value, digits))) return 0;
  return value > 0 === (better === 'more') ? 1 : -1;
}

const CLASSES = { '1': 'gain-value', '0': '', '-1': 'loss-value' };

/** A difference whose colour, sign and word tell gains from losses. */
export function Difference({ value, digits, unit = '', better, note, words = ['better', 'worse'] }: DifferenceProps) {
  const verdict = verdictOf(value, digits, better);
  const word = { '1': words[0], '0': 'equal', '-1': words[1] }[verdict];
  return (
    <span class={`difference ${CLASSES[verdict]}`}>
      <span class="amount">
        {signed(value, digits)}
        {unit && ` ${unit}`}
      </span>{' '}
      {note && <span class="amount">{note} </span>}
      <span class="word">{word}</span>
    </span>
  );
}
