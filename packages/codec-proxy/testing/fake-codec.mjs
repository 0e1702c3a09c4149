// A codec for tests: inverts images and takes 100 bytes an image. Its quality says what happens: 1 hangs, 2 fails, 3 hangs without giving up its
// thread.
export default function createFakeCodec({ fail } = {}) {
  if (fail) throw new Error('fake: install fake-tools');
  return {
    name: 'fake',
    settings: {},
    qualities: [50],
    grayscale: true,
    async encode(image, quality) {
      if (quality === 1) return new Promise(() => {});
      if (quality === 2) throw new Error('fake.encode: out of ink');
      while (quality === 3);
      this.image = image;
      return new Uint8Array(100);
    },
    async decode() {
      const { image } = this;
      return { ...image, data: image.data.map((x) => 255 - x) };
    },
  };
}
