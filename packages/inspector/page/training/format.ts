/** Four significant digits, without noughts at the end. */
export const significant = (value: number): string => `${Number(value.toPrecision(4))}`;

/** Hours, minutes and seconds: `1:02:03`, `2:03`. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
