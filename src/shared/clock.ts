/** Where the time comes from; tests hand in their own. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

const TAIPEI_DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Taipei', dateStyle: 'short' })

/** The day in Taiwan, ISO. */
export function taipeiDay(at: Date): string {
  return TAIPEI_DAY.format(at)
}
