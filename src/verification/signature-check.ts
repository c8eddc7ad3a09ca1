import { check, examineSignature, type SignatureFacts } from './examine-signature.ts'
import { type FileDigests, fileDigests } from './file-digests.ts'
import { newBudget, PdfError } from './pdf-error.ts'
import { isDict } from './pdf-objects.ts'
import { isEncrypted, openPdf, type PdfFile } from './pdf-reader.ts'
import {
  certificationReference,
  docMdpPermission,
  endsProperly,
  listSignatures,
  type SignatureDictionary,
} from './signature-fields.ts'
import type { TrustAnchors } from './trust.ts'
import type { Check } from './verification-result.ts'

/** What a file that we issued, or that looks so, proves by itself. The words are derived from the checks. */
export type SignatureReport = {
  readonly checks: readonly Check[]
  /** every check passed */
  readonly sound: boolean
  /** the covered bytes are those that were signed, ByteRange leaves out exactly Contents, and no byte of that differs */
  readonly intact: boolean
  readonly coversWholeFile: boolean
  /** chain, purpose, and validity at the time of signing */
  readonly trusted: boolean
  /** a certification signature that permits no change (DocMDP, P 1) */
  readonly certified: boolean
  /** bytes after what the signature covers; null when there is no signature to tell by */
  readonly bytesAfter: number | null
  /** SHA-256 of the signer's certificate, 64 lower-case hex digits */
  readonly signerSha256: string | null
  /** M of the signature dictionary: signatures are judged as of then, never as of today */
  readonly signedAt: Date | null
}

/**
 * Checks a file whose fingerprint is known, and what was just signed (read-back): strictly, without any of the
 * repairs that viewers make. PAdES baseline B-B (ETSI EN 319 142-1, 6.3) in one revision, certified (ISO 32000-2,
 * 12.8.2.2). Reports all checks; does not throw.
 */
export function checkIssuedFile(
  bytes: Buffer,
  trust: TrustAnchors,
  digests: FileDigests = fileDigests(bytes),
): SignatureReport {
  const header = check('header', bytes.subarray(0, 5).toString('latin1') === '%PDF-', 'the file begins with %PDF-')
  const opened = openForCheck(bytes)
  if ('problem' in opened) return report([header, check('structure', false, opened.problem)], null, undefined, bytes)
  const { file, signature, others, certified } = opened
  const facts = examineSignature(bytes, signature.place, trust, digests)
  const structure = [
    header,
    check('structure', true, 'cross-references and catalog can be read'),
    check('one-revision', file.revisions === 1 && endsProperly(file), 'one revision, ended by %%EOF'),
    check('one-signature', others === 0 && !signature.dict.repeated, 'one signature field, no key of it twice'),
    check('sub-filter', signature.subFilter === 'ETSI.CAdES.detached', 'SubFilter is ETSI.CAdES.detached'),
    check('signing-time', signature.place.signedAt !== undefined, 'M is a date'),
    check('certified', certified, 'certification signature, DocMDP with P 1'),
  ]
  const after = facts.coveredTo === 0 ? null : bytes.length - facts.coveredTo
  const coverage = check('coverage', after === 0, 'the signature covers the whole file')
  return report([...structure, coverage, ...facts.checks], facts, signature.place.signedAt, bytes)
}

type Opened =
  | { readonly problem: string }
  | {
      readonly file: PdfFile
      readonly signature: SignatureDictionary
      readonly others: number
      readonly certified: boolean
    }

function openForCheck(bytes: Buffer): Opened {
  try {
    const file = openPdf(bytes, newBudget())
    const catalog = file.resolve(file.trailer.entries.get('Root'))
    if (!isDict(catalog)) return { problem: 'there is no catalog' }
    if (isEncrypted(file)) return { problem: 'the file is encrypted' }
    const signatures = listSignatures(file, catalog)
    const certification = certificationReference(file, catalog)
    const signature = signatures.find((s) => s.number === certification?.number) ?? signatures[0]
    if (signature === undefined) return { problem: 'there is no signature' }
    const certified = signature.number !== undefined && signature.number === certification?.number
    return {
      file,
      signature,
      others: signatures.length - 1,
      certified: certified && docMdpPermission(file, signature.dict) === 1,
    }
  } catch (error) {
    if (error instanceof PdfError) return { problem: error.message }
    throw error
  }
}

function report(
  checks: readonly Check[],
  facts: SignatureFacts | null,
  signedAt: Date | undefined,
  bytes: Buffer,
): SignatureReport {
  return {
    checks,
    sound: checks.every((c) => c.passed === true),
    // Beside the signed bytes stand the certificates: they prove themselves by leading to an anchor, written as we do.
    intact: facts?.consistent === true && facts.path?.chained === true && facts.path.asWritten,
    coversWholeFile: facts?.framed === true && facts.coveredTo === bytes.length,
    trusted: facts?.trusted === true,
    certified: checks.some((c) => c.name === 'certified' && c.passed === true),
    bytesAfter: facts === null || facts.coveredTo === 0 ? null : bytes.length - facts.coveredTo,
    signerSha256: facts?.path?.sha256 ?? null,
    signedAt: signedAt ?? null,
  }
}
