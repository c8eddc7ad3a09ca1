import type { Language } from '../verification/verification-result.ts'

/** The measured steps of the way of a certificate, in their order. */
export const ISSUING_STEPS = ['register', 'compose', 'lint', 'sign', 'read_back', 'keep'] as const
export type IssuingStep = (typeof ISSUING_STEPS)[number]

/** Is told how long a step took and what was kept; it must not throw. */
export type IssuingObserver = {
  step(step: IssuingStep, seconds: number): void
  issued(language: Language): void
}

/** Tells a step that has just ended; one that fails is not told. @param began `performance.now()` before it */
export function tell(observer: IssuingObserver | undefined, step: IssuingStep, began: number): void {
  observer?.step(step, (performance.now() - began) / 1000)
}

/** Runs a step that waits for nothing, and tells it. */
export function timed<T>(observer: IssuingObserver | undefined, step: IssuingStep, work: () => T): T {
  const began = performance.now()
  const result = work()
  tell(observer, step, began)
  return result
}
