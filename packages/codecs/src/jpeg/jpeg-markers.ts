import type { HuffmanTable } from './huffman/huffman-table.js';
import type { FrameHeader } from './jpeg-frame.js';
import { zigzag } from './zigzag.js';

// Marker segments (ITU-T T.81, Annex B): 0xFF, the marker, then the length of what follows, itself included, in two bytes.
const START_OF_IMAGE = [0xff, 0xd8];
export const END_OF_IMAGE = [0xff, 0xd9];
export const APP0 = 0xe0;
export const QUANTIZATION_TABLE = 0xdb;
const BASELINE_FRAME = 0xc0;
export const HUFFMAN_TABLE = 0xc4;
export const START_OF_SCAN = 0xda;

/** All that stands before the coded data, in the order and with the splitting into segments of libjpeg's files. */
export function headerSegments(frame: FrameHeader, huffmanTables: HuffmanTable[]): number[] {
  return [
    START_OF_IMAGE,
    jfif(),
    ...frame.quantizationTables.map(quantizationTable),
    startOfFrame(frame),
    ...huffmanTables.map(huffmanTable),
    startOfScan(frame),
  ].flat();
}

/** JFIF 1.01; square pixels of no stated size; no thumbnail. */
function jfif(): number[] {
  const identifier = [...'JFIF\0'].map((character) => character.charCodeAt(0));
  return segment(APP0, [...identifier, 1, 1, 0, ...twoBytes(1), ...twoBytes(1), 0, 0]);
}

function quantizationTable(table: Uint8Array, slot: number): number[] {
  return segment(QUANTIZATION_TABLE, [slot, ...Array.from(zigzag, (place) => table[place])]);
}

function startOfFrame({ width, height, components }: FrameHeader): number[] {
  const bitsPerSample = 8;
  return segment(BASELINE_FRAME, [
    bitsPerSample,
    ...twoBytes(height),
    ...twoBytes(width),
    components.length,
    ...components.flatMap(({ horizontalSampling, verticalSampling, quantizationSlot }, i) => [
      i + 1,
      (horizontalSampling << 4) | verticalSampling,
      quantizationSlot,
    ]),
  ]);
}

function huffmanTable({ lengthCounts, symbols }: HuffmanTable, table: number): number[] {
  const isAc = table & 1;
  const slot = table >> 1;
  return segment(HUFFMAN_TABLE, [(isAc << 4) | slot, ...Array.from(lengthCounts), ...Array.from(symbols)]);
}

function startOfScan({ components }: FrameHeader): number[] {
  const wholeSpectrum = [0, 63, 0];
  return segment(START_OF_SCAN, [
    components.length,
    ...components.flatMap(({ huffmanSlot }, i) => [i + 1, (huffmanSlot << 4) | huffmanSlot]),
    ...wholeSpectrum,
  ]);
}

function segment(marker: number, payload: number[]): number[] {
  return [0xff, marker, ...twoBytes(payload.length + 2), ...payload];
}

function twoBytes(value: number): number[] {
  return [value >> 8, value & 0xff];
}
