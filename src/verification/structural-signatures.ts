import { authorityIds, namesAuthority } from './claimed-signatures.ts'
import { readCms } from './cms.ts'
import { DerError } from './der.ts'
import { orIfDamaged } from './pdf-error.ts'
import { isString, nameOf, type PdfDict } from './pdf-objects.ts'
import type { PdfFile } from './pdf-reader.ts'
import { stringBytes } from './pdf-strings.ts'
import { listSignatures, readSignature } from './signature-fields.ts'
import { signerPath, type TrustAnchors } from './trust.ts'

/** What the signature dictionaries hold that no search of the raw bytes finds: in object streams, or not in hex. */
export type StructuralSignatures = { readonly any: boolean; readonly ours: boolean }

const MAX_SCANNED = 5_000

/** Looks through form fields, then through all objects. Throws PdfError `limit`. */
export function findStructuralSignatures(file: PdfFile, catalog: PdfDict, trust: TrustAnchors): StructuralSignatures {
  let dicts = orIfDamaged(() => listSignatures(file, catalog), []).map((signature) => signature.dict)
  if (dicts.length === 0) dicts = scanForSignatures(file)
  const contents = dicts.slice(0, 32).flatMap((dict) => {
    const value = orIfDamaged(() => file.resolve(dict.entries.get('Contents')), null)
    return isString(value) && value.end - value.start > 2 ? [stringBytes(value, 1 << 19)] : []
  })
  return { any: contents.length > 0, ours: contents.some((bytes) => isSignedByUs(bytes, trust)) }
}

function scanForSignatures(file: PdfFile): PdfDict[] {
  const found: PdfDict[] = []
  for (const number of [...file.entries.keys()].slice(0, MAX_SCANNED)) {
    const signature = orIfDamaged(() => readSignature(file, { type: 'ref', number, generation: 0 }), undefined)
    if (signature === undefined) continue
    const type = nameOf(signature.dict.entries.get('Type'))
    if (type === 'Sig' || type === 'DocTimeStamp' || signature.dict.entries.has('ByteRange')) found.push(signature.dict)
  }
  return found
}

function isSignedByUs(bytes: Buffer, trust: TrustAnchors): boolean {
  try {
    const cms = readCms(bytes)
    const path = signerPath(trust, cms.certificates, cms.issuer, cms.serial)
    if (path?.chained === true && path.purpose) return true
  } catch (error) {
    if (!(error instanceof DerError)) throw error
  }
  return namesAuthority(bytes.toString('hex'), authorityIds(trust))
}
