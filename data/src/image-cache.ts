import type { Picture } from '@sandwich/pictures';

/** Decoded images by path; beyond a number of bytes, the least recently used are forgotten. */
export class ImageCache<Image extends Picture<Uint8Array | Uint16Array, 3>> {
  /** A Map keeps the order of insertion: the first is the least recently used. */
  readonly #images = new Map<string, Promise<Image>>();
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  readonly #load: (path: string) => Promise<Image>;
  readonly #maxBytes: number;

  constructor(load: (path: string) => Promise<Image>, maxBytes: number) {
    this.#load = load;
    this.#maxBytes = maxBytes;
  }

  /** The image, from memory or loaded; a load that fails is not remembered. */
  get(path: string): Promise<Image> {
    const known = this.#images.get(path);
    if (known) {
      this.#images.delete(path);
      this.#images.set(path, known);
      return known;
    }
    const loading = this.#load(path).then(
      (image) => {
        this.#keep(path, image.data.byteLength);
        return image;
      },
      (error) => {
        this.#images.delete(path);
        throw error;
      },
    );
    this.#images.set(path, loading);
    return loading;
  }

  clear(): void {
    this.#images.clear();
    this.#sizes.clear();
    this.#bytes = 0;
  }

  #keep(path: string, bytes: number): void {
    this.#sizes.set(path, bytes);
    this.#bytes += bytes;
    for (const oldest of this.#images.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      // one without a size is still being loaded
      this.#bytes -= this.#sizes.get(oldest) ?? 0;
      if (this.#sizes.delete(oldest)) this.#images.delete(oldest);
    }
  }
}
