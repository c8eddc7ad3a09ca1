/** Where the time comes from; tests hand in their own. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

const TAIPEI_OFFSET = 8 * 3_600_000

/** The day in Taiwan, ISO; there has been no summer time since 1980. */
export function taipeiDay(at: Date): string {
  return new Date(at.getTime() + TAIPEI_OFFSET).toISOString().slice(0, 10)
}
