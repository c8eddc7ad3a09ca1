import type { Log } from '../shared/log.ts'
import type { Readiness } from './health-routes.ts'

/** One part of the house: whether it is usable now. Throwing counts as no. */
export type ReadinessCheck = () => boolean | Promise<boolean>

export type ReadinessProbe = {
  ask(): Promise<Readiness>
}

/** Probes of several watchers, every few seconds, cost one look at the parts; milliseconds. */
const KEPT_FOR = 1_000
/** A part that has not answered by then is not usable, in milliseconds. */
const PATIENCE = 2_000

/**
 * Asks all parts and remembers the answer for a moment. Only a change is logged.
 * @param tell is told of every part that was asked, for the figures
 */
export function readinessProbe(
  checks: Readonly<Record<string, ReadinessCheck>>,
  log: Log,
  tell: (check: string, usable: boolean) => void,
  keptFor = KEPT_FOR,
): ReadinessProbe {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined
  const before = new Map<string, boolean>()

  async function usable(name: string, check: ReadinessCheck): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    let found: boolean
    let reason: unknown
    try {
      const late = new Promise<boolean>((_, reject) => {
        timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE)
      })
      found = await Promise.race([check(), late])
    } catch (error) {
      found = false
      reason = error
    } finally {
      clearTimeout(timer)
    }
    if (found !== (before.get(name) ?? true)) {
      if (found) log.info({ check: name }, 'usable again')
      else log.error({ check: name, ...(reason === undefined ? {} : { err: reason }) }, 'not usable')
    }
    before.set(name, found)
    tell(name, found)
    return found
  }

  async function askAll(): Promise<Readiness> {
    const answers = Object.entries(checks).map(async ([name, check]) => [name, await usable(name, check)] as const)
    return Object.fromEntries(await Promise.all(answers))
  }

  return {
    async ask() {
      const now = performance.now()
      if (last === undefined || now - last.at >= keptFor) last = { at: now, answer: askAll() }
      return last.answer
    },
  }
}
