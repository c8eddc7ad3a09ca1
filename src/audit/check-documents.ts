import { createHash } from 'node:crypto'
import type { KeptFileRow } from '../certificates/kept-file-store.ts'
import type { Stores } from '../storage/transactions.ts'
import { checkIssuedFile } from '../verification/signature-check.ts'
import type { TrustAnchors } from '../verification/trust.ts'

/** Something wrong with one file; `file` is `certificate:<id> v<version> <language>`. */
type DocumentProblem = { readonly file: string; readonly sha256: string | null; readonly reason: string }
export type DocumentsCheck = { readonly documents: number; readonly problems: readonly DocumentProblem[] }

const PAGE = 50

/**
 * Re-reads every file that the register names: whether it is there, still has its fingerprint, and carries a whole,
 * trusted signature by the certificate that the register says; and whether anything is kept that it does not name.
 */
export async function checkDocuments(
  { keptFiles }: Pick<Stores, 'keptFiles'>,
  trust: TrustAnchors,
): Promise<DocumentsCheck> {
  const problems: DocumentProblem[] = []
  let documents = 0
  for await (const page of keptFiles.pages(PAGE)) {
    for (const row of page) {
      documents++
      const reason = problemOf(row, trust)
      const file = `certificate:${row.certificateId} v${row.version} ${row.language}`
      if (reason !== undefined) problems.push({ file, sha256: row.sha256, reason })
    }
  }
  for (const sha256 of await keptFiles.listUnnamedDocuments()) {
    problems.push({ file: '', sha256, reason: 'no certificate names it' })
  }
  return { documents, problems }
}

function problemOf({ bytes, sha256, signerSha256 }: KeptFileRow, trust: TrustAnchors): string | undefined {
  if (sha256 === null) return 'the register has lost its fingerprint'
  if (bytes === null) return 'the kept bytes are gone'
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    return 'the bytes do not have this fingerprint any more'
  const report = checkIssuedFile(bytes, trust)
  const failed = report.checks.filter(({ passed }) => passed === false).map(({ name }) => name)
  if (!report.sound) return `the signature does not hold: ${failed.join(', ')}`
  if (report.signerSha256 !== signerSha256) return 'it is signed by another certificate than the register says'
  return undefined
}
