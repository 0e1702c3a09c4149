/** One file of one picture, in the columns of the neural imaging toolbox. */
export interface RateDistortionRow {
  image_id: number;
  filename: string;
  codec: string;
  /** Quality of codecs that have one. */
  quality?: number;
  /** Run directory of a network. */
  model_dir?: string;
  /** `uniformSsim`: that of scikit-image, the mean over red, green and blue, of pictures that are large enough for it. */
  ssim?: number;
  /** dB. */
  psnr: number;
  /** MS-SSIM of pictures that are large enough for it. */
  msssim?: number;
  /** -10 log10(1 - MS-SSIM). */
  msssim_db?: number;
  /** Bits per symbol of the latent, of networks. */
  entropy?: number;
  /** Length of the whole file. */
  bytes: number;
  bpp: number;
  /** Length of the file without its headers, of codecs beside which networks are measured. */
  effective_bytes?: number;
}

const COLUMNS = [
  'image_id',
  'filename',
  'codec',
  'quality',
  'model_dir',
  'ssim',
  'psnr',
  'msssim',
  'msssim_db',
  'entropy',
  'bytes',
  'bpp',
  'effective_bytes',
] as const satisfies (keyof RateDistortionRow)[];

const cell = (value: string | number | undefined): string => {
  const text = `${value ?? ''}`;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Rows as CSV, with the columns that any of them has. */
export function rateDistortionCsv(rows: readonly RateDistortionRow[]): string {
  const columns = COLUMNS.filter((column) => rows.some((row) => row[column] !== undefined));
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  return lines.map((line) => `${line.join(',')}\n`).join('');
}
