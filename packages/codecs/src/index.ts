export type { Subsampling } from './chroma-subsampling.js';
export { lumaBt601 } from './color-conversion.js';
export { decodeJpeg } from './decode-jpeg.js';
export { encodeJpeg } from './encode-jpeg.js';
export type { JpegOptions, JpegTables } from './jpeg-options.js';
export { jpegSize } from './jpeg-size.js';
export { loadSharp } from './load-sharp.js';
export { annexKTables, flatTables, type QuantizationTables, scaledTables } from './quantization-tables.js';
export type { RawImage } from './raw-image.js';
