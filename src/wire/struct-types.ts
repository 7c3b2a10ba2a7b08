import type { Buffer } from 'node:buffer';

/** What unpacking gives: integers of 64 bits are bigint; c, s and p are copied. */
export type StructValue = number | bigint | boolean | Buffer;

/** The tuple that a literal format stands for; StructValue[] when the format is a variable. */
export type Unpacked<F extends string> = string extends F
  ? StructValue[]
  : F extends `${'!' | '>' | '<' | '='}${infer Rest}`
    ? Parse<Rest, number>
    : F extends `@${infer Rest}`
      ? Parse<Rest, bigint>
      : Parse<F, bigint>;

/** What packing takes: also safe numbers for 64 bits, and any Uint8Array for bytes. */
export type Packable<F extends string> = Widen<Unpacked<F>>;

type Widen<Values> = {
  [K in keyof Values]:
    | Values[K]
    | (bigint extends Values[K] ? number : never)
    | (Buffer extends Values[K] ? Uint8Array : never);
};

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type Space = ' ' | '\t' | '\n' | '\v' | '\f' | '\r';

/** Read the format letter by letter; `Long` is what l and L are in its byte order. */
type Parse<
  F extends string,
  Long,
  Count extends string = '',
  Out extends unknown[] = [],
> = F extends `${infer Letter}${infer Rest}`
  ? Letter extends Digit
    ? Parse<Rest, Long, `${Count}${Letter}`, Out>
    : Letter extends Space | 'x'
      ? Parse<Rest, Long, '', Out>
      : Letter extends 's' | 'p'
        ? Parse<Rest, Long, '', [...Out, Buffer]>
        : Parse<Rest, Long, '', [...Out, ...Repeat<ValueOf<Letter, Long>, Count>]>
  : Out;

type ValueOf<Letter, Long> = Letter extends 'l' | 'L'
  ? Long
  : Letter extends keyof Values
    ? Values[Letter]
    : never;

interface Values {
  readonly c: Buffer;
  readonly '?': boolean;
  readonly b: number;
  readonly B: number;
  readonly h: number;
  readonly H: number;
  readonly i: number;
  readonly I: number;
  readonly q: bigint;
  readonly Q: bigint;
  readonly n: bigint;
  readonly N: bigint;
  readonly P: bigint;
  readonly e: number;
  readonly f: number;
  readonly d: number;
}

/** `Count` times T as a tuple; from 100 on as an array, which the compiler need not count. */
type Repeat<T, Count extends string, Out extends T[] = []> = Count extends ''
  ? [T]
  : Count extends '0'
    ? []
    : Count extends `0${infer Rest}`
      ? Repeat<T, Rest>
      : Count extends `${Digit}${Digit}${Digit}${string}`
        ? T[]
        : `${Out['length']}` extends Count
          ? Out
          : Repeat<T, Count, [...Out, T]>;
