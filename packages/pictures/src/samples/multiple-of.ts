/** The least multiple of `unit` that is not below `length`, for sides of pictures that whole blocks fill. */
export const multipleOf = (unit: number, length: number): number => unit * Math.ceil(length / unit);
