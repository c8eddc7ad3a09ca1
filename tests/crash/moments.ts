import { DATABASE, type Random } from './settings.ts'
import type { Row, Site } from './site.ts'

/** When a process is killed. */
export type Moment =
  /** milliseconds after its start */
  | { readonly kind: 'time'; readonly after: number }
  /** milliseconds after so many steps of its work can be seen in the register */
  | { readonly kind: 'progress'; readonly steps: number; readonly after: number }
  /** as it is about to write to the register for the so-manieth time: mostly in the middle of a transaction */
  | { readonly kind: 'write'; readonly number: number }

/** How a command goes that nobody disturbs. */
export type Course = { readonly milliseconds: number; readonly steps: number; readonly writes: number }

/** Fewer by the clock: half of a command's time is its start. */
const KINDS = ['progress', 'write', 'time', 'write', 'progress'] as const

/** Spread evenly over the command's course, by its own clock, by its steps, and by what it writes, in turns. */
export function chooseMoment(turn: number, course: Course, random: Random): Moment {
  const turned = KINDS[turn % KINDS.length]!
  // What is one transaction has no steps in between.
  const kind = turned === 'progress' && course.steps < 2 ? KINDS[1] : turned
  if (kind === 'time') return { kind, after: random.next() * course.milliseconds }
  if (kind === 'write') return { kind, number: random.between(1, course.writes) }
  const after = random.oneOf([0, random.next() * 30])
  return { kind, steps: random.between(1, course.steps - 1), after }
}

export const PHASES = [
  'before the first write',
  'in the middle of a commit',
  'between intent and kept',
  'between kept and confirmed',
  'between two cases',
  'while the log is written back',
  'after the last write',
] as const
export type Phase = (typeof PHASES)[number]

export type Progress = { readonly done: number; readonly unfinished: number; readonly unconfirmed: number }

export async function progressOf(site: Site): Promise<Progress> {
  const watch = site.watch()
  try {
    const done = await watch.progress()
    if (done === 0) return { done, unfinished: 0, unconfirmed: 0 }
    const [counted] = await site.rows<Row>(`select
      count(*) - count(issued_at) as unfinished,
      count(issued_at) - count(first_confirmed_at) as unconfirmed from certificate_versions`)
    return { done, unfinished: Number(counted?.unfinished), unconfirmed: Number(counted?.unconfirmed) }
  } finally {
    await watch.close()
  }
}

/**
 * Where the work was cut off, by what is left in the register.
 * @param atWrite the process was killed as it was about to write
 */
export function phaseOf(begin: Progress, seen: Progress, steps: number, cutOff: boolean, atWrite: boolean): Phase {
  if (cutOff) return 'in the middle of a commit'
  if (seen.done === begin.done) return 'before the first write'
  if (seen.done === begin.done + steps)
    return atWrite && DATABASE === 'sqlite' ? 'while the log is written back' : 'after the last write'
  if (seen.unfinished > begin.unfinished) return 'between intent and kept'
  if (seen.unconfirmed > begin.unconfirmed) return 'between kept and confirmed'
  return 'between two cases'
}

export type Spread = Record<Phase, number>

export function noKills(): Spread {
  return Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Spread
}

export function killed(spread: Spread): number {
  return PHASES.reduce((sum, phase) => sum + spread[phase], 0)
}

/** Of all kills, the part that interrupted work which had begun and was not done. */
export function midway(spread: Spread): number {
  const all = killed(spread)
  return (all - spread['before the first write'] - spread['after the last write']) / all
}
