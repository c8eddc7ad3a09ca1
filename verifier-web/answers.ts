import { OUTCOME_TITLES } from '../src/verification/reason-texts.ts'
import type { VerificationResult } from '../src/verification/verification-result.ts'

/** Whether an answer is a result at all: whatever else came back with 200 must not be shown as one. */
export function isResult(answer: unknown): answer is VerificationResult {
  if (typeof answer !== 'object' || answer === null) return false
  const { outcome, reason, message, checks, fingerprint } = answer as Partial<Record<keyof VerificationResult, unknown>>
  return (
    typeof outcome === 'string' &&
    Object.hasOwn(OUTCOME_TITLES, outcome) &&
    typeof reason === 'string' &&
    typeof message === 'object' &&
    message !== null &&
    Array.isArray(checks) &&
    typeof fingerprint === 'string'
  )
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
