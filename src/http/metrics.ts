import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { ISSUING_STEPS, type IssuingObserver } from '../certificates/issuing-observer.ts'
import { REASON_OUTCOMES, type Reason } from '../verification/verification-result.ts'

const FAST = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS']

/** The doors of verification whose time is measured apart. */
export type Door = 'file' | 'fingerprint' | 'token'

export type Metrics = ReturnType<typeof createMetrics>

/**
 * Figures of one process for Prometheus. Labels come from short fixed lists only: no token, number, name or address
 * can become one. To count costs about a microsecond.
 */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const counter = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Gauge({ name, help, labelNames, registers })
  const histogram = <T extends string>(name: string, help: string, ...labelNames: T[]) =>
    new Histogram({ name, help, labelNames, buckets: FAST, registers })

  const verifications = counter('dcert_verifications_total', 'Verifications by what they answered', 'outcome', 'reason')
  const verifying = histogram('dcert_verification_seconds', 'Time to an answer, without the upload', 'door')
  const unanswered = counter('dcert_verifications_unanswered_total', 'Verifications that ended in an error', 'door')
  const steps = histogram('dcert_issue_step_seconds', 'Time of the steps of issuing', 'step')
  const issued = counter('dcert_certificates_issued_total', 'Certificate files issued and kept', 'language')
  const requests = counter('dcert_http_requests_total', 'Requests by route and status', 'method', 'route', 'status')
  const answering = histogram('dcert_http_request_seconds', 'Time from request to answer, with the upload', 'route')
  const explaining = gauge('dcert_explain_files', 'Unknown files being explained or waiting for it')
  const explainRefused = counter('dcert_explain_refused_total', 'Unknown files refused because too many waited')
  const uploadBytes = gauge('dcert_upload_bytes', 'Bytes of uploads held in memory')
  const uploadRefused = counter('dcert_upload_refused_total', 'Uploads refused because memory for them was used up')
  const ready = gauge('dcert_ready', 'What /health/ready says: 1 usable, 0 not', 'check')
  const notAfter = gauge('dcert_signing_certificate_not_after_seconds', 'When the signing certificate ends, Unix time')

  // From nothing to one is a change too: what has not happened yet is there as 0.
  for (const reason of Object.keys(REASON_OUTCOMES) as Reason[]) {
    verifications.inc({ outcome: REASON_OUTCOMES[reason], reason }, 0)
  }
  for (const step of ISSUING_STEPS) steps.zero({ step })
  for (const door of ['file', 'fingerprint', 'token'] as const) {
    verifying.zero({ door })
    unanswered.inc({ door }, 0)
  }

  const issuing: IssuingObserver = {
    step: (step, seconds) => steps.observe({ step }, seconds),
    issued: (language) => issued.inc({ language }),
  }

  return {
    issuing,
    verified: (outcome: string, reason: Reason) => verifications.inc({ outcome, reason }),
    verificationTook: (door: Door, seconds: number) => verifying.observe({ door }, seconds),
    verificationFailed: (door: Door) => unanswered.inc({ door }),
    explaining,
    explainRefused,
    uploadBytes,
    uploadRefused,
    /** @param route the pattern, never the address; undefined for an address that does not exist */
    answered(method: string, route: string | undefined, status: number, seconds: number) {
      const labels = { method: METHODS.includes(method) ? method : 'other', route: route ?? 'none', status }
      requests.inc(labels)
      answering.observe({ route: labels.route }, seconds)
    },
    ready: (check: string, usable: boolean) => ready.set({ check }, usable ? 1 : 0),
    signsUntil: (at: Date) => notAfter.set(at.getTime() / 1000),
    /** Delay of the event loop, memory, garbage collection, processor; until the process ends. */
    watchProcess: () => collectDefaultMetrics({ register: registry }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}
