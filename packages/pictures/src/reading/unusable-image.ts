/** A file that cannot be read as the picture that is wanted: which, and why. */
export class UnusableImage extends Error {
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.path = path;
    this.reason = reason;
    this.name = 'UnusableImage';
  }
}
