import type { App } from '../app.ts'
import { parseFullNumber } from '../certificates/certificate-content.ts'
import type { Certificate } from '../certificates/certificate-store.ts'
import { MINISTRY_OF_EDUCATION } from '../issuers/ministry-of-education.ts'
import { AppError } from '../shared/app-error.ts'
import { UsageError } from './output.ts'

/**
 * The certificate that an argument names by its number in full form, 教字第142195號.
 * @throws UsageError for another form, AppError NOT_FOUND when there is none
 */
export async function certificateOf(app: App, argument: string): Promise<Certificate> {
  const identity = parseFullNumber(argument)
  if (identity === undefined) throw new UsageError(`證書字號「${argument}」請寫全式，例如 教字第142195號`)
  const { rank, number } = identity
  const found = await app.reading.certificates.findByIdentity(MINISTRY_OF_EDUCATION.id, rank, number)
  if (found === undefined) throw new AppError('NOT_FOUND', `查無證書 ${argument}`)
  return found
}
