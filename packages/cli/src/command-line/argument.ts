/** An operand or an option of a command: what it means, and what it takes. */
export interface Argument<Value = unknown> {
  /** What help says of it. */
  describe: string;
  /** How help calls its value, such as `number`; null for a flag, which takes none. */
  placeholder: string | null;
  /** Texts that it refuses, one for each reason: what the tests of all commands try. */
  refused: readonly string[];
  /**
   * The value that a text stands for, looking at the text alone.
   *
   * @param name of the argument, such as `--steps`
   * @throws Error that says what was given and what is taken instead
   */
  parse(text: string, name: string): Value;
  /**
   * Looks at what a value names, before anything is computed or written.
   *
   * @throws Error that says what was found there
   */
  check?(value: Exclude<Value, undefined>, name: string): Promise<void>;
  required?: boolean;
  /** A name that the option had before, without its dashes: still taken, and not told by help. */
  formerly?: string;
  default?: Value;
  /** Whether it may be given several times; its value is then a list of what `parse` returns. */
  repeated?: boolean;
  /** A flag that is on until it is given: the option `evaluate` is then `--no-evaluate`. */
  negated?: boolean;
  /** Options, in camel case, that cannot be given beside it. */
  conflicts?: readonly string[];
}

export type Arguments = Record<string, Argument>;

/** The values of some arguments, by name. */
export type Values<Given extends Arguments> = {
  [Name in keyof Given]: Given[Name] extends Argument<infer Value> ? Value : never;
};

/** An argument that has to be given. */
export const required = <Value>(argument: Argument<Value>): Argument<Exclude<Value, undefined>> => ({
  ...(argument as Argument<Exclude<Value, undefined>>),
  required: true,
});

/** An argument with a value that it has when it is not given; help tells it. */
export const withDefault = <Value>(
  argument: Argument<Value>,
  value: Exclude<Value, undefined>,
): Argument<Exclude<Value, undefined>> => ({
  ...(argument as Argument<Exclude<Value, undefined>>),
  default: value,
});

/** An option beside which some others cannot be given. */
export const without = <Value>(argument: Argument<Value>, ...conflicts: string[]): Argument<Value> => ({
  ...argument,
  conflicts,
});

/** An option that is still taken under a name that it had before, given without its dashes. */
export const formerly = <Value>(name: string, argument: Argument<Value>): Argument<Value> => ({
  ...argument,
  formerly: name,
});

/** A list of values, each of which is given apart. */
export function repeated<Value>(
  argument: Argument<Value>,
  check?: (values: Exclude<Value, undefined>[], name: string) => void,
): Argument<Exclude<Value, undefined>[] | undefined> {
  const { parse, check: checkOne, ...rest } = argument;
  return {
    ...rest,
    default: undefined,
    repeated: true,
    parse: parse as never,
    async check(values, name) {
      check?.(values, name);
      for (const value of values) await checkOne?.(value, name);
    },
  };
}

/** A text as messages show it: numbers bare, everything else in quotation marks. */
export const shown = (text: string): string =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? text : `'${text}'`;
