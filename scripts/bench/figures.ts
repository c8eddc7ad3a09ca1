/** Least, middle and greatest of some measurements, and how many there were. */
export type Spread = { readonly least: number; readonly median: number; readonly most: number; readonly count: number }

/** @throws Error when there is nothing to tell of */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((x, y) => x - y)
  const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)]
  if (least === undefined || median === undefined || most === undefined) throw new Error('nothing was measured')
  return { least, median, most, count: sorted.length }
}

export function median(values: readonly number[]): number {
  return spreadOf(values).median
}

/** Three decimals. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
