/*
 * Why is a file that the register does not know no certificate of ours? One reason, the first that applies
 * (docs/reason-codes.md tells them to readers):
 *
 *   not-pdf            no %PDF- within the first 1024 bytes
 *   encrypted          the newest trailer names an encryption dictionary
 *   appended           a signature of ours is whole, and bytes follow what it covers
 *   not-registered     a signature of ours is whole, trusted as of its signing, and covers the whole file
 *   damaged            cut off (ByteRange frames its Contents and reaches past the end, or the end is missing and
 *                      the cross-references with it), no catalog or page to be found, or a limit was exceeded
 *   altered            a signature of ours stands where it says, and something it covers, or itself, has changed
 *   preview            dcert:kind is preview in the catalog's XMP
 *   foreign-signature  a whole signature of somebody else; or any signature, when nothing in the file is ours
 *   resaved            our signature displaced, or our marks without it
 *   unknown            none of these
 *
 * "Ours" is a signature whose signer certificate leads to a trust anchor and is for signing documents. A damaged CMS
 * counts as ours when it still names the anchor's key. "Where it says": some number written next to Contents still
 * equals its beginning, its end or the rest of the file; saving again moves all three.
 *
 * Nothing here decides that a file is genuine. Raw bytes are searched besides the structure, because an appended
 * revision can hide our signature from the structure, and a damaged byte can break it.
 */
import { type Claim, isOurs, judgeSignatures } from './claimed-signatures.ts'
import { check } from './examine-signature.ts'
import { findMarks } from './our-marks.ts'
import { type Budget, newBudget, orIfDamaged, PdfError } from './pdf-error.ts'
import { isDict, type PdfDict } from './pdf-objects.ts'
import { isEncrypted, openLeniently, type PdfFile } from './pdf-reader.ts'
import { firstPages } from './pdf-text.ts'
import { checkIssuedFile } from './signature-check.ts'
import { findStructuralSignatures } from './structural-signatures.ts'
import type { TrustAnchors } from './trust.ts'
import type { Check, Reason } from './verification-result.ts'

type UnknownFileReason = Exclude<Reason, 'current' | 'superseded' | 'revoked' | 'unconfirmed' | 'register-mismatch'>
export type Explanation = { readonly reason: UnknownFileReason; readonly checks: readonly Check[] }

/**
 * Explains a file whose fingerprint is unknown. Bounded in time (`milliseconds`), memory and depth; for strangers'
 * files run it through `createExplainer` all the same. Does not throw.
 */
export function explainFile(bytes: Buffer, trust: TrustAnchors, milliseconds = 1200): Explanation {
  const checks: Check[] = []
  try {
    return { reason: explain(bytes, trust, newBudget(milliseconds), checks), checks }
  } catch (error) {
    // RangeError: a stack or buffer that a crafted file drove too far.
    if (!(error instanceof PdfError) && !(error instanceof RangeError)) throw error
    checks.push(check('limits', false, `reading stopped: ${error.message}`))
    return { reason: 'damaged', checks }
  }
}

function explain(bytes: Buffer, trust: TrustAnchors, budget: Budget, checks: Check[]): UnknownFileReason {
  const isPdf = bytes.subarray(0, 1024 + 4).includes('%PDF-')
  checks.push(check('pdf', isPdf, '%PDF- stands within the first 1024 bytes'))
  if (!isPdf) return 'not-pdf'
  // Signatures first, on a budget of their own: what follows our part must not keep us from finding it.
  const claims = judgeSignatures(bytes, trust, { ...budget })
  const opened = open(bytes, budget)
  const encrypted = opened.file !== null && isEncrypted(opened.file)
  checks.push(check('not-encrypted', opened.file === null ? null : !encrypted, 'the file needs no password'))
  if (encrypted) return 'encrypted'
  const whole = claims.filter((claim) => claim.kind === 'whole')
  checks.push(...signatureChecks(claims, bytes.length))
  // We sign a file once: whatever follows a signature of ours, even another one of ours, was added.
  if (whole.some((claim) => claim.coveredTo < bytes.length)) return 'appended'
  if (whole.length > 0) return judgeWhole(bytes, trust, checks)
  const complete = !claims.some((claim) => claim.cutOff && !endsAsWritten(bytes)) && !endIsMissing(bytes, opened.file)
  checks.push(check('complete', complete, 'the end of the file is there'))
  if (!complete) return 'damaged'
  if (claims.some((claim) => claim.kind === 'altered')) return 'altered'
  if (opened.limit !== null) throw opened.limit
  const { file, catalog } = opened
  const readable = file !== null && catalog !== null && firstPages(file, catalog).length > 0
  checks.push(check('structure', readable, 'catalog and pages can be read'))
  return readable ? explainWithoutOurs(file, catalog, claims, trust, checks) : 'damaged'
}

