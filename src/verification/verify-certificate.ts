import { AppError } from '../shared/app-error.ts'
import type { Clock } from '../shared/clock.ts'
import type { Explainer } from './explain-in-worker.ts'
import { type FileDigests, fileDigests } from './file-digests.ts'
import { DEFAULT_ISSUER_TEXTS } from './reason-texts.ts'
import type { RegisteredFile, RegisterLookup } from './register-lookup.ts'
import { checkIssuedFile } from './signature-check.ts'
import type { TrustAnchors } from './trust.ts'
import type { Verification } from './verification-port.ts'
import { type Check, REASON_OUTCOMES, type Reason, type VerificationResult } from './verification-result.ts'

export type VerificationTools = {
  readonly register: RegisterLookup
  readonly trust: TrustAnchors
  readonly explainer: Explainer
  readonly clock: Clock
  /** for what must not happen: a file of ours that the register does not know, or knows otherwise */
  alarm(reason: 'not-registered' | 'register-mismatch', details: { fingerprint?: string }): void
  /** counts per day, outcome and reason; nothing else of a verification is kept (E31) */
  count(result: VerificationResult): void
}

/** Verifies by the bytes alone (E69), in the order of interfaces.md: the fingerprint first, then the file itself. */
export function verification(tools: VerificationTools): Verification {
  const { register, trust, explainer, clock } = tools

  async function verifyFile(bytes: Buffer): Promise<VerificationResult> {
    const digests = fileDigests(bytes)
    const fingerprint = digests.fingerprint()
    const registered = await ask(() => register.findByFingerprint(fingerprint))
    return registered === undefined ? explainUnknown(bytes, fingerprint) : verifyKnown(bytes, digests, registered)
  }

  /** The register knows these bytes; the file must agree with it. */
  function verifyKnown(bytes: Buffer, digests: FileDigests, registered: RegisteredFile): VerificationResult {
    const report = checkIssuedFile(bytes, trust, digests)
    const sameSigner = report.signerSha256 === registered.signerSha256
    const checks = [
      fingerprintCheck(true),
      ...report.checks,
      { name: 'registered-signer', passed: sameSigner, detail: 'signed by the certificate that the register names' },
    ]
    if (report.sound && sameSigner) return answer(registered.status, registered.sha256, checks, registered)
    tools.alarm('register-mismatch', { fingerprint: registered.sha256 })
    return answer('register-mismatch', registered.sha256, checks, registered)
  }

  async function explainUnknown(bytes: Buffer, fingerprint: string): Promise<VerificationResult> {
    const { reason, checks } = await explainer.explain(bytes)
    // The fingerprint of an unknown file is kept nowhere, not even here (E31).
    if (reason === 'not-registered') tools.alarm('not-registered', {})
    return answer(reason, fingerprint, [fingerprintCheck(false), ...checks], undefined)
  }

  function answer(
    reason: Reason,
    fingerprint: string,
    checks: readonly Check[],
    registered: RegisteredFile | undefined,
  ): VerificationResult {
    const result = toResult(reason, fingerprint, checks, registered, clock)
    tools.count(result)
    return result
  }

  return {
    verifyFile,
    async verifyFingerprint(sha256) {
      const registered = await ask(() => register.findByFingerprint(sha256))
      const checks = [fingerprintCheck(registered !== undefined)]
      return answer(registered?.status ?? 'unknown', sha256, checks, registered)
    },
    async findByToken(token) {
      const registered = await ask(() => register.findByToken(token))
      if (registered === undefined || registered.status === 'unconfirmed') return undefined
      return toResult(registered.status, registered.sha256, [], registered, clock)
    },
  }
}

function fingerprintCheck(passed: boolean): Check {
  return { name: 'fingerprint', passed, detail: 'the SHA-256 of the file is in the register' }
}

function toResult(
  reason: Reason,
  fingerprint: string,
  checks: readonly Check[],
  registered: RegisteredFile | undefined,
  clock: Clock,
): VerificationResult {
  const outcome = REASON_OUTCOMES[reason]
  const verifiedAt = clock.now().toISOString()
  const certificate = registered && {
    number: registered.number,
    kind: registered.kind,
    language: registered.language,
    version: registered.version,
    currentVersion: registered.currentVersion,
    issuedOn: registered.issuedOn,
    issuer: registered.issuer,
  }
  return {
    outcome,
    reason,
    message: (registered?.resultTexts ?? DEFAULT_ISSUER_TEXTS)[outcome],
    fingerprint,
    certificate: certificate ?? null,
    checks,
    // The register is read live, so the answer rests on its state of this moment.
    asOf: verifiedAt,
    verifiedAt,
  }
}

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (cause) {
    const message = '目前無法查詢登錄資料，無法驗證；請稍後再試。這不代表證書有問題。'
    throw new AppError('UNAVAILABLE', message, {}, { cause })
  }
}
