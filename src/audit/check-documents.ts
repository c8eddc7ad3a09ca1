import { createHash } from 'node:crypto'
import type { Stores } from '../storage/transactions.ts'
import { checkIssuedFile } from '../verification/signature-check.ts'
import type { TrustAnchors } from '../verification/trust.ts'

export type DocumentProblem = { readonly sha256: string; readonly reason: string }
export type DocumentsCheck = { readonly documents: number; readonly problems: readonly DocumentProblem[] }

const PAGE = 50

/** Re-reads every kept file: whether its bytes still have their fingerprint and carry a whole, trusted signature. */
export async function checkDocuments(
  { documents }: Pick<Stores, 'documents'>,
  trust: TrustAnchors,
): Promise<DocumentsCheck> {
  const problems: DocumentProblem[] = []
  let count = 0
  for await (const page of documents.pages(PAGE)) {
    for (const { sha256, bytes } of page) {
      count++
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
        problems.push({ sha256, reason: 'the bytes do not have this fingerprint any more' })
        continue
      }
      const { sound, checks } = checkIssuedFile(bytes, trust)
      const failed = checks.filter(({ passed }) => passed === false).map(({ name }) => name)
      if (!sound) problems.push({ sha256, reason: `the signature does not hold: ${failed.join(', ')}` })
    }
  }
  return { documents: count, problems }
}