type Opened = { readonly file: PdfFile | null; readonly catalog: PdfDict | null; readonly limit: PdfError | null }

function open(bytes: Buffer, budget: Budget): Opened {
  try {
    const file = openLeniently(bytes, budget)
    const root = isEncrypted(file) ? null : orIfDamaged(() => file.resolve(file.trailer.entries.get('Root')), null)
    return { file, catalog: isDict(root) ? root : null, limit: null }
  } catch (error) {
    if (!(error instanceof PdfError)) throw error
    return { file: null, catalog: null, limit: error.kind === 'limit' ? error : null }
  }
}

function signatureChecks(claims: readonly Claim[], size: number): Check[] {
  const ours = claims.find((claim) => claim.kind === 'whole') ?? claims.find((claim) => claim.kind === 'altered')
  const found = check(
    'our-signature',
    claims.some((claim) => isOurs(claim.facts)),
    'a signature of ours is in the file',
  )
  if (ours === undefined) return [found]
  const whole = check('signed-part-intact', ours.kind === 'whole', 'what our signature covers is as we signed it')
  const after = ours.kind === 'whole' ? size - ours.coveredTo : null
  return [found, whole, check('nothing-after', after === null ? null : after === 0, 'nothing follows what it covers')]
}

/** Our signature covers every byte: is it valid as of its signing? */
function judgeWhole(bytes: Buffer, trust: TrustAnchors, checks: Check[]): UnknownFileReason {
  const report = checkIssuedFile(bytes, trust)
  checks.push(...report.checks)
  // Unreadable to the strict reader, yet every byte is what we signed: the operator must hear of that too.
  const unreadable = report.checks.some((c) => c.name === 'structure' && c.passed !== true)
  return report.trusted || unreadable ? 'not-registered' : 'foreign-signature'
}

function explainWithoutOurs(
  file: PdfFile,
  catalog: PdfDict,
  claims: readonly Claim[],
  trust: TrustAnchors,
  checks: Check[],
): UnknownFileReason {
  const marks = findMarks(file, catalog)
  const marked = marks.found !== null
  checks.push(check('no-preview', !marks.preview, 'the file is not marked as a preview'))
  checks.push(check('marks', marked, marked ? `a mark of ours was found: ${marks.found}` : 'no mark of ours was found'))
  if (marks.preview) return 'preview'
  if (claims.some((claim) => claim.kind === 'foreign' || (claim.kind === 'unclear' && claim.framedCms))) {
    return 'foreign-signature'
  }
  // In its place, but not even the beginning of a CMS is left.
  if (marked && claims.some((claim) => claim.kind === 'unclear' && claim.facts.framed)) return 'altered'
  const structural = findStructuralSignatures(file, catalog, trust)
  if (marked || structural.ours || claims.some((claim) => claim.kind === 'displaced')) return 'resaved'
  return structural.any || claims.length > 0 ? 'foreign-signature' : 'unknown'
}

/** startxref, a number, %%EOF and an end of line, with nothing after: a file of ours is not cut off here. */
function endsAsWritten(bytes: Buffer): boolean {
  return /startxref\s{1,2}\d{1,10}\s{1,2}%%EOF[\r\n]{1,2}$/.test(bytes.toString('latin1', bytes.length - 64))
}

/** No %%EOF near the end, and no cross-references that lead anywhere. */
function endIsMissing(bytes: Buffer, file: PdfFile | null): boolean {
  return (file === null || file.revisions === 0) && !bytes.subarray(Math.max(0, bytes.length - 1024)).includes('%%EOF')
}
