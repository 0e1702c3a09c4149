// jsfive 0.4.2 comes without types; this is what the project uses of it.
declare module 'jsfive' {
  export interface Dataset {
    readonly shape: number[];
    /** As NumPy's. */
    readonly dtype: string;
    readonly value: unknown;
  }
  export class Group {
    readonly keys: string[];
    get(name: string): Group | Dataset;
  }
  export class File extends Group {
    constructor(bytes: ArrayBuffer, name: string);
  }
}
