import type { Stores } from '../storage/transactions.ts'
import type { Certificate } from './certificate-store.ts'
import { appendAudit, type Doing } from './register-certificate.ts'

/**
 * Whose a certificate is follows the version that is being confirmed; a pending one may still be wrong (E30).
 * A changed ID number (換發) is the same person's: the persons of both numbers become one. A corrected one was somebody
 * else's by mistake: only this certificate goes to the person of the right number.
 */
export async function keepOwner(
  { id, personId, importedCase }: Certificate,
  confirmed: number,
  doing: Doing,
  { certificates, persons, audit }: Stores,
): Promise<void> {
  const versions = await certificates.listVersions(id)
  const version = versions.find((one) => one.version === confirmed)
  const before = versions.findLast((one) => one.firstConfirmedAt !== null)?.case ?? importedCase
  if (version === undefined || version.firstConfirmedAt !== null) return
  const { idNumber } = version.case
  if (idNumber === before.idNumber) return
  const other = await persons.findByIdNumber(idNumber)
  if (other === personId) return
  if (version.mark !== 'replacement') {
    const into = other ?? (await persons.getOrCreate(idNumber))
    await certificates.setPerson(id, into)
    await appendAudit({ audit }, doing, 'person-corrected', id, { from: personId, into })
  } else if (other === undefined) {
    await persons.addIdNumber(personId, idNumber)
  } else {
    await persons.join(personId, other)
    await appendAudit({ audit }, doing, 'persons-joined', id, { from: personId, into: other })
  }
}
