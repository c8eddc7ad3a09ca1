import { AppError } from '../shared/app-error.ts'
import type { Explainer } from '../verification/explain-in-worker.ts'
import type { UploadBudget } from '../verification/read-upload.ts'
import type { Verification } from '../verification/verification-port.ts'
import type { Door, Metrics } from './metrics.ts'

/** A verification whose answers' times are measured, by door. */
export function meteredVerification(verification: Verification, metrics: Metrics): Verification {
  async function measured<T>(door: Door, answer: Promise<T>, began: number): Promise<T> {
    try {
      const result = await answer
      metrics.verificationTook(door, (performance.now() - began) / 1000)
      return result
    } catch (error) {
      metrics.verificationFailed(door)
      throw error
    }
  }
  return {
    verifyFile: (bytes) => {
      const began = performance.now()
      return measured('file', verification.verifyFile(bytes), began)
    },
    verifyFingerprint: (sha256) => {
      const began = performance.now()
      return measured('fingerprint', verification.verifyFingerprint(sha256), began)
    },
    findByToken: (token) => {
      const began = performance.now()
      return measured('token', verification.findByToken(token), began)
    },
  }
}

/** An explainer of which is known how many files are with it: those in a thread and those waiting for one. */
export function meteredExplainer(explainer: Explainer, metrics: Metrics): Explainer {
  return {
    ...explainer,
    async explain(bytes) {
      metrics.explaining.inc()
      try {
        return await explainer.explain(bytes)
      } catch (error) {
        if (error instanceof AppError && error.code === 'BUSY') metrics.explainRefused.inc()
        throw error
      } finally {
        metrics.explaining.dec()
      }
    },
  }
}

/** A budget of which is known what is taken of it, and how often it was used up. */
export function meteredUploads(budget: UploadBudget, metrics: Metrics): UploadBudget {
  return {
    ...budget,
    take(bytes) {
      const taken = budget.take(bytes)
      if (taken) metrics.uploadBytes.inc(bytes)
      else metrics.uploadRefused.inc()
      return taken
    },
    giveBack(bytes) {
      budget.giveBack(bytes)
      metrics.uploadBytes.dec(bytes)
    },
  }
}
