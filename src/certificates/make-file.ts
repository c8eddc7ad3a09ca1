import { AppError } from '../shared/app-error.ts'
import type { CmsSigner } from '../signing/cms.ts'
import { signPdf } from '../signing/pades.ts'
import { fileDigests } from '../verification/file-digests.ts'
import { checkIssuedFile } from '../verification/signature-check.ts'
import type { TrustAnchors } from '../verification/trust.ts'
import { type CertificateContent, flagsOf } from './certificate-content.ts'
import { type Composed, composeCertificate } from './compose-certificate.ts'
import type { Fonts } from './fonts/load-fonts.ts'
import { type IssuingObserver, timed } from './issuing-observer.ts'
import { lintComposed } from './lint-composed.ts'
import { type CompiledTemplate, compileTemplate } from './template/compile-template.ts'
import { loadTemplate } from './template/load-template.ts'

/** A finished certificate file. */
export type MadeFile = { readonly bytes: Buffer; readonly sha256: string; readonly signerSha256: string }

/** Makes one file: steps 2 to 4 of the way of a certificate, and its fingerprint. Knows no database. */
export type FileMaker = {
  make(content: CertificateContent, templateVersion: string): MadeFile
  /** Steps 2 and 3 alone: whether the file could be made. @throws AppError INVALID_INPUT, LintError as make does */
  rehearse(content: CertificateContent, templateVersion: string): void
}

export type FileMakerTools = {
  readonly fonts: Fonts
  readonly cms: CmsSigner
  readonly trust: TrustAnchors
  /** SHA-256 of the signing certificate, hex: what is read back must be signed by it */
  readonly signerSha256: string
  /** printed on the certificate: where its file is verified */
  readonly verifyAddress: string
  readonly observer?: IssuingObserver
}

export function fileMaker(tools: FileMakerTools): FileMaker {
  const { fonts, cms, trust, signerSha256, verifyAddress, observer } = tools
  const compiled = new Map<string, CompiledTemplate>()

  function templateFor(content: CertificateContent, version: string): CompiledTemplate {
    const flags = flagsOf(content)
    const key = [content.kind, version, content.language, ...[...flags].sort()].join(' ')
    let template = compiled.get(key)
    if (template === undefined) {
      const loaded = loadTemplate(content.kind, version, content.language)
      template = compileTemplate(loaded, fonts, flags, { verifyAddress })
      compiled.set(key, template)
    }
    return template
  }

  function composeAndLint(content: CertificateContent, templateVersion: string): Composed {
    // Step 2: compose. Same content and same template give the same bytes.
    const composed = timed(observer, 'compose', () =>
      composeCertificate(content, templateFor(content, templateVersion), fonts, cms.largest),
    )
    // Step 3: lint. What fails here is never signed.
    timed(observer, 'lint', () => lintComposed(composed))
    return composed
  }

  return {
    rehearse: composeAndLint,
    make(content, templateVersion) {
      const composed = composeAndLint(content, templateVersion)
      // Step 4: sign, then read the bytes back with the verification code.
      const bytes = timed(observer, 'sign', () => signPdf(composed, cms))
      const digests = fileDigests(bytes)
      const report = timed(observer, 'read_back', () => checkIssuedFile(bytes, trust, digests))
      if (!report.sound || report.signerSha256 !== signerSha256) {
        const failed = report.checks.filter((check) => check.passed === false).map((check) => check.name)
        throw new AppError(
          'UNAVAILABLE',
          `簽章後讀回檢查不符（${failed.join('、') || '簽章者不同'}），已停止發證；請檢查金鑰與信任錨`,
        )
      }
      return { bytes, sha256: digests.fingerprint(), signerSha256 }
    },
  }
}
