import { mulberry32 } from '../support/chance.ts'

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

/** Random numbers that are the same for the same seed and name. */
export function randomOf(name: string): Random {
  const next = mulberry32([...name].reduce((sum, letter) => Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0), SEED))
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return { next, between, oneOf: (values) => values[between(0, values.length - 1)]! }
}
