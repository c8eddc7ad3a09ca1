/** What scripts/test-crash.ts was told. */
export const COUNT = Number(process.env.CRASH_COUNT ?? '12')
export const SEED = Number(process.env.CRASH_SEED ?? '1')
export const DATABASE = process.env.CRASH_DATABASE === 'postgres' ? 'postgres' : 'sqlite'

export type Random = {
  /** from 0 to below 1 */
  next(): number
  /** a whole number from `least` to `most` */
  between(least: number, most: number): number
  oneOf<T>(values: readonly T[]): T
}

/** Random numbers that are the same for the same seed and name (mulberry32). */
export function randomOf(name: string): Random {
  let state = [...name].reduce((sum, letter) => Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0), SEED)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return { next, between, oneOf: (values) => values[between(0, values.length - 1)]! }
}
